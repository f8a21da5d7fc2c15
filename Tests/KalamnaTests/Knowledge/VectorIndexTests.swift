import Kalamna
import Testing

/// The index in memory beside exact products in Float64.
@Suite struct VectorIndexTests {
    // Not a multiple of what processors read at once.
    private static let dimensions = 200

    @Test func theNearestAreThoseOfExactProducts() throws {
        var random = Vectors(seed: 1)
        let vectors = random.clustered(1500, dimensions: Self.dimensions)
        let index = VectorIndex(vectors, dimensions: Self.dimensions)
        var found = 0
        for question in random.clustered(200, dimensions: Self.dimensions) {
            let cosines = try #require(index.cosines(to: question))
            let exact = vectors.map { dot($0, question) }
            #expect(zip(cosines, exact).allSatisfy { abs(Double($0) - $1) < 0.001 })
            let best = exact.indices.sorted { exact[$0] > exact[$1] }.prefix(10)
            found += Set(index.nearest(to: question, limit: 10)).intersection(best).count
        }
        #expect(Double(found) >= 0.99 * 2000)
    }

    @Test(arguments: [1, 2, 15, 16, 17, 127, 384, 3072]) func anyNumberOfDimensions(dimensions: Int) throws {
        var random = Vectors(seed: UInt64(dimensions))
        let vectors = (0..<50).map { _ in random.unit(dimensions) }
        let question = random.unit(dimensions)
        let cosines = try #require(VectorIndex(vectors, dimensions: dimensions).cosines(to: question))
        #expect(zip(cosines, vectors).allSatisfy { abs(Double($0) - dot($1, question)) < 0.01 })
    }

    @Test func equalVectorsComeInTheirOrder() {
        let index = VectorIndex([[0.6, 0.8], [1, 0], [0.6, 0.8], [0.6, 0.8]], dimensions: 2)
        #expect(index.nearest(to: [0.6, 0.8], limit: 3) == [0, 2, 3])
    }

    /// All sums at their largest: none may pass 32 bits.
    @Test(arguments: [384, 4096]) func theLargestNumbersFit(dimensions: Int) throws {
        let one = Float(1 / Double(dimensions).squareRoot())
        let vectors = [[Float](repeating: one, count: dimensions), [Float](repeating: -one, count: dimensions)]
        let cosines = try #require(VectorIndex(vectors, dimensions: dimensions).cosines(to: vectors[0]))
        #expect(abs(cosines[0] - 1) < 0.001 && abs(cosines[1] + 1) < 0.001)
    }

    @Test func whatCantBeComparedIsNot() throws {
        let index = VectorIndex([[1, 0, 0], [0, 0, 0]], dimensions: 3)
        #expect(index.cosines(to: [1, 0]) == nil)
        #expect(index.nearest(to: [], limit: 5).isEmpty)
        #expect(try #require(index.cosines(to: [0, 0, 0])).allSatisfy { abs($0) < 0.001 })
        #expect(VectorIndex([], dimensions: 3).cosines(to: [1, 2, 3]) == [])
    }
}

private func dot(_ left: [Float], _ right: [Float]) -> Double { zip(left, right).reduce(0) { $0 + Double($1.0) * Double($1.1) } }

/// A fixed sequence, so that a failure comes again.
struct Vectors {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func unit(_ dimensions: Int, length: Float = 1) -> [Float] {
        // Four added up are about normally distributed.
        let vector = (0..<dimensions).map { _ in (0..<4).reduce(Float(0)) { sum, _ in sum + Float(next() >> 40) / Float(1 << 24) - 0.5 } }
        let factor = length / max(vector.reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-6)
        return vector.map { $0 * factor }
    }

    /// As an embedder's: all in one half of space, in clusters; some keep to their subject, some hardly (as `Benchmarks/vectors/data.py`,
    /// which is measured on multilingual-e5-small).
    mutating func clustered(_ count: Int, dimensions: Int) -> [[Float]] {
        var centers = Vectors(seed: 99)
        let mean = centers.unit(dimensions, length: 1.6)
        let subjects = (0..<40).map { _ in centers.unit(dimensions, length: 0.7) }
        return (0..<count).map { _ in
            let subject = subjects[Int(next() >> 33) % subjects.count]
            let own = unit(dimensions, length: 0.4 + 0.5 * Float(next() >> 40) / Float(1 << 24))
            let sum = mean.indices.map { mean[$0] + subject[$0] + own[$0] }
            let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return sum.map { $0 / length }
        }
    }

    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
