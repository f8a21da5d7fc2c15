import ArgumentParser
import Foundation

struct SearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Time to build a search index and to search it by words, and to understand a message. One thread.",
        discussion:
            "Prints a Markdown table. Knowledge is made from Benchmarks/retrieval and Training, the questions are those of Benchmarks/retrieval.")

    @Option(help: "The repository.", transform: URL.init(fileURLWithPath:)) var root: URL = URL(fileURLWithPath: ".")
    @Option(help: "Chunks; several counts are measured one after the other.") var chunks: Counts = Counts(numbers: [1_000, 50_000])
    @Option(help: "The most questions that are asked, in all styles.") var questions: Int = 1_000
    @Option(help: "A file for the first ten hits of each question, to compare two programs.") var rankings: String?

    func validate() throws {
        if questions < 1 { throw ValidationError("--questions must be at least 1.") }
    }

    func run() throws {
        let measurement = SearchMeasurement(corpus: try SearchCorpus(root: root), questions: questions)
        var rankings = ""
        print("| what | size | chunks/s | ms p50 | ms p99 |\n| --- | ---: | ---: | ---: | ---: |")
        for count in chunks.numbers {
            let result = measurement.search(chunks: count)
            print("| search by words | \(count) chunks of \(result.bytes) bytes | \(Int(result.built)) | \(result.times.line) |")
            rankings += result.rankings
        }
        print("| understanding | \(measurement.corpus.messages.count) messages | | \(measurement.understanding().line) |")
        if let file = self.rankings { try rankings.write(toFile: file, atomically: false, encoding: .utf8) }
    }
}
