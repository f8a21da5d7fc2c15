internal import CVectors

/// Vectors of length 1, searched exactly: every question is compared with every row. Immutable.
///
/// A row is kept as whole numbers of 8 bits with one scale, a quarter of Float32's memory and of its time. The mean of all rows is
/// taken off before: embeddings point much the same way (two texts in multilingual-e5-small: a cosine of 0.76), and what tells
/// them apart is small beside what they share. With row = mean + rest, the cosine is
/// question · mean + mean · rest + (question − mean) · rest; only the last is rounded.
package struct VectorIndex: Sendable {
    package let dimensions: Int
    private let mean: [Float]
    private let numbers: [Int8]
    /// A component of a rest is its number × the row's scale.
    private let scales: [Float]
    /// mean · rest.
    private let offsets: [Float]

    /// - Parameter vectors: of `dimensions` finite numbers each; others are a mistake of the caller.
    package init(_ vectors: [[Float]], dimensions: Int) {
        var sum = [Float](repeating: 0, count: dimensions)
        // So many tell the mean well enough; any would do.
        let step = max(1, vectors.count / 4096)
        for row in stride(from: 0, to: vectors.count, by: step) {
            for index in 0..<dimensions { sum[index] += vectors[row][index] }
        }
        let seen = Float(max(1, (vectors.count + step - 1) / step))
        let mean = sum.map { $0 / seen }
        var numbers = [Int8](repeating: 0, count: vectors.count * dimensions)
        var (scales, offsets): ([Float], [Float]) = ([], [])
        var rest = mean
        for (row, vector) in vectors.enumerated() {
            var (offset, largest): (Float, Float) = (0, .leastNormalMagnitude)
            for index in 0..<dimensions {
                rest[index] = vector[index] - mean[index]
                offset += rest[index] * mean[index]
                largest = max(largest, abs(rest[index]))
            }
            for index in 0..<dimensions { numbers[row * dimensions + index] = Int8((rest[index] / largest * 127).rounded()) }
            scales.append(largest / 127)
            offsets.append(offset)
        }
        (self.dimensions, self.mean, self.numbers, self.scales, self.offsets) = (dimensions, mean, numbers, scales, offsets)
    }

    package var count: Int { scales.count }
    /// What the rows take in memory.
    package var bytes: Int { numbers.count + count * 8 }

    /// The cosine of each row, within 0.001. Nil for a question of another size.
    package func cosines(to question: [Float]) -> [Float]? {
        guard question.count == dimensions else { return nil }
        var (common, largest): (Float, Float) = (0, .leastNormalMagnitude)
        var rest = question
        for index in 0..<dimensions {
            common += question[index] * mean[index]
            rest[index] -= mean[index]
            largest = max(largest, abs(rest[index]))
        }
        // As exact as the sum of a row has room for in 32 bits.
        let most = min(Float(Int16.max), Float(Int32.max / 127 / Int32(max(1, dimensions))))
        let steps = rest.map { Int16(($0 / largest * most).rounded(.towardZero)) }
        var products = [Int32](repeating: 0, count: count)
        numbers.withUnsafeBufferPointer { numbers in
            guard let rows = numbers.baseAddress else { return }
            kalamna_vector_products(steps, dimensions, rows, count, &products)
        }
        let unit = largest / most
        return products.indices.map { Float(products[$0]) * unit * scales[$0] + offsets[$0] + common }
    }

    /// The rows with the highest cosines, best first; of equal ones the first.
    package func nearest(to question: [Float], limit: Int) -> [Int] {
        guard let cosines = cosines(to: question) else { return [] }
        return TopK.best(limit, of: 0..<Int32(count)) { cosines[Int($0)] }.map(Int.init)
    }
}
