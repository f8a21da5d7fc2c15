import Foundation
import Store

/// The items of one business's knowledge.
package struct KnowledgeItems {
    package static let mostItems = 20_000
    private static let mostSearchWords = 8

    let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    static let columns: Query = """
        i.id, i.base_type, i.kind, i.title, i.category, i.language, i.status, i.failure_reason, i.current_version, i.external_id,
        i.created_at, i.updated_at
        """

    package func find(_ id: KnowledgeItemID) throws -> KnowledgeItem {
        let row = try db.first("SELECT \(Self.columns) FROM knowledge_items i WHERE i.business_id = \(db.business) AND i.id = \(id)")
        guard let row else { throw Failure.notFound }
        return try KnowledgeItem(row)
    }

    /// What the item says now.
    package func content(of id: KnowledgeItemID) throws -> KnowledgeContent { try current(id).content }

    /// Newest first.
    package func versions(of id: KnowledgeItemID, limit: Int = 100) throws -> [KnowledgeVersion] {
        _ = try find(id)
        return try fetchVersions(" AND item_id = \(id) ORDER BY version DESC LIMIT \(limit)")
    }

    package func version(_ version: Int64, of id: KnowledgeItemID) throws -> KnowledgeVersion {
        guard let found = try fetchVersions(" AND item_id = \(id) AND version = \(version)").first else { throw Failure.notFound }
        return found
    }

    /// In the order of the text.
    package func chunks(of id: KnowledgeItemID) throws -> [KnowledgeChunk] {
        _ = try find(id)
        return try db.fetch(
            """
            SELECT \(KnowledgeChunks.columns) FROM \(KnowledgeChunks.joined)
            WHERE c.business_id = \(db.business) AND c.item_id = \(id) ORDER BY c.position
            """
        ).map { row throws in try KnowledgeChunk(row) }
    }

    /// The item that was changed last comes first.
    package func list(_ filter: KnowledgeFilter = KnowledgeFilter(), after cursor: ListCursor? = nil, limit: Int) throws -> Page<KnowledgeItem> {
        let rows = try db.fetch(
            """
            SELECT \(Self.columns) FROM knowledge_items i
            WHERE i.business_id = \(db.business)\(Self.condition(filter))\(ListCursor.condition(cursor, time: "updated_at"))
            ORDER BY i.updated_at DESC, i.id DESC LIMIT \(limit + 1)
            """
        ).map { row throws in try KnowledgeItem(row) }
        return Page(rows, limit: limit) { ListCursor(time: $0.updatedAt, id: $0.id.description).description }
    }

    /// The biggest first.
    package func categories() throws -> [KnowledgeCategory] {
        let rows = try db.fetch(
            "SELECT category, COUNT(*) AS items FROM knowledge_items WHERE business_id = \(db.business) GROUP BY category"
        )
        let categories = try rows.map { row throws in KnowledgeCategory(name: try row["category"], count: try row["items"]) }
        // Sorted here: the two databases order texts differently.
        return categories.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    }

    package func count() throws -> Int {
        try db.first("SELECT COUNT(*) AS items FROM knowledge_items WHERE business_id = \(db.business)").map { row throws in try row["items"] } ?? 0
    }

    private static func condition(_ filter: KnowledgeFilter) -> Query {
        var condition: Query = ""
        if let category = filter.category { condition = condition + " AND i.category = \(category)" }
        if let status = filter.status { condition = condition + " AND i.status = \(status)" }
        if let language = filter.language { condition = condition + " AND i.language = \(language)" }
        for word in searchWords(filter.search ?? "") {
            condition = condition + " AND i.search_text LIKE \(pattern(containing: word)) ESCAPE '\\'"
        }
        return condition
    }

    /// Folded like `search_text`, without the punctuation that people end a question with.
    static func searchWords(_ query: String) -> [String] {
        let folded = PreparedKnowledge.folded(String(String.UnicodeScalarView(query.unicodeScalars.prefix(KnowledgeDraft.longestTitle))))
        let words = folded.unicodeScalars.split(whereSeparator: \.properties.isWhitespace).map { word in
            let ends: Set<Unicode.Scalar> = ["?", "!", ".", ",", ";", ":", "\"", "'", "(", ")", "«", "»"]
            let kept = word.drop(while: ends.contains).reversed().drop(while: ends.contains).reversed()
            return String(String.UnicodeScalarView(kept))
        }
        return Array(words.filter { !$0.isEmpty }.prefix(mostSearchWords))
    }

    private static func pattern(containing word: String) -> String {
        var pattern = "%"
        for scalar in word.unicodeScalars {
            if scalar == "%" || scalar == "_" || scalar == "\\" { pattern.unicodeScalars.append("\\") }
            pattern.unicodeScalars.append(scalar)
        }
        return pattern + "%"
    }

    private func fetchVersions(_ conditions: Query) throws -> [KnowledgeVersion] {
        try db.fetch(
            """
            SELECT item_id, version, title, category, language, content_json, created_by, created_at, restored_from FROM knowledge_versions
            WHERE business_id = \(db.business)\(conditions)
            """
        ).map { row throws in try KnowledgeVersion(row) }
    }
}

// MARK: what stands now

extension KnowledgeItems {
    /// An item with the text of its current version.
    struct Current {
        let item: KnowledgeItem
        let content: KnowledgeContent
    }

    func current(_ id: KnowledgeItemID) throws -> Current {
        guard let current = try fetchCurrent("i.id = \(id)").first else { throw Failure.notFound }
        return current
    }

    /// By external id; what does not exist is missing.
    func current(externalIDs ids: [String]) throws -> [String: Current] {
        var found: [String: Current] = [:]
        // Not only to save work: PostgreSQL keeps the plan of a prepared statement, and one made for an empty table reads
        // the whole of a full one (measured: 28 s instead of 4 s for the second import of 10,000).
        guard try db.first("SELECT id FROM knowledge_items WHERE business_id = \(db.business) LIMIT 1") != nil else { return found }
        for group in ids.inStatementGroups {
            for current in try fetchCurrent("i.external_id IN \(list: group)") { found[current.item.externalID ?? ""] = current }
        }
        return found
    }

    private func fetchCurrent(_ condition: Query) throws -> [Current] {
        try db.fetch(
            """
            SELECT \(Self.columns), v.content_json FROM knowledge_items i
            JOIN knowledge_versions v ON v.business_id = i.business_id AND v.item_id = i.id AND v.version = i.current_version
            WHERE i.business_id = \(db.business) AND \(condition)
            """
        ).map { row throws in Current(item: try KnowledgeItem(row), content: try KnowledgeContent(json: try row["content_json"])) }
    }
}

extension KnowledgeItem {
    fileprivate init(_ row: ResultRow) throws {
        self.init(
            id: try row["id"],
            baseType: try row["base_type"],
            kind: try row["kind"],
            title: try row["title"],
            category: try row["category"],
            language: try row["language"],
            status: try row["status"],
            failureReason: try row["failure_reason"],
            currentVersion: try row["current_version"],
            externalID: try row["external_id"],
            createdAt: try row["created_at"],
            updatedAt: try row["updated_at"]
        )
    }
}

extension KnowledgeVersion {
    fileprivate init(_ row: ResultRow) throws {
        self.init(
            itemID: try row["item_id"],
            version: try row["version"],
            title: try row["title"],
            category: try row["category"],
            language: try row["language"],
            content: try KnowledgeContent(json: try row["content_json"]),
            createdBy: try row["created_by"],
            createdAt: try row["created_at"],
            restoredFrom: try row["restored_from"]
        )
    }
}

extension KnowledgeContent {
    fileprivate init(json: String) throws { self = try JSONDecoder().decode(KnowledgeContent.self, from: Data(json.utf8)) }
}
