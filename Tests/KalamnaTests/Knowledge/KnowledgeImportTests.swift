import Kalamna
import TestSupport
import Testing

@Suite struct KnowledgeImportTests {
    private func read(_ text: String) throws -> KnowledgeImport { try KnowledgeImport(file: Array(text.utf8)) }

    @Test(arguments: [
        "title,content\nالشحن,\"50 جنيه، داخل القاهرة\"\n",
        "\u{FEFF}العنوان,النص\r\nالشحن,\"50 جنيه، داخل القاهرة\"",
        "Title;Content\nالشحن;50 جنيه، داخل القاهرة\n", "title\tcontent\r\nالشحن\t50 جنيه، داخل القاهرة\r\n",
        "id,عنوان,محتوى\n,الشحن,\"50 جنيه، داخل القاهرة\"\n\n\n",
    ])
    func csvOfEveryKindIsRead(file: String) throws {
        let read = try read(file)
        #expect(read.rejected.isEmpty)
        #expect(read.rows.map(\.draft.title) == ["الشحن"])
        #expect(read.rows.map(\.draft.content) == [.text("50 جنيه، داخل القاهرة")])
        #expect(read.rows.map(\.number) == [2])
    }

    @Test func quotesMayHoldQuotesSeparatorsAndLineBreaks() throws {
        let read = try read("title,content\nأ,\"سطر, أول\r\nقال \"\"أهلا\"\"\"\nب,مقاس 5\" عادي\n")
        #expect(read.rows.map(\.draft.content) == [.text("سطر, أول\nقال \"أهلا\""), .text("مقاس 5\" عادي")])
        #expect(read.rows.map(\.number) == [2, 3])
        let failure = #expect(throws: Failure.self) { try self.read("title,content\nأ,\"مش مقفولة\nب,ج\n") }
        #expect(failure?.code == "unclosed_quote")
    }

    @Test func questionsAndAnswersBecomePairs() throws {
        let read = try read("السؤال,الإجابة,صيغ أخرى,التصنيف,اللغة\nبكام الشحن؟,50 جنيه,سعر التوصيل|بتوصلوا بكام,شحن,عربي\n")
        #expect(read.rejected.isEmpty)
        let draft = try #require(read.rows.first?.draft)
        #expect(draft.content == .faq([FAQPair(question: "بكام الشحن؟", also: ["سعر التوصيل", "بتوصلوا بكام"], answer: "50 جنيه")]))
        #expect(draft.title == "بكام الشحن؟" && draft.category == "شحن" && draft.language == "ar")
    }

    @Test func windows1256IsReadAndOtherEncodingsAreRefused() throws {
        // "العنوان,النص\nشحن,سعر" in code page 1256.
        let header: [UInt8] = [0xC7, 0xE1, 0xDA, 0xE4, 0xE6, 0xC7, 0xE4, 0x2C, 0xC7, 0xE1, 0xE4, 0xD5, 0x0A]
        let row: [UInt8] = [0xD4, 0xCD, 0xE4, 0x2C, 0xD3, 0xDA, 0xD1]
        let read = try KnowledgeImport(file: header + row)
        #expect(read.rows.map(\.draft.title) == ["شحن"])
        #expect(read.rows.map(\.draft.content) == [.text("سعر")])

        let utf16: [UInt8] = "\u{FEFF}title\tcontent\nشحن\tسعر".utf16.flatMap { unit in [UInt8(unit & 255), UInt8(unit >> 8)] }
        #expect(try KnowledgeImport(file: utf16).rows.map(\.draft.content) == [.text("سعر")])

        let latin = Array("title,content\ncaf".utf8) + [0xE9, 0x2C, 0xE9, 0xE8, 0x0A]
        let failure = #expect(throws: Failure.self) { try KnowledgeImport(file: latin) }
        #expect(failure?.code == "unknown_encoding")
    }

    @Test func everyBadRowIsNamedWithItsProblem() throws {
        let long = String(repeating: "س", count: 201)
        let read = try read("id,title,content,language\n1,أ,نص,\n2,ب,,\n3,\(long),نص,fr\n1,ج,نص,\n5,د,نص,ar,زيادة\n")
        #expect(read.rows.map(\.number) == [2])
        #expect(read.rejected.map(\.row) == [3, 4, 4, 5, 6])
        #expect(read.rejected.map(\.field) == ["content.text", "title", "language", "id", "row"])
        #expect(read.rejected.allSatisfy { !$0.message.ar.isEmpty && !$0.message.en.isEmpty })
    }

    @Test(arguments: [("", "empty_file"), ("name,phone\nأ,1\n", "unknown_columns"), ("{\"entries\": 3}", "invalid_json"), ("[{", "invalid_json")])
    func aFileThatIsNoneIsRefusedWhole(file: String, code: String) {
        let failure = #expect(throws: Failure.self) { try read(file) }
        #expect(failure?.code == code)
    }

    @Test func theJSONOfTheEvaluationSetsIsRead() throws {
        let read = try read(
            """
            {"business": "محل", "entries": [
              {"id": "s01", "title": "", "content": "بنوصل لكل محافظات مصر خلال أسبوع من تاريخ تأكيد الطلب بالتليفون مع مندوب الشركة في أي وقت"},
              {"id": 7, "title": "دفع", "question": "بتقبلوا فيزا؟", "answer": "آه", "also": ["ينفع كارت"], "category": "دفع", "language": "ar"},
              {"title": ["x"], "content": "y"}, {"id": "s03", "kind": "video", "content": "y"}, {"id": "s04", "title": "فاضي"}
            ]}
            """
        )
        #expect(read.rows.map(\.draft.externalID) == ["s01", "7"])
        let title = try #require(read.rows.first?.draft.title)
        #expect(title.hasPrefix("بنوصل لكل محافظات") && title.unicodeScalars.count <= 80 && !title.hasSuffix(" "))
        #expect(read.rows.last?.draft.content == .faq([FAQPair(question: "بتقبلوا فيزا؟", also: ["ينفع كارت"], answer: "آه")]))
        #expect(read.rejected.map(\.row) == [3, 4, 5])
        #expect(read.rejected.map(\.field) == ["title", "kind", "content.text"])
    }

    // MARK: storing

    @Test(arguments: Engine.all) func theSameFileAgainChangesNothingAndAnEditMakesAVersion(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let business = kalamna.acme.business.id
        let importer = KnowledgeImporter(database: kalamna.database, clock: kalamna.clock.wall)
        // With ids, and without: then the title is what is recognised.
        for (header, edited) in [("id", "e1"), ("other", "")] {
            let file = "\(header),title,content\n\(edited),مواعيد \(header),من 9 لـ 5\ne2\(edited),عنوان \(header),شارع الهرم\n"
            let first = try await importer.run(try read(file), of: business, by: kalamna.acme.owner.id)
            #expect(first.counts == ImportCounts(created: 2))
            let version = try await kalamna.database.read(of: business) { db in try KnowledgeChunks(db).version() }
            kalamna.clock.advance(by: .hours(1))
            let second = try await importer.run(try read(file), of: business, by: nil)
            #expect(second.counts == ImportCounts(unchanged: 2))
            #expect(try await kalamna.database.read(of: business) { db in try KnowledgeChunks(db).version() } == version)
            let third = try await importer.run(try read(file.replacing("لـ 5", with: "لـ 6")), of: business, by: nil)
            #expect(third.counts == ImportCounts(updated: 1, unchanged: 1))
            let changed = try await kalamna.database.read(of: business) { db in
                try KnowledgeItems(db).list(KnowledgeFilter(search: "مواعيد \(header)"), limit: 9).items
            }
            #expect(changed.map(\.currentVersion) == [2])
        }
    }

    @Test(arguments: Engine.all) func aRejectedRowOrADryRunStoresNothing(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let business = kalamna.acme.business.id
        let importer = KnowledgeImporter(database: kalamna.database, clock: kalamna.clock.wall)
        let before = try await kalamna.database.read(of: business) { db in (try KnowledgeItems(db).count(), try KnowledgeChunks(db).version()) }
        let bad = try read("id,title,content\na,أ,نص\nb,ب,\n")
        let refused = try await importer.run(bad, of: business, by: nil)
        #expect(refused.counts == ImportCounts() && refused.rejected.map(\.row) == [3])
        let preview = try await importer.run(bad, of: business, by: nil, dryRun: true)
        #expect(preview.counts == ImportCounts(created: 1) && preview.rejected.count == 1 && preview.isDryRun)
        let after = try await kalamna.database.read(of: business) { db in (try KnowledgeItems(db).count(), try KnowledgeChunks(db).version()) }
        #expect(after == before)
    }

    @Test(arguments: Engine.all) func aLargeImportIsFastAndWholeAndEachBusinesssOwn(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (acme, globex) = (kalamna.acme.business.id, kalamna.globex.business.id)
        let importer = KnowledgeImporter(database: kalamna.database, clock: kalamna.clock.wall)
        let drafts = (0..<2501).map { number in
            let content: KnowledgeContent =
                number % 3 == 0 ? .faq([FAQPair(question: "سؤال \(number)؟", answer: "إجابة \(number)")]) : .text("# قسم\nنص المعلومة رقم \(number).")
            return KnowledgeDraft(title: "معلومة \(number)", category: "bulk", content: content, externalID: "n\(number)")
        }
        let others = try await kalamna.database.read(of: globex) { db in try KnowledgeChunks(db).version() }
        let report = try await importer.run(drafts, of: acme, by: nil)
        #expect(report.counts == ImportCounts(created: 2501))
        let chunks = try await kalamna.database.read(of: acme) { db in try KnowledgeChunks(db).all() }
        let bulk = chunks.filter { $0.title.hasPrefix("معلومة ") }
        #expect(bulk.count == 2501 && Set(bulk.map(\.id)).count == 2501)
        #expect(chunks.map(\.id.description) == chunks.map(\.id.description).sorted())
        #expect(bulk.allSatisfy { ($0.answer == nil) == ($0.heading == "قسم") })
        let untouched = try await kalamna.database.read(of: globex) { db in
            (try KnowledgeItems(db).list(KnowledgeFilter(category: "bulk"), limit: 1).items.isEmpty, try KnowledgeChunks(db).version())
        }
        #expect(untouched == (true, others))
    }

    @Test(arguments: Engine.all) func anImportBeyondTheLimitStoresNothing(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let importer = KnowledgeImporter(database: kalamna.database, clock: kalamna.clock.wall)
        let before = try await kalamna.database.read(of: kalamna.acme.business.id) { db in try KnowledgeItems(db).count() }
        let drafts = (0...KnowledgeItems.mostItems).map { KnowledgeDraft(title: "م\($0)", content: .text("ن"), externalID: "x\($0)") }
        let failure = await #expect(throws: Failure.self) { try await importer.run(drafts, of: kalamna.acme.business.id, by: nil) }
        #expect(failure?.code == "too_many_items")
        #expect(try await kalamna.database.read(of: kalamna.acme.business.id) { db in try KnowledgeItems(db).count() } == before)
    }
}
