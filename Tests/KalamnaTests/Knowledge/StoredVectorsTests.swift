import Foundation
import Store
import StorePostgres
import TestSupport
import Testing

@testable import Kalamna

/// Large knowledge: PostgreSQL finds the nearest, as the index in memory would.
@Suite(.serialized, .timeLimit(.minutes(10))) struct StoredVectorsTests {
    private static let model = EmbeddingModel(name: "random", version: "1", dimensions: 24)
    private static let items = 60

    /// Only a superuser may make the extension; where an operator has done it, the product uses it.
    private func makeExtension() async throws {
        let url = try #require(ProcessInfo.processInfo.environment["KALAMNA_TEST_POSTGRES"])
        let admin = try PostgresStore(url: url.replacing("://kalamna@", with: "://postgres@"), connections: 1)
        try await admin.write(.everything) { try $0.execute("CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public") }
        try await admin.close()
    }

    /// Chunks with a vector each. The same seed gives two businesses the same vectors.
    private func fill(_ kalamna: TestKalamna, _ business: TestBusiness, seed: UInt64) async throws -> [KnowledgeChunk] {
        let now = kalamna.clock.now
        try await kalamna.database.write(of: business.business.id) { db in
            for number in 0..<Self.items {
                _ = try KnowledgeItems(db).create(KnowledgeDraft(title: "صنف \(number)", content: .text("وصف الصنف \(number).")), by: nil, now: now)
            }
        }
        let chunks = try await kalamna.database.read(of: business.business.id) { try KnowledgeChunks($0).all() }
        try await kalamna.database.write(of: business.business.id) { db in
            var random = Vectors(seed: seed)
            try KnowledgeVectors(db).store(chunks.map { ($0.id, random.unit(Self.model.dimensions)) }, of: Self.model)
        }
        return chunks
    }

    private func load(
        _ kalamna: TestKalamna, _ business: TestBusiness, _ chunks: [KnowledgeChunk], mostInMemory: Int = 0
    ) async throws -> StoredVectors? {
        let database = kalamna.database
        return try await database.read(of: business.business.id) { db in
            try StoredVectors(of: chunks, in: database, db, model: Self.model, mostInMemory: mostInMemory)
        }
    }

    @Test func postgresFindsWhatMemoryFinds() async throws {
        try await makeExtension()
        let kalamna = try await TestKalamna(.postgres)
        let (acme, globex) = (try await fill(kalamna, kalamna.acme, seed: 1), try await fill(kalamna, kalamna.globex, seed: 2))
        #expect(try await load(kalamna, kalamna.acme, acme) == nil, "nothing is in the index yet")
        for business in [kalamna.acme, kalamna.globex] {
            try await StoredVectors.file(business.business.id, of: Self.model, in: kalamna.database, mostInMemory: 0)
        }
        for (business, chunks) in [(kalamna.acme, acme), (kalamna.globex, globex)] {
            #expect(try await load(kalamna, business, chunks, mostInMemory: 1 << 20) == nil, "small knowledge stays in memory")
            let stored = try #require(try await load(kalamna, business, chunks))
            let vectors = try await kalamna.database.read(of: business.business.id) { try KnowledgeVectors($0).all(of: Self.model) }
            let memory = try #require(ChunkVectors(of: chunks, vectors, model: Self.model))
            var random = Vectors(seed: 3)
            for _ in 0..<10 {
                let question = random.unit(Self.model.dimensions)
                let expected = try #require(memory.nearness(to: question))
                let found = try #require(try await stored.nearness(to: question, candidates: [0]))
                let best = expected.indices.sorted { expected[$0] > expected[$1] }.prefix(10)
                // Of sixty, HNSW misses none; the business's own chunks only, and each with its own nearness.
                #expect(best.allSatisfy { abs(found[$0] - expected[$0]) < 0.05 })
                #expect(abs(found[0] - expected[0]) < 0.05, "a candidate is told whether near or not")
                #expect(found.count { $0 != 0 } <= 51)
            }
        }
    }

    /// What comes later has no place in the index yet: the knowledge is searched in memory until it has.
    @Test func anIndexThatLacksAVectorIsNotUsed() async throws {
        try await makeExtension()
        let kalamna = try await TestKalamna(.postgres)
        let chunks = try await fill(kalamna, kalamna.acme, seed: 1)
        try await StoredVectors.file(kalamna.acme.business.id, of: Self.model, in: kalamna.database, mostInMemory: 0)
        #expect(try await load(kalamna, kalamna.acme, chunks) != nil)
        let all = try await fill(kalamna, kalamna.acme, seed: 4)
        #expect(try await load(kalamna, kalamna.acme, all) == nil)
        try await StoredVectors.file(kalamna.acme.business.id, of: Self.model, in: kalamna.database, mostInMemory: 0)
        #expect(try await load(kalamna, kalamna.acme, all) != nil)
    }

    @Test func sqliteSearchesInMemory() async throws {
        let kalamna = try await TestKalamna(.sqlite)
        let chunks = try await fill(kalamna, kalamna.acme, seed: 1)
        try await StoredVectors.file(kalamna.acme.business.id, of: Self.model, in: kalamna.database, mostInMemory: 0)
        #expect(try await load(kalamna, kalamna.acme, chunks) == nil)
    }
}
