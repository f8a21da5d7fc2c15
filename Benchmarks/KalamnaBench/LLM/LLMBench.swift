import ArgumentParser
import Foundation
import NIOCore
import NIOPosix

/// How long a customer waits for a model's words, through a server or straight from the model's own server.
struct LLMBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "llm", abstract: "Time to a model's first and last words: through a server, or with --direct from the model's own server.",
        discussion: """
            Each customer asks one question after the other; they begin spread over the time of an answer, so that as many streams as there are \
            customers go on at any moment. With --burst all ask at the same moment, and again when all are answered.
            """)

    @Option(help: "Where the server listens, such as http://127.0.0.1:8080.") var url: ServerAddress
    @Option(help: "A widget key, or several: the customers are dealt out among their businesses.") var key: [String] = []
    @Option(help: "Ask the model's server itself, for the model of this name.") var direct: String?
    @Option(help: "A file with a question on each line.") var questions: String
    @Option(help: "How many customers at once; several counts are measured one after the other.") var sessions = Counts(numbers: [1, 16, 64])
    @Option(help: "How long each count is measured, in seconds.") var seconds: Int = 20
    @Flag(help: "All ask at the same moment.") var burst = false
    @Option(help: "About how long the model takes for an answer, in milliseconds: the warm-up, and what the beginnings are spread over.")
    var answerTime: Int = 1500
    @Option(help: "The server's process, for its memory.") var pid: Int32?

    func validate() throws {
        if seconds < 1 { throw ValidationError("--seconds must be at least 1.") }
        if (direct == nil) == key.isEmpty { throw ValidationError("Say either --key or --direct.") }
    }

    /// Prints one JSON object a count.
    func run() async throws {
        let questions = try await NIOThreadPool.singleton.runIfActive { [questions] in try String(contentsOfFile: questions, encoding: .utf8) }
            .split(whereSeparator: \.isNewline).map(String.init)
        guard !questions.isEmpty else { throw ValidationError("\(self.questions) has no questions.") }
        let target: LLMDriver.Target = direct.map { .model(name: $0) } ?? .server(keys: key)
        let measurement = LLMMeasurement(
            server: url, target: target, questions: questions, seconds: seconds, bursts: burst, answerTime: .milliseconds(Int64(answerTime)),
            memory: pid.map(ServerMemory.init))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        for count in sessions.numbers {
            print(String(decoding: try encoder.encode(try await measurement.run(sessions: count)), as: UTF8.self))
        }
    }
}
