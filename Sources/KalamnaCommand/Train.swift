import ArgumentParser
import Foundation
import Kalamna

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train the classifiers of intent and emotion, and how much each word tells, from labelled sentences.",
        discussion: """
            The same sentences give the same files on every run. They are compiled into the program: build again afterwards.
            The figures are of sentences that were left out of the training.
            """)

    @Option(help: "Folder with the sentences.") var sentences: String = "Training"
    @Option(help: "Folder for intent.bin, emotion.bin and word_counts.tsv.") var output: String = "Sources/CModels"
    @Option(help: "Parts of the cross-validation. 0: no figures, and how sure an answer is stays uncalibrated.") var folds: Int = 5

    func validate() throws {
        if folds == 1 || !(0...20).contains(folds) { throw ValidationError("--folds is 0, or 2 to 20.") }
    }

    func run() throws {
        let all = try read()
        let counts = URL(fileURLWithPath: output).appendingPathComponent("word_counts.tsv")
        try WordImportance.table(of: all.texts).write(to: counts, atomically: true, encoding: .utf8)
        print("\(counts.path): words and concepts of \(all.texts.count) sentences")
        for task in TrainingSentences.Task.allCases {
            print("\(task.rawValue): \(all.of(task).count) sentences")
            let outcome = ClassifierTraining.run(task, on: all, folds: folds)
            if folds > 0 {
                let report = outcome.validation
                print("cross-validation: accuracy \(percent(report.accuracy)) %, macro-F1 \(percent(report.macroF1)) %\n\(report.table)")
            }
            let bytes = outcome.classifier.bytes
            let file = URL(fileURLWithPath: output).appendingPathComponent("\(task.rawValue).bin")
            try Data(bytes).write(to: file, options: .atomic)
            print("\(file.path): \(bytes.count) bytes")
        }
    }

    private func read() throws -> TrainingSentences {
        var all = TrainingSentences()
        let root = URL(fileURLWithPath: sentences)
        for folder in ["intent", "emotion", "messages"] {
            let path = root.appendingPathComponent(folder).path
            guard FileManager.default.fileExists(atPath: path) else { continue }
            // In the order of their names: a folder's own order is not the same everywhere.
            for name in try FileManager.default.contentsOfDirectory(atPath: path).sorted() where name.hasSuffix(".txt") {
                let text = try String(contentsOf: root.appendingPathComponent("\(folder)/\(name)"), encoding: .utf8)
                try all.add(text, folder: folder, name: String(name.dropLast(4)))
            }
        }
        for task in TrainingSentences.Task.allCases where all.of(task).isEmpty {
            throw ValidationError("There are no sentences in \(sentences)/\(task.rawValue).")
        }
        return all
    }

    private func percent(_ share: Double) -> String { String(format: "%.1f", share * 100) }
}
