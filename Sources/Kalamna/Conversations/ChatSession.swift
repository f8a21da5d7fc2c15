package import Store

package typealias ChatSessionID = ID<ChatSession>

/// One conversation of an end user with the business.
package struct ChatSession: Sendable {
    package enum Status: String, StoredName, CaseIterable { case active, closed, expired }
    /// Who speaks for the business now.
    package enum Handling: String, StoredName, CaseIterable { case bot, waiting, agent }
    package enum EndReason: String, StoredName { case customer, admin, bot, idle, blocked }
    /// The last notice that was given for the present state, so that a customer reads it once.
    package enum Notice: String, StoredName {
        case waiting, away
        case autoReplyOff = "auto_reply_off"
    }

    package let id: ChatSessionID
    package let endUserID: EndUserID
    package let apiKeyID: APIKeyID?
    package let channel: Channel
    package var status: Status
    package var handling: Handling
    package var assignedAdminID: AdminID?
    package var locale: Locale
    package let startedAt: Instant
    package var lastActivityAt: Instant
    package var endedAt: Instant?
    package var endReason: EndReason?
    package var lastSeq: Int64
    /// How many answers in a row did not come from the knowledge.
    package var unanswered: Int
    package var noticed: Notice?
    package var lease: TurnLease
}

/// Who works on the session's turns. `fence` grows with every claim: work that was claimed with an older one
/// (a process that was suspended past its lease) can't be stored.
package struct TurnLease: Sendable, Equatable {
    package var owner: String?
    package var until: Instant?
    package var fence: Int64

    package func isFree(for node: String, at now: Instant) -> Bool {
        guard let until, owner != node else { return true }
        return until < now
    }
}

/// A session and its business: what every stream, turn and token is about.
package struct SessionReference: Hashable, Sendable {
    package let business: BusinessID
    package let session: ChatSessionID

    package init(business: BusinessID, session: ChatSessionID) {
        self.business = business
        self.session = session
    }
}

package struct SessionFilter: Sendable {
    package var status: ChatSession.Status?
    package var handling: ChatSession.Handling?
    package var endUser: EndUserID?
    /// Closed or expired.
    package var isEnded = false
    package var assignedAdmin: AdminID?
    package var search: InboxSearch?

    package init(status: ChatSession.Status? = nil, handling: ChatSession.Handling? = nil, endUser: EndUserID? = nil) {
        self.status = status
        self.handling = handling
        self.endUser = endUser
    }

    /// Few conversations are with people. SQLite keeps no statistics, would take the primary key and read all of the business.
    static let withPeople = Query.either(sqlite: " INDEXED BY chat_sessions_with_people", postgres: "")
    private static let byUser = Query.either(sqlite: " INDEXED BY chat_sessions_by_user", postgres: "")

    /// How the few rows of a narrow filter are found; nil: through the latest activity.
    var index: Query? {
        if endUser != nil { return Self.byUser }
        return status == .active && (handling == .waiting || handling == .agent) ? Self.withPeople : nil
    }

    /// Without the search. Names of states stand in the text, not bound: only so is SQLite sure that a partial index fits.
    var conditions: Query {
        var conditions: Query = ""
        if let status { conditions = conditions + " AND status = \(.verbatim("'\(status.rawValue)'"))" }
        if isEnded { conditions = conditions + " AND status <> 'active'" }
        if let handling {
            if handling != .bot { conditions = conditions + " AND handling <> 'bot'" }
            conditions = conditions + " AND handling = \(.verbatim("'\(handling.rawValue)'"))"
        }
        if let endUser { conditions = conditions + " AND end_user_id = \(endUser)" }
        if let assignedAdmin { conditions = conditions + " AND assigned_admin_id = \(assignedAdmin)" }
        return conditions
    }
}

package struct ChatSessions {
    let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    static let columns: Query = """
        id, end_user_id, api_key_id, channel, status, handling, assigned_admin_id, locale, started_at, last_activity_at, ended_at,
        end_reason, last_seq, unanswered, noticed, turn_owner, turn_lease_until, turn_fence
        """

    package func find(_ id: ChatSessionID) throws -> ChatSession { try one(id, "").get() }

    /// Locks the session until the commit: everything that gives out a `seq` or changes the state goes through here.
    func lock(_ id: ChatSessionID) throws -> ChatSession { try locking(id).get() }

    /// `lock`, in one round trip with what is asked for next.
    func locking(_ id: ChatSessionID) throws -> Reply<ChatSession> { try one(id, forUpdate) }

    private func one(_ id: ChatSessionID, _ lock: Query) throws -> Reply<ChatSession> {
        try db.send("SELECT \(Self.columns) FROM chat_sessions WHERE business_id = \(db.business) AND id = \(id)\(lock)").map { rows in
            guard let row = rows.first else { throw Failure.notFound }
            return try ChatSession(row)
        }
    }

    func insert(_ session: ChatSession, tokenHash: String) throws {
        try db.execute(
            """
            INSERT INTO chat_sessions (business_id, id, end_user_id, token_hash, api_key_id, channel, status, handling, priority, locale,
              started_at, last_activity_at, last_seq, unanswered, turn_fence)
            VALUES (\(db.business), \(session.id), \(session.endUserID), \(tokenHash), \(session.apiKeyID), \(session.channel),
              \(session.status), \(session.handling), 'normal', \(session.locale.rawValue), \(session.startedAt),
              \(session.lastActivityAt), \(session.lastSeq), 0, 0)
            """)
    }

    /// Everything that changes while a conversation lives.
    func save(_ session: ChatSession) throws {
        try db.send(
            """
            UPDATE chat_sessions SET status = \(session.status), handling = \(session.handling),
              assigned_admin_id = \(session.assignedAdminID), last_activity_at = \(session.lastActivityAt), ended_at = \(session.endedAt),
              end_reason = \(session.endReason), last_seq = \(session.lastSeq), unanswered = \(session.unanswered),
              noticed = \(session.noticed), turn_owner = \(session.lease.owner), turn_lease_until = \(session.lease.until),
              turn_fence = \(session.lease.fence)
            WHERE business_id = \(db.business) AND id = \(session.id)
            """)
    }

    func active(of endUser: EndUserID) throws -> [ChatSessionID] {
        try db.fetch(
            """
            SELECT id FROM chat_sessions WHERE business_id = \(db.business) AND end_user_id = \(endUser) AND status = 'active'
            """
        ).map { row throws in try row["id"] }
    }

    /// While a turn takes long, its session stays ours. Nothing happens when it was taken from us.
    func renew(_ lease: TurnLease, of id: ChatSessionID, until: Instant) throws {
        try db.execute(
            """
            UPDATE chat_sessions SET turn_lease_until = \(until)
            WHERE business_id = \(db.business) AND id = \(id) AND turn_owner = \(lease.owner) AND turn_fence = \(lease.fence)
            """)
    }

    /// Whose token this is, and the key that the session was started with.
    package static func holder(
        ofToken hash: String, in transaction: any Transaction
    ) throws -> (reference: SessionReference, key: APIKeyID?)? {
        let row = try transaction.first(
            """
            SELECT s.business_id, s.id, s.api_key_id FROM chat_sessions s JOIN businesses b ON b.id = s.business_id
            WHERE s.token_hash = \(hash) AND b.status = \(Business.Status.active)
            """)
        guard let row else { return nil }
        return (SessionReference(business: try row["business_id"], session: try row["id"]), try row["api_key_id"])
    }

    /// Active sessions whose business's idle time has passed, oldest first.
    static func idle(at now: Instant, limit: Int, in transaction: any Transaction) throws -> [SessionReference] {
        try transaction.fetch(
            """
            SELECT s.business_id, s.id FROM chat_sessions s JOIN business_settings b ON b.business_id = s.business_id
            WHERE s.status = 'active' AND s.last_activity_at < \(now) - b.idle_minutes * 60000
            ORDER BY s.last_activity_at LIMIT \(limit)
            """
        ).map { row throws in SessionReference(business: try row["business_id"], session: try row["id"]) }
    }
}

extension ChatSession {
    /// - Parameter row: with `ChatSessions.columns`.
    init(_ row: ResultRow) throws {
        let locale: String = try row["locale"]
        self.init(
            id: try row["id"], endUserID: try row["end_user_id"], apiKeyID: try row["api_key_id"], channel: try row["channel"],
            status: try row["status"], handling: try row["handling"], assignedAdminID: try row["assigned_admin_id"],
            locale: Locale(rawValue: locale) ?? .ar, startedAt: try row["started_at"], lastActivityAt: try row["last_activity_at"],
            endedAt: try row["ended_at"], endReason: try row["end_reason"], lastSeq: try row["last_seq"],
            unanswered: try row["unanswered"], noticed: try row["noticed"],
            lease: TurnLease(owner: try row["turn_owner"], until: try row["turn_lease_until"], fence: try row["turn_fence"]))
    }
}
