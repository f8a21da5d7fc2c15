import ArabicText
import Foundation
import Kalamna

/// What `kalamna-bench search` measures, on the calling thread.
struct SearchMeasurement {
    let corpus: SearchCorpus
    let questions: Int

    struct Result {
        /// Of a chunk with its title, on average.
        let bytes: Int
        /// Chunks a second.
        let built: Double
        let times: Times
        /// A line for each question: place, score and confidence of each hit, exactly.
        let rankings: String
    }

    /// Milliseconds.
    struct Times {
        private let sorted: [Double]

        init(_ times: [Duration]) { sorted = times.map { $0 / .milliseconds(1) }.sorted() }

        private func percentile(_ share: Double) -> Double { sorted.isEmpty ? 0 : sorted[Int(Double(sorted.count - 1) * share)] }

        var line: String { String(format: "%.3f | %.3f", percentile(0.5), percentile(0.99)) }
    }

    /// A question is read and searched as `Retriever` does; reading it is part of the time. The first round warms up.
    func search(chunks count: Int) -> Result {
        let chunks = corpus.chunks(count)
        _ = LexicalIndex(Array(chunks.prefix(100)), version: 1)
        let start = ContinuousClock.now
        let lexical = LexicalIndex(chunks, version: 1)
        let took = ContinuousClock.now - start
        let index = SearchIndex(lexical: lexical)
        let places = Dictionary(uniqueKeysWithValues: chunks.enumerated().map { ($0.element.id, $0.offset) })
        var rankings = ""
        var times: [Duration] = []
        for round in 0...1 {
            for question in corpus.questions.prefix(questions) {
                let start = ContinuousClock.now
                let found = index.search(TextAnalyzer.standard.analyze(question), limit: 10)
                let took = ContinuousClock.now - start
                if round == 1 { times.append(took) }
                guard round == 0 else { continue }
                let hits = found.hits.map { "\(places[$0.chunk.id] ?? -1) \($0.score) \($0.why)" }
                rankings += ([question, "\(found.confidence)"] + hits).joined(separator: "\t") + "\n"
            }
        }
        return Result(
            bytes: chunks.reduce(0) { $0 + $1.title.utf8.count + $1.content.utf8.count } / max(count, 1),
            built: Double(count) / (took / .seconds(1)), times: Times(times), rankings: rankings)
    }

    func understanding() -> Times {
        var times: [Duration] = []
        for round in 0...3 {
            for message in corpus.messages {
                let start = ContinuousClock.now
                let found = Understanding(of: message)
                let took = ContinuousClock.now - start
                // Reads the result, so that making it can't be left out.
                if round > 0, found.intentConfidence >= 0 { times.append(took) }
            }
        }
        return Times(times)
    }
}
