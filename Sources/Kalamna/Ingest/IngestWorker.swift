package import Logging
import ServiceLifecycle
import Store

/// Reads uploaded files in the background and makes them knowledge. The work is rows (`ingest_jobs`), so that nothing uploaded is
/// forgotten when the process ends; until a file has been read, the item's earlier version answers.
package struct IngestWorker: Service {
    private static let every = Duration.seconds(1)
    /// Longer than the reading may take.
    private static let lease = Duration.seconds(120)
    private static let mostAttempts = 3
    private static let atOnce = 2

    private let database: Database
    private let extractor: FileExtractor
    private let clock: WallClock
    private let node: String
    private let logger: Logger

    /// - Parameter node: the name of this process in leases.
    package init(database: Database, extractor: FileExtractor, clock: WallClock, node: String, logger: Logger) {
        self.database = database
        self.extractor = extractor
        self.clock = clock
        self.node = node
        self.logger = logger
    }

    package func run() async throws {
        do {
            try await database.writeAcrossBusinesses { [node] transaction in try IngestJobs.releaseLeases(of: node, in: transaction) }
        } catch {
            logger.warning("taking up files again failed", metadata: ["error": "\(String(reflecting: error))"])
        }
        await cancelWhenGracefulShutdown {
            await withTaskGroup { group in
                for _ in 0..<Self.atOnce { group.addTask { await self.loop() } }
            }
        }
    }

    private func loop() async {
        while !Task.isCancelled {
            await work()
            try? await Task.sleep(for: Self.every)
        }
    }

    /// Until no file waits.
    package func work() async {
        do {
            while !Task.isCancelled {
                let now = clock.now()
                let job = try await database.writeAcrossBusinesses { [node] transaction in
                    try IngestJobs.claim(for: node, lease: Self.lease, now: now, in: transaction)
                }
                guard let job else { return }
                try await read(job)
            }
        } catch {
            if Task.isCancelled { return }
            logger.warning("reading files failed", metadata: ["error": "\(String(reflecting: error))"])
        }
    }

    private func read(_ job: IngestJob) async throws {
        let outcome: Result<ExtractedDocument, Failure>
        do {
            // Each attempt may have ended the process that made it.
            if job.attempts > Self.mostAttempts { throw Failure.OfFile.tooSlow }
            let bytes = try await database.read(of: job.business) { db in try KnowledgeFiles(db).bytes(of: job.hash) }
            outcome = .success(try await extractor.extract(bytes, job.type))
        } catch let failure as Failure where failure.kind != .fault || job.attempts >= Self.mostAttempts {
            outcome = .failure(failure)
        } catch {
            // Not the file's fault, as far as we know: later.
            if !Task.isCancelled { logger.warning("reading a file failed", metadata: metadata(job, "\(String(reflecting: error))")) }
            let time = clock.now() + .seconds(Task.isCancelled ? 0 : 10)
            try await database.write(of: job.business) { [node] db in try IngestJobs(db).postpone(job, by: node, until: time) }
            return
        }
        if case .failure(let failure) = outcome { logger.info("a file was refused", metadata: metadata(job, failure.code)) }
        try await store(outcome, of: job)
    }

    private func store(_ outcome: Result<ExtractedDocument, Failure>, of job: IngestJob) async throws {
        let now = clock.now()
        do {
            try await database.write(of: job.business) { [node] db in
                guard try IngestJobs(db).finish(job, by: node) else { return }
                switch outcome {
                case .success(let document): try Self.store(document, of: job, now: now, in: db)
                case .failure(let failure): try Self.store(failure, of: job, now: now, in: db)
                }
                try KnowledgeFiles(db).deleteUnused()
            }
        } catch let failure as Failure {
            // The text can't be taken (it may be one for `KnowledgeDraft` to refuse): its owner hears of it too.
            try await database.write(of: job.business) { [node] db in
                guard try IngestJobs(db).finish(job, by: node) else { return }
                try Self.store(failure, of: job, now: now, in: db)
            }
        }
    }

    private static func store(_ document: ExtractedDocument, of job: IngestJob, now: Instant, in db: BusinessTransaction) throws {
        let items = KnowledgeItems(db)
        let item = try items.find(job.item)
        try items.update(job.item, KnowledgeDraft(title: item.title, content: .text(document.text)), by: job.admin, now: now)
        try db.execute("DELETE FROM knowledge_versions WHERE business_id = \(db.business) AND item_id = \(job.item) AND version = 0")
        try db.execute(
            "UPDATE knowledge_items SET failure_reason = NULL, file_type = \(job.type) WHERE business_id = \(db.business) AND id = \(job.item)")
        try KnowledgeFiles(db).store(
            KnowledgeFile(item: job.item, hash: job.hash, name: job.name, type: job.type, size: job.size, uploadedAt: job.createdAt))
    }

    /// An item that had text keeps it and goes on answering; the reason stands beside it.
    private static func store(_ failure: Failure, of job: IngestJob, now: Instant, in db: BusinessTransaction) throws {
        // In both languages: nobody knows yet who will read it.
        let reason = failure.message.ar + "\n" + failure.message.en
        try db.execute(
            """
            UPDATE knowledge_items SET failure_reason = \(reason), updated_at = \(now),
              status = CASE WHEN current_version = 0 THEN \(KnowledgeItem.Status.failed) ELSE status END
            WHERE business_id = \(db.business) AND id = \(job.item)
            """)
    }

    private func metadata(_ job: IngestJob, _ reason: String) -> Logger.Metadata {
        ["business": "\(job.business)", "item": "\(job.item)", "type": "\(job.type.rawValue)", "reason": "\(reason)"]
    }
}
