import Store

/// Everything that changes a conversation, except the bot's own answer (`TurnRunner`). Each act is one transaction;
/// what was stored is published after its commit.
package struct Conversations: Sendable {
    package let database: Database
    package let hub: EventHub
    package let clock: WallClock
    /// The name of this process in leases.
    package let node: String
    /// How long a claimed session stays ours without a sign of life.
    package let lease: Duration

    package init(database: Database, hub: EventHub, clock: WallClock, node: String, lease: Duration = .seconds(20)) {
        self.database = database
        self.hub = hub
        self.clock = clock
        self.node = node
        self.lease = lease
    }

    // MARK: starting

    package struct Start: Sendable {
        package var channel: Channel
        package var endUser: EndUserDetails
        package var locale: Locale?
        package var apiKeyID: APIKeyID?

        package init(channel: Channel, endUser: EndUserDetails, locale: Locale?, apiKeyID: APIKeyID?) {
            self.channel = channel
            self.endUser = endUser
            self.locale = locale
            self.apiKeyID = apiKeyID
        }
    }

    package struct Started: Sendable {
        package let session: ChatSession
        /// Shown once; it is stored hashed.
        package let token: String
        package let messages: [ChatMessage]
    }

    package func start(_ start: Start, in business: BusinessID) async throws -> Started {
        let token = Secrets.key(prefix: SessionToken.prefix)
        let now = clock.now()
        return try await database.write(of: business) { db in
            let settings = try Settings(db).current()
            let user = try EndUsers(db).meet(start.endUser, on: start.channel, now: now)
            if user.status == .blocked { throw Self.blocked }
            var session = ChatSession(
                id: ChatSessionID(at: now), endUserID: user.id, apiKeyID: start.apiKeyID, channel: start.channel, status: .active,
                handling: .bot, locale: start.locale ?? settings.locale, startedAt: now, lastActivityAt: now, lastSeq: 0, unanswered: 0,
                lease: TurnLease(owner: nil, until: nil, fence: 0))
            var messages: [ChatMessage] = []
            if !settings.greeting.isEmpty {
                session.lastSeq = 1
                messages = [
                    ChatMessage(
                        id: ChatMessageID(at: now), session: session.id, seq: 1, sender: .bot, text: settings.greeting, createdAt: now)
                ]
            }
            try ChatSessions(db).insert(session, tokenHash: Secrets.hash(token))
            for message in messages { try ChatMessages(db).insert(message) }
            return Started(session: session, token: token, messages: messages)
        }
    }

    // MARK: messages

    package struct Received: Sendable {
        package let message: ChatMessage
        /// False when the same message had been stored before.
        package let isNew: Bool
        /// Whether this process holds the session's turns and has to work on them.
        package let isOurs: Bool
        /// What the turn needs, when nothing else of the session was pending: it is then not read again.
        var work: TurnWork?
    }

    /// Stores a customer's message and the turn that will answer it. After this returns, neither can be lost; a repeat
    /// with the same `clientMessageID` returns the first.
    package func receive(_ text: String, clientMessageID: String, in reference: SessionReference) async throws -> Received {
        try MessageText.checkClientMessageID(clientMessageID)
        let text = try MessageText.clean(text)
        let now = clock.now()
        let (received, session, reopened) = try await database.write(of: reference.business) { db in
            let sessions = ChatSessions(db)
            let (locking, finding) = (
                try sessions.locking(reference.session), try ChatMessages(db).finding(clientMessageID: clientMessageID, in: reference.session)
            )
            let (settings, knowledgeVersion) = (try Settings(db).reading(), try KnowledgeChunks(db).readingVersion())
            var session = try locking.get()
            if let stored = try finding.get() {
                guard stored.text == text else { throw Self.differentText }
                return (Received(message: stored, isNew: false, isOurs: false), session, false)
            }
            let reopened = try reopenIfNeeded(&session, db: db, now: now)
            let message = ChatMessage(
                id: ChatMessageID(at: now), session: session.id, seq: session.lastSeq + 1, sender: .user, text: text,
                clientMessageID: clientMessageID, createdAt: now)
            try ChatMessages(db).insert(message)
            try Turns(db).insert(for: message)
            let isOurs = session.lease.isFree(for: node, at: now)
            // No owner, nothing pending: the owner goes with the last turn (`TurnRunner.commit`).
            let isIdle = session.lease.owner == nil
            if isOurs && session.lease.owner != node || session.lease.until.map({ $0 < now }) == true {
                session.lease = TurnLease(owner: node, until: now + lease, fence: session.lease.fence + 1)
            }
            session.lastSeq = message.seq
            session.lastActivityAt = now
            try sessions.save(session)
            var received = Received(message: message, isNew: true, isOurs: isOurs)
            if isIdle {
                let turn = PendingTurn(message: message.id, seq: message.seq, attempts: 0)
                // What can't be read now is the turn's trouble: the message is accepted.
                if let settings = try? settings.get() {
                    received.work = TurnWork(
                        session: session, turns: [turn], messages: [message], settings: settings,
                        knowledgeVersion: try knowledgeVersion.get())
                }
            }
            return (received, session, reopened)
        }
        if received.isNew {
            if reopened { hub.publish(.conversation(session), to: reference) }
            hub.publish(.message(received.message), to: reference)
        }
        return received
    }

    /// A message of the business's people: typed by an admin who speaks in this conversation.
    package func reply(
        _ text: String, by admin: AdminID, clientMessageID: String, in reference: SessionReference
    ) async throws -> (message: ChatMessage, isNew: Bool) {
        try MessageText.checkClientMessageID(clientMessageID)
        let text = try MessageText.clean(text)
        let now = clock.now()
        let (message, session) = try await database.write(of: reference.business) { db in
            var session = try ChatSessions(db).lock(reference.session)
            if let stored = try ChatMessages(db).find(clientMessageID: clientMessageID, in: session.id) {
                guard stored.text == text else { throw Self.differentText }
                return (stored, ChatSession?.none)
            }
            try Self.checkActive(session)
            try Self.checkHolds(session, admin)
            let message = ChatMessage(
                id: ChatMessageID(at: now), session: session.id, seq: session.lastSeq + 1, sender: .admin, senderID: admin, text: text,
                clientMessageID: clientMessageID, createdAt: now)
            try ChatMessages(db).insert(message)
            session.lastSeq = message.seq
            session.lastActivityAt = now
            try ChatSessions(db).save(session)
            return (message, session)
        }
        if session != nil { hub.publish(.message(message), to: reference) }
        return (message, session != nil)
    }

    /// Tells the customer that the agent who speaks with them is writing. Nothing is stored.
    package func showTyping(by admin: AdminID, in reference: SessionReference) async throws {
        let session = try await database.read(of: reference.business) { try ChatSessions($0).find(reference.session) }
        try Self.checkActive(session)
        try Self.checkHolds(session, admin)
        hub.publish(.typing(.agent), to: reference)
    }

    // MARK: who speaks

    /// The customer asks for a human. Returns with the notice stored when it is the first time.
    package func askForHuman(in reference: SessionReference) async throws -> ChatSession {
        try await change(reference) { session, db, now in
            try Self.checkActive(session)
            guard session.handling == .bot else { return [] }
            let settings = try Settings(db).current()
            session.handling = .waiting
            session.noticed = .waiting
            return [Phrases(settings: settings, locale: session.locale).handover(at: now)]
        }
    }

    /// Exclusive: a conversation that a colleague holds can't be taken.
    package func takeOver(_ reference: SessionReference, by admin: AdminID) async throws -> ChatSession {
        try await change(reference) { session, _, _ in
            try Self.checkActive(session)
            if session.handling == .agent {
                if session.assignedAdminID == admin { return [] }
                throw Failure(
                    .conflict, code: "already_taken", ar: "زميلك استلم المحادثة دي قبلك.", en: "A colleague has already taken this conversation.")
            }
            session.handling = .agent
            session.assignedAdminID = admin
            session.noticed = nil
            return []
        }
    }

    /// - Parameter canOverride: also from a colleague's hands.
    package func handBack(_ reference: SessionReference, by admin: AdminID, canOverride: Bool) async throws -> ChatSession {
        try await change(reference) { session, _, _ in
            try Self.checkActive(session)
            if session.handling == .agent, session.assignedAdminID != admin, !canOverride {
                throw Failure(
                    .forbidden, code: "not_yours", ar: "المحادثة دي مع زميلك: هو أو المدير اللي يقدر يرجعها للبوت.",
                    en: "A colleague holds this conversation: only they or an owner can hand it back.")
            }
            session.handling = .bot
            session.assignedAdminID = nil
            session.noticed = nil
            session.unanswered = 0
            return []
        }
    }

    package func close(_ reference: SessionReference, because reason: ChatSession.EndReason) async throws -> ChatSession {
        try await change(reference) { session, _, now in
            if session.status == .active { session.end(as: .closed, because: reason, at: now) }
            return []
        }
    }

    /// Ends a conversation that nobody has written in for the business's idle time.
    func expire(_ reference: SessionReference) async throws {
        let idle = clock.now()
        _ = try await change(reference) { session, db, now in
            let settings = try Settings(db).current()
            let quiet = idle - session.lastActivityAt
            guard session.status == .active, quiet.milliseconds > Int64(settings.idleMinutes) * 60_000 else { return [] }
            session.end(as: .expired, because: .idle, at: now)
            return []
        }
    }

    package func block(_ endUser: EndUserID, in business: BusinessID, blocked: Bool) async throws -> EndUser {
        let (user, sessions) = try await database.write(of: business) { db in
            let user = try EndUsers(db).setStatus(blocked ? .blocked : .active, of: endUser)
            return (user, blocked ? try ChatSessions(db).active(of: endUser) : [])
        }
        for session in sessions { _ = try await close(SessionReference(business: business, session: session), because: .blocked) }
        return user
    }

    // MARK: opinions

    package func rate(_ reference: SessionReference, rating: Int, comment: String) async throws -> Feedback {
        let now = clock.now()
        return try await database.write(of: reference.business) { db in
            try FeedbackEntries(db).save(rating: rating, comment: comment, for: try ChatSessions(db).lock(reference.session).id, now: now)
        }
    }

    /// Nil takes the thumb back. Only an answer of the bot or of an agent can have one.
    package func thumb(_ thumb: ChatMessage.Thumb?, on message: ChatMessageID, in reference: SessionReference) async throws -> ChatMessage {
        try await database.write(of: reference.business) { db in
            var stored = try ChatMessages(db).find(message, in: reference.session)
            // A greeting opened the conversation and answers nothing.
            guard stored.sender == .admin || stored.sender == .bot && stored.outcome != nil else {
                throw Failure(
                    .conflict, code: "not_an_answer", ar: "التقييم للردود بس.", en: "Only answers can be rated.")
            }
            try ChatMessages(db).setThumb(thumb, of: message)
            stored.thumb = thumb
            return stored
        }
    }

    // MARK: shared

    /// One change of a locked session, with the system messages that tell of it, published after the commit.
    private func change(
        _ reference: SessionReference, _ body: @escaping @Sendable (inout ChatSession, BusinessTransaction, Instant) throws -> [String]
    ) async throws -> ChatSession {
        let now = clock.now()
        let (session, notices) = try await database.write(of: reference.business) { db in
            var session = try ChatSessions(db).lock(reference.session)
            let notices = try body(&session, db, now).map { text in
                session.lastSeq += 1
                return ChatMessage(
                    id: ChatMessageID(at: now), session: session.id, seq: session.lastSeq, sender: .system, text: text, createdAt: now)
            }
            for notice in notices { try ChatMessages(db).insert(notice) }
            try ChatSessions(db).save(session)
            return (session, notices)
        }
        for notice in notices { hub.publish(.message(notice), to: reference) }
        hub.publish(.conversation(session), to: reference)
        return session
    }

    private func reopenIfNeeded(_ session: inout ChatSession, db: BusinessTransaction, now: Instant) throws -> Bool {
        guard session.status != .active else { return false }
        if try EndUsers(db).find(session.endUserID).status == .blocked { throw Self.blocked }
        let window = Duration.minutes(Int64(try Settings(db).current().reopenMinutes))
        guard let endedAt = session.endedAt, now - endedAt <= window else {
            throw Failure(
                .gone, code: "session_ended", ar: "المحادثة دي انتهت: ابدأ محادثة جديدة.", en: "This conversation has ended: start a new one.")
        }
        session.status = .active
        session.handling = .bot
        session.assignedAdminID = nil
        session.endedAt = nil
        session.endReason = nil
        session.noticed = nil
        session.unanswered = 0
        return true
    }

    private static func checkActive(_ session: ChatSession) throws(Failure) {
        guard session.status == .active else {
            throw Failure(.conflict, code: "session_ended", ar: "المحادثة دي انتهت.", en: "This conversation has ended.")
        }
    }

    private static func checkHolds(_ session: ChatSession, _ admin: AdminID) throws(Failure) {
        guard session.handling == .agent, session.assignedAdminID == admin else {
            throw Failure(
                .conflict, code: "not_yours", ar: "استلم المحادثة الأول علشان تقدر ترد فيها.",
                en: "Take the conversation over before you reply in it.")
        }
    }

    private static let blocked = Failure(
        .forbidden, code: "blocked", ar: "مش متاح نكمل المحادثة دي حاليًا.", en: "This conversation can't be continued.")

    private static let differentText = Failure(
        .conflict, code: "client_message_id_reused", ar: "نفس client_message_id اتبعت قبل كده بنص مختلف: استخدم رقم جديد لكل رسالة.",
        en: "The same client_message_id was sent before with another text: use a new one for each message.")
}

extension ChatSession {
    mutating func end(as status: Status, because reason: EndReason, at now: Instant) {
        self.status = status
        endedAt = now
        endReason = reason
    }
}

/// The customer's token of one session.
package enum SessionToken {
    package static let prefix = "kst_"
}
