package import Store

/// A login in a browser: an opaque token, of which only the hash is stored.
package struct AdminSession: Sendable {
    package static let prefix = "kas_"
    /// From the login on, however busy.
    package static let longest = Duration.hours(12)
    package static let longestIdle = Duration.hours(2)
    static let touchInterval = Duration.seconds(60)

    package let tokenHash: String
    package let business: BusinessID
    package let admin: Admin
    package let userAgent: String
    package let createdAt: Instant
    package let lastSeenAt: Instant
    package let expiresAt: Instant

    package var identity: AdminIdentity { AdminIdentity(business: business, admin: admin, sessionHash: tokenHash) }

    /// `lastSeenAt` is kept to the minute, so that not every request writes.
    package func isTouchDue(at now: Instant) -> Bool { now - lastSeenAt >= Self.touchInterval }

    fileprivate init(row: ResultRow) throws {
        self.tokenHash = try row["token_hash"]
        self.business = try row["business_id"]
        self.userAgent = try row["user_agent"]
        self.createdAt = try row["session_created_at"]
        self.lastSeenAt = try row["last_seen_at"]
        self.expiresAt = try row["expires_at"]
        self.admin = try Admin(row: row)
    }
}

/// The sessions of one business in the database.
package struct AdminSessions {
    private let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    /// The living session of a token; none for inactive people and suspended businesses.
    package static func find(_ token: String, in transaction: any Transaction, now: Instant) throws -> AdminSession? {
        guard Secrets.isWellFormed(token, prefix: AdminSession.prefix) else { return nil }
        return try transaction.first(
            """
            SELECT s.token_hash, s.business_id, s.user_agent, s.created_at AS session_created_at, s.last_seen_at, s.expires_at,
              \(Admins.columns)
            FROM admin_sessions s
            JOIN admins a ON a.business_id = s.business_id AND a.id = s.admin_id
            JOIN businesses b ON b.id = s.business_id
            WHERE s.token_hash = \(Secrets.hash(token)) AND s.expires_at > \(now)
              AND s.last_seen_at > \(now - AdminSession.longestIdle)
              AND a.is_active = \(true) AND b.status = \(Business.Status.active)
            """
        ).map { row throws in try AdminSession(row: row) }
    }

    /// The token of a new session. The person's dead sessions are removed on the way.
    package func create(for admin: AdminID, userAgent: String, now: Instant) throws -> String {
        try db.execute(
            """
            DELETE FROM admin_sessions
            WHERE business_id = \(db.business) AND admin_id = \(admin)
              AND (expires_at <= \(now) OR last_seen_at <= \(now - AdminSession.longestIdle))
            """)
        let token = Secrets.key(prefix: AdminSession.prefix)
        try db.execute(
            """
            INSERT INTO admin_sessions (token_hash, business_id, admin_id, user_agent, created_at, last_seen_at, expires_at)
            VALUES (\(Secrets.hash(token)), \(db.business), \(admin), \(Self.storable(userAgent)), \(now), \(now),
              \(now + AdminSession.longest))
            """)
        return token
    }

    package func touch(_ tokenHash: String, now: Instant) throws {
        try db.execute(
            """
            UPDATE admin_sessions SET last_seen_at = \(now)
            WHERE business_id = \(db.business) AND token_hash = \(tokenHash) AND last_seen_at <= \(now - AdminSession.touchInterval)
            """)
    }

    package func revoke(_ tokenHash: String) throws {
        try db.execute("DELETE FROM admin_sessions WHERE business_id = \(db.business) AND token_hash = \(tokenHash)")
    }

    /// - Parameter kept: the hash of the one session that stays.
    package func revokeAll(of admin: AdminID, except kept: String? = nil) throws {
        try db.execute(
            """
            DELETE FROM admin_sessions
            WHERE business_id = \(db.business) AND admin_id = \(admin) AND token_hash IS DISTINCT FROM \(kept)
            """)
    }

    /// A header is whatever the client writes.
    private static func storable(_ userAgent: String) -> String {
        String(String.UnicodeScalarView(userAgent.unicodeScalars.lazy.filter { !$0.isControl && !$0.isBidiControl }.prefix(300)))
    }
}
