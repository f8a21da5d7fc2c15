package import ArabicText
package import Logging

/// Search in a business's knowledge: the one function for the bot, the API and the evaluation.
///
/// The index of a business is built from its chunks on first use, kept in memory within a bound, and built anew when the
/// knowledge's version has moved on; the version is read from the database, so that it is right with several processes too.
package final class Retriever: Sendable {
    /// From this confidence on the words alone decide, and no vector is asked for.
    static let certain = 0.97

    private let database: Database
    private let cache: IndexCache
    private let embedder: (any Embedder)?
    private let patience: Duration
    private let logger: Logger

    /// - Parameters:
    ///   - embedder: nil: the words alone decide.
    ///   - patience: a customer does not wait longer for the vector of his question: the words alone answer then.
    ///   - cacheBytes: about how much memory all indexes may take together.
    package init(database: Database, embedder: (any Embedder)? = nil, cacheBytes: Int = 256 << 20, patience: Duration = .seconds(2), logger: Logger) {
        self.database = database
        self.embedder = embedder.map { CachedEmbedder($0) }
        self.cache = IndexCache(limit: cacheBytes)
        self.patience = patience
        self.logger = logger
    }

    /// - Parameter version: the knowledge's version when the caller has just read it; otherwise it is read here.
    package func search(_ question: AnalyzedText, in business: BusinessID, version: Int64? = nil, limit: Int = 5) async throws -> SearchResult {
        let wanted: Int64
        if let version { wanted = version } else { wanted = try await database.read(of: business) { try KnowledgeChunks($0).version() } }
        let index = try await index(of: business, version: wanted)
        let byWords = index.search(question, limit: limit)
        guard let embedder, index.hasVectors, byWords.confidence < Self.certain, let vector = await vector(of: question, embedder) else {
            return byWords
        }
        return try await index.find(question, vector: vector, limit: limit)
    }

    package func search(_ question: String, in business: BusinessID, limit: Int = 5) async throws -> SearchResult {
        try await search(TextAnalyzer.standard.analyze(question), in: business, limit: limit)
    }

    /// Nil when the embedder fails or takes too long: worse ranking, never no answer.
    private func vector(of question: AnalyzedText, _ embedder: any Embedder) async -> [Float]? {
        do {
            return try await withThrowingTaskGroup(of: [Float]?.self) { group in
                group.addTask { try await embedder.embed(query: question.textToEmbed) }
                group.addTask { [patience] in
                    try await Task.sleep(for: patience)
                    return nil
                }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
        } catch {
            if !(error is CancellationError) { logger.warning("embedding a question failed", metadata: ["error": "\(String(reflecting: error))"]) }
            return nil
        }
    }

    private func index(of business: BusinessID, version: Int64) async throws -> SearchIndex {
        try await cache.index(of: business, version: version) { [database, model = embedder?.model] in
            let (chunks, version, vectors, stored) = try await database.read(of: business) { db in
                let chunks = try KnowledgeChunks(db).all()
                let stored = try model.flatMap { try StoredVectors(of: chunks, in: database, db, model: $0) }
                let vectors = stored == nil ? try model.map { try KnowledgeVectors(db).all(of: $0) } : nil
                return (chunks, try KnowledgeChunks(db).version(), vectors, stored)
            }
            let lexical = LexicalIndex(chunks, version: version)
            let inMemory = model.flatMap { model in vectors.flatMap { ChunkVectors(of: chunks, $0, model: model) } }
            return SearchIndex(lexical: lexical, vectors: inMemory, stored: stored)
        }
    }
}

extension AnalyzedText {
    /// What an embedding model is given: Arabizi in Arabic letters, which these models read far better (shared/eval README:
    /// R@1 10 → 46 %).
    package var textToEmbed: String {
        guard tokens.contains(where: { $0.language == .arabizi }) else { return source }
        return tokens.map { $0.language == .arabizi ? $0.readings.first?.word ?? $0.text : $0.text }.joined(separator: " ")
    }
}
