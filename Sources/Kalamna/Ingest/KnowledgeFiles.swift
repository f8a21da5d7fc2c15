import Crypto
import Store

/// A file that somebody uploads, looked at before anything is stored.
package struct FileUpload: Sendable {
    package static let longestName = 200

    package let name: String
    package let type: FileType
    package let bytes: [UInt8]
    let hash: String

    /// - Parameter name: as the uploader calls it; its folder is dropped, and what could not be shown.
    package init(name: String, bytes: [UInt8]) throws(Failure) {
        let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        let shown = String(String.UnicodeScalarView(last.unicodeScalars.filter { !$0.isControl && !$0.isBidiControl })).trimmed
        guard !shown.isEmpty, shown.unicodeScalars.count <= Self.longestName else {
            throw Failure.invalid(
                "name", ar: "ابعت اسم الملف بامتداده (أقصى طول \(Self.longestName) حرف).",
                en: "Send the file's name with its ending, at most \(Self.longestName) characters.")
        }
        self.type = try FileType(name: shown, bytes: bytes)
        self.name = shown
        self.bytes = bytes
        self.hash = Secrets.hex(SHA256.hash(data: bytes))
    }

    /// The name as a title: without its ending, and with blanks.
    var title: String {
        let stem = name.split(separator: ".", omittingEmptySubsequences: false).dropLast().joined(separator: ".")
        let title = stem.replacing("_", with: " ").trimmed
        return title.isEmpty ? name : title
    }
}

/// The original that an item was made from.
package struct KnowledgeFile: Sendable, Hashable {
    package let item: KnowledgeItemID
    let hash: String
    package let name: String
    package let type: FileType
    /// In bytes.
    package let size: Int
    package let uploadedAt: Instant
}

/// The files of one business and what is made from them.
package struct KnowledgeFiles {
    /// Of all originals together, in bytes.
    package static let mostBytes = 500 << 20
    package static let mostWaiting = 100

    let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    /// A new item, whose text comes when the file has been read.
    package func add(_ upload: FileUpload, title: String? = nil, category: String? = nil, by admin: AdminID?, now: Instant) throws -> KnowledgeItem {
        let draft = try KnowledgeDraft(
            title: title ?? String(upload.title.prefix(KnowledgeDraft.longestTitle)), category: category ?? "", content: .text("–")
        ).checked()
        let items = KnowledgeItems(db)
        try items.checkRoom(for: 1)
        try checkRoom(for: upload)
        let id = KnowledgeItemID(at: now)
        let itemCategory = draft.category.isEmpty ? KnowledgeDraft.defaultCategory : draft.category
        let language = KnowledgeDraft.guessedLanguage(of: draft.title)
        try db.execute(
            """
            INSERT INTO knowledge_items (business_id, id, base_type, kind, title, search_text, category, language, status, current_version,
              file_url, file_type, created_by, created_at, updated_at)
            VALUES (\(db.business), \(id), \(KnowledgeItem.BaseType.file), \(KnowledgeItem.Kind.text), \(draft.title),
              \(PreparedKnowledge.folded(draft.title)), \(itemCategory), \(language), \(KnowledgeItem.Status.processing), 0,
              \("/v1/knowledge/\(id)/file"), \(upload.type), \(admin), \(now), \(now))
            """)
        // What it says until then: nothing. The first real version takes this one away.
        try db.execute(
            """
            INSERT INTO knowledge_versions (business_id, item_id, version, title, category, language, content_json, created_by, created_at)
            VALUES (\(db.business), \(id), 0, \(draft.title), \(itemCategory), \(language), \(#"{"kind":"text","text":""}"#), \(admin), \(now))
            """)
        try storeBytes(of: upload, now: now)
        try store(KnowledgeFile(item: id, hash: upload.hash, name: upload.name, type: upload.type, size: upload.bytes.count, uploadedAt: now))
        try IngestJobs(db).put(upload, for: id, by: admin, now: now)
        return try items.find(id)
    }

    /// Another file for the same item. What it says now is answered with until the new file has been read.
    package func replace(_ id: KnowledgeItemID, with upload: FileUpload, by admin: AdminID?, now: Instant) throws -> KnowledgeItem {
        _ = try fileItem(id)
        try checkRoom(for: upload)
        try storeBytes(of: upload, now: now)
        try IngestJobs(db).put(upload, for: id, by: admin, now: now)
        try db.execute(
            """
            UPDATE knowledge_items SET failure_reason = NULL, updated_at = \(now),
              status = CASE WHEN current_version = 0 THEN \(KnowledgeItem.Status.processing) ELSE status END
            WHERE business_id = \(db.business) AND id = \(id)
            """)
        return try KnowledgeItems(db).find(id)
    }

    /// The item, if it was made from a file.
    package func fileItem(_ id: KnowledgeItemID) throws -> KnowledgeItem {
        let item = try KnowledgeItems(db).find(id)
        guard item.baseType == .file else {
            throw Failure(
                .conflict, code: "not_a_file", ar: "المعلومة دي مكتوبة بالإيد مش من ملف: عدّل نصها، أو ارفع الملف كمعلومة جديدة.",
                en: "This item was written by hand, not made from a file: edit its text, or upload the file as a new item.")
        }
        return item
    }

    /// Nil when the item was not made from a file.
    package func find(_ item: KnowledgeItemID) throws -> KnowledgeFile? {
        let row = try db.first(
            "SELECT item_id, hash, name, file_type, size, uploaded_at FROM knowledge_files WHERE business_id = \(db.business) AND item_id = \(item)")
        guard let row else { return nil }
        return KnowledgeFile(
            item: try row["item_id"], hash: try row["hash"], name: try row["name"], type: try row["file_type"], size: try row["size"],
            uploadedAt: try row["uploaded_at"])
    }

    /// As it was uploaded.
    package func bytes(of file: KnowledgeFile) throws -> [UInt8] { try bytes(of: file.hash) }

    func bytes(of hash: String) throws -> [UInt8] {
        guard let row = try db.first("SELECT bytes FROM file_blobs WHERE business_id = \(db.business) AND hash = \(hash)") else {
            throw Failure.notFound
        }
        return try row["bytes"]
    }

    func store(_ file: KnowledgeFile) throws {
        try db.execute(
            """
            INSERT INTO knowledge_files (business_id, item_id, hash, name, file_type, size, uploaded_at)
            VALUES (\(db.business), \(file.item), \(file.hash), \(file.name), \(file.type), \(file.size), \(file.uploadedAt))
            ON CONFLICT (business_id, item_id) DO UPDATE SET hash = excluded.hash, name = excluded.name, file_type = excluded.file_type,
              size = excluded.size, uploaded_at = excluded.uploaded_at
            """)
    }

    /// Originals that no item and no work refers to any more.
    func deleteUnused() throws {
        try db.execute(
            """
            DELETE FROM file_blobs WHERE business_id = \(db.business)
              AND hash NOT IN (SELECT hash FROM knowledge_files WHERE business_id = \(db.business))
              AND hash NOT IN (SELECT hash FROM ingest_jobs WHERE business_id = \(db.business))
            """)
    }

    private func storeBytes(of upload: FileUpload, now: Instant) throws {
        try db.execute(
            """
            INSERT INTO file_blobs (business_id, hash, size, bytes, created_at)
            VALUES (\(db.business), \(upload.hash), \(upload.bytes.count), \(upload.bytes), \(now)) ON CONFLICT (business_id, hash) DO NOTHING
            """)
    }

    private func checkRoom(for upload: FileUpload) throws {
        // Deleted items leave their files behind: those count no more.
        try deleteUnused()
        // CAST: PostgreSQL adds numbers up to a type that is none of ours.
        let row = try db.first("SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) AS used FROM file_blobs WHERE business_id = \(db.business)")
        let used: Int = try row.map { row throws in try row["used"] } ?? 0
        guard used + upload.bytes.count <= Self.mostBytes else {
            throw Failure(
                .conflict, code: "too_many_files", ar: "ملفاتك وصلت للحد الأقصى (\(Self.mostBytes >> 20) ميجا): امسح معلومات من ملفات مش محتاجها.",
                en: "Your files have reached \(Self.mostBytes >> 20) MB, the most there may be: delete items whose files you no longer need.")
        }
        guard try IngestJobs(db).count() < Self.mostWaiting else {
            throw Failure(
                .tooMany, code: "too_many_waiting", ar: "في \(Self.mostWaiting) ملف لسه بيتقروا: استنى شوية وارفع الباقي.",
                en: "\(Self.mostWaiting) files are still being read: wait a little, then upload the rest.", retryAfter: .seconds(30))
        }
    }
}
