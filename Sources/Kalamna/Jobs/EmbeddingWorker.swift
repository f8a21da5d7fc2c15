package import Logging
import ServiceLifecycle
import Store

/// Reads new knowledge with the embedder, in the background: a customer's question never waits for it, and until a chunk has its
/// vector the words alone find it.
package struct EmbeddingWorker: Service {
    private static let every = Duration.seconds(2)
    private static let afterFailure = Duration.seconds(30)
    private static let batch = 16

    private let database: Database
    private let embedder: any Embedder
    private let logger: Logger

    package init(database: Database, embedder: any Embedder, logger: Logger) {
        self.database = database
        self.embedder = embedder
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                var pause = Self.every
                do {
                    try await work()
                } catch is CancellationError {
                    return
                } catch {
                    logger.warning("embedding knowledge failed", metadata: ["error": "\(String(reflecting: error))"])
                    pause = Self.afterFailure
                }
                try? await Task.sleep(for: pause)
            }
        }
    }

    /// Until nothing is missing. The knowledge's version grows once for each business, so that its index is built with the vectors.
    package func work() async throws {
        for business in try await businesses() {
            var isChanged = false
            while true {
                let chunks = try await database.read(of: business) { [model = embedder.model] db in
                    try KnowledgeVectors(db).missing(for: model, limit: Self.batch)
                }
                if chunks.isEmpty { break }
                let vectors = try await embedder.embed(chunks.map(\.textToEmbed), as: .passage)
                try await database.write(of: business) { [model = embedder.model] db in
                    try KnowledgeVectors(db).store(Array(zip(chunks.map(\.id), vectors)), of: model)
                }
                isChanged = true
            }
            guard isChanged else { continue }
            try await database.write(of: business) { [model = embedder.model] db in
                try KnowledgeVectors(db).deleteOthers(than: model)
                try KnowledgeChunks(db).raiseVersion()
            }
        }
    }

    private func businesses() async throws -> [BusinessID] {
        try await database.readAcrossBusinesses { [model = embedder.model.description] transaction in
            try transaction.fetch(
                """
                SELECT DISTINCT c.business_id FROM knowledge_chunks c
                JOIN knowledge_items i ON i.business_id = c.business_id AND i.id = c.item_id
                WHERE i.status = \(KnowledgeItem.Status.ready) AND NOT EXISTS
                  (SELECT 1 FROM knowledge_vectors v WHERE v.business_id = c.business_id AND v.model = \(model) AND v.chunk_id = c.id)
                """
            ).map { row throws in try row["business_id"] }
        }
    }
}
