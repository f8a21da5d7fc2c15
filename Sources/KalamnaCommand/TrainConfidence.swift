import ArgumentParser
import Foundation
import Kalamna

/// Writes the weights of `ConfidenceModel` from question sets with and without answers.
struct TrainConfidence: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train-confidence", abstract: "Train how sure an answer is, from questions with and without answers.", shouldDisplay: false)

    @Option(help: "Folder with kb_NAME.json and questions_NAME.jsonl.") var sets: String
    @Option(help: "The file to write.") var output: String = "Sources/CModels/confidence.tsv"

    func run() async throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: sets).filter { $0.hasPrefix("kb_") && $0.hasSuffix(".json") }.sorted()
            .map { $0.dropFirst(3).dropLast(5) }
        let choice = try await EmbedderChoice("e5")
        var examples: [[(signals: [Double], isAnswer: Bool)]] = [[], []]
        for name in names {
            guard let knowledge = FileManager.default.contents(atPath: "\(sets)/kb_\(name).json"),
                let lines = FileManager.default.contents(atPath: "\(sets)/questions_\(name).jsonl")
            else { continue }
            let questions = try RetrievalEvaluation.questions(lines)
            for (kind, embedder) in [nil, choice.embedder].enumerated() {
                let evaluation = try await RetrievalEvaluation(knowledge: Array(knowledge), embedder: embedder, now: WallClock.system.now())
                examples[kind] += try await evaluation.signals(questions)
            }
            print("\(name): \(questions.count) questions")
        }
        let model = ConfidenceModel(ofWords: ConfidenceModel.train(examples[0]), ofMeaning: ConfidenceModel.train(examples[1]))
        try model.table.write(toFile: output, atomically: true, encoding: .utf8)
        print(model.table)
    }
}
