import ArabicText
internal import CModels
import Foundation

/// How much a word of a question tells about what it asks, by how many of our training sentences have it: customers say
/// "عايز", "ممكن", "لو سمحت" whatever they ask, and in a knowledge base of forty entries such words may be the rarest of all.
package struct WordImportance: Sendable {
    static let standard = WordImportance(
        table: String(decoding: UnsafeBufferPointer(start: kalamna_word_counts().bytes, count: Int(kalamna_word_counts().length)), as: UTF8.self))

    private static let stemScale: Float = 0.11
    private static let conceptScale: Float = 0.14
    private static let least: Float = 0.3

    private var counts: [Term: Float] = [:]
    private var sentences: Float = 1

    /// - Parameter table: lines of `kind <tab> word <tab> count`; kind `sentences` has the number of all sentences.
    init(table: String) {
        for line in table.split(separator: "\n") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count == 3, let count = Float(fields[2]) else { continue }
            if fields[0] == "sentences" {
                sentences = count
            } else if let kind = IndexTerm.Kind(rawValue: String(fields[0])) {
                counts[Term(kind, String(fields[1]))] = count
            }
        }
    }

    /// 0.3…1.
    func ofStem(_ stem: String) -> Float { importance(Term(.stem, stem), Self.stemScale) }
    func ofConcept(_ concept: String) -> Float { importance(Term(.concept, concept), Self.conceptScale) }

    private func importance(_ term: Term, _ scale: Float) -> Float {
        min(1, max(Self.least, scale * log(sentences / ((counts[term] ?? 0) + 3))))
    }

    /// The table of these sentences. Words of a single sentence are left out: they are as good as unseen.
    package static func table(of sentences: [String]) -> String {
        var counts: [String: Int] = [:]
        for sentence in sentences {
            let analyzed = TextAnalyzer.standard.analyze(sentence)
            var seen = Set(analyzed.tokens.map { "stem\t\($0.readings.first?.stem ?? $0.stem)" })
            seen.formUnion(analyzed.concepts.map { "concept\t\($0.concept)" })
            for word in seen { counts[word, default: 0] += 1 }
        }
        let lines = counts.filter { $0.value > 1 }.map { "\($0.key)\t\($0.value)" }.sorted()
        return (["sentences\t\t\(sentences.count)"] + lines).joined(separator: "\n") + "\n"
    }
}
