package import Logging
import ServiceLifecycle
import Store

/// Reads new knowledge with the embedder, in the background: a customer's question never waits for it, and until a chunk has its
/// vector the words alone find it.
package actor EmbeddingWorker: Service {
    private static let every = Duration.seconds(2)
    private static let afterFailure = Duration.seconds(30)
    private static let batch = 16

    private let database: Database
    private let embedder: any Embedder
    private let logger: Logger
    /// The knowledge's version of each business up to which everything was read: others cost no look at their chunks.
    private var read: [BusinessID: Int64] = [:]
    /// When to come back to a business whose texts could not be read. The others don't wait for it.
    private var retryAt: [BusinessID: ContinuousClock.Instant] = [:]
    /// Texts that the embedder refuses: the words alone find them, and the rest goes on. Asked again after a restart.
    private var refused: Set<KnowledgeChunkID> = []

    package init(database: Database, embedder: any Embedder, logger: Logger) {
        self.database = database
        self.embedder = embedder
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.work()
                try? await Task.sleep(for: Self.every)
            }
        }
    }

    /// Until nothing is missing, or what is missing has to wait.
    package func work() async {
        do {
            for (business, version) in try await versions() where read[business] != version {
                if let time = retryAt[business], time > .now { continue }
                do {
                    read[business] = try await embed(business)
                    retryAt[business] = nil
                } catch {
                    if Task.isCancelled { return }
                    retryAt[business] = .now + Self.afterFailure
                    logger.warning(
                        "embedding knowledge failed", metadata: ["business": "\(business)", "error": "\(String(reflecting: error))"])
                }
            }
        } catch {
            if Task.isCancelled { return }
            logger.warning("looking for new knowledge failed", metadata: ["error": "\(String(reflecting: error))"])
        }
    }

    /// The version of the knowledge when all of it was read.
    private func embed(_ business: BusinessID) async throws -> Int64 {
        let model = embedder.model
        while true {
            let (chunks, version) = try await database.read(of: business) { [refused] db in
                (try KnowledgeVectors(db).missing(for: model, without: refused, limit: Self.batch), try KnowledgeChunks(db).version())
            }
            if chunks.isEmpty {
                try await StoredVectors.file(business, of: model, in: database)
                return version
            }
            let vectors = try await vectors(of: chunks)
            // The last batch raises the version in its own transaction: after a kill either both are there or the work is done again.
            let end = try await database.write(of: business) { [refused] db -> Int64? in
                try KnowledgeVectors(db).store(vectors, of: model)
                guard try KnowledgeVectors(db).missing(for: model, without: refused, limit: 1).isEmpty else { return nil }
                try KnowledgeVectors(db).deleteOthers(than: model)
                try KnowledgeChunks(db).raiseVersion()
                return try KnowledgeChunks(db).version()
            }
            if let end {
                try await StoredVectors.file(business, of: model, in: database)
                return end
            }
        }
    }

    /// All together; when that is refused, each by itself, so that one text can't keep the others from being read. When all are
    /// refused it is hardly the texts (a wrong model, a wrong address): that is thrown.
    private func vectors(of chunks: [KnowledgeChunk]) async throws -> [(chunk: KnowledgeChunkID, vector: [Float])] {
        do {
            return Array(zip(chunks.map(\.id), try await embedder.embed(chunks.map(\.textToEmbed), as: .passage)))
        } catch  where Self.isRefusal(error) {
            var vectors: [(chunk: KnowledgeChunkID, vector: [Float])] = []
            var bad: Set<KnowledgeChunkID> = []
            for chunk in chunks {
                do {
                    for vector in try await embedder.embed([chunk.textToEmbed], as: .passage) { vectors.append((chunk.id, vector)) }
                } catch  where Self.isRefusal(error) {
                    bad.insert(chunk.id)
                }
            }
            if vectors.isEmpty && chunks.count > 1 { throw error }
            refused.formUnion(bad)
            logger.warning("passages can't be embedded", metadata: ["chunks": "\(bad.map(\.description).sorted())"])
            return vectors
        }
    }

    /// Of the text itself; everything else may pass.
    private static func isRefusal(_ error: any Error) -> Bool {
        if let failure = error as? ProviderFailure { return failure.kind == .badRequest }
        if let failure = error as? Failure { return failure.kind == .invalid || failure.kind == .fault }
        return false
    }

    private func versions() async throws -> [(BusinessID, Int64)] {
        try await database.readAcrossBusinesses { transaction in
            try transaction.fetch("SELECT id, knowledge_version FROM businesses").map { row throws in
                (try row["id"], try row["knowledge_version"])
            }
        }
    }
}
