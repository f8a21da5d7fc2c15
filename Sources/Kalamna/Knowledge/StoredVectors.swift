/// The vectors of a business whose knowledge is too large for memory: PostgreSQL finds the nearest, a sample in memory tells what
/// is near for this question. An alternative to `ChunkVectors`.
package struct StoredVectors: Sendable {
    private static let sampled = 4096
    private static let nearest = 50

    private let database: Database
    private let business: BusinessID
    private let model: EmbeddingModel
    private let sample: VectorIndex
    private let chunks: [KnowledgeChunkID]
    private let places: [KnowledgeChunkID: Int]

    /// Nil when the knowledge is small enough for memory or PostgreSQL can't search it (yet): then `ChunkVectors` does.
    package init?(
        of chunks: [KnowledgeChunk], in database: Database, _ db: BusinessTransaction, model: EmbeddingModel,
        mostInMemory: Int = NearVectors.mostInMemory
    ) throws {
        guard chunks.count * model.dimensions > mostInMemory, try NearVectors(db, model: model)?.isComplete() == true else { return nil }
        let vectors = try KnowledgeVectors(db).sample(Self.sampled, of: model)
        if vectors.isEmpty { return nil }
        (self.database, self.business, self.model) = (database, db.business, model)
        self.sample = VectorIndex(vectors, dimensions: model.dimensions)
        self.chunks = chunks.map(\.id)
        self.places = Dictionary(chunks.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    var cost: Int { sample.bytes + chunks.count * 64 }

    /// As `ChunkVectors.nearness`, of the nearest chunks and of the candidates; 0 for all others.
    func nearness(to question: [Float], candidates: [Int32]) async throws -> [Float]? {
        guard question.allSatisfy(\.isFinite), let usual = sample.cosines(to: question) else { return nil }
        let found = try await database.read(of: business) { [model, chunks] db in
            try NearVectors(db, model: model)?.nearest(to: question, limit: Self.nearest, and: candidates.map { chunks[Int($0)] })
        }
        guard let found else { return nil }
        let spread = Spread(of: usual)
        var nearness = [Float](repeating: 0, count: chunks.count)
        for (chunk, vector) in found {
            guard let place = places[chunk], vector.count == question.count else { continue }
            nearness[place] = spread.deviations(of: zip(vector, question).reduce(0) { $0 + $1.0 * $1.1 })
        }
        return nearness
    }

    /// Puts a large business's vectors into PostgreSQL's index. Little at a time, so that nobody waits for its locks.
    package static func file(
        _ business: BusinessID, of model: EmbeddingModel, in database: Database, mostInMemory: Int = NearVectors.mostInMemory
    ) async throws {
        let isLarge = try await database.read(of: business) { db in
            guard try NearVectors(db, model: model) != nil else { return false }
            return try KnowledgeVectors(db).count(of: model) * model.dimensions > mostInMemory
        }
        guard isLarge else { return }
        try await database.write(of: business) { db in try NearVectors(db, model: model)?.prepare() }
        var next: String? = ""
        while let last = next {
            try Task.checkCancellation()
            next = try await database.write(of: business) { db in try NearVectors(db, model: model)?.fill(after: last) }
        }
    }
}
