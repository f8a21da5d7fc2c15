import Foundation
import Kalamna

/// Kalamna's search on the files of Benchmarks/vectors/data.py, measured as Benchmarks/vectors/peers.py measures the others.
struct VectorMeasurement {
    let directory: URL
    let dimensions: Int
    let limit: Int

    /// A line of the table, in the form that peers.py writes: the lowest median and 99th percentile of three rounds.
    struct Result: Encodable {
        let engine: String
        var setting = ""
        let vectors: Int
        let buildSeconds: Double
        let memoryBytes: Int
        let p50: Double
        let p99: Double
        let recall: Double

        enum CodingKeys: String, CodingKey {
            case engine, setting, vectors, p50, p99, recall
            case buildSeconds = "build_s"
            case memoryBytes = "memory_bytes"
        }
    }

    private static let rounds = 3
    private static let tenants = 5

    /// - Parameter tenants: row r belongs to business r % 5 and query q asks as q % 5, each business with its own index.
    func run(tenants isDivided: Bool) throws -> Result {
        let vectors = try rows("vectors.f32")
        let queries = try rows("queries.f32")
        let truth = try Data(contentsOf: directory.appending(path: isDivided ? "truth-tenants.i32" : "truth.i32"))
            .withUnsafeBytes { Array($0.bindMemory(to: Int32.self)) }
        let parts = isDivided ? Self.tenants : 1
        let start = ContinuousClock.now
        let indexes = (0..<parts).map { part in
            VectorIndex(stride(from: part, to: vectors.count, by: parts).map { vectors[$0] }, dimensions: dimensions)
        }
        let buildTime = ContinuousClock.now - start

        var (p50, p99) = (Duration.seconds(3600), Duration.seconds(3600))
        var (found, asked) = (0, 0)
        for round in 0...Self.rounds {
            var times: [Duration] = []
            for number in 0..<queries.count {
                let query = queries[number]
                let start = ContinuousClock.now
                let nearest = indexes[number % parts].nearest(to: query, limit: limit)
                times.append(ContinuousClock.now - start)
                guard round == 0 else { continue }
                let right = truth[number * limit..<(number + 1) * limit]
                found += nearest.count { right.contains(Int32($0 * parts + number % parts)) }
                asked += limit
            }
            // The first round warms up.
            guard round > 0 else { continue }
            times.sort()
            (p50, p99) = (min(p50, times[times.count / 2]), min(p99, times[times.count * 99 / 100]))
        }
        return Result(
            engine: isDivided ? "Kalamna, exact, own fifth" : "Kalamna, exact", vectors: vectors.count, buildSeconds: buildTime / .seconds(1),
            memoryBytes: indexes.reduce(0) { $0 + $1.bytes }, p50: p50 / .milliseconds(1), p99: p99 / .milliseconds(1),
            recall: Double(found) / Double(asked))
    }

    private func rows(_ name: String) throws -> FloatRows {
        FloatRows(data: try Data(contentsOf: directory.appending(path: name), options: .alwaysMapped), dimensions: dimensions)
    }
}

/// Rows of Float32 in a file.
struct FloatRows {
    let data: Data
    let dimensions: Int

    var count: Int { data.count / (dimensions * MemoryLayout<Float>.stride) }

    subscript(_ row: Int) -> [Float] {
        data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)[row * dimensions..<(row + 1) * dimensions]) }
    }
}
