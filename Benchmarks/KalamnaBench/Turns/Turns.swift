import ArgumentParser
import Foundation
import NIOPosix

struct Turns: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Turns a second and the time from POST to the answer's event.",
        discussion: "Each session asks one question after the other. A session that was handed to a human is replaced by a new one (“renewed”).")

    enum Format: String, ExpressibleByArgument {
        case text, json
    }

    @Option(help: "Where the server listens, such as http://127.0.0.1:8080.") var url: ServerAddress
    @Option(help: "A widget key.") var key: String
    @Option(help: "A file with a question on each line.") var questions: String
    @Option(help: "How many sessions at once; several counts are measured one after the other.") var sessions: Counts = Counts(numbers: [1, 16, 128])
    @Option(help: "How long each count is measured, after a second of warm-up.") var seconds: Int = 10
    @Option(help: "The server's process, for its memory.") var pid: Int32?
    @Option(help: "text or json.") var format: Format = .text

    func validate() throws {
        if seconds < 1 { throw ValidationError("--seconds must be at least 1.") }
    }

    func run() async throws {
        let measurement = TurnMeasurement(
            server: url, key: key, questions: try await readQuestions(), seconds: seconds, memory: pid.map(ServerMemory.init))
        if format == .text { print(TurnResult.header) }
        var results: [TurnResult] = []
        for count in sessions.numbers {
            let result = try await measurement.run(sessions: count)
            results.append(result)
            guard format == .text else { continue }
            print(result.line)
            for problem in result.problems { print("    \(problem)") }
        }
        if format == .json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            print(String(decoding: try encoder.encode(results), as: UTF8.self))
        }
    }

    private func readQuestions() async throws -> [String] {
        let text = try await NIOThreadPool.singleton.runIfActive { [questions] in try String(contentsOfFile: questions, encoding: .utf8) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        let found = try text.split(whereSeparator: \.isNewline).map { line in String(decoding: try encoder.encode(String(line)), as: UTF8.self) }
        if found.isEmpty { throw ValidationError("\(questions) has no questions.") }
        return found
    }
}

/// Numbers with commas between them.
struct Counts: ExpressibleByArgument {
    let numbers: [Int]

    init(numbers: [Int]) { self.numbers = numbers }

    init?(argument: String) {
        let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).compactMap { Int($0) }
        guard !numbers.isEmpty, numbers.allSatisfy({ $0 > 0 }), numbers.count == argument.split(separator: ",").count else { return nil }
        self.numbers = numbers
    }

    var defaultValueDescription: String { numbers.map(String.init).joined(separator: ",") }
}
