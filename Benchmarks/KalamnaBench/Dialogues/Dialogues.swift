import ArgumentParser
import Foundation
import Kalamna

struct Dialogues: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Follow-up questions: how often the last question of a dialogue finds its entry, as it stands and as the bot reads it.",
        discussion: """
            Earlier turns are answered by the same search as in the product, mistakes included. By words alone. `dialogues_a.jsonl` is what \
            FollowUp was made on, `dialogues_b.jsonl` was held out.
            """)

    @Option(help: "The folder with kb_NAME.json and dialogues_NAME.jsonl.") var folder: String = "Benchmarks/dialogues"
    @Option(help: "Which file: a, b; several are measured one after the other.") var sets: [String] = ["a", "b"]
    @Flag(help: "Print the dialogues that are missed.") var misses = false

    func run() throws {
        let folder = URL(filePath: folder, directoryHint: .isDirectory)
        for set in sets {
            let run = try DialogueRun(folder: folder, set: set)
            print(
                "\n\(set.uppercased()): \(run.results.count) dialogues\n\n| last question | n | R@1 alone | R@1 read | R@5 alone | R@5 read | read as follow-up |"
            )
            print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
            line("all", run.results)
            line("follow-ups", run.results.filter { !$0.dialogue.isChange })
            for (kind, results) in Dictionary(grouping: run.results, by: \.dialogue.kind).sorted(by: { $0.key < $1.key }) {
                line("– \(kind)", results)
            }
            for (style, results) in Dictionary(grouping: run.results, by: \.dialogue.style).sorted(by: { $0.key < $1.key }) { line(style, results) }
            print(String(format: "\nms of reading a follow-up: p50 %.3f  p99 %.3f", run.quantile(0.5), run.quantile(0.99)))
            if misses { for result in run.results where result.read != 0 { show(result) } }
        }
    }

    private func line(_ name: String, _ results: [DialogueRun.Result]) {
        func share(_ holds: (DialogueRun.Result) -> Bool) -> String {
            String(format: "%.0f", 100 * Double(results.count(where: holds)) / Double(max(results.count, 1)))
        }
        let cells = [
            name, "\(results.count)", share { $0.alone == 0 }, share { $0.read == 0 }, share { $0.alone.map { $0 < 5 } ?? false },
            share { $0.read.map { $0 < 5 } ?? false }, share(\.isFollowUp),
        ]
        print("| " + cells.joined(separator: " | ") + " |")
    }

    private func show(_ result: DialogueRun.Result) {
        let turns = (result.dialogue.turns + [result.dialogue.question]).joined(separator: " | ")
        print("miss \(result.dialogue.id) [\(result.dialogue.kind), \(result.dialogue.style)] \(turns)")
        print(
            "     wanted \(result.dialogue.relevant.joined(separator: " ")), found \(result.found.joined(separator: " ")), carried \(result.carried)")
    }
}
