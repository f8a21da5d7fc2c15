import HTTPTypes
import Hummingbird
import Kalamna

struct InvitationBody: Encodable {
    let id: InvitationID
    let email: String
    let role: String
    let createdAt: Instant
    let expiresAt: Instant
    let acceptedAt: Instant?
    let revokedAt: Instant?
    /// Only in the answer that makes it.
    var token: String?
    var link: String?

    init(_ invitation: Invitation) {
        self.id = invitation.id
        self.email = invitation.email
        self.role = invitation.role.rawValue
        self.createdAt = invitation.createdAt
        self.expiresAt = invitation.expiresAt
        self.acceptedAt = invitation.acceptedAt
        self.revokedAt = invitation.revokedAt
    }

    enum CodingKeys: String, CodingKey {
        case id, email, role, token, link
        case createdAt = "created_at"
        case expiresAt = "expires_at"
        case acceptedAt = "accepted_at"
        case revokedAt = "revoked_at"
    }

    static let schema = Schema.object(
        [
            "id": .id, "email": .string(), "role": .oneOf(Role.self), "created_at": .time, "expires_at": .time, "accepted_at": .time,
            "revoked_at": .time, "token": .string(), "link": .string(),
        ], optional: ["accepted_at", "revoked_at", "token", "link"])
}

/// Inviting staff: an owner gets a link to pass on; whoever opens it chooses a name and a password.
enum TeamRoutes {
    struct InviteBody: Decodable {
        let email: String
        var role: Role?

        static let schema = Schema.object(["email": .string(3...254), "role": .oneOf(Role.self)], optional: ["role"])
    }

    struct ShowBody: Decodable {
        let token: String

        static let schema = Schema.object(["token": .string()])
    }

    /// What the invited person sees. They have the link only, so nothing more of the business.
    private struct ShownBody: Encodable {
        let businessName: String
        let email: String
        let role: String
        let expiresAt: Instant

        init(_ invitation: Invitation, businessName: String) {
            self.businessName = businessName
            self.email = invitation.email
            self.role = invitation.role.rawValue
            self.expiresAt = invitation.expiresAt
        }

        enum CodingKeys: String, CodingKey {
            case email, role
            case businessName = "business_name"
            case expiresAt = "expires_at"
        }
    }

    struct AcceptBody: Decodable {
        let token: String
        let name: String
        let password: String

        static let schema = Schema.object(["token": .string(), "name": .string(2...120), "password": .string(8...128)])
    }

    static func add(to routes: inout RouteTable) {
        routes.get(
            "/v1/invitations", "listInvitations", "Invitations, the newest first", for: .owner, response: .array(of: .named("Invitation"))
        ) { call, identity in
            try call.json(try await call.services.database.read(of: identity.business) { try Invitations($0).list() }.map(InvitationBody.init))
        }

        routes.post(
            "/v1/invitations", "invite", "Invite somebody; the link is shown once", for: .owner, body: InviteBody.schema, status: .created,
            response: .named("Invitation"), otherStatuses: [409], limits: [.each(.caller, "invite", 30, per: .hours(1))], idempotent: true,
            showsSecret: true
        ) { call, identity in
            let body: InviteBody = try call.decode()
            let now = call.services.clock.now()
            let (invitation, token) = try await call.services.database.write(of: identity.business) { db in
                try Invitations(db).create(email: body.email, role: body.role ?? .staff, by: identity.admin.id, requestID: call.requestID, now: now)
            }
            var wire = InvitationBody(invitation)
            wire.token = token
            wire.link = "\(call.publicURL)/invitation#token=\(token)"
            return try call.json(wire, status: .created)
        }

        routes.delete(
            "/v1/invitations/{invitation_id}", "revokeInvitation", "Take an invitation back", for: .owner, status: .noContent
        ) { call, identity in
            let id: InvitationID = try call.id("invitation_id")
            let now = call.services.clock.now()
            try await call.services.database.write(of: identity.business) { db in
                try Invitations(db).revoke(id, by: call.actor(identity), now: now)
            }
            return Response(status: .noContent)
        }

        routes.post(
            "/v1/invitations/show", "showInvitation", "To what an invitation invites, before it is accepted", for: .anyone, body: ShowBody.schema,
            response: .object([
                "business_name": .string(), "email": .string(), "role": .oneOf(Role.self), "expires_at": .time,
            ]), otherStatuses: [410], limits: [.each(.address, "invitation", 30, per: .minutes(15))]
        ) { call, _ in
            let body: ShowBody = try call.decode()
            let found = try await acceptance(call).find(body.token)
            return try call.json(ShownBody(found.invitation, businessName: found.businessName))
        }

        routes.post(
            "/v1/invitations/accept", "acceptInvitation", "Accept an invitation: makes the account and logs in", for: .anyone,
            body: AcceptBody.schema, status: .created, response: .named("Admin"), otherStatuses: [404, 409, 410],
            limits: [.each(.address, "accept", 10, per: .minutes(15))]
        ) { call, _ in
            let body: AcceptBody = try call.decode()
            let accepted = try await acceptance(call).accept(
                body.token, name: body.name, password: body.password, userAgent: call.header("User-Agent") ?? "", requestID: call.requestID)
            var response = try call.json(AdminBody(accepted.admin), status: .created)
            response.setCookie(SessionCookie.set(accepted.token, secure: call.isSecure))
            return response
        }
    }

    private static func acceptance(_ call: Call) -> InvitationAcceptance {
        InvitationAcceptance(database: call.services.database, hasher: call.services.hasher, clock: call.services.clock)
    }
}
