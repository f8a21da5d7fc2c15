/// Logs people in and out.
package struct Authentication: Sendable {
    private let database: Database
    private let hasher: PasswordHasher
    private let clock: WallClock

    package init(database: Database, hasher: PasswordHasher, clock: WallClock) {
        self.database = database
        self.hasher = hasher
        self.clock = clock
    }

    /// An unknown address and a wrong password get the same answer after the same work.
    package func logIn(
        email: String, password: String, userAgent: String, requestID: String? = nil
    ) async throws -> (token: String, admin: Admin, business: Business) {
        let folded = EmailAddress.fold(email)
        let found = try await database.readAcrossBusinesses { transaction in try Admins.byEmail(folded, in: transaction) }
        let isRight = try await matches(password, found?.passwordHash)
        guard let found, isRight else {
            try await noteFailure(found, requestID: requestID)
            throw Self.wrongCredentials
        }
        let now = clock.now()
        return try await database.write(of: found.business) { db in
            let business = try Businesses(db).current()
            // Read again: in the meantime the person may have been let out, or the password changed.
            guard let admin = try Admins(db).find(found.admin.id), try Admins(db).passwordHash(of: admin.id) == found.passwordHash else {
                throw Self.wrongCredentials
            }
            guard business.status == .active else { throw Failure.businessSuspended }
            guard admin.isActive else { throw Self.inactive }
            let token = try AdminSessions(db).create(for: admin.id, userAgent: userAgent, now: now)
            try Admins(db).noteLogin(of: admin.id, now: now)
            try AuditLog(db).record(.admin(admin.id).during(requestID), .loginSucceeded, .admin(admin.id), now: now)
            var loggedIn = admin
            loggedIn.lastLoginAt = now
            return (token, loggedIn, business)
        }
    }

    package func logOut(_ token: String) async throws {
        let now = clock.now()
        let session = try await database.readAcrossBusinesses { transaction in try AdminSessions.find(token, in: transaction, now: now) }
        guard let session else { return }
        try await database.write(of: session.business) { db in try AdminSessions(db).revoke(session.tokenHash) }
    }

    /// Who presents this token; nil when nobody who may come in.
    package func identity(of token: String) async throws -> AdminIdentity? {
        let now = clock.now()
        let session = try await database.readAcrossBusinesses { transaction in try AdminSessions.find(token, in: transaction, now: now) }
        guard let session else { return nil }
        if session.isTouchDue(at: now) {
            try await database.write(of: session.business) { db in try AdminSessions(db).touch(session.tokenHash, now: now) }
        }
        return session.identity
    }

    /// Logs the person out everywhere else.
    package func changePassword(of identity: AdminIdentity, current: String, new: String, requestID: String? = nil) async throws {
        var validation = Validation()
        validation.password("new_password", new, email: identity.admin.email)
        try validation.check()
        let id = identity.admin.id
        let known = try await database.read(of: identity.business) { db in try Admins(db).passwordHash(of: id) }
        guard try await matches(current, known), let known else { throw Self.wrongCurrentPassword }
        let hash = try await hasher.hash(new)
        let now = clock.now()
        try await database.write(of: identity.business) { db in
            guard try Admins(db).setPassword(hash, of: id, replacing: known) else { throw Self.wrongCurrentPassword }
            try AdminSessions(db).revokeAll(of: id, except: identity.sessionHash)
            try AuditLog(db).record(.admin(id).during(requestID), .passwordChanged, .admin(id), now: now)
        }
    }

    /// A password that no account can have costs no more than one that an account can have.
    private func matches(_ password: String, _ hash: String?) async throws -> Bool {
        let isPossible = Password.isPossible(password)
        return try await hasher.verify(isPossible ? password : "", against: isPossible ? hash : nil)
    }

    /// For an unknown address the same row is written and taken away again: a commit takes time that can be measured.
    private func noteFailure(_ found: Admins.Credentials?, requestID: String?) async throws {
        let now = clock.now()
        let actor = AuditLog.Actor.system.during(requestID)
        if let found {
            try await database.write(of: found.business) { db in
                try AuditLog(db).record(actor, .loginFailed, .admin(found.admin.id), now: now)
            }
        } else {
            let nobody = BusinessID(at: now)
            try await database.write(of: nobody) { db in
                try AuditLog(db).rehearse(actor, .loginFailed, .admin(AdminID(at: now)), now: now)
            }
        }
    }

    private static let wrongCredentials = Failure(
        .unauthenticated, code: "wrong_credentials", ar: "الإيميل أو كلمة السر غلط. راجعهم وجرب تاني.",
        en: "The e-mail address or the password is wrong. Check both and try again.")

    private static let wrongCurrentPassword = Failure.invalid(
        "current_password", ar: "كلمة السر الحالية غلط.", en: "The current password is wrong.")

    private static let inactive = Failure(
        .forbidden, code: "account_inactive", ar: "حسابك موقوف. كلم صاحب النشاط يفعله.",
        en: "Your account is switched off: ask an owner of the business to switch it on.")
}
