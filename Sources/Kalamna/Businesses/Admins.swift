package import Store

/// The people of one business in the database.
package struct Admins {
    static let columns: Query = "a.id, a.email, a.name, a.role, a.is_active, a.last_login_at, a.created_at"

    private let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    /// What logging in needs to know of an e-mail address.
    package struct Credentials: Sendable {
        package let admin: Admin
        package let business: BusinessID
        package let passwordHash: String
    }

    /// - Parameter email: as `EmailAddress.fold` makes it.
    package static func byEmail(_ email: String, in transaction: any Transaction) throws -> Credentials? {
        try transaction.first(
            "SELECT a.business_id, a.password_hash, \(columns) FROM admins a WHERE a.email_folded = \(email)"
        ).map { row throws in
            Credentials(admin: try Admin(row: row), business: try row["business_id"], passwordHash: try row["password_hash"])
        }
    }

    package func list() throws -> [Admin] {
        try db.fetch(
            "SELECT \(Self.columns) FROM admins a WHERE a.business_id = \(db.business) ORDER BY a.created_at, a.id"
        ).map { row throws in try Admin(row: row) }
    }

    package func find(_ id: AdminID) throws -> Admin? {
        try db.first("SELECT \(Self.columns) FROM admins a WHERE a.business_id = \(db.business) AND a.id = \(id)")
            .map { row throws in try Admin(row: row) }
    }

    /// - Parameter taken: what is thrown when the address has an account already, in this business or another.
    package func insert(_ admin: Admin, passwordHash: String, taken: Failure = .emailTaken) throws {
        do {
            try db.execute(
                """
                INSERT INTO admins
                  (business_id, id, email, email_folded, name, password_hash, role, is_active, last_login_at, created_at)
                VALUES
                  (\(db.business), \(admin.id), \(admin.email), \(EmailAddress.fold(admin.email)), \(admin.name), \(passwordHash),
                   \(admin.role), \(admin.isActive), \(admin.lastLoginAt), \(admin.createdAt))
                """)
        } catch .uniqueViolation {
            throw taken
        }
    }

    /// Changes a person's role, or lets them in or out; who is let out is logged out everywhere.
    @discardableResult
    package func update(
        _ id: AdminID, role: Role? = nil, isActive: Bool? = nil, by actor: AuditLog.Actor, now: Instant
    ) throws -> Admin {
        try Businesses(db).lock()
        guard let old = try find(id) else { throw Failure.notFound }
        var admin = old
        admin.role = role ?? old.role
        admin.isActive = isActive ?? old.isActive
        guard admin != old else { return old }
        if old.isActiveOwner, !admin.isActiveOwner { try keepAnOwner(besides: id) }
        try db.execute(
            """
            UPDATE admins SET role = \(admin.role), is_active = \(admin.isActive)
            WHERE business_id = \(db.business) AND id = \(id)
            """)
        let log = AuditLog(db)
        if admin.role != old.role { try log.record(actor, .roleChanged, .admin(id), now: now) }
        if admin.isActive != old.isActive {
            if !admin.isActive { try AdminSessions(db).revokeAll(of: id) }
            try log.record(actor, admin.isActive ? .adminActivated : .adminDeactivated, .admin(id), now: now)
        }
        return admin
    }

    package func passwordHash(of id: AdminID) throws -> String? {
        try db.first("SELECT password_hash FROM admins WHERE business_id = \(db.business) AND id = \(id)")
            .map { row throws in try row["password_hash"] }
    }

    /// - Parameter known: the hash that the decision to change it was made with.
    /// - Returns: whether the password was changed; not when somebody else changed it meanwhile.
    package func setPassword(_ hash: String, of id: AdminID, replacing known: String) throws -> Bool {
        try db.execute(
            """
            UPDATE admins SET password_hash = \(hash)
            WHERE business_id = \(db.business) AND id = \(id) AND password_hash = \(known)
            """) == 1
    }

    func noteLogin(of id: AdminID, now: Instant) throws {
        try db.execute("UPDATE admins SET last_login_at = \(now) WHERE business_id = \(db.business) AND id = \(id)")
    }

    private func keepAnOwner(besides id: AdminID) throws {
        let other = try db.first(
            """
            SELECT id FROM admins
            WHERE business_id = \(db.business) AND id <> \(id) AND role = \(Role.owner) AND is_active = \(true) LIMIT 1
            """)
        guard other == nil else { return }
        throw Failure(
            .conflict, code: "last_owner", ar: "ده آخر صاحب نشاط شغال. خلي حد تاني صاحب نشاط الأول.",
            en: "This is the last active owner. Make somebody else an owner first.")
    }
}

extension Admin {
    fileprivate var isActiveOwner: Bool { role == .owner && isActive }
}
