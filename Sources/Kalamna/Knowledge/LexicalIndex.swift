import Foundation

/// Weighted BM25 over the chunks of one business, in memory. Built from the chunks alone, so that the ranking is the same
/// on both engines. Immutable: a change of the knowledge makes a new one.
///
/// Score of a chunk: the sum over the words of the question of the best of the word's variants (its stem, its root, what
/// it may mean in Arabic letters …), each `weight · idf · tf·(k1+1) / (tf + k1·(1 − b + b·length/mean))`
/// (Robertson and Zaragoza 2009, eq. 3.15; fields combined as in BM25F: a word in a title counts `titleWeight` times).
package struct LexicalIndex: Sendable {
    private static let k1: Float = 1.2
    private static let b: Float = 0.6
    private static let titleWeight: Float = 2

    private struct Posting {
        let document: Int32
        /// Weighted count, already divided by the length norm's part: `tf` of BM25F.
        let frequency: Float
    }

    package let chunks: [KnowledgeChunk]
    /// The knowledge's version that this was built from.
    package let version: Int64
    private let terms: [String: Int32]
    private let postings: [Posting]
    /// Where each term's postings begin; one more at the end.
    private let starts: [Int32]
    private let norms: [Float]

    package init(_ chunks: [KnowledgeChunk], version: Int64) {
        self.chunks = chunks
        self.version = version
        var terms: [String: Int32] = [:]
        var lists: [[Posting]] = []
        var lengths: [Float] = []
        lengths.reserveCapacity(chunks.count)
        for (document, chunk) in chunks.enumerated() {
            var counts: [Int32: Float] = [:]
            func add(_ text: String, weight: Float) -> Int {
                let features = TextFeatures.indexed(text)
                for feature in features.all {
                    let next = Int32(lists.count)
                    let term = terms[feature] ?? next
                    if term == next {
                        terms[feature] = next
                        lists.append([])
                    }
                    counts[term, default: 0] += weight
                }
                return features.words
            }
            let heading = chunk.heading == chunk.title ? chunk.title : chunk.title + " " + chunk.heading
            let words = add(chunk.content, weight: 1) + add(heading, weight: Self.titleWeight)
            for (term, frequency) in counts { lists[Int(term)].append(Posting(document: Int32(document), frequency: frequency)) }
            lengths.append(Float(max(words, 1)))
        }
        let mean = lengths.isEmpty ? 1 : lengths.reduce(0, +) / Float(lengths.count)
        self.norms = lengths.map { Self.k1 * (1 - Self.b + Self.b * $0 / mean) }
        self.terms = terms
        var starts: [Int32] = [0]
        starts.reserveCapacity(lists.count + 1)
        for list in lists { starts.append((starts.last ?? 0) + Int32(list.count)) }
        self.starts = starts
        self.postings = Array(lists.joined())
    }

    /// Roughly the bytes that this holds, for the bound of the cache.
    package var cost: Int {
        postings.count * 8 + terms.count * 64 + chunks.reduce(0) { $0 + $1.content.utf8.count + ($1.answer?.utf8.count ?? 0) + 256 }
    }

    package func contains(_ term: String) -> Bool { terms[term] != nil }

    /// The best chunks, best first; ties by the order of the chunks' ids.
    package func search(_ question: QueryFeatures, limit: Int) -> LexicalResult {
        var scores = [Float](repeating: 0, count: chunks.count)
        var best = [Float](repeating: 0, count: chunks.count)
        var matched: [Int32: [String]] = [:]
        var touchedByAny = Set<Int32>()
        var possible: Float = 0
        for word in question.words {
            var touched: [Int32] = []
            var strongest: Float = 0
            for variant in word.variants {
                guard let term = terms[variant.term] else { continue }
                let list = postings[Int(starts[Int(term)])..<Int(starts[Int(term) + 1])]
                let idf = inverseFrequency(list.count)
                strongest = max(strongest, idf)
                for posting in list {
                    let index = Int(posting.document)
                    let saturated = posting.frequency * (Self.k1 + 1) / (posting.frequency + norms[index])
                    let score = variant.weight * idf * saturated
                    if best[index] == 0 { touched.append(posting.document) }
                    best[index] = max(best[index], score)
                }
            }
            // A word that no chunk has counts against the answer as a rare one would.
            possible += word.importance * (strongest > 0 ? strongest : inverseFrequency(0))
            for document in touched {
                scores[Int(document)] += word.importance * best[Int(document)]
                best[Int(document)] = 0
                touchedByAny.insert(document)
            }
            for document in touched where touched.count < 200 { matched[document, default: []].append(word.original) }
        }
        let ranked = touchedByAny.sorted { left, right in
            let (first, second) = (scores[Int(left)], scores[Int(right)])
            return first == second ? left < right : first > second
        }
        let hits = ranked.prefix(limit).map { document in
            LexicalHit(chunk: chunks[Int(document)], score: Double(scores[Int(document)]), matched: matched[document] ?? [])
        }
        return LexicalResult(hits: hits, possible: Double(possible))
    }

    private func inverseFrequency(_ documents: Int) -> Float {
        let (all, some) = (Float(chunks.count), Float(documents))
        return log(1 + (all - some + 0.5) / (some + 0.5))
    }
}

package struct LexicalHit: Sendable {
    package let chunk: KnowledgeChunk
    package let score: Double
    /// The words of the question that met this chunk.
    package let matched: [String]
}

package struct LexicalResult: Sendable {
    package let hits: [LexicalHit]
    /// The sum of the question's word weights: what a chunk with every word once would about reach.
    package let possible: Double
}
