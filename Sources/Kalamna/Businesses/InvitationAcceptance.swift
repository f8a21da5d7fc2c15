/// Lets an invited person in.
package struct InvitationAcceptance: Sendable {
    private let database: Database
    private let hasher: PasswordHasher
    private let clock: WallClock

    package init(database: Database, hasher: PasswordHasher, clock: WallClock) {
        self.database = database
        self.hasher = hasher
        self.clock = clock
    }

    /// To what somebody is invited, before they decide. Throws `invitation_gone` when it can't be accepted any more.
    package func find(_ token: String) async throws -> (invitation: Invitation, business: BusinessID, businessName: String) {
        let now = clock.now()
        let found = try await database.readAcrossBusinesses { transaction in try Invitations.find(token, in: transaction, now: now) }
        guard let found else { throw Self.noLonger }
        return found
    }

    /// Uses the invitation, makes the admin and logs them in, all or nothing: when the address turns out to be taken,
    /// the invitation can still be used.
    package func accept(
        _ invitationToken: String, name: String, password: String, userAgent: String, requestID: String? = nil
    ) async throws -> (token: String, admin: Admin, business: Business) {
        let found = try await find(invitationToken)
        var validation = Validation()
        let name = validation.line("name", name, atLeast: 2, atMost: 120)
        validation.password("password", password, email: found.invitation.email)
        try validation.check()
        let passwordHash = try await hasher.hash(password)
        let now = clock.now()
        return try await database.write(of: found.business) { db in
            guard let invitation = try Invitations(db).use(found.invitation.id, now: now) else { throw Self.noLonger }
            let business = try Businesses(db).current()
            guard business.status == .active else { throw Failure.businessSuspended }
            let admin = Admin(
                id: AdminID(at: now), email: invitation.email, name: name, role: invitation.role, lastLoginAt: now, createdAt: now)
            try Admins(db).insert(admin, passwordHash: passwordHash, taken: Self.emailTaken)
            let token = try AdminSessions(db).create(for: admin.id, userAgent: userAgent, now: now)
            try AuditLog(db).record(.admin(admin.id).during(requestID), .invitationAccepted, .invitation(invitation.id), now: now)
            return (token, admin, business)
        }
    }

    private static let emailTaken = Failure(
        .conflict, code: "email_taken", ar: "الإيميل ده عليه حساب قبل كده. اطلب دعوة على إيميل تاني.",
        en: "This e-mail address has an account already. Ask for an invitation to another address.")

    private static let noLonger = Failure(
        .gone, code: "invitation_gone", ar: "الدعوة دي انتهت أو اتلغت أو اتستخدمت قبل كده. اطلب دعوة جديدة من صاحب النشاط.",
        en: "This invitation has expired, was revoked or was used already. Ask an owner of the business for a new one.")
}
