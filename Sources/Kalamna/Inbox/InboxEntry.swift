import Store

/// A conversation as the inbox lists it: who writes, the last words, and whether somebody waits.
package struct InboxEntry: Sendable {
    package struct Customer: Sendable {
        package let name: String?
        package let phone: String?
        package let email: String?
        package let status: EndUser.Status
    }

    /// The last message that a person or the bot wrote, its text cut.
    package struct LastMessage: Sendable {
        /// In characters.
        package static let longest = 120

        package let id: ChatMessageID
        package let seq: Int64
        package let sender: ChatMessage.Sender
        package let text: String
        package let createdAt: Instant
    }

    package let session: ChatSession
    package let customer: Customer
    /// Nil: nobody has said anything.
    package let last: LastMessage?
    /// Of the customer's last message; nil before its turn has ended.
    package let mood: MessageMood?
    /// The customer's messages after the last one of the bot or an agent.
    package let unread: Int
    /// Since when nobody has answered a customer who is in the queue; nil for all others.
    package let waitingSince: Instant?
    package let assignedAdminName: String?
}

/// What was found out about a customer's message.
package struct MessageMood: Sendable, Equatable {
    /// As `Intent` names them.
    package let intent: String
    /// As `Emotion` names them.
    package let emotion: String

    init?(intent: String?, emotion: String?) {
        guard let intent, let emotion else { return nil }
        self.intent = intent
        self.emotion = emotion
    }
}

package struct InboxEntries {
    let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    /// The latest activity first. A search looks through the newest `InboxSearch.depth` conversations that the rest of the filter lets pass.
    package func list(_ filter: SessionFilter, after cursor: ListCursor?, limit: Int) throws -> Page<InboxEntry> {
        let entries: [InboxEntry]
        if let search = filter.search {
            let bound: Query = cursor.map { " AND (s.last_activity_at, s.id) < (\($0.time), \($0.id))" } ?? ""
            entries = try fetch(
                filter.conditions, index: filter.index, most: InboxSearch.depth, where: search.condition + bound, limit: limit + 1)
        } else {
            let conditions = filter.conditions + ListCursor.condition(cursor, time: "last_activity_at")
            entries = try fetch(conditions, index: filter.index, most: limit + 1, limit: limit + 1)
        }
        return Page(entries, limit: limit) { ListCursor(time: $0.session.lastActivityAt, id: $0.session.id.description).description }
    }

    package func find(_ id: ChatSessionID) throws -> InboxEntry {
        guard let entry = try find([id]).first else { throw Failure.notFound }
        return entry
    }

    /// Those that exist, the latest activity first.
    package func find(_ ids: [ChatSessionID]) throws -> [InboxEntry] {
        try fetch(" AND id IN \(list: ids)", index: "", most: ids.count, limit: ids.count)
    }

    /// The page is cut first, so that the joins are made for its rows only. Every join is one look into a primary key: `seq` has no gaps, so
    /// the first message that nobody answered stands right after the last answer.
    ///
    /// - Parameter index: what finds the few rows that there are; nil: many, of which the index by activity has the newest.
    private func fetch(_ conditions: Query, index: Query?, most: Int, where condition: Query = "", limit: Int) throws -> [InboxEntry] {
        // The plus sign keeps a database from reading all conversations in the order of the few.
        let order: Query = index == nil ? "last_activity_at" : "+last_activity_at"
        return try db.fetch(
            """
            SELECT s.*, u.name AS user_name, u.phone AS user_phone, u.email AS user_email, u.status AS user_status,
              a.name AS admin_name, l.id AS last_id, l.seq AS last_message_seq, l.sender_type AS last_sender,
              SUBSTR(l.content, 1, \(.verbatim("\(InboxEntry.LastMessage.longest)"))) AS last_text, l.created_at AS last_at,
              q.intent AS intent, q.emotion_detected AS emotion, w.created_at AS unanswered_since,
              (SELECT COUNT(*) FROM chat_messages n
               WHERE n.business_id = s.business_id AND n.session_id = s.id AND n.seq > COALESCE(b.seq, 0) AND n.sender_type = 'user') AS unread
            FROM (SELECT business_id, \(ChatSessions.columns) FROM chat_sessions\(index ?? "") WHERE business_id = \(db.business)\(conditions)
                  ORDER BY \(order) DESC, id DESC LIMIT \(most)) s
            JOIN end_users u ON u.business_id = s.business_id AND u.id = s.end_user_id
            LEFT JOIN admins a ON a.business_id = s.business_id AND a.id = s.assigned_admin_id
            LEFT JOIN chat_messages l ON l.business_id = s.business_id AND l.session_id = s.id AND l.seq = \(Self.last("IN ('user', 'bot', 'admin')"))
            LEFT JOIN chat_messages q ON q.business_id = s.business_id AND q.session_id = s.id AND q.seq = \(Self.last("= 'user'"))
            LEFT JOIN chat_messages b ON b.business_id = s.business_id AND b.session_id = s.id AND b.seq = \(Self.last("IN ('bot', 'admin')"))
            LEFT JOIN chat_messages w ON w.business_id = s.business_id AND w.session_id = s.id AND w.seq = COALESCE(b.seq, 0) + 1
            WHERE s.business_id = \(db.business)\(condition)
            ORDER BY s.last_activity_at DESC, s.id DESC LIMIT \(limit)
            """
        ).map { row throws in try InboxEntry(row) }
    }

    /// The place of the newest message of these senders; found by walking back from the end.
    private static func last(_ senders: String) -> Query {
        """
        (SELECT m.seq FROM chat_messages m WHERE m.business_id = s.business_id AND m.session_id = s.id AND m.sender_type \(.verbatim(senders))
         ORDER BY m.seq DESC LIMIT 1)
        """
    }
}

extension InboxEntry {
    fileprivate init(_ row: ResultRow) throws {
        let session = try ChatSession(row)
        let last: ChatMessageID? = try row["last_id"]
        let isWaiting = session.status == .active && session.handling == .waiting
        let unansweredSince: Instant? = try row["unanswered_since"]
        self.init(
            session: session,
            customer: Customer(
                name: try row["user_name"], phone: try row["user_phone"], email: try row["user_email"], status: try row["user_status"]),
            last: try last.map { id throws in
                LastMessage(
                    id: id, seq: try row["last_message_seq"], sender: try row["last_sender"], text: try row["last_text"],
                    createdAt: try row["last_at"])
            },
            mood: MessageMood(intent: try row["intent"], emotion: try row["emotion"]), unread: try row["unread"],
            waitingSince: isWaiting ? unansweredSince ?? session.lastActivityAt : nil, assignedAdminName: try row["admin_name"])
    }
}
