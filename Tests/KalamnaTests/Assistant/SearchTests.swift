import Kalamna
import Store
import TestSupport
import Testing

/// The index in memory follows the knowledge in the database.
@Suite(.timeLimit(.minutes(10))) struct SearchTests {
    private func titles(_ retriever: Retriever, _ question: String, _ kalamna: TestKalamna, of business: TestBusiness? = nil) async throws -> [String]
    {
        try await retriever.search(question, in: (business ?? kalamna.acme).business.id).hits.map(\.chunk.title)
    }

    @Test(arguments: Engine.all) func whatChangesIsFoundAtOnce(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (here, elsewhere) = (kalamna.services.retriever, kalamna.process(named: "other").retriever)
        let business = kalamna.acme.business.id
        #expect(try await titles(here, "الشحن بكام", kalamna).isEmpty)
        #expect(try await titles(elsewhere, "الشحن بكام", kalamna).isEmpty)

        let item = try await kalamna.learn("سعر الشحن", "الشحن 50 جنيه.")
        // In the process that changed it, and in every other.
        for retriever in [here, elsewhere] {
            let found = try await retriever.search("الشحن بكام", in: business)
            #expect(found.hits.map(\.chunk.answer) == ["الشحن 50 جنيه."] && found.hits.map(\.chunk.item) == [item.id])
        }

        let now = kalamna.clock.now
        try await kalamna.database.write(of: business) { db in
            let draft = KnowledgeDraft(title: "سعر الشحن", content: .faq([FAQPair(question: "سعر الشحن", answer: "الشحن 70 جنيه.")]))
            try KnowledgeItems(db).update(item.id, draft, by: nil, now: now)
        }
        for retriever in [here, elsewhere] {
            let found = try await retriever.search("الشحن بكام", in: business)
            #expect(found.hits.map(\.chunk.answer) == ["الشحن 70 جنيه."] && found.hits.map(\.chunk.version) == [2])
        }

        try await kalamna.database.write(of: business) { try KnowledgeItems($0).delete(item.id) }
        for retriever in [here, elsewhere] {
            let found = try await retriever.search("الشحن بكام", in: business)
            #expect(found.hits.isEmpty && found.confidence == 0)
        }
    }

    @Test(arguments: Engine.all) func theBotAnswersFromWhatStandsNow(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await kalamna.change(SettingsChanges(tone: .neutral))
        let talk = try await Talk(kalamna)
        let item = try await Shop.open(in: kalamna).shipping
        #expect(try await talk.ask(Shop.shippingQuestion).text == Shop.shipping)
        let now = kalamna.clock.now
        try await kalamna.database.write(of: talk.reference.business) { db in
            let draft = KnowledgeDraft(title: item.title, content: .faq([FAQPair(question: item.title, answer: "الشحن بقى مجاني.")]))
            try KnowledgeItems(db).update(item.id, draft, by: nil, now: now)
        }
        #expect(try await talk.ask(Shop.shippingQuestion).text == "الشحن بقى مجاني.")
        try await kalamna.database.write(of: talk.reference.business) { try KnowledgeItems($0).delete(item.id) }
        #expect(try await talk.ask(Shop.shippingQuestion).outcome == .abstained)
    }

    @Test(arguments: Engine.all) func onlyTheBusinesssOwnKnowledgeIsFound(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let mine = try await kalamna.learn("كود خصم الموظفين", "الكود ACME-50")
        let theirs = try await kalamna.learn("كود خصم الموظفين", "الكود GLOBEX-10", for: kalamna.globex)
        let retriever = kalamna.services.retriever
        // One cache serves both, first one and then the other.
        for _ in 0..<2 {
            for (business, item, answer) in [(kalamna.acme, mine, "الكود ACME-50"), (kalamna.globex, theirs, "الكود GLOBEX-10")] {
                let found = try await retriever.search("كود خصم الموظفين", in: business.business.id)
                #expect(found.hits.map(\.chunk.item) == [item.id] && found.hits.map(\.chunk.answer) == [answer])
            }
        }
        // The version that the caller brings is no way round: the chunks are read as the business's own.
        try await kalamna.database.write(of: kalamna.acme.business.id) { try KnowledgeItems($0).delete(mine.id) }
        #expect(try await titles(retriever, "كود خصم الموظفين", kalamna).isEmpty)
        #expect(try await titles(retriever, "كود خصم الموظفين", kalamna, of: kalamna.globex) == [theirs.title])
        let reply = try await Talk(kalamna).ask("كود خصم الموظفين كام؟")
        #expect(reply.outcome == .abstained && reply.text?.contains("GLOBEX") == false)
    }

    /// A small cache gives the indexes up and builds them again, and is right all the same.
    @Test(arguments: Engine.all) func aFullCacheForgetsAndIsStillRight(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await kalamna.learn("سعر الشحن", "عندنا 50 جنيه.")
        try await kalamna.learn("سعر الشحن", "عندهم 60 جنيه.", for: kalamna.globex)
        let retriever = Retriever(database: kalamna.database, cacheBytes: 1, logger: .quiet)
        for _ in 0..<3 {
            for (business, answer) in [(kalamna.acme, "عندنا 50 جنيه."), (kalamna.globex, "عندهم 60 جنيه.")] {
                let found = try await retriever.search("سعر الشحن", in: business.business.id)
                #expect(found.hits.map(\.chunk.answer) == [answer])
            }
        }
    }

    @Test(arguments: Engine.all) func manyAtOnceBuildOneIndex(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        let reads = Counter()
        let store = InterruptedStore(
            kalamna.store,
            atStatement: { text throws(StoreError) in
                if text.contains("FROM knowledge_chunks") { _ = reads.next() }
            })
        let retriever = Retriever(database: Database(store), logger: .quiet)
        let found = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 {
                group.addTask { try await retriever.search(Shop.shippingQuestion, in: kalamna.acme.business.id).hits.count }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(found.count == 20 && found.allSatisfy { $0 >= 1 })
        #expect(reads.count == 1)
    }

    /// A change that is committed while an index is being built must not be taken for a part of it.
    @Test(arguments: Engine.all) func aChangeDuringTheBuildIsNotLost(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await kalamna.learn("سعر الشحن", "الشحن 50 جنيه.")
        let (statements, barrier) = (Counter(), ThreadBarrier())
        // The version, and then in one transaction what the index is made of: chunks and version. Held between these two.
        let store = InterruptedStore(
            kalamna.store,
            atStatement: { _ throws(StoreError) in
                if statements.next() == 3 { barrier.hold() }
            })
        let retriever = Retriever(database: Database(store), logger: .quiet)
        let first = Task { try await retriever.search("سعر الشحن", in: kalamna.acme.business.id) }
        #expect(try await eventually { barrier.isReached })
        try await kalamna.learn("مواعيد الشغل", "من 10 لـ 10.")
        barrier.release()
        #expect(try await first.value.hits.map(\.chunk.title) == ["سعر الشحن"])
        #expect(try await titles(retriever, "مواعيد الشغل", kalamna) == ["مواعيد الشغل"])
    }
}
