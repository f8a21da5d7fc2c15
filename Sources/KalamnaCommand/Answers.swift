import ArgumentParser
import Foundation
import Kalamna

/// Questions and what the built-in assistant answers, as Markdown, to be read by people who know the dialect.
struct Answers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print questions with the built-in assistant's answers, in all three tones.")

    @Option(help: "The knowledge: a JSON or CSV file as `import` takes it.") var knowledge: String
    @Option(help: "The questions: one JSON object a line.") var questions: String
    @Option(help: "How many; spread over the file.") var count = 40
    @Option(help: "The business's name.") var name = "كلمنا"

    func run() async throws {
        guard let file = FileManager.default.contents(atPath: knowledge), let lines = FileManager.default.contents(atPath: questions) else {
            throw ValidationError("\(knowledge) or \(questions) can't be read.")
        }
        let all = try RetrievalEvaluation.questions(lines)
        let step = max(1, Double(all.count) / Double(max(count, 1)))
        let chosen = stride(from: 0, to: Double(all.count), by: step).prefix(count).map { all[Int($0)] }
        let examples = try await AnswerExamples(knowledge: Array(file), businessName: name, now: WallClock.system.now())
        for example in examples.answers(to: chosen) {
            print("**\(example.question)** · \(example.style), \(example.tone.rawValue)\n")
            for line in example.answer.split(separator: "\n", omittingEmptySubsequences: false) { print("> \(line)") }
            print("\n\(example.source.map { "المصدر: \($0)" } ?? "— (not in the knowledge)")\n")
        }
    }
}
