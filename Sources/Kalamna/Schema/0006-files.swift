import Store

extension Schema {
    /// Files that knowledge is made from: their bytes, once each, which item came from which, and the work that waits.
    static let files = Migration(
        id: "0006-files",
        statements: [
            """
            CREATE TABLE file_blobs (
              business_id \(id) NOT NULL REFERENCES businesses (id) ON DELETE CASCADE, hash TEXT NOT NULL, size BIGINT NOT NULL,
              bytes \(.either(sqlite: "BLOB", postgres: "BYTEA") as Query) NOT NULL, created_at BIGINT NOT NULL,
              PRIMARY KEY (business_id, hash))
            """,
            """
            CREATE TABLE knowledge_files (
              business_id \(id) NOT NULL, item_id \(id) NOT NULL, hash TEXT NOT NULL, name TEXT NOT NULL, file_type TEXT NOT NULL,
              size BIGINT NOT NULL, uploaded_at BIGINT NOT NULL, PRIMARY KEY (business_id, item_id),
              FOREIGN KEY (business_id, item_id) REFERENCES knowledge_items (business_id, id) ON DELETE CASCADE)
            """,
            """
            CREATE TABLE ingest_jobs (
              business_id \(id) NOT NULL, item_id \(id) NOT NULL, hash TEXT NOT NULL, name TEXT NOT NULL, file_type TEXT NOT NULL,
              size BIGINT NOT NULL, created_by \(id), created_at BIGINT NOT NULL, attempts BIGINT NOT NULL, lease_owner TEXT, lease_until BIGINT,
              PRIMARY KEY (business_id, item_id),
              FOREIGN KEY (business_id, item_id) REFERENCES knowledge_items (business_id, id) ON DELETE CASCADE)
            """,
        ] + ["file_blobs", "knowledge_files", "ingest_jobs"].flatMap { isolate($0) })
}
