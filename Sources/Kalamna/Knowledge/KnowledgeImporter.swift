/// Stores what a file brought: new entries are made, changed ones get a version, the others stay as they are.
package struct KnowledgeImporter: Sendable {
    private static let batchSize = 200
    /// A batch of long texts ends earlier, so that other writers don't wait.
    private static let batchBytes = 2 << 20

    private let database: Database
    private let clock: WallClock

    package init(database: Database, clock: WallClock) {
        self.database = database
        self.clock = clock
    }

    /// Writes nothing when a row was rejected or with `dryRun`. Large files are stored in several transactions; one that was
    /// cut off half-way is simply run again. On no actor: cutting and folding a big file takes a while.
    @concurrent
    package func run(_ file: KnowledgeImport, of business: BusinessID, by admin: AdminID?, dryRun: Bool = false) async throws -> ImportReport {
        let now = clock.now()
        guard file.rejected.isEmpty && !dryRun else {
            let counts = dryRun ? try await plan(file.rows, of: business, now: now) : ImportCounts()
            return ImportReport(counts: counts, rejected: file.rejected, isDryRun: dryRun)
        }
        let planned = try await plan(file.rows, of: business, now: now)
        guard planned.created + planned.updated > 0 else { return ImportReport(counts: planned, rejected: [], isDryRun: false) }
        var counts = ImportCounts()
        for batch in Self.batches(of: file.rows) {
            let prepared = try batch.map { try PreparedKnowledge($0.draft) }
            counts = counts + (try await database.write(of: business) { db in try KnowledgeItems(db).save(prepared, by: admin, now: now) })
        }
        return ImportReport(counts: counts, rejected: [], isDryRun: false)
    }

    package func run(_ drafts: [KnowledgeDraft], of business: BusinessID, by admin: AdminID?, dryRun: Bool = false) async throws -> ImportReport {
        try await run(KnowledgeImport(drafts), of: business, by: admin, dryRun: dryRun)
    }

    /// What would happen; throws when the business has no room for all of it, before the first batch is stored.
    private func plan(_ rows: [KnowledgeImport.Row], of business: BusinessID, now: Instant) async throws -> ImportCounts {
        var counts = ImportCounts()
        for batch in Self.batches(of: rows) {
            let drafts = batch.map(\.draft)
            counts = counts + (try await database.read(of: business) { db in try KnowledgeItems(db).compare(drafts) })
        }
        let created = counts.created
        if created > 0 { try await database.read(of: business) { db in try KnowledgeItems(db).checkRoom(for: created) } }
        return counts
    }

    private static func batches(of rows: [KnowledgeImport.Row]) -> [[KnowledgeImport.Row]] {
        var batches: [[KnowledgeImport.Row]] = []
        var batch: [KnowledgeImport.Row] = []
        var bytes = 0
        for row in rows {
            batch.append(row)
            bytes += row.draft.content.plainText.utf8.count
            if batch.count == batchSize || bytes >= batchBytes {
                batches.append(batch)
                (batch, bytes) = ([], 0)
            }
        }
        if !batch.isEmpty { batches.append(batch) }
        return batches
    }
}
