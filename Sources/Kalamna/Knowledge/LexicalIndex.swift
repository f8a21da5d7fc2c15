import ArabicText
import Foundation

/// Weighted BM25 over the chunks of one business, in memory. Built from the chunks alone, so that the ranking is the same
/// on both engines. Immutable: a change of the knowledge makes a new one.
///
/// Score of a chunk: the sum over the words of the question of the best of the word's variants (its stem, its root, what it may
/// mean in Arabic letters, its concept …), each `weight · idf^0.7 · tf·(k1+1) / (tf + k1·(1 − b + b·length/mean))` (Robertson and
/// Zaragoza 2009, eq. 3.15; fields combined as in BM25F: a word in a title counts `titleWeight` times), and a little for each
/// word that is met at all. The exponent: in forty entries the rarest word is not the one that matters most. Constants were
/// chosen on `Benchmarks/retrieval` (docs/developers/evaluation.md).
package struct LexicalIndex: Sendable {
    private static let k1: Float = 1.2
    private static let b: Float = 0.75
    private static let titleWeight: Float = 4
    private static let rarity: Float = 0.7
    private static let coordination: Float = 0.2

    private struct Posting {
        let document: Int32
        /// What the term adds to the document's score at weight 1.
        var impact: Float
    }

    package let chunks: [KnowledgeChunk]
    /// The knowledge's version that this was built from.
    package let version: Int64
    private let terms: [Term: Int32]
    private let postings: [Posting]
    /// Where each term's postings begin; one more at the end.
    private let starts: [Int32]
    /// 1.2 among the entries of a shop, where customers and policies share few words; 0.8 from 500 chunks on, where more words are shared
    /// and a concept is met by chance.
    private let conceptWeight: Float

    package init(_ chunks: [KnowledgeChunk], version: Int64) {
        self.chunks = chunks
        self.version = version
        var collector = Collector()
        let untitled = Self.untitled(chunks)
        for (document, chunk) in chunks.enumerated() {
            let heading = chunk.heading == chunk.title ? chunk.title : chunk.title + " " + chunk.heading
            let weight = untitled.contains(chunk.item) ? 1 : Self.titleWeight
            let words = collector.add(chunk.content, weight: 1) + weight * collector.add(heading, weight: weight)
            collector.endDocument(Int32(document), length: max(words, 1))
        }
        let mean = collector.lengths.reduce(0, +) / Float(max(collector.lengths.count, 1))
        let norms = collector.lengths.map { Self.k1 * (1 - Self.b + Self.b * $0 / mean) }
        var starts = [Int32](repeating: 0, count: collector.documentCounts.count + 1)
        for (term, count) in collector.documentCounts.enumerated() { starts[term + 1] = starts[term] + count }
        var ends = starts
        var postings = [Posting](repeating: Posting(document: 0, impact: 0), count: collector.entries.count)
        for entry in collector.entries {
            let term = Int(entry.term)
            let idf = Self.inverseFrequency(Int(collector.documentCounts[term]), of: chunks.count)
            let saturated = entry.frequency * (Self.k1 + 1) / (entry.frequency + norms[Int(entry.document)])
            postings[Int(ends[term])] = Posting(document: entry.document, impact: idf * saturated)
            ends[term] += 1
        }
        self.terms = collector.terms
        self.starts = starts
        self.postings = postings
        self.conceptWeight = 1.2 - 0.4 * min(1, max(0, log10(Float(max(chunks.count, 1)) / 50)))
    }

    /// Items whose title is only the beginning of their text, as `KnowledgeImport` gives one to those without: it says little more.
    private static func untitled(_ chunks: [KnowledgeChunk]) -> Set<KnowledgeItemID> {
        Set(chunks.lazy.filter { $0.position == 0 && $0.title.count > 40 && $0.content.hasPrefix($0.title.prefix { $0 != "…" }) }.map(\.item))
    }

    /// Roughly the bytes that this holds, for the bound of the cache.
    package var cost: Int {
        postings.count * 8 + terms.count * 32 + chunks.reduce(0) { $0 + $1.content.utf8.count + ($1.answer?.utf8.count ?? 0) + 256 }
    }

    func contains(_ term: Term) -> Bool { terms[term] != nil }

    /// What each chunk scores for a question.
    package func scores(of question: QueryFeatures) -> LexicalScores {
        var scores = [Float](repeating: 0, count: chunks.count)
        var best = scores
        var found: [Int32] = []
        var touched: [Int32] = []
        var possible: Float = 0
        var known: [Bool] = []
        for word in question.words {
            touched.removeAll(keepingCapacity: true)
            var strongest: Float = 0
            var isKnown = false
            for variant in word.variants {
                guard let term = terms[variant.term] else { continue }
                let list = postings[Int(starts[Int(term)])..<Int(starts[Int(term) + 1])]
                let weight = variant.isConcept ? variant.weight * conceptWeight : variant.weight
                strongest = max(strongest, Self.inverseFrequency(list.count, of: chunks.count))
                isKnown = isKnown || variant.certainty >= QueryFeatures.sure
                for posting in list {
                    let document = Int(posting.document)
                    let score = weight * posting.impact
                    guard score > best[document] else { continue }
                    if best[document] == 0 { touched.append(posting.document) }
                    best[document] = score
                }
            }
            // A word that no chunk has counts against the answer as a rare one would.
            possible += word.importance * (strongest > 0 ? strongest : Self.inverseFrequency(0, of: chunks.count))
            known.append(isKnown || word.partOf.contains { terms[$0] != nil })
            for document in touched {
                if scores[Int(document)] == 0 { found.append(document) }
                scores[Int(document)] += best[Int(document)] + Self.coordination * word.importance
                best[Int(document)] = 0
            }
        }
        return LexicalScores(scores: scores, found: found, possible: max(possible, .leastNormalMagnitude), known: known)
    }

    /// For each word of the question whether the chunk has it, as itself or as a sure reading of it.
    package func matches(_ question: QueryFeatures, in document: Int32) -> [Bool] {
        question.words.map { word in
            word.variants.contains { $0.certainty >= QueryFeatures.sure && has($0.term, document) } || word.partOf.contains { has($0, document) }
        }
    }

    private func has(_ term: Term, _ document: Int32) -> Bool {
        guard let term = terms[term] else { return false }
        var range = Int(starts[Int(term)])..<Int(starts[Int(term) + 1])
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if postings[middle].document == document { return true }
            range = postings[middle].document < document ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return false
    }

    private static func inverseFrequency(_ some: Int, of all: Int) -> Float {
        let (some, all) = (Float(some), Float(all))
        return pow(log(1 + (all - some + 0.5) / (some + 0.5)), rarity)
    }
}

extension LexicalIndex {
    /// Gathers the terms of one document after the other: those of `TextAnalyzer.indexTerms`, with each word read only once.
    private struct Collector {
        struct Entry {
            let term: Int32
            let document: Int32
            let frequency: Float
        }

        private struct Word {
            let token: AnalyzedToken
            let stem: Int32
            let root: Int32?
        }

        /// Of a catalogue's words most come again; those that don't must not fill the memory.
        private static let mostWords = 100_000

        var terms: [Term: Int32] = [:]
        /// In how many documents each term is.
        var documentCounts: [Int32] = []
        var entries: [Entry] = []
        var lengths: [Float] = []
        private var current: [(term: Int32, weight: Float)] = []
        private var words: [String: Word] = [:]

        /// The number of words.
        mutating func add(_ text: String, weight: Float) -> Float {
            var read: [AnalyzedToken] = []
            var count: Float = 0
            for token in Tokenizer.tokenize(text) {
                guard token.kind != .emoji else {
                    read.append(TextAnalyzer.standard.indexed(token))
                    continue
                }
                let word = word(token)
                read.append(word.token)
                current.append((word.stem, weight))
                if let root = word.root { current.append((root, weight)) }
                count += 1
            }
            for match in TextAnalyzer.standard.lexicon.matches(in: read) { current.append((number(of: Term(.concept, match.concept)), weight)) }
            return count
        }

        private mutating func word(_ token: Token) -> Word {
            if token.kind == .word, let known = words[token.text], known.token.token.script == token.script { return known }
            let read = TextAnalyzer.standard.indexed(token)
            let word = Word(token: read, stem: number(of: Term(.stem, read.stem)), root: read.root.map { number(of: Term(.root, $0)) })
            if token.kind == .word, words.count < Self.mostWords { words[token.text] = word }
            return word
        }

        private mutating func number(of term: Term) -> Int32 {
            if let number = terms[term] { return number }
            let number = Int32(documentCounts.count)
            terms[term] = number
            documentCounts.append(0)
            return number
        }

        mutating func endDocument(_ document: Int32, length: Float) {
            current.sort { $0.term < $1.term }
            var index = 0
            while index < current.count {
                let term = current[index].term
                var frequency: Float = 0
                while index < current.count, current[index].term == term {
                    frequency += current[index].weight
                    index += 1
                }
                entries.append(Entry(term: term, document: document, frequency: frequency))
                documentCounts[Int(term)] += 1
            }
            current.removeAll(keepingCapacity: true)
            lengths.append(length)
        }
    }
}

/// The scores of all chunks for one question.
package struct LexicalScores: Sendable {
    /// By the chunks' order in the index; 0 for those without any word of the question.
    let scores: [Float]
    /// The chunks that have a score.
    let found: [Int32]
    /// The sum of the question's word weights: what a chunk with every word once would about reach.
    let possible: Float
    /// For each word of the question whether any chunk has it, as itself or as a sure reading of it.
    let known: [Bool]

    /// The best, best first; ties by the order of the chunks.
    func best(_ limit: Int) -> [Int32] { TopK.best(limit, of: found) { scores[Int($0)] } }
}

enum TopK {
    /// The `limit` best of `candidates`, best first; of equals the smaller number first.
    static func best(_ limit: Int, of candidates: some Sequence<Int32>, by score: (Int32) -> Float) -> [Int32] {
        var best: [(number: Int32, score: Float)] = []
        best.reserveCapacity(limit + 1)
        for candidate in candidates {
            let score = score(candidate)
            func precedes(_ other: (number: Int32, score: Float)) -> Bool {
                score == other.score ? candidate < other.number : score > other.score
            }
            if best.count == limit {
                guard let last = best.last, precedes(last) else { continue }
                best.removeLast()
            }
            var place = best.count
            while place > 0, precedes(best[place - 1]) { place -= 1 }
            best.insert((candidate, score), at: place)
        }
        return best.map(\.number)
    }
}
