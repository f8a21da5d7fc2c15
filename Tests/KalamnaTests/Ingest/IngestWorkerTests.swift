import Logging
import Store
import TestSupport
import Testing

@testable import Kalamna

/// From the upload to knowledge that answers.
@Suite struct IngestWorkerTests {
    private func worker(_ kalamna: TestKalamna, _ extractor: FileExtractor = .inThisProcess) -> IngestWorker {
        IngestWorker(database: kalamna.database, extractor: extractor, clock: kalamna.clock.wall, node: "test", logger: .quiet)
    }

    private func upload(_ text: String, _ name: String = "الشحن.txt", in kalamna: TestKalamna) async throws -> KnowledgeItem {
        let file = try FileUpload(name: name, bytes: Array(text.utf8))
        let now = kalamna.clock.now
        return try await kalamna.database.write(of: kalamna.acme.business.id) { db in try KnowledgeFiles(db).add(file, by: nil, now: now) }
    }

    private func replace(_ id: KnowledgeItemID, _ text: String, _ name: String = "الشحن.txt", in kalamna: TestKalamna) async throws {
        let file = try FileUpload(name: name, bytes: Array(text.utf8))
        kalamna.clock.advance(by: .seconds(1))
        let now = kalamna.clock.now
        try await kalamna.database.write(of: kalamna.acme.business.id) { db in
            _ = try KnowledgeFiles(db).replace(id, with: file, by: nil, now: now)
        }
    }

    private func state(_ id: KnowledgeItemID, in kalamna: TestKalamna) async throws -> (source: KnowledgeSource, text: String, chunks: Int) {
        try await kalamna.database.read(of: kalamna.acme.business.id) { db in
            (try KnowledgeFiles(db).source(of: id), try KnowledgeItems(db).content(of: id).plainText, try KnowledgeItems(db).chunks(of: id).count)
        }
    }

    @Test(arguments: Engine.all) func anUploadBecomesKnowledge(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let item = try await upload("# الشحن\n\nالتوصيل للقاهرة بـ 40 جنيه", in: kalamna)
        #expect(item.status == .processing && item.title == "الشحن" && item.baseType == .file)
        #expect(try await state(item.id, in: kalamna).chunks == 0)
        await worker(kalamna).work()
        let done = try await state(item.id, in: kalamna)
        #expect(done.source.state == .ready && done.source.item.currentVersion == 1)
        #expect(done.text == "# الشحن\n\nالتوصيل للقاهرة بـ 40 جنيه" && done.chunks == 1)
        let (versions, original) = try await kalamna.database.read(of: kalamna.acme.business.id) { db in
            (try KnowledgeItems(db).versions(of: item.id).map(\.version), try KnowledgeFiles(db).original(of: item.id))
        }
        #expect(versions == [1])
        #expect(original.name == "الشحن.txt" && String(decoding: original.bytes, as: UTF8.self) == "# الشحن\n\nالتوصيل للقاهرة بـ 40 جنيه")
        let found = try await kalamna.services.retriever.search("التوصيل للقاهرة بكام", in: kalamna.acme.business.id, limit: 1)
        #expect(found.hits.first?.chunk.item == item.id)
    }

    @Test(arguments: Engine.all) func theEarlierTextAnswersUntilTheNewOneIsRead(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let item = try await upload("التوصيل بـ 40 جنيه", in: kalamna)
        await worker(kalamna).work()
        try await replace(item.id, "التوصيل بـ 55 جنيه", in: kalamna)
        let meanwhile = try await state(item.id, in: kalamna)
        #expect(meanwhile.source.state == .processing && meanwhile.source.item.status == .ready)
        #expect(meanwhile.text == "التوصيل بـ 40 جنيه" && meanwhile.chunks == 1)
        await worker(kalamna).work()
        let done = try await state(item.id, in: kalamna)
        #expect(done.text == "التوصيل بـ 55 جنيه" && done.source.item.currentVersion == 2)

        // One that can't be read leaves everything as it is, and says why.
        try await replace(item.id, "%PDF-1.7 broken", "x.pdf", in: kalamna)
        await worker(kalamna, FileExtractor { _, _ in throw Failure.OfFile.broken }).work()
        let failed = try await state(item.id, in: kalamna)
        #expect(failed.source.state == .failed && failed.source.item.status == .ready && failed.text == "التوصيل بـ 55 جنيه" && failed.chunks == 1)
        let reason = try #require(failed.source.item.failureReason)
        #expect(reason.contains("وارفعه تاني") && reason.contains("upload that"))
        #expect(failed.source.file?.name == "الشحن.txt")
        // And its bytes are gone.
        let blobs = try await kalamna.database.read(of: kalamna.acme.business.id) { db in
            try db.fetch("SELECT hash FROM file_blobs WHERE business_id = \(db.business)").count
        }
        #expect(blobs == 1)
    }

    @Test(arguments: Engine.all) func aFirstFileThatCannotBeReadFails(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let item = try await upload("أي نص", in: kalamna)
        await worker(kalamna, FileExtractor { _, _ in throw Failure.OfFile.tooManyPages }).work()
        let failed = try await state(item.id, in: kalamna)
        #expect(failed.source.item.status == .failed && failed.source.state == .failed && failed.source.item.failureReason?.contains("500") == true)
        try await replace(item.id, "التوصيل مجاني", in: kalamna)
        #expect(try await state(item.id, in: kalamna).source.item.status == .processing)
        await worker(kalamna).work()
        let done = try await state(item.id, in: kalamna)
        #expect(done.source.state == .ready && done.text == "التوصيل مجاني" && done.source.item.failureReason == nil)
    }

    @Test(arguments: Engine.all) func aLaterFileWinsOverOneThatIsBeingRead(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let item = try await upload("الأول", in: kalamna)
        let slow = FileExtractor { bytes, type in
            if String(decoding: bytes, as: UTF8.self) == "الأول" { try await replace(item.id, "التاني", in: kalamna) }
            return try DocumentReader.read(bytes, as: type)
        }
        await worker(kalamna, slow).work()
        let done = try await state(item.id, in: kalamna)
        #expect(done.text == "التاني" && done.source.item.currentVersion == 1 && done.source.state == .ready)
    }

    @Test(arguments: Engine.all) func workOfADeadProcessIsTakenUpAndGivenUpInTheEnd(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let item = try await upload("التوصيل مجاني", in: kalamna)
        let claim = {
            let now = kalamna.clock.now
            return try await kalamna.database.writeAcrossBusinesses { try IngestJobs.claim(for: "dead", lease: .seconds(120), now: now, in: $0) }
        }
        for attempt in 1...3 {
            let job = try #require(try await claim())
            #expect(job.attempts == attempt)
            // Nobody else has it meanwhile.
            #expect(try await claim() == nil)
            kalamna.clock.advance(by: .seconds(121))
        }
        await worker(kalamna).work()
        let given = try await state(item.id, in: kalamna)
        #expect(given.source.item.status == .failed && given.source.state == .failed)
    }

    @Test(arguments: Engine.all) func filesOfAnotherBusinessDoNotExist(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let item = try await upload("سر المحل", in: kalamna)
        await worker(kalamna).work()
        let file = try FileUpload(name: "a.txt", bytes: Array("مكانه".utf8))
        let now = kalamna.clock.now
        let failure = await #expect(throws: Failure.self) {
            try await kalamna.database.write(of: kalamna.globex.business.id) { db in
                _ = try KnowledgeFiles(db).replace(item.id, with: file, by: nil, now: now)
            }
        }
        #expect(failure?.kind == .notFound)
        let other = await #expect(throws: Failure.self) {
            try await kalamna.database.read(of: kalamna.globex.business.id) { db in _ = try KnowledgeFiles(db).original(of: item.id) }
        }
        #expect(other?.kind == .notFound)
        #expect(try await state(item.id, in: kalamna).text == "سر المحل")
    }

    @Test func anItemWrittenByHandHasNoFileToReplace() async throws {
        let kalamna = try await TestKalamna(.sqlite)
        let now = kalamna.clock.now
        let item = try await kalamna.database.write(of: kalamna.acme.business.id) { db in
            try KnowledgeItems(db).create(KnowledgeDraft(title: "شحن", content: .text("مجاني")), by: nil, now: now)
        }
        let failure = await #expect(throws: Failure.self) { try await replace(item.id, "جديد", in: kalamna) }
        #expect(failure?.code == "not_a_file")
    }
}
