import Kalamna

struct MoodBody: Encodable {
    let intent: String
    let emotion: String

    init(_ mood: MessageMood) {
        self.intent = mood.intent
        self.emotion = mood.emotion
    }

    static let schema = Schema.object(["intent": .string(), "emotion": .string()])
}

/// A conversation as the business's people see it: what the customer sees too, and more.
struct InboxSessionBody: Encodable {
    struct Customer: Encodable {
        let id: EndUserID
        let name: String?
        let phone: String?
        let email: String?
        let status: String
    }

    struct LastMessage: Encodable {
        let id: ChatMessageID
        let seq: Int64
        let sender: String
        let text: String
        let createdAt: Instant

        enum CodingKeys: String, CodingKey {
            case id, seq, sender, text
            case createdAt = "created_at"
        }
    }

    let entry: InboxEntry

    init(_ entry: InboxEntry) { self.entry = entry }

    enum CodingKeys: String, CodingKey {
        case understanding, unread
        case endUser = "end_user"
        case lastMessage = "last_message"
        case waitingSince = "waiting_since"
        case assignedAdminName = "assigned_admin_name"
    }

    func encode(to encoder: any Encoder) throws {
        try SessionBody(entry.session).encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        let customer = entry.customer
        try container.encode(
            Customer(
                id: entry.session.endUserID, name: customer.name, phone: customer.phone, email: customer.email, status: customer.status.rawValue),
            forKey: .endUser)
        let last = entry.last.map {
            LastMessage(id: $0.id, seq: $0.seq, sender: $0.sender.rawValue, text: $0.text, createdAt: $0.createdAt)
        }
        try container.encodeIfPresent(last, forKey: .lastMessage)
        try container.encodeIfPresent(entry.mood.map(MoodBody.init), forKey: .understanding)
        try container.encode(entry.unread, forKey: .unread)
        try container.encodeIfPresent(entry.waitingSince, forKey: .waitingSince)
        try container.encodeIfPresent(entry.assignedAdminName, forKey: .assignedAdminName)
    }

    static let schema = Schema.object(
        SessionBody.fields.merging([
            "end_user": .object(
                ["id": .id, "name": .string(), "phone": .string(), "email": .string(), "status": .oneOf(["active", "blocked"])],
                optional: ["name", "phone", "email"]),
            "last_message": .object([
                "id": .id, "seq": .integer(), "sender": .oneOf(["user", "bot", "admin"]),
                "text": .string(0...InboxEntry.LastMessage.longest), "created_at": .time,
            ]).described("Notices are left out"),
            "understanding": MoodBody.schema.described("Of the customer's last message"),
            "unread": .integer(0...Int.max).described("The customer's messages that nobody has answered"),
            "waiting_since": .time, "assigned_admin_name": .string(),
        ]) { own, _ in own },
        optional: SessionBody.optional.union(["last_message", "understanding", "waiting_since", "assigned_admin_name"]))
}

/// A message with what only the business's people see of it.
struct InboxMessageBody: Encodable {
    let message: MessageBody
    let understanding: MoodBody?
    let adminName: String?

    init(_ message: ChatMessage, _ detail: MessageDetail?) {
        self.message = MessageBody(message)
        self.understanding = detail?.mood.map(MoodBody.init)
        self.adminName = detail?.adminName
    }

    enum CodingKeys: String, CodingKey {
        case understanding
        case adminName = "admin_name"
    }

    func encode(to encoder: any Encoder) throws {
        try message.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(understanding, forKey: .understanding)
        try container.encodeIfPresent(adminName, forKey: .adminName)
    }

    static let schema = Schema.object(
        MessageBody.fields.merging([
            "understanding": MoodBody.schema.described("Of a customer's message, once it is answered"), "admin_name": .string(),
        ]) { own, _ in own },
        optional: MessageBody.optional.union(["understanding", "admin_name"]))
}

struct InboxHistoryBody: Encodable {
    let messages: [InboxMessageBody]
    let hasMore: Bool

    init(_ messages: [ChatMessage], _ details: [ChatMessageID: MessageDetail], hasMore: Bool) {
        self.messages = messages.map { InboxMessageBody($0, details[$0.id]) }
        self.hasMore = hasMore
    }

    enum CodingKeys: String, CodingKey {
        case messages
        case hasMore = "has_more"
    }

    static let schema = Schema.object(["messages": .array(of: .named("InboxMessage")), "has_more": .boolean])
}

struct NoteBody: Encodable {
    let id: SessionNoteID
    let adminID: AdminID
    let adminName: String?
    let text: String
    let createdAt: Instant

    init(_ note: SessionNote) {
        self.id = note.id
        self.adminID = note.admin
        self.adminName = note.adminName
        self.text = note.text
        self.createdAt = note.createdAt
    }

    enum CodingKeys: String, CodingKey {
        case id, text
        case adminID = "admin_id"
        case adminName = "admin_name"
        case createdAt = "created_at"
    }

    static let schema = Schema.object(
        ["id": .id, "admin_id": .id, "admin_name": .string(), "text": .string(1...SessionNote.longest), "created_at": .time],
        optional: ["admin_name"])
}

struct CannedReplyBody: Encodable {
    let id: CannedReplyID
    let title: String
    let text: String
    let shortcut: String
    let createdBy: AdminID?
    let updatedAt: Instant

    init(_ reply: CannedReply) {
        self.id = reply.id
        self.title = reply.title
        self.text = reply.text
        self.shortcut = reply.shortcut
        self.createdBy = reply.createdBy
        self.updatedAt = reply.updatedAt
    }

    enum CodingKeys: String, CodingKey {
        case id, title, text, shortcut
        case createdBy = "created_by"
        case updatedAt = "updated_at"
    }

    static let schema = Schema.object(
        ["id": .id, "title": .string(), "text": .string(), "shortcut": .string(), "created_by": .id, "updated_at": .time],
        optional: ["created_by"])
}

struct SuggestionBody: Encodable {
    let text: String?
    let confidence: Double
    let citations: [CitationBody]

    init(_ suggestion: ReplySuggestion) {
        self.text = suggestion.text
        self.confidence = suggestion.confidence
        self.citations = suggestion.citations.map(CitationBody.init)
    }

    static let schema = Schema.object(
        [
            "text": .string().described("Left out when the knowledge has nothing near the question"), "confidence": .number(0...1),
            "citations": .array(of: CitationBody.schema),
        ], optional: ["text"])
}
