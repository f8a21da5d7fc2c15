import ArgumentParser
import Foundation
import NIOPosix

/// Customers of a server whose models fail in every way.
struct LLMChaos: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "llm-chaos", abstract: "Customers of a server whose language models fail at random: each must have one whole answer in time.",
        discussion: "Benchmarks/llm/chaos.py starts the server and the failing provider, and learns what the built-in assistant answers.")

    @Option(help: "Where the server listens, such as http://127.0.0.1:8080.") var url: ServerAddress
    @Option(help: "A widget key, or several: the customers are dealt out among their businesses.") var key: [String]
    @Option(help: "A file with a question on each line.") var questions: String
    @Option(help: "JSON: for each model the whole answers that it gives.") var answers: String
    @Option(help: "JSON: what the built-in assistant answers, a list.") var known: String
    @Option(help: "Messages of customers, in all.") var turns: Int = 2000
    @Option(help: "Customers at once.") var sessions: Int = 32
    @Option(help: "Until when an answer that has not begun must be there, in milliseconds: the first-token deadlines of all models together.")
    var deadline: Int
    @Option(help: "How long a model may be silent in the middle of an answer, in milliseconds.") var silence: Int = 20_000

    func validate() throws {
        if turns < 1 || sessions < 1 || key.isEmpty { throw ValidationError("--turns, --sessions and --key are needed.") }
    }

    func run() async throws {
        func read(_ path: String) async throws -> Data {
            try await NIOThreadPool.singleton.runIfActive { try Data(contentsOf: URL(filePath: path)) }
        }
        let models = try JSONDecoder().decode([String: [String]].self, from: try await read(answers))
        let others = try JSONDecoder().decode([String].self, from: try await read(known))
        let questions = String(decoding: try await read(questions), as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
        guard !questions.isEmpty else { throw ValidationError("\(self.questions) has no questions.") }
        let report = try await WidgetAPI.withClient(url) { api in
            try await ChaosRun(
                api: api, keys: key, questions: questions, answers: ChaosAnswers(models: models, others: others), turns: turns, sessions: sessions,
                deadline: .milliseconds(deadline), silence: .milliseconds(silence)
            ).run()
        }
        report.print()
        if report.failed > 0 { throw ExitCode.failure }
    }
}

/// All that may come as an answer.
struct ChaosAnswers: Sendable {
    let models: [String: [String]]
    let others: [String]

    /// Whose answer a text is; nil: it is none of them, so it is half or made up.
    func author(of text: String) -> String? {
        if others.contains(text) { return "built in" }
        return models.first { $0.value.contains(text) }?.key
    }
}
