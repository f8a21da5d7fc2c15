import Foundation
import TextFuzzing

/// One text again, step by step.
struct FuzzReplay {
    let sentences: [String]
    let steps: [FuzzStep]

    func run(_ fuzz: FuzzCase, printsText: Bool) throws {
        var maker = HostileText(seed: fuzz.seed, sentences: sentences)
        let text = fuzz.text(&maker)
        if printsText { print(text.unicodeScalars.map { $0.escaped(asASCII: false) }.joined()) }
        for step in steps {
            let outcome = try step.execute(text)
            let times = try (0..<5).map { _ in try step.measure(text) }
            print(String(format: "%8.2f ms  ", times.min() ?? outcome.milliseconds) + step.name)
            for problem in Set(outcome.problems).sorted() { print("             \(problem)") }
        }
    }
}
