import Store

/// Who did what to what, for the owner to look up. Rows are only added, and hold neither contents nor secrets.
package struct AuditLog {
    /// Who acted, and in which request, where there was one.
    package struct Actor: Sendable, Hashable {
        package enum Who: Sendable, Hashable {
            case admin(AdminID)
            case key(APIKeyID)
            case system
        }

        package let who: Who
        /// What finds the request in the log.
        package var requestID: String?

        package static func admin(_ id: AdminID) -> Self { Self(who: .admin(id)) }
        package static func key(_ id: APIKeyID) -> Self { Self(who: .key(id)) }
        package static let system = Self(who: .system)

        package func during(_ requestID: String?) -> Self { Self(who: who, requestID: requestID) }
    }

    /// A name like `key.revoked`. Each room adds its own.
    package struct Action: RawRepresentable, Sendable, Hashable {
        package let rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }
    }

    /// What was acted on: its kind and its id.
    package struct Object: Sendable, Hashable {
        package let kind: String
        package let id: String?

        package init(kind: String, id: String? = nil) {
            self.kind = kind
            self.id = id
        }
    }

    private let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    package func record(_ actor: Actor, _ action: Action, _ object: Object, now: Instant) throws {
        try db.execute(
            """
            INSERT INTO audit_log (business_id, id, actor_kind, actor_id, action, object_kind, object_id, request_id, created_at)
            VALUES (\(db.business), \(ID<AuditEntry>(at: now)), \(actor.kind), \(actor.id), \(action.rawValue), \(object.kind), \(object.id),
              \(actor.requestID), \(now))
            """)
    }

    /// Takes the time of `record` and leaves nothing, so that nobody can measure whether there was something to record.
    func rehearse(_ actor: Actor, _ action: Action, _ object: Object, now: Instant) throws {
        try record(actor, action, object, now: now)
        try db.execute(
            """
            DELETE FROM audit_log
            WHERE business_id = \(db.business) AND object_kind = \(object.kind) AND object_id = \(object.id) AND created_at = \(now)
            """)
    }

    /// The newest first.
    package func entries(limit: Int, before cursor: String? = nil) throws -> Page<AuditEntry> {
        let older: Query = cursor.map { "AND id < \($0)" } ?? ""
        let rows = try db.fetch(
            """
            SELECT id, actor_kind, actor_id, action, object_kind, object_id, request_id, created_at FROM audit_log
            WHERE business_id = \(db.business) \(older) ORDER BY id DESC LIMIT \(limit + 1)
            """)
        return Page(try rows.map { row throws in try AuditEntry(row: row) }, limit: limit) { $0.id.description }
    }
}

extension AuditLog.Action {
    package static let businessRegistered = Self(rawValue: "business.registered")
    package static let businessUpdated = Self(rawValue: "business.updated")
    package static let settingsUpdated = Self(rawValue: "settings.updated")
    package static let loginSucceeded = Self(rawValue: "login.succeeded")
    package static let loginFailed = Self(rawValue: "login.failed")
    package static let passwordChanged = Self(rawValue: "password.changed")
    package static let roleChanged = Self(rawValue: "admin.role_changed")
    package static let adminActivated = Self(rawValue: "admin.activated")
    package static let adminDeactivated = Self(rawValue: "admin.deactivated")
    package static let invitationCreated = Self(rawValue: "invitation.created")
    package static let invitationRevoked = Self(rawValue: "invitation.revoked")
    package static let invitationAccepted = Self(rawValue: "invitation.accepted")
    package static let keyCreated = Self(rawValue: "key.created")
    package static let keyUpdated = Self(rawValue: "key.updated")
    package static let keyRotated = Self(rawValue: "key.rotated")
    package static let keyRevoked = Self(rawValue: "key.revoked")
}

extension AuditLog.Object {
    package static func business(_ id: BusinessID) -> Self { Self(kind: "business", id: id.description) }
    package static func admin(_ id: AdminID) -> Self { Self(kind: "admin", id: id.description) }
    package static func key(_ id: APIKeyID) -> Self { Self(kind: "key", id: id.description) }
    package static func invitation(_ id: InvitationID) -> Self { Self(kind: "invitation", id: id.description) }
}

extension AuditLog.Actor {
    fileprivate var kind: String {
        switch who {
        case .admin: "admin"
        case .key: "key"
        case .system: "system"
        }
    }

    fileprivate var id: String? {
        switch who {
        case .admin(let id): id.description
        case .key(let id): id.description
        case .system: nil
        }
    }

    /// The person, where only a person counts.
    var admin: AdminID? {
        if case .admin(let id) = who { id } else { nil }
    }
}

/// One line of the audit log.
package struct AuditEntry: Sendable {
    package let id: ID<AuditEntry>
    package let actor: AuditLog.Actor
    package let action: AuditLog.Action
    package let object: AuditLog.Object
    package let requestID: String?
    package let at: Instant

    init(row: ResultRow) throws {
        self.id = try row["id"]
        switch try row["actor_kind"] as String {
        case "admin": self.actor = .admin(try row["actor_id"])
        case "key": self.actor = .key(try row["actor_id"])
        default: self.actor = .system
        }
        self.action = AuditLog.Action(rawValue: try row["action"])
        self.object = AuditLog.Object(kind: try row["object_kind"], id: try row["object_id"])
        self.requestID = try row["request_id"]
        self.at = try row["created_at"]
    }
}
