import Kalamna
import TestSupport
import Testing

@Suite struct KnowledgeItemsTests {
    private static let shipping = KnowledgeDraft(title: "الشحن", category: "delivery", content: .text("الشحن للقاهرة خلال يومين بـ 50 جنيه."))

    @Test(arguments: Engine.all) func newItemIsReadyAndSearchable(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let now = kalamna.clock.now
        let owner = kalamna.acme.owner.id
        let (item, content, chunks, before, after) = try await kalamna.database.write(of: kalamna.acme.business.id) { db in
            let before = try KnowledgeChunks(db).version()
            let item = try KnowledgeItems(db).create(Self.shipping, by: owner, now: now)
            let items = KnowledgeItems(db)
            return (try items.find(item.id), try items.content(of: item.id), try KnowledgeChunks(db).all(), before, try KnowledgeChunks(db).version())
        }
        #expect(item.title == "الشحن" && item.category == "delivery" && item.language == "ar")
        #expect(item.status == .ready && item.kind == .text && item.baseType == .text && item.currentVersion == 1)
        #expect(item.createdAt == now && item.updatedAt == now)
        #expect(content == Self.shipping.content)
        #expect(chunks.map(\.content) == ["الشحن للقاهرة خلال يومين بـ 50 جنيه."])
        #expect(chunks.map(\.item) == [item.id] && chunks.map(\.title) == ["الشحن"] && chunks.map(\.version) == [1])
        #expect(after > before)
    }

    @Test(arguments: Engine.all) func anUpdateMakesAVersionAndReplacesTheChunks(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (created, later) = (kalamna.clock.now, kalamna.clock.now + .hours(1))
        let owner = kalamna.acme.owner.id
        try await kalamna.database.write(of: kalamna.acme.business.id) { db in
            let items = KnowledgeItems(db)
            let item = try items.create(Self.shipping, by: nil, now: created)
            var draft = Self.shipping
            draft.content = .faq([
                FAQPair(question: "الشحن بكام؟", also: ["سعر التوصيل"], answer: "60 جنيه."), FAQPair(question: "بيوصل امتى؟", answer: "بكرة."),
            ])
            let updated = try items.update(item.id, draft, by: owner, now: later)
            #expect(updated.currentVersion == 2 && updated.kind == .faq && updated.updatedAt == later && updated.createdAt == created)
            let chunks = try items.chunks(of: item.id)
            #expect(chunks.map(\.answer) == ["60 جنيه.", "بكرة."])
            #expect(chunks.map(\.position) == [0, 1])
            #expect(chunks.allSatisfy { $0.version == 2 })
            #expect(chunks[0].content == "الشحن بكام؟\nسعر التوصيل\n60 جنيه.")
            let versions = try items.versions(of: item.id)
            #expect(versions.map(\.version) == [2, 1])
            #expect(versions.map(\.content) == [draft.content, Self.shipping.content])
            #expect(versions.map(\.createdBy) == [owner, nil])
        }
    }

    @Test(arguments: Engine.all) func anUnchangedDraftMakesNoVersion(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let now = kalamna.clock.now
        try await kalamna.database.write(of: kalamna.acme.business.id) { db in
            let items = KnowledgeItems(db)
            let item = try items.create(Self.shipping, by: nil, now: now)
            let before = try KnowledgeChunks(db).version()
            // White space at the ends, an open category and an open language say nothing new.
            let same = KnowledgeDraft(title: " الشحن ", content: .text("الشحن للقاهرة خلال يومين بـ 50 جنيه.\r\n"))
            let updated = try items.update(item.id, same, by: nil, now: now + .hours(1))
            #expect(updated == item)
            #expect(try items.versions(of: item.id).count == 1)
            #expect(try KnowledgeChunks(db).version() == before)
        }
    }

    @Test(arguments: Engine.all) func restoringMakesANewVersionThatSaysTheOld(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let now = kalamna.clock.now
        try await kalamna.database.write(of: kalamna.acme.business.id) { db in
            let items = KnowledgeItems(db)
            let item = try items.create(Self.shipping, by: nil, now: now)
            _ = try items.update(item.id, KnowledgeDraft(title: "توصيل", category: "x", content: .text("مجاني")), by: nil, now: now + .hours(1))
            let restored = try items.restore(item.id, version: 1, by: nil, now: now + .hours(2))
            #expect(restored.currentVersion == 3 && restored.title == "الشحن" && restored.category == "delivery")
            #expect(try items.content(of: item.id) == Self.shipping.content)
            #expect(try items.chunks(of: item.id).map(\.content) == ["الشحن للقاهرة خلال يومين بـ 50 جنيه."])
            #expect(try items.versions(of: item.id).map(\.restoredFrom) == [1, nil, nil])
            #expect(try items.restore(item.id, version: 3, by: nil, now: now + .hours(3)) == restored)
            #expect(throws: Failure.self) { try items.restore(item.id, version: 9, by: nil, now: now) }
        }
    }

    @Test(arguments: Engine.all) func aDeletedItemIsGoneWithItsChunks(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let now = kalamna.clock.now
        try await kalamna.database.write(of: kalamna.acme.business.id) { db in
            let items = KnowledgeItems(db)
            let item = try items.create(Self.shipping, by: nil, now: now)
            let before = try KnowledgeChunks(db).version()
            try items.delete(item.id)
            #expect(try KnowledgeChunks(db).version() > before)
            #expect(try !KnowledgeChunks(db).all().contains { $0.item == item.id })
            for read in [{ _ = try items.find(item.id) }, { _ = try items.versions(of: item.id) }, { try items.delete(item.id) }] {
                let failure = #expect(throws: Failure.self) { try read() }
                #expect(failure?.kind == .notFound)
            }
        }
    }

    @Test(arguments: Engine.all) func nobodyReachesAnotherBusinesssKnowledge(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let now = kalamna.clock.now
        let mine = try await kalamna.database.write(of: kalamna.acme.business.id) { db in
            try KnowledgeItems(db).create(
                KnowledgeDraft(title: "سر", category: "secret", content: .text("خصم الموظفين"), externalID: "s01"),
                by: nil,
                now: now
            )
        }
        try await kalamna.database.write(of: kalamna.globex.business.id) { db in
            let items = KnowledgeItems(db)
            let version = try KnowledgeChunks(db).version()
            let draft = KnowledgeDraft(title: "x", content: .text("y"))
            let attempts: [() throws -> Void] = [
                { _ = try items.find(mine.id) }, { _ = try items.content(of: mine.id) }, { _ = try items.versions(of: mine.id) },
                { _ = try items.version(1, of: mine.id) }, { _ = try items.chunks(of: mine.id) },
                { _ = try items.update(mine.id, draft, by: nil, now: now) }, { _ = try items.restore(mine.id, version: 1, by: nil, now: now) },
                { try items.delete(mine.id) },
            ]
            for attempt in attempts {
                let failure = #expect(throws: Failure.self) { try attempt() }
                #expect(failure?.kind == .notFound)
            }
            #expect(try !items.list(limit: 100).items.contains { $0.id == mine.id })
            #expect(try items.list(KnowledgeFilter(search: "خصم الموظفين"), limit: 100).items.isEmpty)
            #expect(try !items.categories().contains { $0.name == "secret" })
            #expect(try !KnowledgeChunks(db).all().contains { $0.item == mine.id })
            #expect(try KnowledgeChunks(db).version() == version)
            // The same external id is another item here.
            let theirs = try items.create(KnowledgeDraft(title: "سر", content: .text("y"), externalID: "s01"), by: nil, now: now)
            #expect(theirs.id != mine.id)
        }
        let kept = try await kalamna.database.read(of: kalamna.acme.business.id) { db in try KnowledgeItems(db).find(mine.id) }
        #expect(kept == mine)
    }

    @Test(arguments: Engine.all) func aListIsPagedNewestFirstWithoutGapsOrRepeats(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let now = kalamna.clock.now
        try await kalamna.database.write(of: kalamna.acme.business.id) { db in
            let items = KnowledgeItems(db)
            // Three share each moment: the id decides between them.
            for number in 0..<12 {
                let draft = KnowledgeDraft(title: "صفحة \(number)", category: "paging", content: .text("نص \(number)"))
                try items.create(draft, by: nil, now: now + .minutes(Int64(number / 3)))
            }
            var seen: [KnowledgeItem] = []
            var cursor: ListCursor?
            repeat {
                let page = try items.list(KnowledgeFilter(category: "paging"), after: cursor, limit: 5)
                #expect(page.items.count <= 5)
                seen += page.items
                cursor = try page.next.map { try ListCursor($0) }
            } while cursor != nil
            #expect(Set(seen.map(\.id)).count == 12 && seen.count == 12)
            #expect(seen.map(\.updatedAt) == seen.map(\.updatedAt).sorted(by: >))
        }
    }

    @Test(
        arguments: Engine.all,
        [
            ("الاسعار", ["الأسعار"]), ("أسعار التوصيل؟", ["الأسعار"]), ("PAYPAL", ["الدفع"]), ("فوري", ["الدفع"]), ("فوري الأسعار", []),
            ("100%", ["خصم"]), ("10_", []), ("%", ["خصم"]), ("  ", ["الأسعار", "الدفع", "خصم"]), ("مَجَّانًا", ["خصم"]), ("بتقبلوا كاش", ["الدفع"]),
        ]
    )
    func searchFindsAllWordsHoweverTheyAreSpelled(engine: Engine, search: (words: String, titles: [String])) async throws {
        let kalamna = try await TestKalamna(engine)
        let now = kalamna.clock.now
        let titles = try await kalamna.database.write(of: kalamna.acme.business.id) { db in
            let items = KnowledgeItems(db)
            let category = "search-test"
            try items.create(
                KnowledgeDraft(title: "الأسعار", category: category, content: .text("أسعار التوصيل حسب المحافظة")),
                by: nil,
                now: now
            )
            try items.create(
                KnowledgeDraft(
                    title: "الدفع",
                    category: category,
                    content: .faq([FAQPair(question: "بتقبلوا كاش؟", answer: "آه، وكمان PayPal وفوري.")])
                ),
                by: nil,
                now: now
            )
            try items.create(KnowledgeDraft(title: "خصم", category: category, content: .text("خصم 100% والشحن مجانا")), by: nil, now: now)
            return try items.list(KnowledgeFilter(category: category, search: search.words), limit: 10).items.map(\.title)
        }
        #expect(Set(titles) == Set(search.titles))
    }

    @Test(arguments: Engine.all) func aListIsFilteredByCategoryLanguageAndStatus(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let now = kalamna.clock.now
        try await kalamna.database.write(of: kalamna.acme.business.id) { db in
            let items = KnowledgeItems(db)
            try items.create(KnowledgeDraft(title: "عربي", category: "filters", content: .text("نص عربي")), by: nil, now: now)
            try items.create(KnowledgeDraft(title: "English", category: "filters", content: .text("An English text")), by: nil, now: now)
            try items.create(KnowledgeDraft(title: "خليط", category: "filters", content: .text("نص mixed text عربي")), by: nil, now: now)
            try items.create(KnowledgeDraft(title: "بلا تصنيف", content: .text("نص")), by: nil, now: now)
            func titles(_ filter: KnowledgeFilter) throws -> Set<String> { Set(try items.list(filter, limit: 50).items.map(\.title)) }
            #expect(try titles(KnowledgeFilter(category: "filters", language: "ar")) == ["عربي"])
            #expect(try titles(KnowledgeFilter(category: "filters", language: "en")) == ["English"])
            #expect(try titles(KnowledgeFilter(category: "filters", language: "mixed")) == ["خليط"])
            #expect(try titles(KnowledgeFilter(category: "filters", status: .ready)).count == 3)
            #expect(try titles(KnowledgeFilter(status: .failed)).isEmpty)
            let categories = try items.categories()
            #expect(categories.contains(KnowledgeCategory(name: "filters", count: 3)))
            #expect(categories.contains { $0.name == "general" })
        }
    }

    @Test func aBadDraftNamesEveryProblem() throws {
        let long = String(repeating: "س", count: 5001)
        let draft = KnowledgeDraft(
            title: " ",
            category: String(repeating: "x", count: 61),
            language: "fr",
            content: .faq([FAQPair(question: "", answer: long), FAQPair(question: "سؤال", answer: "رد")])
        )
        let failure = #expect(throws: Failure.self) { try draft.checked() }
        #expect(
            Set(failure?.fields.map(\.field) ?? []) == ["title", "category", "language", "content.pairs.0.question", "content.pairs.0.answer"]
        )
        #expect(throws: Failure.self) { try KnowledgeDraft(title: "x", content: .text("")).checked() }
        #expect(throws: Failure.self) { try KnowledgeDraft(title: "x", content: .faq([])).checked() }
        #expect(throws: Failure.self) {
            try KnowledgeDraft(title: "x", content: .text(String(repeating: "ا", count: KnowledgeDraft.longestText + 1))).checked()
        }
    }

    @Test(arguments: Engine.all) func anExternalIDNamesOneItemForGood(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let now = kalamna.clock.now
        try await kalamna.database.write(of: kalamna.acme.business.id) { db in
            let items = KnowledgeItems(db)
            let item = try items.create(KnowledgeDraft(title: "أ", content: .text("ب"), externalID: "crm-1"), by: nil, now: now)
            let conflict = #expect(throws: Failure.self) {
                try items.create(KnowledgeDraft(title: "ج", content: .text("د"), externalID: "crm-1"), by: nil, now: now)
            }
            #expect(conflict?.kind == .conflict)
            #expect(try items.update(item.id, KnowledgeDraft(title: "أ", content: .text("جديد")), by: nil, now: now).externalID == "crm-1")
            #expect(throws: Failure.self) {
                try items.update(item.id, KnowledgeDraft(title: "أ", content: .text("جديد"), externalID: "crm-2"), by: nil, now: now)
            }
        }
    }
}
