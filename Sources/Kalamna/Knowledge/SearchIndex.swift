package import ArabicText

/// A passage that may answer, with what speaks for it.
package struct Hit: Sendable {
    package let chunk: KnowledgeChunk
    /// 0…1, of the best possible for this question.
    package let score: Double
    /// The words of the question that met the passage: why it was found.
    package let why: [String]
}

package struct SearchResult: Sendable {
    package let hits: [Hit]
    /// How likely the first hit answers the question, 0…1.
    package let confidence: Double
    /// What the confidence was made of, by name; nil when nothing was found.
    package let signals: AnswerSignals?
}

/// All that search needs of one version of a business's knowledge. Immutable.
package struct SearchIndex: Sendable {
    /// From each side this many chunks are looked at together.
    private static let candidates = 50

    package let lexical: LexicalIndex
    /// Of the same chunks in the same order; nil without an embedder.
    package let vectors: ChunkVectors?
    /// Instead of `vectors`, for large knowledge on PostgreSQL.
    package let stored: StoredVectors?

    package init(lexical: LexicalIndex, vectors: ChunkVectors? = nil, stored: StoredVectors? = nil) {
        self.lexical = lexical
        self.vectors = vectors
        self.stored = stored
    }

    /// Whether a question's vector is of use.
    package var hasVectors: Bool { vectors != nil || stored != nil }

    package var version: Int64 { lexical.version }
    var cost: Int { lexical.cost + (vectors?.cost ?? 0) + (stored?.cost ?? 0) }

    /// As `search`, wherever the vectors are.
    package func find(_ question: AnalyzedText, vector: [Float], limit: Int) async throws -> SearchResult {
        guard let stored else { return search(question, vector: vector, limit: limit) }
        let features = QueryFeatures(question)
        let words = lexical.scores(of: features)
        let meaning = try await stored.nearness(to: vector, candidates: words.best(Self.candidates))
        return rank(question, features, words, meaning, limit: limit)
    }

    /// - Parameter vector: of the question, by the embedder whose vectors these are; nil: the words alone decide.
    package func search(_ question: AnalyzedText, vector: [Float]? = nil, limit: Int) -> SearchResult {
        let features = QueryFeatures(question)
        let words = lexical.scores(of: features)
        return rank(question, features, words, vector.flatMap { vectors?.nearness(to: $0) }, limit: limit)
    }

    private func rank(
        _ question: AnalyzedText, _ features: QueryFeatures, _ words: LexicalScores, _ meaning: [Float]?, limit: Int
    ) -> SearchResult {
        let best: [Int32]
        var fused: (Int32) -> Float = { words.scores[Int($0)] / words.possible }
        let count = max(limit, AnswerSignals.depth)
        if let meaning {
            let weight = Self.weightOfMeaning(question.language)
            fused = { words.scores[Int($0)] / words.possible + weight * meaning[Int($0)] }
            let candidates = Set(words.best(Self.candidates)).union(TopK.best(Self.candidates, of: 0..<Int32(meaning.count)) { meaning[Int($0)] })
            best = TopK.best(count, of: candidates, by: fused)
        } else {
            best = words.best(count)
        }
        guard let first = best.first else { return SearchResult(hits: [], confidence: 0, signals: nil) }
        let matched = lexical.matches(features, in: first)
        let signals = AnswerSignals(features, words, best, matched: matched, meaning: meaning, fused: fused)
        let hits = best.prefix(limit).map { document in
            let matched = document == first ? matched : lexical.matches(features, in: document)
            return Hit(
                chunk: lexical.chunks[Int(document)], score: Double(min(1, max(0, fused(document)))),
                why: zip(features.words, matched).filter(\.1).map(\.0.original))
        }
        return SearchResult(hits: hits, confidence: ConfidenceModel.standard.probability(signals), signals: signals)
    }

    /// Of one standard deviation of nearness, in shares of the best possible word score. Embedding models know standard Arabic and
    /// English better than Egyptian (measured on `Benchmarks/retrieval`).
    private static func weightOfMeaning(_ language: Language) -> Float {
        switch language {
        case .msa: 0.12
        case .english: 0.14
        default: 0.07
        }
    }
}
