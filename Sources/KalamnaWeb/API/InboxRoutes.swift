import HTTPTypes
import Hummingbird
import Kalamna

/// What agents work with beside the conversations themselves: live news of all of them, notes, canned replies, suggestions.
enum InboxRoutes {
    struct NoteInput: Decodable {
        let text: String

        static let schema = Schema.object(["text": .string(1...SessionNote.longest)])
    }

    struct CannedReplyInput: Decodable {
        let title: String
        let text: String
        let shortcut: String

        static let schema = Schema.object(fields)
    }

    struct CannedReplyUpdate: Decodable {
        var title: String?
        var text: String?
        var shortcut: String?

        static let schema = Schema.changes(fields)
    }

    private static let fields: [String: Schema] = [
        "title": .string(1...CannedReplyChanges.longestTitle),
        "text": Schema.string(1...MessageText.longest).described("{{name}} and {{agent}} in it are filled in by the client"),
        "shortcut": Schema.string(1...CannedReplyChanges.longestShortcut).described("Letters, digits, - and _; one of a kind"),
    ]

    private struct NewsBody: Encodable {
        let sessions: [InboxSessionBody]

        static let schema = Schema.object(["sessions": .array(of: .named("InboxSession"))])
    }

    static func add(to routes: inout RouteTable) {
        routes.get(
            "/v1/home", "getHome", "What needs somebody now, how the bot did of late, what is left of setting up", for: .admin,
            response: HomeBody.schema
        ) { call, identity in
            let now = call.services.clock.now()
            return try call.json(
                HomeBody(try await call.services.database.read(of: identity.business) { try HomeOverviews($0).current(now: now) }))
        }

        routes.get(
            "/v1/inbox/events", "streamInbox", "Conversations as they change, all of them: a stream, or with `wait` a long poll", for: .admin,
            query: [
                Endpoint.Parameter(
                    name: "wait", schema: .integer(0...25),
                    description: "Long poll: answer with JSON after the first change, after at most this many seconds")
            ], response: NewsBody.schema, mediaTypes: ["text/event-stream", "application/json"]
        ) { call, identity in
            let stream = InboxStream(services: call.services, business: identity.business, credential: identity.sessionHash) {
                (try? await call.gatekeeper.admin(of: call)) != nil
            }
            guard try call.query("wait") != nil else { return stream.response() }
            let wait = try call.query("wait", in: 0...25, default: 0)
            return try call.json(NewsBody(sessions: try await stream.news(within: .seconds(wait)).map(InboxSessionBody.init)))
        }

        addToSession(&routes)
        addCannedReplies(&routes)
    }

    private static func addToSession(_ routes: inout RouteTable) {
        let session = "/v1/sessions/{session_id}"

        routes.get(
            session + "/notes", "listNotes", "The team's notes on a conversation, ascending; customers never see them", for: .admin,
            response: .array(of: .named("Note"))
        ) { call, identity in
            let id: ChatSessionID = try call.id("session_id")
            return try call.json(
                try await call.services.database.read(of: identity.business) { try SessionNotes($0).list(of: id) }.map(NoteBody.init))
        }

        routes.post(
            session + "/notes", "createNote", "Note something down for the team", for: .admin, body: NoteInput.schema, status: .created,
            response: .named("Note")
        ) { call, identity in
            let body: NoteInput = try call.decode()
            let (id, now) = (try call.id("session_id") as ChatSessionID, call.services.clock.now())
            let note = try await call.services.database.write(of: identity.business) { db in
                try SessionNotes(db).add(body.text, to: id, by: identity.admin, now: now)
            }
            return try call.json(NoteBody(note), status: .created)
        }

        routes.post(
            session + "/suggestion", "suggestReply", "A reply from the knowledge to the customer's last messages; nothing is sent or stored",
            for: .admin, response: SuggestionBody.schema, otherStatuses: [409]
        ) { call, identity in
            let suggester = ReplySuggester(database: call.services.database, retriever: call.services.retriever)
            let reference = SessionReference(business: identity.business, session: try call.id("session_id"))
            return try call.json(SuggestionBody(try await suggester.suggestion(for: reference)))
        }

        routes.post(
            session + "/typing", "showTyping", "Tell the customer that you are writing", for: .admin, status: .noContent, otherStatuses: [409]
        ) { call, identity in
            let reference = SessionReference(business: identity.business, session: try call.id("session_id"))
            try await call.services.conversations.showTyping(by: identity.admin.id, in: reference)
            return Response(status: .noContent)
        }
    }

    private static func addCannedReplies(_ routes: inout RouteTable) {
        let reply = "/v1/canned-replies/{canned_reply_id}"

        routes.get(
            "/v1/canned-replies", "listCannedReplies", "Texts that agents send often, by their titles", for: .admin,
            response: .array(of: .named("CannedReply"))
        ) { call, identity in
            try call.json(try await call.services.database.read(of: identity.business) { try CannedReplies($0).list() }.map(CannedReplyBody.init))
        }

        routes.post(
            "/v1/canned-replies", "createCannedReply", "Keep a text that is sent often", for: .admin, body: CannedReplyInput.schema,
            status: .created, response: .named("CannedReply"), otherStatuses: [409]
        ) { call, identity in
            let body: CannedReplyInput = try call.decode()
            let now = call.services.clock.now()
            let reply = try await call.services.database.write(of: identity.business) { db in
                try CannedReplies(db).create(title: body.title, text: body.text, shortcut: body.shortcut, by: identity.admin.id, now: now)
            }
            return try call.json(CannedReplyBody(reply), status: .created)
        }

        routes.patch(
            reply, "updateCannedReply", "Change a canned reply", for: .admin, body: CannedReplyUpdate.schema, response: .named("CannedReply"),
            otherStatuses: [409]
        ) { call, identity in
            let body: CannedReplyUpdate = try call.decode()
            let (id, now) = (try call.id("canned_reply_id") as CannedReplyID, call.services.clock.now())
            let changes = CannedReplyChanges(title: body.title, text: body.text, shortcut: body.shortcut)
            let changed = try await call.services.database.write(of: identity.business) { try CannedReplies($0).update(id, changes, now: now) }
            return try call.json(CannedReplyBody(changed))
        }

        routes.delete(reply, "deleteCannedReply", "Delete a canned reply", for: .admin, status: .noContent) { call, identity in
            let id: CannedReplyID = try call.id("canned_reply_id")
            try await call.services.database.write(of: identity.business) { try CannedReplies($0).delete(id) }
            return Response(status: .noContent)
        }
    }
}
