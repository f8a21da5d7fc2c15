/// What somebody gives to open an account for their business.
package struct RegistrationRequest: Sendable {
    package var businessName: String
    package var industry: String
    package var description: String
    package var domainURL: String?
    /// The owner's own.
    package var name: String
    package var email: String
    package var password: String
    package var locale: Locale
    package var userAgent: String
    /// For the audit log.
    package var requestID: String?

    package init(
        businessName: String, industry: String = "", description: String = "", domainURL: String? = nil, name: String, email: String,
        password: String, locale: Locale = .ar, userAgent: String = "", requestID: String? = nil
    ) {
        self.businessName = businessName
        self.industry = industry
        self.description = description
        self.domainURL = domainURL
        self.name = name
        self.email = email
        self.password = password
        self.locale = locale
        self.userAgent = userAgent
        self.requestID = requestID
    }
}

package struct Registered: Sendable {
    package let business: Business
    package let admin: Admin
    /// The secret of the first widget key; this is the only time that it can be shown.
    package let widgetKey: String
    /// The owner is logged in.
    package let token: String
}

/// Opens an account: a business with its settings, its owner and a key for its site, all or nothing.
package struct Registration: Sendable {
    private let database: Database
    private let hasher: PasswordHasher
    private let clock: WallClock

    package init(database: Database, hasher: PasswordHasher, clock: WallClock) {
        self.database = database
        self.hasher = hasher
        self.clock = clock
    }

    package func register(_ request: RegistrationRequest) async throws -> Registered {
        let (business, admin) = try Self.drafts(of: request, now: clock.now())
        let passwordHash = try await hasher.hash(request.password)
        let now = clock.now()
        let actor = AuditLog.Actor.admin(admin.id).during(request.requestID)
        return try await database.write(of: business.id) { db in
            try Businesses(db).insert(business)
            try Admins(db).insert(admin, passwordHash: passwordHash)
            try Settings(db).store(.defaults(businessName: business.name, locale: request.locale), now: now)
            let key = try APIKeys(db).create(
                .widget, name: "Website", allowedOrigins: Self.origins(of: business), by: actor, now: now)
            let token = try AdminSessions(db).create(for: admin.id, userAgent: request.userAgent, now: now)
            try AuditLog(db).record(actor, .businessRegistered, .business(business.id), now: now)
            return Registered(business: business, admin: admin, widgetKey: key.secret, token: token)
        }
    }

    private static func drafts(of request: RegistrationRequest, now: Instant) throws(Failure) -> (Business, Admin) {
        var validation = Validation()
        let email = validation.email("email", request.email)
        let business = Business(
            id: BusinessID(at: now), name: validation.line("business_name", request.businessName, atLeast: 2, atMost: 120),
            email: email?.text ?? "", description: validation.text("description", request.description, atMost: 2000),
            industry: validation.line("industry", request.industry, atLeast: 0, atMost: 80),
            domainURL: request.domainURL.flatMap { validation.siteURL("domain_url", $0) }, createdAt: now)
        let admin = Admin(
            id: AdminID(at: now), email: email?.text ?? "", name: validation.line("name", request.name, atLeast: 2, atMost: 120),
            role: .owner, lastLoginAt: now, createdAt: now)
        validation.password("password", request.password, email: request.email)
        try validation.check()
        return (business, admin)
    }

    /// The widget works at once on the site that was named; anywhere else the owner has to say so.
    private static func origins(of business: Business) -> [String] {
        guard let url = business.domainURL?.lowercased(), let scheme = url.firstRange(of: "://") else { return [] }
        let host = url[scheme.upperBound...].prefix { !"/?#".contains($0) }
        return Origin.split(url[..<scheme.upperBound] + String(host)).flatMap { Origin($0.text) }.map { [$0.text] } ?? []
    }
}
