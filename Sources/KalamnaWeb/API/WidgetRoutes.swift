import Foundation
import HTTPTypes
import Hummingbird
import Kalamna

/// The customer's side: start a conversation with a widget key, then go on with the session's own token.
enum WidgetRoutes {
    struct StartBody: Decodable {
        var name: String?
        var locale: Kalamna.Locale?

        static let schema = Schema.changes(["name": .string(1...80), "locale": .oneOf(["ar", "en"])])
    }

    struct SendBody: Decodable {
        let clientMessageID: String
        let text: String

        enum CodingKeys: String, CodingKey {
            case text
            case clientMessageID = "client_message_id"
        }

        static let schema = Schema.object([
            "client_message_id": .string(1...64, pattern: "^[!-~]+$").described("Chosen by the client: a repeat returns the first message."),
            "text": .string(1...MessageText.longest),
        ])
    }

    struct FeedbackInput: Decodable {
        let rating: WholeNumber
        var comment: String?

        static let schema = Schema.object(["rating": .integer(1...5), "comment": .string(0...2000)], optional: ["comment"])
    }

    struct ThumbBody: Decodable {
        enum Value: String, Decodable { case up, down, none }
        let value: Value

        static let schema = Schema.object(["value": .oneOf(["up", "down", "none"])])
    }

    struct StartedBody: Encodable {
        let session: SessionBody
        let token: String
        let messages: [MessageBody]

        static let schema = Schema.object([
            "session": .named("Session"), "token": .string(), "messages": .array(of: .named("Message")),
        ])

        init(_ started: Conversations.Started) {
            self.session = SessionBody(started.session)
            self.token = started.token
            self.messages = started.messages.map(MessageBody.init)
        }
    }

    struct HistoryBody: Encodable {
        let messages: [MessageBody]
        let hasMore: Bool

        enum CodingKeys: String, CodingKey {
            case messages
            case hasMore = "has_more"
        }

        static let schema = Schema.object(["messages": .array(of: .named("Message")), "has_more": .boolean])
    }

    struct PollBody: Encodable {
        let session: SessionBody
        let messages: [MessageBody]

        static let schema = Schema.object(["session": .named("Session"), "messages": .array(of: .named("Message"))])
    }

    private struct SessionEnvelope: Encodable { let session: SessionBody }
    static let sessionEnvelope = Schema.object(["session": .named("Session")])

    private struct CurrentBody: Encodable {
        struct Business: Encodable {
            let name: String
            let botName: String
            let locale: String

            enum CodingKeys: String, CodingKey {
                case name, locale
                case botName = "bot_name"
            }
        }
        let session: SessionBody
        let business: Business
    }

    static func add(to routes: inout RouteTable) {
        let perAddress = RateLimit.each(.address, "messages", 60, per: .minutes(1))
        routes.post(
            "/v1/widget/sessions", "startSession", "Start a conversation", for: .widget, body: StartBody.schema, status: .created,
            response: StartedBody.schema, limits: [.each(.address, "start", 10, per: .minutes(1))]
        ) { call, key in
            let body: StartBody = try call.decode()
            var validation = Validation()
            let name = body.name.map { validation.line("name", $0, atMost: 80) }
            try validation.check()
            let started = try await call.services.conversations.start(
                Conversations.Start(
                    channel: .widget, endUser: EndUserDetails(name: name), locale: body.locale, apiKeyID: key.key.id), in: key.business)
            return try call.json(StartedBody(started), status: .created)
        }

        routes.get(
            "/v1/widget/session", "getCurrentSession", "The conversation of this token", for: .session,
            response: .object([
                "session": .named("Session"),
                "business": .object(["name": .string(), "bot_name": .string(), "locale": .oneOf(["ar", "en"])]),
            ])
        ) { call, caller in
            let body = try await call.services.database.read(of: caller.reference.business) { db in
                let (business, settings) = (try Businesses(db).current(), try Settings(db).current())
                return CurrentBody(
                    session: SessionBody(try ChatSessions(db).find(caller.reference.session)),
                    business: CurrentBody.Business(name: business.name, botName: settings.botName, locale: settings.locale.rawValue))
            }
            return try call.json(body)
        }

        routes.get(
            "/v1/widget/session/messages", "listOwnMessages", "The conversation's messages, ascending", for: .session,
            query: History.parameters, response: HistoryBody.schema
        ) { call, caller in try await History.response(to: call, of: caller.reference) }

        routes.post(
            "/v1/widget/session/messages", "sendMessage", "Send a message; its answer comes as an event", for: .session,
            body: SendBody.schema, status: .created, response: .named("Message"), otherStatuses: [200, 409, 410],
            limits: [perAddress, .each(.caller, "session-messages", 20, per: .minutes(1))]
        ) { call, caller in
            let body: SendBody = try call.decode()
            let received = try await call.services.receive(body.text, clientMessageID: body.clientMessageID, in: caller.reference)
            return call.message(received.message, status: received.isNew ? .created : .ok)
        }

        routes.get(
            "/v1/widget/session/events", "streamOwnEvents", "Messages as they come: a stream, or with `wait` a long poll", for: .session,
            query: Events.parameters, response: PollBody.schema, mediaTypes: ["text/event-stream", "application/json"],
            limits: [.each(.caller, "session-events", 120, per: .minutes(1))]
        ) { call, caller in
            try await Events.response(to: call, of: caller.reference, credential: caller.credential) {
                (try? await call.gatekeeper.session(of: call)) != nil
            }
        }

        routes.post(
            "/v1/widget/session/human", "askForHuman", "Ask for a human", for: .session, response: sessionEnvelope, otherStatuses: [409],
            limits: [perAddress]
        ) { call, caller in
            try call.json(SessionEnvelope(session: SessionBody(try await call.services.conversations.askForHuman(in: caller.reference))))
        }

        routes.post(
            "/v1/widget/session/close", "closeOwnSession", "End the conversation", for: .session, response: sessionEnvelope, limits: [perAddress]
        ) { call, caller in
            let session = try await call.services.conversations.close(caller.reference, because: .customer)
            return try call.json(SessionEnvelope(session: SessionBody(session)))
        }

        routes.put(
            "/v1/widget/session/feedback", "rateSession", "Rate the conversation, 1 to 5", for: .session, body: FeedbackInput.schema,
            response: FeedbackBody.schema, otherStatuses: [409], limits: [perAddress]
        ) { call, caller in
            let body: FeedbackInput = try call.decode()
            let feedback = try await call.services.conversations.rate(caller.reference, rating: body.rating.value, comment: body.comment ?? "")
            return try call.json(FeedbackBody(feedback))
        }

        routes.put(
            "/v1/widget/session/messages/{message_id}/thumb", "thumbMessage", "Thumb an answer up or down", for: .session,
            body: ThumbBody.schema, response: .named("Message"), otherStatuses: [409], limits: [perAddress]
        ) { call, caller in
            let body: ThumbBody = try call.decode()
            let message = try await call.services.conversations.thumb(
                ChatMessage.Thumb(rawValue: body.value.rawValue), on: try call.id("message_id"), in: caller.reference)
            return try call.json(MessageBody(message))
        }
    }
}

/// Paging through a conversation, for the customer and for the business.
enum History {
    static let parameters = [
        Endpoint.Parameter(name: "before", schema: .integer(1...Int.max), description: "Only messages before this seq, the newest of them"),
        Endpoint.Parameter(name: "after", schema: .integer(0...Int.max), description: "Only messages after this seq, the oldest of them"),
        Endpoint.Parameter(name: "limit", schema: .integer(1...100), description: "At most this many (50)"),
    ]

    /// Which part of a conversation a request asks for.
    struct Window: Sendable {
        private let before: Int64?
        private let after: Int64?
        private let limit: Int

        init(of call: Call) throws {
            limit = try call.limit()
            after = try call.query("after") == nil ? nil : Int64(try call.query("after", in: 0...Int.max, default: 0))
            before = try call.query("before") == nil ? nil : Int64(try call.query("before", in: 1...Int.max, default: 1))
        }

        func messages(of session: ChatSessionID, in db: BusinessTransaction) throws -> (messages: [ChatMessage], hasMore: Bool) {
            _ = try ChatSessions(db).find(session)
            if let after {
                let messages = try ChatMessages(db).after(after, in: session, limit: limit + 1)
                return (Array(messages.prefix(limit)), messages.count > limit)
            }
            let messages = try ChatMessages(db).before(before, in: session, limit: limit + 1)
            return (Array(messages.suffix(limit)), messages.count > limit)
        }
    }

    static func response(to call: Call, of reference: SessionReference) async throws -> Response {
        let window = try Window(of: call)
        let page = try await call.services.database.read(of: reference.business) { try window.messages(of: reference.session, in: $0) }
        return try call.json(WidgetRoutes.HistoryBody(messages: page.messages.map(MessageBody.init), hasMore: page.hasMore))
    }
}

/// The stream of a conversation, for the customer and for the business.
enum Events {
    static let parameters = [
        Endpoint.Parameter(name: "after", schema: .integer(0...Int.max), description: "The last seq that is known (also Last-Event-ID)"),
        Endpoint.Parameter(name: "wait", schema: .integer(0...25), description: "Long poll: answer with JSON after at most this many seconds"),
    ]

    static func response(
        to call: Call, of reference: SessionReference, credential: String, isStillAllowed: @escaping @Sendable () async -> Bool
    ) async throws -> Response {
        var seq = try call.query("after", in: 0...Int.max, default: 0)
        if let last = call.header("Last-Event-ID") {
            guard let number = Int(last), number >= 0 else {
                throw Failure.invalid("Last-Event-ID", ar: "Last-Event-ID لازم يكون رقم.", en: "Last-Event-ID must be a number.")
            }
            seq = max(seq, number)
        }
        // Not found before the stream begins, not in it.
        let session = try await call.services.database.read(of: reference.business) { try ChatSessions($0).find(reference.session) }
        guard seq <= session.lastSeq else {
            throw Failure.invalid("after", ar: "after أكبر من آخر رسالة في المحادثة.", en: "after is beyond the conversation's last message.")
        }
        if try call.query("wait") != nil {
            let wait = try call.query("wait", in: 0...25, default: 0)
            let found = try await LongPoll(services: call.services, reference: reference, credential: credential, isStillAllowed: isStillAllowed)
                .messages(after: Int64(seq), wait: .seconds(wait))
            return try call.json(
                WidgetRoutes.PollBody(session: SessionBody(found.session), messages: found.messages.map(MessageBody.init)))
        }
        return EventStream(services: call.services, reference: reference, credential: credential, isStillAllowed: isStillAllowed)
            .response(after: Int64(seq))
    }
}
