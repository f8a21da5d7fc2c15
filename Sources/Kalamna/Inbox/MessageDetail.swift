import Store

/// What only the business's people see of a message, beside the message.
package struct MessageDetail: Sendable, Equatable {
    /// Of a customer's message, once its turn has ended.
    package let mood: MessageMood?
    /// Who of the business wrote it.
    package let adminName: String?
}

package struct MessageDetails {
    let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    /// - Parameter messages: neighbours in one conversation, ascending.
    package func of(_ messages: [ChatMessage]) throws -> [ChatMessageID: MessageDetail] {
        guard let first = messages.first, let last = messages.last else { return [:] }
        let rows = try db.fetch(
            """
            SELECT m.id AS id, m.intent AS intent, m.emotion_detected AS emotion, a.name AS admin_name FROM chat_messages m
            LEFT JOIN admins a ON a.business_id = m.business_id AND a.id = m.sender_id
            WHERE m.business_id = \(db.business) AND m.session_id = \(first.session) AND m.seq BETWEEN \(first.seq) AND \(last.seq)
              AND m.sender_type IN ('user', 'admin')
            """)
        return try rows.reduce(into: [:]) { details, row in
            details[try row["id"]] = MessageDetail(
                mood: MessageMood(intent: try row["intent"], emotion: try row["emotion"]), adminName: try row["admin_name"])
        }
    }
}
