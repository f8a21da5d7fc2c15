import Store

/// What the customer thought of a conversation: once a session, editable for a while.
package struct Feedback: Sendable {
    package let session: ChatSessionID
    /// 1…5.
    package let rating: Int
    package let comment: String
    package let createdAt: Instant
    package let updatedAt: Instant
}

package struct FeedbackEntries {
    /// How long a rating can be changed after it was first given.
    package static let editable = Duration.hours(24)

    let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    private static let columns: Query = "session_id, rating, comment, created_at, updated_at"

    package func find(_ session: ChatSessionID) throws -> Feedback? {
        try db.first("SELECT \(Self.columns) FROM feedback WHERE business_id = \(db.business) AND session_id = \(session)")
            .map { row throws in try Feedback(row) }
    }

    package func save(rating: Int, comment: String, for session: ChatSessionID, now: Instant) throws -> Feedback {
        var validation = Validation()
        if !(1...5).contains(rating) {
            validation.refuse("rating", ar: "التقييم من 1 لـ 5 نجوم.", en: "The rating is 1 to 5 stars.")
        }
        let comment = validation.text("comment", comment, atMost: 2000)
        try validation.check()
        if let given = try find(session), now - given.createdAt > Self.editable {
            throw Failure(
                .conflict, code: "feedback_final", ar: "التقييم ده اتسجل من أكتر من يوم ومش ممكن يتغير.",
                en: "This rating was given more than a day ago and can no longer be changed.")
        }
        let row = try db.first(
            """
            INSERT INTO feedback (business_id, session_id, rating, comment, created_at, updated_at)
            VALUES (\(db.business), \(session), \(rating), \(comment), \(now), \(now))
            ON CONFLICT (business_id, session_id) DO UPDATE SET rating = excluded.rating, comment = excluded.comment,
              updated_at = excluded.updated_at
            RETURNING \(Self.columns)
            """)
        guard let row else { throw Failure.notFound }
        return try Feedback(row)
    }

    package func list(after cursor: ListCursor?, limit: Int) throws -> Page<Feedback> {
        let bound: Query = cursor.map { " AND (created_at, session_id) < (\($0.time), \($0.id))" } ?? ""
        let rows = try db.fetch(
            """
            SELECT \(Self.columns) FROM feedback WHERE business_id = \(db.business)\(bound)
            ORDER BY created_at DESC, session_id DESC LIMIT \(limit + 1)
            """
        ).map { row throws in try Feedback(row) }
        return Page(rows, limit: limit) { ListCursor(time: $0.createdAt, id: $0.session.description).description }
    }
}

extension Feedback {
    fileprivate init(_ row: ResultRow) throws {
        self.init(
            session: try row["session_id"], rating: try row["rating"], comment: try row["comment"], createdAt: try row["created_at"],
            updatedAt: try row["updated_at"])
    }
}
