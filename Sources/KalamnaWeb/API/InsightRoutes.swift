import Hummingbird
import Kalamna

struct GapBody: Encodable {
    let id: ID<ContentGap>
    let title: String
    let frequency: Int
    let status: String
    let firstSeenAt: Instant
    let lastSeenAt: Instant

    init(_ gap: ContentGap) {
        self.id = gap.id
        self.title = gap.title
        self.frequency = gap.frequency
        self.status = gap.status.rawValue
        self.firstSeenAt = gap.firstSeenAt
        self.lastSeenAt = gap.lastSeenAt
    }

    enum CodingKeys: String, CodingKey {
        case id, title, frequency, status
        case firstSeenAt = "first_seen_at"
        case lastSeenAt = "last_seen_at"
    }

    static let schema = Schema.object([
        "id": .id, "title": .string(), "frequency": .integer(), "status": .string(), "first_seen_at": .time, "last_seen_at": .time,
    ])
}

struct GapInput: Decodable {
    let status: ContentGap.Status
    var resolvingItemID: KnowledgeItemID?

    enum CodingKeys: String, CodingKey {
        case status
        case resolvingItemID = "resolving_item_id"
    }

    static let schema = Schema.object(
        ["status": .oneOf(["open", "in_progress", "resolved", "dismissed"]), "resolving_item_id": .id], optional: ["resolving_item_id"])
}

struct AuditBody: Encodable {
    let id: ID<AuditEntry>
    let actor: String
    let actorID: String?
    let action: String
    let objectKind: String
    let objectID: String?
    let requestID: String?
    let at: Instant

    init(_ entry: AuditEntry) {
        self.id = entry.id
        (self.actor, self.actorID) =
            switch entry.actor.who {
            case .admin(let id): ("admin", id.description)
            case .key(let id): ("key", id.description)
            case .system: ("system", nil)
            }
        self.action = entry.action.rawValue
        self.objectKind = entry.object.kind
        self.objectID = entry.object.id
        self.requestID = entry.requestID
        self.at = entry.at
    }

    enum CodingKeys: String, CodingKey {
        case id, actor, action, at
        case actorID = "actor_id"
        case objectKind = "object_kind"
        case objectID = "object_id"
        case requestID = "request_id"
    }

    static let schema = Schema.object(
        [
            "id": .id, "actor": .oneOf(["admin", "key", "system"]), "actor_id": .string(), "action": .string(), "object_kind": .string(),
            "object_id": .string(), "request_id": .string(), "at": .time,
        ], optional: ["actor_id", "object_id", "request_id"])
}

struct ThresholdEffectBody: Encodable {
    struct Step: Encodable {
        let threshold: Double
        let answered: Int
        let thumbsDown: Int

        enum CodingKeys: String, CodingKey {
            case threshold, answered
            case thumbsDown = "thumbs_down"
        }
    }

    let current: Double
    let questions: Int
    let steps: [Step]

    static let schema = Schema.object([
        "current": .number(0...1), "questions": .integer(0...Int.max),
        "steps": .array(
            of: .object(["threshold": .number(0...1), "answered": .integer(0...Int.max), "thumbs_down": .integer(0...Int.max)])),
    ])
}

/// What the owner learns: what customers asked in vain, and who changed what.
enum InsightRoutes {
    static func add(to routes: inout RouteTable) {
        routes.get(
            "/v1/content-gaps", "listContentGaps", "What customers asked and the knowledge did not have, the most frequent first", for: .business,
            query: [Endpoint.Parameter(name: "limit", schema: .integer(1...100), description: "At most this many (50)")],
            response: .array(of: .named("ContentGap"))
        ) { call, caller in
            let limit = try call.limit()
            return try call.json(
                try await call.services.database.read(of: caller.business) { try ContentGaps($0).open(limit: limit) }.map(GapBody.init))
        }

        routes.patch(
            "/v1/content-gaps/{gap_id}", "updateContentGap", "Say what became of a gap", for: .business, body: GapInput.schema,
            response: .named("ContentGap")
        ) { call, caller in
            let body: GapInput = try call.decode()
            let (status, id) = (body.status, try call.id("gap_id") as ID<ContentGap>)
            let gap = try await call.services.database.write(of: caller.business) { db in
                try ContentGaps(db).set(status, resolvedBy: body.resolvingItemID, of: id)
            }
            return try call.json(GapBody(gap))
        }

        routes.get(
            "/v1/insights/threshold", "getThresholdEffect", "What another confidence threshold would have done to the questions of late",
            for: .business,
            query: [Endpoint.Parameter(name: "days", schema: .integer(1...90), description: "Looking back (30)")],
            response: ThresholdEffectBody.schema
        ) { call, caller in
            let since = call.services.clock.now() - .hours(24 * Int64(try call.query("days", in: 1...90, default: 30)))
            let (current, effect) = try await call.services.database.read(of: caller.business) { db in
                (try Settings(db).current().confidenceThreshold, try ThresholdEffects(db).since(since))
            }
            return try call.json(
                ThresholdEffectBody(
                    current: current, questions: effect.questions,
                    steps: effect.steps.map { .init(threshold: $0.threshold, answered: $0.answered, thumbsDown: $0.thumbsDown) }))
        }

        routes.get(
            "/v1/audit-log", "listAuditLog", "Who changed what, the newest first", for: .owner, query: Paging.parameters,
            response: Paging.schema(of: "AuditEntry")
        ) { call, identity in
            let (cursor, limit) = (try call.query("cursor", as: ID<AuditEntry>.self)?.description, try call.limit())
            return try call.page(
                try await call.services.database.read(of: identity.business) { try AuditLog($0).entries(limit: limit, before: cursor) },
                AuditBody.init)
        }
    }
}
