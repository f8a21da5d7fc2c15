import Store

/// What a customer may ask to begin with: the questions that a business has written answers to.
package struct SuggestedQuestions {
    package static let most = 4
    private static let longest = 80
    /// Only so many of the newest uses are counted, so that it costs the same for a business that is old.
    private static let countedUses = 500

    private let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    /// The first questions of the items that were cited most lately, then of the newest; none twice.
    ///
    /// - Parameter locale: an item in the other language only is left out.
    package func list(for locale: Locale) throws -> [String] {
        var questions = try mostUsed(locale)
        if questions.count < Self.most {
            for question in try newest(locale) where !questions.contains(question) { questions.append(question) }
        }
        return Array(questions.prefix(Self.most))
    }

    private func mostUsed(_ locale: Locale) throws -> [String] {
        try db.fetch(
            """
            SELECT c.heading FROM (
              SELECT newest.item_id, COUNT(*) AS uses FROM (
                SELECT item_id FROM knowledge_usage WHERE business_id = \(db.business) AND cited
                ORDER BY message_id DESC, rank DESC LIMIT \(Self.countedUses)) AS newest
              GROUP BY newest.item_id) AS used
            JOIN knowledge_items i ON i.business_id = \(db.business) AND i.id = used.item_id
            \(Self.firstQuestion)
            WHERE \(Self.isSuitable(locale)) ORDER BY used.uses DESC, i.id DESC LIMIT \(Self.most)
            """
        ).map { row throws in try row["heading"] }
    }

    private func newest(_ locale: Locale) throws -> [String] {
        try db.fetch(
            """
            SELECT c.heading FROM knowledge_items i
            \(Self.firstQuestion)
            WHERE i.business_id = \(db.business) AND \(Self.isSuitable(locale))
            ORDER BY i.updated_at DESC, i.id DESC LIMIT \(2 * Self.most)
            """
        ).map { row throws in try row["heading"] }
    }

    /// The passage of a pair has the question for its heading.
    private static let firstQuestion: Query = """
        JOIN knowledge_chunks c ON c.business_id = i.business_id AND c.item_id = i.id AND c.version = i.current_version AND c.position = 0
        """

    private static func isSuitable(_ locale: Locale) -> Query {
        """
        i.kind = \(KnowledgeItem.Kind.faq) AND i.status = \(KnowledgeItem.Status.ready) AND i.language IN (\(locale.rawValue), 'mixed')
        AND LENGTH(c.heading) BETWEEN 1 AND \(longest)
        """
    }
}
