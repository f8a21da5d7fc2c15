import Store

package typealias BusinessID = ID<Business>

/// A tenant: one firm that uses Kalamna. Everything else belongs to exactly one.
package struct Business: Sendable, Hashable {
    package enum Status: String, StoredName {
        case active, suspended
    }

    package let id: BusinessID
    package var name: String
    package var email: String
    package var description: String
    package var industry: String
    package var domainURL: String?
    package var status: Status
    /// Grows with each change of the knowledge, so that an index knows when it is stale.
    package var knowledgeVersion: Int64
    package var createdAt: Instant
    package var updatedAt: Instant

    package init(
        id: BusinessID, name: String, email: String, description: String = "", industry: String = "", domainURL: String? = nil,
        status: Status = .active, knowledgeVersion: Int64 = 0, createdAt: Instant
    ) {
        self.id = id
        self.name = name
        self.email = email
        self.description = description
        self.industry = industry
        self.domainURL = domainURL
        self.status = status
        self.knowledgeVersion = knowledgeVersion
        self.createdAt = createdAt
        self.updatedAt = createdAt
    }

    init(row: ResultRow) throws {
        self.id = try row["id"]
        self.name = try row["name"]
        self.email = try row["email"]
        self.description = try row["description"]
        self.industry = try row["industry"]
        self.domainURL = try row["domain_url"]
        self.status = try row["status"]
        self.knowledgeVersion = try row["knowledge_version"]
        self.createdAt = try row["created_at"]
        self.updatedAt = try row["updated_at"]
    }
}

/// What an owner changes of the business itself; what is nil stays.
package struct BusinessChanges: Sendable {
    package var name: String?
    package var email: String?
    package var description: String?
    package var industry: String?
    /// An empty text removes it.
    package var domainURL: String?

    package init(
        name: String? = nil, email: String? = nil, description: String? = nil, industry: String? = nil, domainURL: String? = nil
    ) {
        self.name = name
        self.email = email
        self.description = description
        self.industry = industry
        self.domainURL = domainURL
    }

    /// The business with these changes; refuses all wrong fields at once.
    package func apply(to business: Business) throws(Failure) -> Business {
        var changed = business
        var validation = Validation()
        if let name { changed.name = validation.line("name", name, atLeast: 2, atMost: 120) }
        if let email, let address = validation.email("email", email) { changed.email = address.text }
        if let description { changed.description = validation.text("description", description, atMost: 2000) }
        if let industry { changed.industry = validation.line("industry", industry, atLeast: 0, atMost: 80) }
        if let domainURL { changed.domainURL = validation.siteURL("domain_url", domainURL) }
        try validation.check()
        return changed
    }
}

package struct Businesses {
    private let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    package func current() throws -> Business { try read(locking: "") }

    @discardableResult
    package func update(_ changes: BusinessChanges, by actor: AuditLog.Actor = .system, now: Instant) throws -> Business {
        var business = try changes.apply(to: read(locking: forUpdate))
        business.updatedAt = now
        try db.execute(
            """
            UPDATE businesses SET name = \(business.name), email = \(business.email), description = \(business.description),
              industry = \(business.industry), domain_url = \(business.domainURL), updated_at = \(now)
            WHERE id = \(db.business)
            """)
        try AuditLog(db).record(actor, .businessUpdated, .business(db.business), now: now)
        return business
    }

    /// The transaction must be of the business that is inserted.
    package func insert(_ business: Business) throws {
        try db.execute(
            """
            INSERT INTO businesses
              (id, name, email, description, industry, domain_url, status, knowledge_version, created_at, updated_at)
            VALUES
              (\(business.id), \(business.name), \(business.email), \(business.description), \(business.industry), \(business.domainURL),
               \(business.status), \(business.knowledgeVersion), \(business.createdAt), \(business.updatedAt))
            """)
    }

    /// Lets one change of the business's people or keys run at a time: "the last owner" and "at most 50 keys" are
    /// only true when nobody else is counting.
    func lock() throws { _ = try db.first("SELECT id FROM businesses WHERE id = \(db.business)\(forUpdate)") }

    private func read(locking: Query) throws -> Business {
        let row = try db.first(
            """
            SELECT id, name, email, description, industry, domain_url, status, knowledge_version, created_at, updated_at
            FROM businesses WHERE id = \(db.business)\(locking)
            """)
        guard let row else { throw Failure.notFound }
        return try Business(row: row)
    }
}
