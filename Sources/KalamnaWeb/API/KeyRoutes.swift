import HTTPTypes
import Hummingbird
import Kalamna

struct KeyBody: Encodable {
    let id: APIKeyID
    let kind: String
    let name: String
    let hint: String
    let allowedOrigins: [String]
    let isActive: Bool
    let createdAt: Instant
    let lastUsedAt: Instant?
    let expiresAt: Instant?
    let revokedAt: Instant?
    /// Only in the answer that makes it.
    var secret: String?

    init(_ key: APIKey, secret: String? = nil) {
        self.id = key.id
        self.kind = key.kind.rawValue
        self.name = key.name
        self.hint = key.hint
        self.allowedOrigins = key.allowedOrigins
        self.isActive = key.isActive
        self.createdAt = key.createdAt
        self.lastUsedAt = key.lastUsedAt
        self.expiresAt = key.expiresAt
        self.revokedAt = key.revokedAt
        self.secret = secret
    }

    enum CodingKeys: String, CodingKey {
        case id, kind, name, hint, secret
        case allowedOrigins = "allowed_origins"
        case isActive = "is_active"
        case createdAt = "created_at"
        case lastUsedAt = "last_used_at"
        case expiresAt = "expires_at"
        case revokedAt = "revoked_at"
    }

    static let schema = Schema.object(
        [
            "id": .id, "kind": .oneOf(APIKey.Kind.self), "name": .string(), "hint": .string(), "allowed_origins": .array(of: .string()),
            "is_active": .boolean, "created_at": .time, "last_used_at": .time, "expires_at": .time, "revoked_at": .time, "secret": .string(),
        ], optional: ["last_used_at", "expires_at", "revoked_at", "secret"])
}

/// API keys: publishable ones for sites, secret ones for servers.
enum KeyRoutes {
    struct CreateBody: Decodable {
        let kind: APIKey.Kind
        let name: String
        var allowedOrigins: [String]?

        enum CodingKeys: String, CodingKey {
            case kind, name
            case allowedOrigins = "allowed_origins"
        }

        static let schema = Schema.object(
            ["kind": .oneOf(APIKey.Kind.self), "name": .string(1...80), "allowed_origins": .array(of: .string(0...300), atMost: 100)],
            optional: ["allowed_origins"])
    }

    struct UpdateBody: Decodable {
        var name: String?
        var allowedOrigins: [String]?
        var isActive: Bool?

        enum CodingKeys: String, CodingKey {
            case name
            case allowedOrigins = "allowed_origins"
            case isActive = "is_active"
        }

        static let schema = Schema.changes([
            "name": .string(1...80), "allowed_origins": .array(of: .string(0...300), atMost: 100), "is_active": .boolean,
        ])
    }

    struct RotateBody: Decodable {
        var overlapSeconds: WholeNumber?

        enum CodingKeys: String, CodingKey { case overlapSeconds = "overlap_seconds" }

        static let schema = Schema.changes([
            "overlap_seconds": .integer(0...2_592_000).described("How long the old key still works; 0 by default")
        ])
    }

    static func add(to routes: inout RouteTable) {
        routes.get("/v1/keys", "listKeys", "API keys; their secrets are never shown again", for: .owner, response: .array(of: .named("Key"))) {
            call, identity in
            try call.json(try await call.services.database.read(of: identity.business) { try APIKeys($0).list() }.map { KeyBody($0) })
        }

        routes.post(
            "/v1/keys", "createKey", "Make an API key; its secret is shown once", for: .owner, body: CreateBody.schema, status: .created,
            response: .named("Key"), otherStatuses: [409], limits: [.each(.caller, "keys", 30, per: .hours(1))], idempotent: true, showsSecret: true
        ) { call, identity in
            let body: CreateBody = try call.decode()
            let now = call.services.clock.now()
            let created = try await call.services.database.write(of: identity.business) { db in
                try APIKeys(db).create(
                    body.kind, name: body.name, allowedOrigins: body.allowedOrigins ?? [], by: call.actor(identity), now: now)
            }
            return try call.json(KeyBody(created.key, secret: created.secret), status: .created)
        }

        routes.patch(
            "/v1/keys/{key_id}", "updateKey", "Change a key's name or sites, or switch it off and on", for: .owner, body: UpdateBody.schema,
            response: .named("Key"), otherStatuses: [409]
        ) { call, identity in
            let body: UpdateBody = try call.decode()
            let id: APIKeyID = try call.id("key_id")
            let now = call.services.clock.now()
            let (key, line) = try await call.services.database.write(of: identity.business) { db in
                let key = try APIKeys(db).update(
                    id, APIKeyChanges(name: body.name, allowedOrigins: body.allowedOrigins, isActive: body.isActive),
                    by: call.actor(identity), now: now)
                return (key, key.isActive ? [] : try APIKeys(db).line(of: id))
            }
            call.gatekeeper.revoked(line.map(\.description))
            return try call.json(KeyBody(key))
        }

        routes.post(
            "/v1/keys/{key_id}/rotate", "rotateKey", "Replace a key; the old one works for an overlap, its conversations go on", for: .owner,
            body: RotateBody.schema, status: .created, response: .named("Key"), otherStatuses: [409], showsSecret: true
        ) { call, identity in
            let body: RotateBody = try call.decode()
            let id: APIKeyID = try call.id("key_id")
            let overlap = Duration.seconds(min(max(body.overlapSeconds?.value ?? 0, -1), 100_000_000))
            let now = call.services.clock.now()
            let created = try await call.services.database.write(of: identity.business) { db in
                try APIKeys(db).rotate(id, overlap: overlap, by: call.actor(identity), now: now)
            }
            call.gatekeeper.revoked(overlap == .zero ? [id.description] : [])
            return try call.json(KeyBody(created.key, secret: created.secret), status: .created)
        }

        routes.delete(
            "/v1/keys/{key_id}", "revokeKey", "Revoke a key and its conversations at once; their streams end", for: .owner, response: .named("Key")
        ) { call, identity in
            let id: APIKeyID = try call.id("key_id")
            let now = call.services.clock.now()
            let (key, line) = try await call.services.database.write(of: identity.business) { db in
                (try APIKeys(db).revoke(id, by: call.actor(identity), now: now), try APIKeys(db).line(of: id))
            }
            call.gatekeeper.revoked(line.map(\.description))
            return try call.json(KeyBody(key))
        }
    }
}
