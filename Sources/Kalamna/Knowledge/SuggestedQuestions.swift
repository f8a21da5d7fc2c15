import Store

/// What a customer may ask to begin with: the questions that a business has written answers to.
package struct SuggestedQuestions {
    package static let most = 4
    private static let longest = 80
    /// Only so many of the newest uses are counted, so that it costs the same for a business that is old.
    private static let countedUses = 500
    private static let candidates = 20

    private let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    /// The first questions of the items that were cited most lately, then of the newest; none twice.
    ///
    /// - Parameter locale: an item in the other language only is left out.
    package func list(for locale: Locale) throws -> [String] {
        // Items first and their questions second: in one statement SQLite would begin with all passages of the business.
        var items = try mostUsed()
        for item in try newest(locale) where !items.contains(item) { items.append(item) }
        if items.isEmpty { return [] }
        let questions = try questions(of: items, locale)
        var list: [String] = []
        for question in items.compactMap({ questions[$0] }) where !list.contains(question) { list.append(question) }
        return Array(list.prefix(Self.most))
    }

    private func mostUsed() throws -> [KnowledgeItemID] {
        try db.fetch(
            """
            SELECT newest.item_id, COUNT(*) AS uses FROM (
              SELECT item_id FROM knowledge_usage WHERE business_id = \(db.business) AND cited
              ORDER BY message_id DESC, rank DESC LIMIT \(Self.countedUses)) AS newest
            GROUP BY newest.item_id ORDER BY uses DESC, newest.item_id DESC LIMIT \(Self.candidates)
            """
        ).map { row throws in try row["item_id"] }
    }

    private func newest(_ locale: Locale) throws -> [KnowledgeItemID] {
        try db.fetch(
            """
            SELECT i.id FROM knowledge_items i WHERE i.business_id = \(db.business) AND \(Self.isSuitable(locale))
            ORDER BY i.updated_at DESC, i.id DESC LIMIT \(2 * Self.most)
            """
        ).map { row throws in try row["id"] }
    }

    /// The passage of a pair has the question for its heading.
    private func questions(of items: [KnowledgeItemID], _ locale: Locale) throws -> [KnowledgeItemID: String] {
        let rows = try db.fetch(
            """
            SELECT i.id, c.heading FROM knowledge_items i
            JOIN knowledge_chunks c
              ON c.business_id = i.business_id AND c.item_id = i.id AND c.version = i.current_version AND c.position = 0
            WHERE i.business_id = \(db.business) AND i.id IN \(list: items) AND \(Self.isSuitable(locale))
              AND LENGTH(c.heading) BETWEEN 1 AND \(Self.longest)
            """)
        var found: [KnowledgeItemID: String] = [:]
        for row in rows { found[try row["id"]] = try row["heading"] }
        return found
    }

    private static func isSuitable(_ locale: Locale) -> Query {
        "i.kind = \(KnowledgeItem.Kind.faq) AND i.status = \(KnowledgeItem.Status.ready) AND i.language IN (\(locale.rawValue), 'mixed')"
    }
}
