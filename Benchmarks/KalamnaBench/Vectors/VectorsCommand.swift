import ArgumentParser
import Foundation

struct VectorsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vectors", abstract: "Build time, memory, time a query and recall of the search for vectors.",
        discussion:
            "Prints lines of JSON: for all vectors, and for five businesses that own a fifth each. Benchmarks/bench-vectors.sh makes the files and runs the others beside it."
    )

    @Option(help: "A directory with vectors.f32, queries.f32 and truth*.i32.", transform: URL.init(fileURLWithPath:)) var data: URL
    @Option(help: "Components of a vector.") var dimensions: Int = 384
    @Option(help: "How many are looked for; truth*.i32 have as many for each query.") var limit: Int = 10

    func validate() throws {
        if dimensions < 1 || limit < 1 { throw ValidationError("--dimensions and --limit must be at least 1.") }
    }

    func run() throws {
        let measurement = VectorMeasurement(directory: data, dimensions: dimensions, limit: limit)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        for isDivided in [false, true] { print(String(decoding: try encoder.encode(try measurement.run(tenants: isDivided)), as: UTF8.self)) }
    }
}
