import Store

package typealias EndUserID = ID<EndUser>

/// The business's customer. Has no login; known by a session token, or by the business's own id for them.
package struct EndUser: Sendable {
    package enum Status: String, StoredName { case active, blocked }

    package let id: EndUserID
    package var channel: Channel
    package var externalID: String?
    package var name: String?
    package var phone: String?
    package var email: String?
    package var status: Status
    package var firstSeenAt: Instant
    package var lastSeenAt: Instant
}

/// Where a conversation comes from.
package enum Channel: String, StoredName { case widget, api, whatsapp }

package struct EndUserDetails: Sendable {
    package var externalID: String?
    package var name: String?
    package var phone: String?
    package var email: String?

    package init(externalID: String? = nil, name: String? = nil, phone: String? = nil, email: String? = nil) {
        self.externalID = externalID
        self.name = name
        self.phone = phone
        self.email = email
    }
}

package struct EndUsers {
    let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    private static let columns: Query = "id, channel, external_id, name, phone, email, status, first_seen_at, last_seen_at"

    package func find(_ id: EndUserID) throws -> EndUser {
        let row = try db.first("SELECT \(Self.columns) FROM end_users WHERE business_id = \(db.business) AND id = \(id)")
        guard let row else { throw Failure.notFound }
        return try EndUser(row)
    }

    /// The customer with this external id on this channel, made or refreshed; a new anonymous one without it.
    package func meet(_ details: EndUserDetails, on channel: Channel, now: Instant) throws -> EndUser {
        let row = try db.first(
            """
            INSERT INTO end_users (business_id, id, channel, external_id, name, phone, email, attributes, status, first_seen_at, last_seen_at)
            VALUES (\(db.business), \(EndUserID(at: now)), \(channel), \(details.externalID), \(details.name), \(details.phone),
              \(details.email), '{}', \(EndUser.Status.active), \(now), \(now))
            ON CONFLICT (business_id, channel, external_id) WHERE external_id IS NOT NULL DO UPDATE SET
              last_seen_at = excluded.last_seen_at, name = COALESCE(excluded.name, end_users.name),
              phone = COALESCE(excluded.phone, end_users.phone), email = COALESCE(excluded.email, end_users.email)
            RETURNING \(Self.columns)
            """)
        guard let row else { throw Failure.notFound }
        return try EndUser(row)
    }

    package func list(after cursor: ListCursor?, limit: Int) throws -> Page<EndUser> {
        let rows = try db.fetch(
            """
            SELECT \(Self.columns) FROM end_users WHERE business_id = \(db.business)\(ListCursor.condition(cursor, time: "last_seen_at"))
            ORDER BY last_seen_at DESC, id DESC LIMIT \(limit + 1)
            """
        ).map { row throws in try EndUser(row) }
        return Page(rows, limit: limit) { ListCursor(time: $0.lastSeenAt, id: $0.id.description).description }
    }

    package func setStatus(_ status: EndUser.Status, of id: EndUserID) throws -> EndUser {
        let row = try db.first(
            "UPDATE end_users SET status = \(status) WHERE business_id = \(db.business) AND id = \(id) RETURNING \(Self.columns)")
        guard let row else { throw Failure.notFound }
        return try EndUser(row)
    }
}

extension EndUser {
    fileprivate init(_ row: ResultRow) throws {
        self.init(
            id: try row["id"], channel: try row["channel"], externalID: try row["external_id"], name: try row["name"],
            phone: try row["phone"], email: try row["email"], status: try row["status"], firstSeenAt: try row["first_seen_at"],
            lastSeenAt: try row["last_seen_at"])
    }
}
