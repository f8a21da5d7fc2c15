import HTTPTypes
import Hummingbird
import Kalamna

/// Conversations as the business sees them: its agents in the dashboard, its own server by key.
enum SessionRoutes {
    struct StartBody: Decodable {
        var externalID: String?
        var name: String?
        var phone: String?
        var email: String?
        var locale: Kalamna.Locale?

        enum CodingKeys: String, CodingKey {
            case name, phone, email, locale
            case externalID = "external_id"
        }

        static let schema = Schema.changes([
            "external_id": .string(1...200), "name": .string(1...80), "phone": .string(1...40), "email": .string(1...254),
            "locale": .oneOf(["ar", "en"]),
        ])
    }

    struct PostBody: Decodable {
        enum Sender: String, Decodable { case user, admin }

        let sender: Sender
        let clientMessageID: String
        let text: String

        enum CodingKeys: String, CodingKey {
            case sender, text
            case clientMessageID = "client_message_id"
        }

        static let schema = Schema.object([
            "sender": .oneOf(["user", "admin"]).described("A key relays its customer's messages (user), an agent writes their own (admin)"),
            "client_message_id": .string(1...64, pattern: "^[!-~]+$"), "text": .string(1...MessageText.longest),
        ])
    }

    struct EndUserInput: Decodable {
        let status: EndUser.Status

        static let schema = Schema.object(["status": .oneOf(["active", "blocked"])])
    }

    static func add(to routes: inout RouteTable) {
        let sessions = "/v1/sessions/{session_id}"

        routes.get(
            "/v1/sessions", "listSessions", "Conversations, the latest activity first", for: .business,
            query: Paging.parameters + filterParameters, response: Paging.schema(of: "InboxSession")
        ) { call, caller in
            let filter = try filter(of: call, caller)
            let (cursor, limit) = (try call.cursor(), try call.limit())
            let page = try await call.services.database.read(of: caller.business) { try InboxEntries($0).list(filter, after: cursor, limit: limit) }
            return try call.page(page, InboxSessionBody.init)
        }

        routes.post(
            "/v1/sessions", "createSession", "Start a conversation for a customer of yours", for: .business, body: StartBody.schema,
            status: .created, response: WidgetRoutes.StartedBody.schema, idempotent: true, showsSecret: true
        ) { call, caller in
            let body: StartBody = try call.decode()
            var validation = Validation()
            let user = EndUserDetails(
                externalID: body.externalID.map { validation.line("external_id", $0, atMost: 200) },
                name: body.name.map { validation.line("name", $0, atMost: 80) }, phone: body.phone.map { validation.line("phone", $0, atMost: 40) },
                email: body.email.map { validation.line("email", $0, atMost: 254) })
            try validation.check()
            var keyID: APIKeyID?
            if case .key(let id) = caller.actor { keyID = id }
            let started = try await call.services.conversations.start(
                Conversations.Start(channel: .api, endUser: user, locale: body.locale, apiKeyID: keyID), in: caller.business)
            return try call.json(WidgetRoutes.StartedBody(started), status: .created)
        }

        routes.get(sessions, "getSession", "A conversation", for: .business, response: .named("InboxSession")) { call, caller in
            let id: ChatSessionID = try call.id("session_id")
            return try call.json(InboxSessionBody(try await call.services.database.read(of: caller.business) { try InboxEntries($0).find(id) }))
        }

        routes.get(
            sessions + "/messages", "listMessages", "A conversation's messages, ascending", for: .business, query: History.parameters,
            response: InboxHistoryBody.schema
        ) { call, caller in
            let session: ChatSessionID = try call.id("session_id")
            let window = try History.Window(of: call)
            let history = try await call.services.database.read(of: caller.business) { db in
                let page = try window.messages(of: session, in: db)
                return InboxHistoryBody(page.messages, try MessageDetails(db).of(page.messages), hasMore: page.hasMore)
            }
            return try call.json(history)
        }

        routes.post(
            sessions + "/messages", "postMessage", "Write in a conversation", for: .business, body: PostBody.schema, status: .created,
            response: .named("Message"), otherStatuses: [200, 409, 410]
        ) { call, caller in
            let body: PostBody = try call.decode()
            let reference = SessionReference(business: caller.business, session: try call.id("session_id"))
            switch (body.sender, caller.adminID) {
            case (.user, nil):
                let received = try await call.services.receive(body.text, clientMessageID: body.clientMessageID, in: reference)
                return call.message(received.message, status: received.isNew ? .created : .ok)
            case (.admin, let admin?):
                let (message, isNew) = try await call.services.conversations.reply(
                    body.text, by: admin, clientMessageID: body.clientMessageID, in: reference)
                return call.message(message, status: isNew ? .created : .ok)
            default:
                throw Failure.invalid(
                    "sender", ar: "المفتاح بيبعت رسايل العميل (user)، والموظف بيبعت رسايله هو (admin).",
                    en: "A server key relays the customer's messages (user); an agent writes their own (admin).")
            }
        }

        routes.get(
            sessions + "/events", "streamEvents", "Messages as they come: a stream, or with `wait` a long poll", for: .business,
            query: Events.parameters, response: WidgetRoutes.PollBody.schema, mediaTypes: ["text/event-stream", "application/json"]
        ) { call, caller in
            let reference = SessionReference(business: caller.business, session: try call.id("session_id"))
            return try await Events.response(to: call, of: reference, credential: caller.credential) {
                (try? await call.gatekeeper.business(of: call)) != nil
            }
        }

        add("take-over", "takeOverSession", "An agent takes the conversation; only one can", for: .admin, to: &routes) { call, identity, reference in
            try await call.services.conversations.takeOver(reference, by: identity.admin.id)
        } of: {
            $0.business
        }
        add("hand-back", "handBackSession", "Give the conversation back to the bot", for: .admin, to: &routes) { call, identity, reference in
            try await call.services.conversations.handBack(reference, by: identity.admin.id, canOverride: identity.admin.role == .owner)
        } of: {
            $0.business
        }
        add("close", "closeSession", "End a conversation", for: .business, to: &routes) { call, _, reference in
            try await call.services.conversations.close(reference, because: .admin)
        } of: {
            $0.business
        }

        routes.get(
            "/v1/end-users", "listEndUsers", "Customers, the last seen first", for: .business, query: Paging.parameters,
            response: Paging.schema(of: "EndUser")
        ) { call, caller in
            let (cursor, limit) = (try call.cursor(), try call.limit())
            return try call.page(
                try await call.services.database.read(of: caller.business) { try EndUsers($0).list(after: cursor, limit: limit) }, EndUserBody.init)
        }

        routes.get("/v1/end-users/{end_user_id}", "getEndUser", "A customer", for: .business, response: .named("EndUser")) { call, caller in
            let id: EndUserID = try call.id("end_user_id")
            return try call.json(EndUserBody(try await call.services.database.read(of: caller.business) { try EndUsers($0).find(id) }))
        }

        routes.patch(
            "/v1/end-users/{end_user_id}", "updateEndUser", "Block a customer, or let them in again", for: .business, body: EndUserInput.schema,
            response: .named("EndUser")
        ) { call, caller in
            let body: EndUserInput = try call.decode()
            let user = try await call.services.conversations.block(
                try call.id("end_user_id"), in: caller.business, blocked: body.status == .blocked)
            return try call.json(EndUserBody(user))
        }

        routes.get(
            "/v1/feedback", "listFeedback", "Ratings, the newest first", for: .business, query: Paging.parameters,
            response: Paging.schema(of: "Feedback")
        ) { call, caller in
            let (cursor, limit) = (try call.cursor(), try call.limit())
            return try call.page(
                try await call.services.database.read(of: caller.business) { try FeedbackEntries($0).list(after: cursor, limit: limit) },
                FeedbackBody.init)
        }
    }

    private enum StatusFilter: String, StoredName, CaseIterable { case active, closed, expired, ended }

    private static let filterParameters = [
        Endpoint.Parameter(name: "status", schema: .oneOf(StatusFilter.self), description: "Only these; ended is closed or expired"),
        Endpoint.Parameter(name: "handling", schema: .oneOf(ChatSession.Handling.self), description: "Only these"),
        Endpoint.Parameter(name: "end_user_id", schema: .id, description: "Only of this customer"),
        Endpoint.Parameter(name: "assigned_admin_id", schema: .string(), description: "Only of this agent: an id, or `me`"),
        Endpoint.Parameter(
            name: "q", schema: .string(0...200),
            description: "Only with all these words in the customer's name or in what was said; of the newest \(InboxSearch.depth)"),
    ]

    private static func filter(of call: Call, _ caller: BusinessCaller) throws -> SessionFilter {
        let status = try call.query("status", as: StatusFilter.self)
        var filter = SessionFilter(
            status: status.flatMap { ChatSession.Status(rawValue: $0.rawValue) }, handling: try call.query("handling", as: ChatSession.Handling.self),
            endUser: try call.query("end_user_id", as: EndUserID.self))
        filter.isEnded = status == .ended
        if try call.query("assigned_admin_id") == "me", let me = caller.adminID {
            filter.assignedAdmin = me
        } else {
            filter.assignedAdmin = try call.query("assigned_admin_id", as: AdminID.self)
        }
        if let words = try call.query("q") {
            guard words.unicodeScalars.count <= 200 else {
                throw Failure.invalid("q", ar: "البحث أطول من 200 حرف.", en: "The search is longer than 200 characters.")
            }
            filter.search = InboxSearch(words)
        }
        return filter
    }

    /// The acts on one conversation that take no body and return its new state.
    private static func add<Caller>(
        _ act: String, _ name: String, _ summary: String, for access: Access<Caller>, to routes: inout RouteTable,
        _ body: @escaping @Sendable (Call, Caller, SessionReference) async throws -> ChatSession,
        of business: @escaping @Sendable (Caller) -> BusinessID
    ) {
        routes.post(
            "/v1/sessions/{session_id}/\(act)", name, summary, for: access, response: .named("Session"), otherStatuses: [409]
        ) { call, caller in
            let reference = SessionReference(business: business(caller), session: try call.id("session_id"))
            return try call.json(SessionBody(try await body(call, caller, reference)))
        }
    }
}

enum Paging {
    static let parameters = [
        Endpoint.Parameter(name: "cursor", schema: .string(0...100), description: "`next_cursor` of the page before"),
        Endpoint.Parameter(name: "limit", schema: .integer(1...100), description: "At most this many (50)"),
    ]

    static func schema(of name: String) -> Schema {
        .object(["items": .array(of: .named(name)), "next_cursor": Schema.string().orNull])
    }
}
