import ArgumentParser
import Foundation
import Kalamna

struct Eval: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval", abstract: "Measure the search with questions whose answers are known.")

    @Option(help: "The knowledge: a JSON or CSV file as `import` takes it.") var knowledge: String
    @Option(help: "The questions: one JSON object a line.") var questions: String
    @Option(help: "\(EmbedderChoice.meaning)") var embedder: String = "none"
    @Option(help: "text or json.") var format: String = "text"

    func validate() throws {
        if !["text", "json"].contains(format) { throw ValidationError("--format is text or json.") }
    }

    func run() async throws {
        let choice = try await EmbedderChoice(embedder)
        let evaluation = try await RetrievalEvaluation(
            knowledge: Array(try read(knowledge)), embedder: choice.embedder, now: WallClock.system.now())
        let report = try await evaluation.run(try RetrievalEvaluation.questions(try read(questions)))
        try await choice.close()
        if format == "json" {
            print(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
        } else {
            show(report)
        }
    }

    private func read(_ path: String) throws -> Data {
        guard let data = FileManager.default.contents(atPath: path) else { throw ValidationError("\(path) can't be read.") }
        return data
    }

    private func show(_ report: RetrievalEvaluation.Report) {
        for miss in report.misses {
            print("miss \(miss.question.id) [\(miss.question.style)] \(miss.question.question)")
            print(
                "     wanted \(miss.question.relevant.joined(separator: " ")), found \(miss.found.joined(separator: " ")) by \(miss.why.joined(separator: " "))"
            )
        }
        func line(_ name: String, _ figures: RetrievalEvaluation.Figures) {
            print(
                "\(name.padding(toLength: 10, withPad: " ", startingAt: 0)) R@1 \(percent(figures.r1))  R@5 \(percent(figures.r5))  MRR@10 \(percent(figures.mrr))  n \(figures.n)"
            )
        }
        line("overall", report.overall)
        for (style, figures) in report.byStyle.sorted(by: { $0.key < $1.key }) { line(style, figures) }
        if let abstention = report.abstention {
            print("abstention AUROC \(percent(abstention.auroc)), refused while 90 % are kept \(percent(abstention.refusedAt90))")
        }
        print(String(format: "ms p50 %.3f  p99 %.3f", report.ms.p50, report.ms.p99))
    }

    private func percent(_ share: Double) -> String { String(format: "%5.1f", share * 100) }
}
