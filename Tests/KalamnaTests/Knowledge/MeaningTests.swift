import Kalamna
import Store
import TestSupport
import Testing

/// Search by meaning beside the words: the vectors are stored with their model, made in the background, and never in the way.
@Suite(.timeLimit(.minutes(10))) struct MeaningTests {
    /// Knows two meanings by their words and reads nothing else.
    private struct TwoMeanings: Embedder {
        var model = EmbeddingModel(name: "two-meanings", version: "1", dimensions: 3)
        var isBroken = false

        func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws -> [[Float]] {
            if isBroken { throw ProviderFailure(model.name, .overloaded) }
            if texts.contains(where: { $0.contains("مسموم") }) { throw ProviderFailure(model.name, .badRequest) }
            return texts.map { text in
                if text.contains("باقة") || text.contains("جيجات") { return [1, 0, 0] }
                return text.contains("الفرع") || text.contains("مقركم") ? [0, 1, 0] : [0, 0, 1]
            }
        }
    }

    private func services(_ kalamna: TestKalamna, _ embedder: any Embedder) -> Services {
        Services(store: kalamna.store, clock: kalamna.clock.wall, hasher: PasswordHasher(), node: "meaning", embedder: embedder, logger: .quiet)
    }

    @Test(arguments: Engine.all) func whatSharesNoWordIsFoundByItsMeaning(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await kalamna.learn("الأسعار", "باقة الشهر بمائة جنيه.")
        try await kalamna.learn("العنوان", "الفرع في شارع النصر.")
        let services = services(kalamna, TwoMeanings())
        let before = try await services.retriever.search("مقركم؟", in: kalamna.acme.business.id)
        #expect(before.hits.first?.chunk.title != "العنوان")
        try await #require(services.embeddingWorker).work()
        let after = try await services.retriever.search("مقركم؟", in: kalamna.acme.business.id)
        #expect(after.hits.first?.chunk.title == "العنوان")
        #expect(try await services.retriever.search("جيجات", in: kalamna.acme.business.id).hits.first?.chunk.title == "الأسعار")
        // Nothing is read twice.
        let version = try await kalamna.database.read(of: kalamna.acme.business.id) { try KnowledgeChunks($0).version() }
        try await #require(services.embeddingWorker).work()
        #expect(try await kalamna.database.read(of: kalamna.acme.business.id) { try KnowledgeChunks($0).version() } == version)
    }

    @Test(arguments: Engine.all) func anotherModelReadsEverythingAnewAndTheOldVectorsGo(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await kalamna.learn("العنوان", "الفرع في شارع النصر.")
        let (first, second) = (TwoMeanings(), TwoMeanings(model: EmbeddingModel(name: "two-meanings", version: "2", dimensions: 3)))
        for embedder in [first, second] { try await #require(services(kalamna, embedder).embeddingWorker).work() }
        let (old, new) = try await kalamna.database.read(of: kalamna.acme.business.id) { db in
            (try KnowledgeVectors(db).all(of: first.model), try KnowledgeVectors(db).all(of: second.model))
        }
        #expect(old.isEmpty && Array(new.values) == [[0, 1, 0]])
    }

    /// A broken embedder makes the ranking worse, never the answer fail.
    @Test(arguments: Engine.all) func withoutTheEmbedderTheWordsAnswer(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await kalamna.learn("العنوان", "الفرع في شارع النصر.")
        try await #require(services(kalamna, TwoMeanings()).embeddingWorker).work()
        let broken = services(kalamna, TwoMeanings(isBroken: true))
        #expect(try await broken.retriever.search("الفرع فين؟", in: kalamna.acme.business.id).hits.first?.chunk.title == "العنوان")
    }

    /// A text that the embedder refuses keeps neither its neighbours nor another business from being read.
    @Test(arguments: Engine.all) func aPoisonedTextIsItsOwnersTroubleOnly(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await kalamna.learn("مسموم", "نص مسموم.")
        try await kalamna.learn("العنوان", "الفرع في شارع النصر.")
        try await kalamna.learn("العنوان", "الفرع في شارع الهرم.", for: kalamna.globex)
        let services = services(kalamna, TwoMeanings())
        try await #require(services.embeddingWorker).work()
        for business in [kalamna.acme, kalamna.globex] {
            let vectors = try await kalamna.database.read(of: business.business.id) { try KnowledgeVectors($0).all(of: TwoMeanings().model) }
            #expect(Array(vectors.values) == [[0, 1, 0]])
        }
        #expect(try await services.retriever.search("نص مسموم", in: kalamna.acme.business.id).hits.first?.chunk.title == "مسموم")
    }
}
