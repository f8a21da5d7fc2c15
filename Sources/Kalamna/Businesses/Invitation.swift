package import Store

package typealias InvitationID = ID<Invitation>

/// A link that lets one person join a business, once.
package struct Invitation: Sendable, Hashable {
    package static let prefix = "kiv_"
    package static let lifetime = Duration.days(7)

    package let id: InvitationID
    package let email: String
    package let role: Role
    package let invitedBy: AdminID
    package let createdAt: Instant
    package let expiresAt: Instant
    package var acceptedAt: Instant?
    package var revokedAt: Instant?

    package func isOpen(at now: Instant) -> Bool { acceptedAt == nil && revokedAt == nil && now < expiresAt }
}

extension Invitation {
    init(row: ResultRow) throws {
        self.id = try row["id"]
        self.email = try row["email"]
        self.role = try row["role"]
        self.invitedBy = try row["invited_by"]
        self.createdAt = try row["created_at"]
        self.expiresAt = try row["expires_at"]
        self.acceptedAt = try row["accepted_at"]
        self.revokedAt = try row["revoked_at"]
    }
}

/// The invitations of one business in the database.
package struct Invitations {
    package static let mostOpen = 50

    private static let columns: Query = """
        i.id, i.email, i.role, i.invited_by, i.created_at, i.expires_at, i.accepted_at, i.revoked_at
        """

    private let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    /// The invitation of a token while it can be accepted, and whose it is.
    package static func find(
        _ token: String, in transaction: any Transaction, now: Instant
    ) throws -> (invitation: Invitation, business: BusinessID, businessName: String)? {
        guard Secrets.isWellFormed(token, prefix: Invitation.prefix) else { return nil }
        let row = try transaction.first(
            """
            SELECT i.business_id, b.name AS business_name, \(columns)
            FROM invitations i JOIN businesses b ON b.id = i.business_id
            WHERE i.token_hash = \(Secrets.hash(token)) AND b.status = \(Business.Status.active)
            """)
        guard let row else { return nil }
        let invitation = try Invitation(row: row)
        return invitation.isOpen(at: now) ? (invitation, try row["business_id"], try row["business_name"]) : nil
    }

    /// The newest first.
    package func list() throws -> [Invitation] {
        try db.fetch(
            """
            SELECT \(Self.columns) FROM invitations i WHERE i.business_id = \(db.business)
            ORDER BY i.created_at DESC, i.id DESC LIMIT 200
            """
        ).map { row throws in try Invitation(row: row) }
    }

    /// A link for one address; an earlier one for the same address stops working. Only owners invite.
    package func create(
        email: String, role: Role = .staff, by inviter: AdminID, requestID: String? = nil, now: Instant
    ) throws -> (invitation: Invitation, token: String) {
        try Businesses(db).lock()
        guard let admin = try Admins(db).find(inviter), admin.role == .owner, admin.isActive else { throw Failure.ownersOnly }
        var validation = Validation()
        let address = validation.email("email", email)
        try validation.check()
        let folded = address?.folded ?? ""
        if try db.first("SELECT id FROM admins WHERE business_id = \(db.business) AND email_folded = \(folded)") != nil {
            throw Failure(
                .conflict, code: "already_member", ar: "صاحب الإيميل ده موجود معاكم بالفعل.", en: "The person with this address is with you already.")
        }
        try db.execute(
            """
            UPDATE invitations SET revoked_at = \(now)
            WHERE business_id = \(db.business) AND email = \(folded) AND accepted_at IS NULL AND revoked_at IS NULL
            """)
        try makeRoom(now: now)
        let token = Secrets.key(prefix: Invitation.prefix)
        let invitation = Invitation(
            id: InvitationID(at: now), email: folded, role: role, invitedBy: inviter, createdAt: now, expiresAt: now + Invitation.lifetime)
        try db.execute(
            """
            INSERT INTO invitations (business_id, id, email, role, token_hash, invited_by, created_at, expires_at)
            VALUES (\(db.business), \(invitation.id), \(folded), \(role), \(Secrets.hash(token)), \(inviter), \(now), \(invitation.expiresAt))
            """)
        try AuditLog(db).record(.admin(inviter).during(requestID), .invitationCreated, .invitation(invitation.id), now: now)
        return (invitation, token)
    }

    /// Nothing happens when it was accepted or revoked before.
    package func revoke(_ id: InvitationID, by actor: AuditLog.Actor, now: Instant) throws {
        let changed = try db.execute(
            """
            UPDATE invitations SET revoked_at = \(now)
            WHERE business_id = \(db.business) AND id = \(id) AND accepted_at IS NULL AND revoked_at IS NULL
            """)
        if changed == 1 {
            try AuditLog(db).record(actor, .invitationRevoked, .invitation(id), now: now)
        } else if try db.first("SELECT id FROM invitations WHERE business_id = \(db.business) AND id = \(id)") == nil {
            throw Failure.notFound
        }
    }

    /// Marks it as used; of two who try at once one gets nil.
    func use(_ id: InvitationID, now: Instant) throws -> Invitation? {
        try db.first(
            """
            UPDATE invitations SET accepted_at = \(now)
            WHERE business_id = \(db.business) AND id = \(id) AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > \(now)
            RETURNING id, email, role, invited_by, created_at, expires_at, accepted_at, revoked_at
            """
        ).map { row throws in try Invitation(row: row) }
    }

    private func makeRoom(now: Instant) throws {
        let row = try db.first(
            """
            SELECT COUNT(*) AS open FROM invitations
            WHERE business_id = \(db.business) AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > \(now)
            """)
        guard let row, try row["open"] as Int >= Self.mostOpen else { return }
        throw Failure(
            .conflict, code: "too_many_invitations", ar: "عندك \(Self.mostOpen) دعوة مستنية. الغي دعوة قديمة الأول.",
            en: "\(Self.mostOpen) invitations are still open. Revoke an old one first.")
    }
}
