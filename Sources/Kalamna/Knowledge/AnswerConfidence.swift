internal import CModels
import Foundation

/// What speaks for and against the first hit being the answer: whether the words that carry the question's point stand in it.
package struct AnswerSignals: Sendable {
    /// How many hits are looked at.
    static let depth = 2

    package static let ofWords = [
        "score", "lead", "missing", "missing_concept", "elsewhere_concept", "existence", "words", "per_word", "missing_short",
    ]
    package static let ofMeaning = ["fused_lead", "nearness", "agreement"]

    /// In the order of `ofWords`, then of `ofMeaning` when there was a vector.
    package let values: [Double]

    package var names: [String] { values.count > Self.ofWords.count ? Self.ofWords + Self.ofMeaning : Self.ofWords }

    init(
        _ question: QueryFeatures, _ words: LexicalScores, _ best: [Int32], matched: [Bool], meaning: [Float]?, fused: (Int32) -> Float
    ) {
        let first = best[0]
        let score = words.scores[Int(first)]
        let second = words.best(2).first { $0 != first }.map { words.scores[Int($0)] } ?? 0
        var (all, missing, missingConcept, elsewhereConcept): (Float, Float, Float, Float) = (0, 0, 0, 0)
        var count: Float = 0
        for (index, word) in question.words.enumerated() where !word.isFunctionWord {
            // Squared: one telling word that is missing weighs more than two vague ones.
            let weight = word.specificity * word.specificity
            all += weight
            if word.importance >= 0.45 { count += 1 }
            if !words.known[index] {
                missing += weight
                if word.hasConcept { missingConcept += weight }
            } else if !matched[index], word.hasConcept {
                elsewhereConcept += weight
            }
        }
        all = max(all, 1e-6)
        let some = max(count, 1)
        var values: [Float] = [
            score / words.possible, score > 0 ? (score - second) / score : 0, missing / all, missingConcept / all, elsewhereConcept / all,
            question.asksForExistence ? 1 : 0, min(some, 8), score / some, missing / all / some,
        ]
        if let meaning {
            let nearest = meaning.indices.max { meaning[$0] < meaning[$1] }.map { Int32($0) }
            values += [fused(first) - (best.dropFirst().first.map(fused) ?? 0), meaning[Int(first)], nearest == first ? 1 : 0]
        }
        self.values = values.map(Double.init)
    }
}

/// Logistic regression over the signals, trained by `kalamna train` on `Benchmarks/retrieval`: P(the first hit answers).
package struct ConfidenceModel: Sendable {
    package static let standard = ConfidenceModel(
        table: String(decoding: UnsafeBufferPointer(start: kalamna_confidence().bytes, count: Int(kalamna_confidence().length)), as: UTF8.self))

    /// Weights in the order of the signals, the constant last; of words alone and with meaning.
    private let ofWords: [Double]
    private let ofMeaning: [Double]

    package init(ofWords: [Double], ofMeaning: [Double]) {
        self.ofWords = ofWords
        self.ofMeaning = ofMeaning
    }

    /// - Parameter table: lines of `words|meaning <tab> signal <tab> weight`; the constant's signal is `1`.
    package init(table: String) {
        var weights: [String: [String: Double]] = [:]
        for line in table.split(separator: "\n") {
            let fields = line.split(separator: "\t").map(String.init)
            if fields.count == 3, let weight = Double(fields[2]) { weights[fields[0], default: [:]][fields[1]] = weight }
        }
        func vector(_ kind: String, _ names: [String]) -> [Double] { (names + ["1"]).map { weights[kind]?[$0] ?? 0 } }
        self.init(
            ofWords: vector("words", AnswerSignals.ofWords), ofMeaning: vector("meaning", AnswerSignals.ofWords + AnswerSignals.ofMeaning))
    }

    package var table: String {
        func lines(_ kind: String, _ names: [String], _ weights: [Double]) -> [String] {
            zip(names + ["1"], weights).map { "\(kind)\t\($0)\t\(($1 * 1e6).rounded() / 1e6)" }
        }
        let all = lines("words", AnswerSignals.ofWords, ofWords) + lines("meaning", AnswerSignals.ofWords + AnswerSignals.ofMeaning, ofMeaning)
        return all.joined(separator: "\n") + "\n"
    }

    func probability(_ signals: AnswerSignals) -> Double {
        let weights = signals.values.count > AnswerSignals.ofWords.count ? ofMeaning : ofWords
        let sum = zip(weights, signals.values).reduce(weights.last ?? 0) { $0 + $1.0 * $1.1 }
        return 1 / (1 + exp(-sum))
    }

    /// Weighted so that both outcomes count alike, standardised and with an L2 penalty; deterministic.
    package static func train(
        _ examples: [(signals: [Double], isAnswer: Bool)], steps: Int = 2000, rate: Double = 0.5, penalty: Double = 0.03
    ) -> [Double] {
        guard let width = examples.first?.signals.count else { return [] }
        let count = Double(examples.count)
        let means = (0..<width).map { column in examples.reduce(0) { $0 + $1.signals[column] } / count }
        let deviations = (0..<width).map { column in
            max((examples.reduce(0) { $0 + pow($1.signals[column] - means[column], 2) } / count).squareRoot(), 1e-9)
        }
        let rows = examples.map { example in (0..<width).map { (example.signals[$0] - means[$0]) / deviations[$0] } + [1] }
        let share = Double(examples.count { $0.isAnswer }) / count
        var weights = [Double](repeating: 0, count: width + 1)
        for _ in 0..<steps {
            var gradient = [Double](repeating: 0, count: width + 1)
            for (row, example) in zip(rows, examples) {
                let sum = zip(weights, row).reduce(0) { $0 + $1.0 * $1.1 }
                let error = (1 / (1 + exp(-sum)) - (example.isAnswer ? 1 : 0)) * (example.isAnswer ? 0.5 / share : 0.5 / (1 - share))
                for column in 0...width { gradient[column] += error * row[column] }
            }
            for column in 0...width { weights[column] -= rate * (gradient[column] / count + (column < width ? penalty * weights[column] : 0)) }
        }
        var plain = (0..<width).map { weights[$0] / deviations[$0] }
        plain.append(weights[width] - (0..<width).reduce(0) { $0 + plain[$1] * means[$1] })
        return plain
    }
}
