import Store

package typealias KnowledgeChunkID = ID<KnowledgeChunk>

/// A passage of the current version of an item: what is searched, shown to a model and cited.
package struct KnowledgeChunk: Sendable, Hashable {
    package let id: KnowledgeChunkID
    package let item: KnowledgeItemID
    package let version: Int64
    /// From 0, in the order of the text.
    package let position: Int
    /// The item's title.
    package let title: String
    /// The headings above the passage inside the item, `سياسة الشحن › المدة`, without the item's title; of a pair its
    /// question; often empty.
    package let heading: String
    /// Of a pair: question, other forms and answer, a line each.
    package let content: String
    /// The verbatim answer of a question/answer pair.
    package let answer: String?

    package init(
        id: KnowledgeChunkID,
        item: KnowledgeItemID,
        version: Int64,
        position: Int,
        title: String,
        heading: String,
        content: String,
        answer: String?
    ) {
        self.id = id
        self.item = item
        self.version = version
        self.position = position
        self.title = title
        self.heading = heading
        self.content = content
        self.answer = answer
    }
}

/// The chunks of a whole business, for building a search index.
package struct KnowledgeChunks {
    private static let pageSize = 2000

    let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    static let columns: Query = "c.id, c.item_id, c.version, c.position, i.title, c.heading, c.content, c.answer"
    static let joined: Query = "knowledge_chunks c JOIN knowledge_items i ON i.business_id = c.business_id AND i.id = c.item_id"

    /// Grows with every change of the knowledge. Whoever builds an index reads this first and the chunks after it: on
    /// PostgreSQL a change may be committed between the two, and an index must never claim to be newer than it is.
    package func version() throws -> Int64 { try readingVersion().get() }

    /// `version`, in one round trip with what is asked for next.
    func readingVersion() throws -> Reply<Int64> {
        try db.send("SELECT knowledge_version FROM businesses WHERE id = \(db.business)").map { rows in
            guard let row = rows.first else { throw Failure.notFound }
            return try row["knowledge_version"]
        }
    }

    /// Whoever searches builds a new index.
    func raiseVersion() throws {
        try db.send("UPDATE businesses SET knowledge_version = knowledge_version + 1 WHERE id = \(db.business)")
    }

    /// Of the items that are ready, those that a model has not read.
    func withoutVector(of model: String, limit: Int) throws -> [KnowledgeChunk] {
        try db.fetch(
            """
            SELECT \(Self.columns) FROM \(Self.joined)
            WHERE c.business_id = \(db.business) AND i.status = \(KnowledgeItem.Status.ready) AND NOT EXISTS
              (SELECT 1 FROM knowledge_vectors v WHERE v.business_id = c.business_id AND v.model = \(model) AND v.chunk_id = c.id)
            ORDER BY c.id LIMIT \(limit)
            """
        ).map { row throws in try KnowledgeChunk(row) }
    }

    /// Every chunk of the items that are ready, ordered by id. Read in pages, so that no statement holds all rows twice.
    package func all() throws -> [KnowledgeChunk] {
        var chunks: [KnowledgeChunk] = []
        var after = ""
        while true {
            let rows = try db.fetch(
                """
                SELECT \(Self.columns) FROM \(Self.joined)
                WHERE c.business_id = \(db.business) AND c.id > \(after) AND i.status = \(KnowledgeItem.Status.ready)
                ORDER BY c.id LIMIT \(Self.pageSize)
                """
            )
            for row in rows { chunks.append(try KnowledgeChunk(row)) }
            guard rows.count == Self.pageSize, let last = chunks.last else { return chunks }
            after = last.id.description
        }
    }
}

extension KnowledgeChunk {
    init(_ row: ResultRow) throws {
        self.init(
            id: try row["id"],
            item: try row["item_id"],
            version: try row["version"],
            position: try row["position"],
            title: try row["title"],
            heading: try row["heading"],
            content: try row["content"],
            answer: try row["answer"]
        )
    }
}
