import Store

/// A file that waits to be read, or is being read.
struct IngestJob: Sendable, Hashable {
    let business: BusinessID
    let item: KnowledgeItemID
    let hash: String
    let name: String
    let type: FileType
    let size: Int
    let admin: AdminID?
    let createdAt: Instant
    /// How often it was begun, this time included.
    let attempts: Int
}

/// The work that waits for the files of one business; at most one for each item.
struct IngestJobs {
    let db: BusinessTransaction

    init(_ db: BusinessTransaction) { self.db = db }

    private static let columns: Query = "business_id, item_id, hash, name, file_type, size, created_by, created_at, attempts"

    /// A later file for the same item takes the place of an earlier one, also when that is being read.
    func put(_ upload: FileUpload, for item: KnowledgeItemID, by admin: AdminID?, now: Instant) throws {
        try db.execute("DELETE FROM ingest_jobs WHERE business_id = \(db.business) AND item_id = \(item)")
        try db.execute(
            """
            INSERT INTO ingest_jobs (business_id, item_id, hash, name, file_type, size, created_by, created_at, attempts)
            VALUES (\(db.business), \(item), \(upload.hash), \(upload.name), \(upload.type), \(upload.bytes.count), \(admin), \(now), 0)
            """)
    }

    func isWaiting(_ item: KnowledgeItemID) throws -> Bool {
        try db.first("SELECT item_id FROM ingest_jobs WHERE business_id = \(db.business) AND item_id = \(item)") != nil
    }

    func count() throws -> Int {
        try db.first("SELECT COUNT(*) AS jobs FROM ingest_jobs WHERE business_id = \(db.business)").map { row throws in try row["jobs"] } ?? 0
    }

    /// Takes the job away when it is still ours: false when another file came meanwhile, or another process took it over.
    func finish(_ job: IngestJob, by node: String) throws -> Bool {
        try db.execute(
            """
            DELETE FROM ingest_jobs WHERE business_id = \(db.business) AND item_id = \(job.item) AND hash = \(job.hash)
              AND created_at = \(job.createdAt) AND attempts = \(job.attempts) AND lease_owner = \(node)
            """) == 1
    }

    /// Gives it back; it is tried again when the time has come.
    func postpone(_ job: IngestJob, by node: String, until time: Instant) throws {
        try db.execute(
            """
            UPDATE ingest_jobs SET lease_until = \(time) WHERE business_id = \(db.business) AND item_id = \(job.item)
              AND attempts = \(job.attempts) AND lease_owner = \(node)
            """)
    }

    // MARK: across businesses

    /// The job that waits longest and that nobody works on. Claimed once, by whom the conditional update lets through.
    static func claim(for node: String, lease: Duration, now: Instant, in transaction: any Transaction) throws -> IngestJob? {
        let candidates = try transaction.fetch(
            """
            SELECT \(columns) FROM ingest_jobs WHERE lease_until IS NULL OR lease_until < \(now) ORDER BY created_at, item_id LIMIT 8
            """
        ).map { row throws in try IngestJob(row) }
        for candidate in candidates {
            let claimed = try transaction.execute(
                """
                UPDATE ingest_jobs SET lease_owner = \(node), lease_until = \(now + lease), attempts = attempts + 1
                WHERE business_id = \(candidate.business) AND item_id = \(candidate.item) AND hash = \(candidate.hash)
                  AND attempts = \(candidate.attempts) AND (lease_until IS NULL OR lease_until < \(now))
                """)
            if claimed == 1 { return candidate.begunOnceMore }
        }
        return nil
    }

    /// What this node held before it died.
    static func releaseLeases(of node: String, in transaction: any Transaction) throws {
        try transaction.execute("UPDATE ingest_jobs SET lease_until = NULL WHERE lease_owner = \(node)")
    }
}

extension IngestJob {
    fileprivate init(_ row: ResultRow) throws {
        self.init(
            business: try row["business_id"], item: try row["item_id"], hash: try row["hash"], name: try row["name"], type: try row["file_type"],
            size: try row["size"], admin: try row["created_by"], createdAt: try row["created_at"], attempts: try row["attempts"])
    }

    fileprivate var begunOnceMore: IngestJob {
        IngestJob(
            business: business, item: item, hash: hash, name: name, type: type, size: size, admin: admin, createdAt: createdAt,
            attempts: attempts + 1)
    }
}
