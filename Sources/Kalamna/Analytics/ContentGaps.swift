import ArabicText
import Store

/// A need that customers have and the knowledge does not meet.
package struct ContentGap: Sendable {
    package enum Status: String, StoredName {
        case open
        case inProgress = "in_progress"
        case resolved, dismissed
    }

    package let id: ID<ContentGap>
    package let title: String
    package let frequency: Int
    package let firstSeenAt: Instant
    package let lastSeenAt: Instant
    package let status: Status
}

package struct ContentGaps {
    let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    /// Counts a question that could not be answered; one that came back after it was resolved is open again (a dismissed one is
    /// the owner's decision and stays so). First form of clustering: the same set of stems is the same need.
    func record(_ message: ChatMessage, understanding: Understanding, now: Instant) throws {
        let stems = Set(QueryFeatures(understanding.analyzed).words.map(\.key)).sorted()
        let cluster = stems.isEmpty ? understanding.analyzed.normalized.text : stems.joined(separator: " ")
        let row = try db.first(
            """
            INSERT INTO content_gaps (business_id, id, cluster, title, frequency, first_seen_at, last_seen_at, priority, status, answers_saved)
            VALUES (\(db.business), \(ID<ContentGap>(at: now)), \(String(cluster.prefix(300))), \(String(message.text.prefix(200))), 1, \(now),
              \(now), 'normal', 'open', 0)
            ON CONFLICT (business_id, cluster) DO UPDATE SET frequency = content_gaps.frequency + 1, last_seen_at = excluded.last_seen_at,
              status = CASE content_gaps.status WHEN 'resolved' THEN 'open' ELSE content_gaps.status END
            RETURNING id
            """)
        guard let row else { return }
        let gap: ID<ContentGap> = try row["id"]
        try db.execute(
            """
            INSERT INTO content_gap_queries (business_id, gap_id, message_id, query, created_at)
            VALUES (\(db.business), \(gap), \(message.id), \(message.text), \(now))
            """)
    }

    /// What the owner did about it.
    package func set(_ status: ContentGap.Status, resolvedBy item: KnowledgeItemID?, of id: ID<ContentGap>) throws -> ContentGap {
        if let item { _ = try KnowledgeItems(db).find(item) }
        let row = try db.first(
            """
            UPDATE content_gaps SET status = \(status), resolving_item_id = \(item) WHERE business_id = \(db.business) AND id = \(id)
            RETURNING id, title, frequency, first_seen_at, last_seen_at, status
            """)
        guard let row else { throw Failure.notFound }
        return try ContentGap(row)
    }

    /// The most frequent open needs.
    package func open(limit: Int) throws -> [ContentGap] {
        try db.fetch(
            """
            SELECT id, title, frequency, first_seen_at, last_seen_at, status FROM content_gaps
            WHERE business_id = \(db.business) AND status IN ('open', 'in_progress')
            ORDER BY frequency DESC, last_seen_at DESC LIMIT \(limit)
            """
        ).map { row throws in try ContentGap(row) }
    }
}

extension ContentGap {
    fileprivate init(_ row: ResultRow) throws {
        self.init(
            id: try row["id"], title: try row["title"], frequency: try row["frequency"], firstSeenAt: try row["first_seen_at"],
            lastSeenAt: try row["last_seen_at"], status: try row["status"])
    }
}
