import Store

/// The vectors of large knowledge, searched by PostgreSQL: pgvector's HNSW over a copy of each vector in 16-bit floats.
///
/// The column and its index come into being with the first business that is large, and only where an administrator has run
/// `CREATE EXTENSION vector` (0.8 or newer). Small businesses have no copies, so that the index holds few businesses, and an
/// iterative scan that goes on until enough rows are the caller's own ends soon. Everything works without it: see `ChunkVectors`.
package struct NearVectors {
    /// So many numbers of 8 bits are searched in memory: 64 MB, 4 ms a question; 174,000 chunks of multilingual-e5-small.
    package static let mostInMemory = 64 << 20
    /// pgvector indexes no longer halfvecs.
    private static let mostDimensions = 4000
    /// Rows that the index looks at, at least: recall@10 of 0.99 for one of five businesses (`Benchmarks/bench-vectors.sh`).
    private static let effort = "400"
    private static let pageSize = 200

    private let db: BusinessTransaction
    private let model: EmbeddingModel
    /// Where the extension's types are: not always in the search path.
    private let schema: Query

    /// Nil on SQLite, without the extension, and for models with more dimensions than it indexes.
    init?(_ db: BusinessTransaction, model: EmbeddingModel) throws {
        guard db.dialect == .postgres, (1...Self.mostDimensions).contains(model.dimensions) else { return nil }
        let found = try db.first(
            """
            SELECT quote_ident(n.nspname) AS name FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
            WHERE e.extname = 'vector' AND string_to_array(e.extversion, '.')::int[] >= ARRAY[0, 8]
            """)
        guard let found else { return nil }
        (self.db, self.model, self.schema) = (db, model, .verbatim(try found["name"]))
    }

    // MARK: Filling

    private var index: String { "knowledge_vectors_near_\(model.dimensions)" }
    private var dimensions: Query { .verbatim("\(model.dimensions)") }
    /// As the index has it; the planner compares the words.
    private var near: Query { "near::\(schema).halfvec(\(dimensions))" }
    private var isIndexed: Query { "near IS NOT NULL AND octet_length(vector) = \(.verbatim("\(model.dimensions * 4)"))" }

    /// Whether column and index are there.
    private func isPrepared() throws -> Bool { try db.first("SELECT 1 AS one WHERE to_regclass(\(index)) IS NOT NULL") != nil }

    /// Makes column and index. One process at a time; nearly nothing is in the index then, so it is made at once.
    func prepare() throws {
        if try isPrepared() { return }
        _ = try db.fetch("SELECT pg_advisory_xact_lock(7310002)")
        try db.execute("ALTER TABLE knowledge_vectors ADD COLUMN IF NOT EXISTS near \(schema).halfvec")
        try db.execute(
            """
            CREATE INDEX IF NOT EXISTS \(.verbatim(index)) ON knowledge_vectors
            USING hnsw ((\(near)) \(schema).halfvec_cosine_ops) WITH (m = 16, ef_construction = 128) WHERE \(isIndexed)
            """)
    }

    /// Copies the next vectors into the index. Returns the last chunk that was read; nil when there are no more.
    func fill(after chunk: String) throws -> String? {
        let rows = try db.fetch(
            """
            SELECT chunk_id, vector FROM knowledge_vectors WHERE business_id = \(db.business) AND model = \(model.description)
            AND chunk_id > \(chunk) AND near IS NULL ORDER BY chunk_id LIMIT \(Self.pageSize)
            """)
        var last: String?
        for row in rows {
            let id: String = try row["chunk_id"]
            try db.send(
                """
                UPDATE knowledge_vectors SET near = \(Self.text(KnowledgeVectors.floats(try row["vector"])))::\(schema).halfvec
                WHERE business_id = \(db.business) AND model = \(model.description) AND chunk_id = \(id)
                """)
            last = id
        }
        return last
    }

    /// Whether all vectors of the business are in the index.
    func isComplete() throws -> Bool {
        guard try isPrepared() else { return false }
        return try db.first(
            """
            SELECT 1 AS one FROM knowledge_vectors WHERE business_id = \(db.business) AND model = \(model.description) AND near IS NULL LIMIT 1
            """) == nil
    }

    // MARK: Searching

    /// The vectors nearest to a question, nearest first as far as the index knows, and those of other chunks that are asked for.
    func nearest(to question: [Float], limit: Int, and others: [KnowledgeChunkID]) throws -> [KnowledgeChunkID: [Float]] {
        try db.send(
            """
            SELECT set_config('hnsw.iterative_scan', 'relaxed_order', TRUE) AS scan, set_config('hnsw.ef_search', \(Self.effort), TRUE) AS effort
            """)
        let nearest = try db.send(
            """
            SELECT chunk_id, vector FROM knowledge_vectors
            WHERE business_id = \(db.business) AND model = \(model.description) AND \(isIndexed)
            ORDER BY \(near) OPERATOR(\(schema).<=>) \(Self.text(question))::\(schema).halfvec(\(dimensions)) LIMIT \(limit)
            """)
        let rest = try db.fetch(
            """
            SELECT chunk_id, vector FROM knowledge_vectors
            WHERE business_id = \(db.business) AND model = \(model.description) AND chunk_id IN \(list: others)
            """)
        return Dictionary(
            try (nearest.get() + rest).map { row throws in (try row["chunk_id"], KnowledgeVectors.floats(try row["vector"])) },
            uniquingKeysWith: { first, _ in first })
    }

    private static func text(_ vector: [Float]) -> String { "[" + vector.map(\.description).joined(separator: ",") + "]" }
}
