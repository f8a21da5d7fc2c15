import Kalamna

struct SessionBody: Encodable {
    let id: ChatSessionID
    let status: String
    let handling: String
    let channel: String
    let locale: String
    let endUserID: EndUserID
    let assignedAdminID: AdminID?
    let lastSeq: Int64
    let startedAt: Instant
    let lastActivityAt: Instant
    let endedAt: Instant?
    let endReason: String?

    init(_ session: ChatSession) {
        self.id = session.id
        self.status = session.status.rawValue
        self.handling = session.handling.rawValue
        self.channel = session.channel.rawValue
        self.locale = session.locale.rawValue
        self.endUserID = session.endUserID
        self.assignedAdminID = session.assignedAdminID
        self.lastSeq = session.lastSeq
        self.startedAt = session.startedAt
        self.lastActivityAt = session.lastActivityAt
        self.endedAt = session.endedAt
        self.endReason = session.endReason?.rawValue
    }

    enum CodingKeys: String, CodingKey {
        case id, status, handling, channel, locale
        case endUserID = "end_user_id"
        case assignedAdminID = "assigned_admin_id"
        case lastSeq = "last_seq"
        case startedAt = "started_at"
        case lastActivityAt = "last_activity_at"
        case endedAt = "ended_at"
        case endReason = "end_reason"
    }

    static let fields: [String: Schema] = [
        "id": .id, "status": .oneOf(["active", "closed", "expired"]), "handling": .oneOf(["bot", "waiting", "agent"]),
        "channel": .oneOf(["widget", "api", "whatsapp"]), "locale": .oneOf(["ar", "en"]), "end_user_id": .id, "assigned_admin_id": .id,
        "last_seq": .integer(), "started_at": .time, "last_activity_at": .time, "ended_at": .time, "end_reason": .string(),
    ]
    static let optional: Set = ["assigned_admin_id", "ended_at", "end_reason"]
    static let schema = Schema.object(fields, optional: optional)
}

struct CitationBody: Encodable {
    let itemID: KnowledgeItemID
    let title: String
    let score: Double

    enum CodingKeys: String, CodingKey {
        case title, score
        case itemID = "item_id"
    }

    static let schema = Schema.object(["item_id": .id, "title": .string(), "score": .number(0...1)])
}

extension CitationBody {
    init(_ citation: Citation) { self.init(itemID: citation.item, title: citation.title, score: citation.score) }
}

struct MessageBody: Encodable {
    let id: ChatMessageID
    let seq: Int64
    let sender: String
    let text: String
    let createdAt: Instant
    let clientMessageID: String?
    let replyTo: ChatMessageID?
    let citations: [CitationBody]
    let thumb: String?
    let outcome: String?
    let confidence: Double?

    init(_ message: ChatMessage) {
        self.id = message.id
        self.seq = message.seq
        self.sender = message.sender.rawValue
        self.text = message.text
        self.createdAt = message.createdAt
        self.clientMessageID = message.clientMessageID
        self.replyTo = message.replyTo
        self.citations = message.citations.filter(\.cited).map(CitationBody.init)
        self.thumb = message.thumb?.rawValue
        self.outcome = message.outcome?.rawValue
        self.confidence = message.confidence
    }

    enum CodingKeys: String, CodingKey {
        case id, seq, sender, text, citations, thumb, outcome, confidence
        case createdAt = "created_at"
        case clientMessageID = "client_message_id"
        case replyTo = "reply_to"
    }

    static let fields: [String: Schema] = [
        "id": .id, "seq": .integer(), "sender": .oneOf(["user", "bot", "admin", "system"]), "text": .string(), "created_at": .time,
        "client_message_id": .string(), "reply_to": .id, "citations": .array(of: CitationBody.schema),
        "thumb": .oneOf(["up", "down"]), "outcome": .string(), "confidence": .number(0...1),
    ]
    static let optional: Set = ["client_message_id", "reply_to", "thumb", "outcome", "confidence"]
    static let schema = Schema.object(fields, optional: optional)
}

struct EndUserBody: Encodable {
    let id: EndUserID
    let channel: String
    let externalID: String?
    let name: String?
    let phone: String?
    let email: String?
    let status: String
    let firstSeenAt: Instant
    let lastSeenAt: Instant

    init(_ user: EndUser) {
        self.id = user.id
        self.channel = user.channel.rawValue
        self.externalID = user.externalID
        self.name = user.name
        self.phone = user.phone
        self.email = user.email
        self.status = user.status.rawValue
        self.firstSeenAt = user.firstSeenAt
        self.lastSeenAt = user.lastSeenAt
    }

    enum CodingKeys: String, CodingKey {
        case id, channel, name, phone, email, status
        case externalID = "external_id"
        case firstSeenAt = "first_seen_at"
        case lastSeenAt = "last_seen_at"
    }

    static let schema = Schema.object(
        [
            "id": .id, "channel": .oneOf(["widget", "api", "whatsapp"]), "external_id": .string(), "name": .string(), "phone": .string(),
            "email": .string(), "status": .oneOf(["active", "blocked"]), "first_seen_at": .time, "last_seen_at": .time,
        ], optional: ["external_id", "name", "phone", "email"])
}

struct FeedbackBody: Encodable {
    let sessionID: ChatSessionID
    let rating: Int
    let comment: String
    let createdAt: Instant
    let updatedAt: Instant

    init(_ feedback: Feedback) {
        self.sessionID = feedback.session
        self.rating = feedback.rating
        self.comment = feedback.comment
        self.createdAt = feedback.createdAt
        self.updatedAt = feedback.updatedAt
    }

    enum CodingKeys: String, CodingKey {
        case rating, comment
        case sessionID = "session_id"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }

    static let schema = Schema.object([
        "session_id": .id, "rating": .integer(1...5), "comment": .string(), "created_at": .time, "updated_at": .time,
    ])
}
