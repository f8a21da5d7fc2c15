import Store

package typealias ChatMessageID = ID<ChatMessage>

/// One entry of a conversation. `seq` counts from 1 without a gap within its session.
package struct ChatMessage: Sendable {
    package enum Sender: String, StoredName { case user, bot, admin, system }
    package enum Kind: String, StoredName { case text, voice, image, file }
    package enum Thumb: String, StoredName { case up, down }

    package let id: ChatMessageID
    package let session: ChatSessionID
    package var seq: Int64
    package let sender: Sender
    package var senderID: AdminID?
    package var kind: Kind = .text
    package var text: String
    package var clientMessageID: String?
    /// The user message that this answers (the last one, when several were answered together).
    package var replyTo: ChatMessageID?
    package var outcome: TurnOutcome?
    package var confidence: Double?
    package var model: String?
    package var timing: Timing?
    /// Of the models that wrote it; nil without one.
    package var usage: Usage?
    package var thumb: Thumb?
    package var citations: [Citation] = []
    package let createdAt: Instant

    /// Milliseconds from the start of the turn.
    package struct Timing: Sendable {
        package var firstToken: Int64
        package var total: Int64
    }
}

extension ChatMessage {
    /// What an answer took from language models, all attempts together.
    package struct Usage: Sendable {
        package let promptVersion: String
        package let tokens: ModelUsage
        /// Millionths of a US dollar.
        package let cost: Int64
    }
}

/// A passage that was used for an answer.
package struct Citation: Sendable, Hashable {
    package let item: KnowledgeItemID
    package let chunk: KnowledgeChunkID
    package let version: Int64
    package let title: String
    /// 0…1.
    package let score: Double
    /// False: it was retrieved, and the answer did without it.
    package let cited: Bool
}

/// How a turn ended.
package enum TurnOutcome: String, StoredName {
    case answered
    /// A greeting, thanks or a farewell was returned.
    case smallTalk = "small_talk"
    /// The knowledge has no answer; the gap is recorded and a human offered.
    case abstained
    case handedOver = "handed_over"
    case waitingNotice = "waiting_notice"
    case awayNotice = "away_notice"
    case autoReplyOffNotice = "auto_reply_off_notice"
    /// No message of the bot: a human speaks, or the notice was given before.
    case silent
    case failed
}

package struct ChatMessages {
    let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    private static let columns: Query = """
        id, session_id, seq, sender_type, sender_id, kind, content, client_message_id, reply_to, outcome, confidence, ai_model_used,
        first_token_ms, total_ms, thumb, created_at
        """

    func insert(_ message: ChatMessage) throws {
        try db.send(
            """
            INSERT INTO chat_messages (business_id, id, session_id, seq, sender_type, sender_id, kind, content, client_message_id,
              reply_to, outcome, confidence, ai_model_used, first_token_ms, total_ms, prompt_version, tokens_in, tokens_out, cost_micros,
              created_at)
            VALUES (\(db.business), \(message.id), \(message.session), \(message.seq), \(message.sender), \(message.senderID),
              \(message.kind), \(message.text), \(message.clientMessageID), \(message.replyTo), \(message.outcome),
              \(message.confidence), \(message.model), \(message.timing?.firstToken), \(message.timing?.total),
              \(message.usage?.promptVersion), \(message.usage?.tokens.input), \(message.usage?.tokens.output), \(message.usage?.cost),
              \(message.createdAt))
            """)
        if message.citations.isEmpty { return }
        var statement: Query = "INSERT INTO knowledge_usage (business_id, message_id, rank, item_id, chunk_id, version, title, score, cited) VALUES "
        for (rank, citation) in message.citations.enumerated() {
            if rank > 0 { statement = statement + ", " }
            statement =
                statement + """
                    (\(db.business), \(message.id), \(rank + 1), \(citation.item), \(citation.chunk), \(citation.version), \(citation.title),
                     \(citation.score), \(citation.cited))
                    """
        }
        try db.send(statement)
    }

    package func find(_ id: ChatMessageID, in session: ChatSessionID) throws -> ChatMessage {
        let messages = try fetch(" AND session_id = \(session) AND id = \(id)")
        guard let message = messages.first else { throw Failure.notFound }
        return message
    }

    func find(clientMessageID: String, in session: ChatSessionID) throws -> ChatMessage? {
        try finding(clientMessageID: clientMessageID, in: session).get()
    }

    /// A customer's or an agent's message: these have no citations.
    func finding(clientMessageID: String, in session: ChatSessionID) throws -> Reply<ChatMessage?> {
        try db.send(
            """
            SELECT \(Self.columns) FROM chat_messages
            WHERE business_id = \(db.business) AND session_id = \(session) AND client_message_id = \(clientMessageID)
            """
        ).map { rows in try rows.first.map { row throws in try ChatMessage(row) } }
    }

    /// Ascending by `seq`, what comes after `seq`.
    package func after(_ seq: Int64, in session: ChatSessionID, limit: Int) throws -> [ChatMessage] {
        try fetch(" AND session_id = \(session) AND seq > \(seq) ORDER BY seq LIMIT \(limit)")
    }

    /// Ascending by `seq`, the last ones before `seq` (nil: the newest).
    package func before(_ seq: Int64?, in session: ChatSessionID, limit: Int) throws -> [ChatMessage] {
        let bound: Query = seq.map { " AND seq < \($0)" } ?? ""
        return try fetch(" AND session_id = \(session)\(bound) ORDER BY seq DESC LIMIT \(limit)").reversed()
    }

    func setThumb(_ thumb: ChatMessage.Thumb?, of id: ChatMessageID) throws {
        try db.execute("UPDATE chat_messages SET thumb = \(thumb) WHERE business_id = \(db.business) AND id = \(id)")
    }

    func record(_ understanding: Understanding, of id: ChatMessageID) throws {
        try db.send(
            """
            UPDATE chat_messages SET script = \(understanding.script), language = \(understanding.language),
              intent = \(understanding.intent.rawValue), intent_confidence = \(understanding.intentConfidence),
              emotion_detected = \(understanding.emotion.rawValue)
            WHERE business_id = \(db.business) AND id = \(id)
            """)
    }

    private func fetch(_ conditions: Query) throws -> [ChatMessage] {
        var messages = try db.fetch(
            "SELECT \(Self.columns) FROM chat_messages WHERE business_id = \(db.business)\(conditions)"
        ).map { row throws in try ChatMessage(row) }
        let answers = messages.indices.filter { messages[$0].sender == .bot && messages[$0].outcome == .answered }
        if answers.isEmpty { return messages }
        let citations = try citations(of: answers.map { messages[$0].id })
        for index in answers { messages[index].citations = citations[messages[index].id] ?? [] }
        return messages
    }

    private func citations(of messages: [ChatMessageID]) throws -> [ChatMessageID: [Citation]] {
        var found: [ChatMessageID: [Citation]] = [:]
        let rows = try db.fetch(
            """
            SELECT message_id, item_id, chunk_id, version, title, score, cited FROM knowledge_usage
            WHERE business_id = \(db.business) AND message_id IN \(list: messages) ORDER BY message_id, rank
            """)
        for row in rows {
            let citation = Citation(
                item: try row["item_id"], chunk: try row["chunk_id"], version: try row["version"], title: try row["title"],
                score: try row["score"], cited: try row["cited"])
            found[try row["message_id"], default: []].append(citation)
        }
        return found
    }
}

extension ChatMessage {
    fileprivate init(_ row: ResultRow) throws {
        let firstToken: Int64? = try row["first_token_ms"]
        let total: Int64? = try row["total_ms"]
        self.init(
            id: try row["id"], session: try row["session_id"], seq: try row["seq"], sender: try row["sender_type"],
            senderID: try row["sender_id"], kind: try row["kind"], text: try row["content"], clientMessageID: try row["client_message_id"],
            replyTo: try row["reply_to"], outcome: try row["outcome"], confidence: try row["confidence"], model: try row["ai_model_used"],
            timing: total.map { Timing(firstToken: firstToken ?? $0, total: $0) }, thumb: try row["thumb"],
            createdAt: try row["created_at"])
    }
}
