import HTTPTypes
import Hummingbird
import Kalamna

struct AdminBody: Encodable {
    let id: AdminID
    let email: String
    let name: String
    let role: String
    let isActive: Bool
    let lastLoginAt: Instant?
    let createdAt: Instant

    init(_ admin: Admin) {
        self.id = admin.id
        self.email = admin.email
        self.name = admin.name
        self.role = admin.role.rawValue
        self.isActive = admin.isActive
        self.lastLoginAt = admin.lastLoginAt
        self.createdAt = admin.createdAt
    }

    enum CodingKeys: String, CodingKey {
        case id, email, name, role
        case isActive = "is_active"
        case lastLoginAt = "last_login_at"
        case createdAt = "created_at"
    }

    static let schema = Schema.object(
        [
            "id": .id, "email": .string(), "name": .string(), "role": .oneOf(Role.self), "is_active": .boolean, "last_login_at": .time,
            "created_at": .time,
        ], optional: ["last_login_at"])
}

struct BusinessBody: Encodable {
    let id: BusinessID
    let name: String
    let email: String
    let description: String
    let industry: String
    let domainURL: String?
    let status: String
    let createdAt: Instant
    let updatedAt: Instant

    init(_ business: Business) {
        self.id = business.id
        self.name = business.name
        self.email = business.email
        self.description = business.description
        self.industry = business.industry
        self.domainURL = business.domainURL
        self.status = business.status.rawValue
        self.createdAt = business.createdAt
        self.updatedAt = business.updatedAt
    }

    enum CodingKeys: String, CodingKey {
        case id, name, email, description, industry, status
        case domainURL = "domain_url"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }

    static let schema = Schema.object(
        [
            "id": .id, "name": .string(), "email": .string(), "description": .string(), "industry": .string(), "domain_url": .string(),
            "status": .oneOf(["active", "suspended"]), "created_at": .time, "updated_at": .time,
        ], optional: ["domain_url"])
}

/// Registering, logging in and out, the business itself and its people.
enum AccountRoutes {
    struct RegisterBody: Decodable {
        let businessName: String
        let name: String
        let email: String
        let password: String
        var industry: String?
        var description: String?
        var domainURL: String?
        var locale: Kalamna.Locale?

        enum CodingKeys: String, CodingKey {
            case name, email, password, industry, description, locale
            case businessName = "business_name"
            case domainURL = "domain_url"
        }

        static let schema = Schema.object(
            [
                "business_name": .string(2...120), "name": .string(2...120), "email": .string(3...254), "password": .string(8...128),
                "industry": .string(0...80), "description": .string(0...2000), "domain_url": .string(0...300), "locale": .oneOf(["ar", "en"]),
            ], optional: ["industry", "description", "domain_url", "locale"])
    }

    struct LoginBody: Decodable {
        let email: String
        let password: String

        static let schema = Schema.object(["email": .string(), "password": .string()])
    }

    struct PasswordBody: Decodable {
        let currentPassword: String
        let newPassword: String

        enum CodingKeys: String, CodingKey {
            case currentPassword = "current_password"
            case newPassword = "new_password"
        }

        static let schema = Schema.object(["current_password": .string(), "new_password": .string(8...128)])
    }

    struct BusinessInput: Decodable {
        var name: String?
        var email: String?
        var description: String?
        var industry: String?
        var domainURL: String?

        enum CodingKeys: String, CodingKey {
            case name, email, description, industry
            case domainURL = "domain_url"
        }

        static let schema = Schema.changes([
            "name": .string(2...120), "email": .string(3...254), "description": .string(0...2000), "industry": .string(0...80),
            "domain_url": .string(0...300),
        ])
    }

    struct AdminInput: Decodable {
        var role: Role?
        var isActive: Bool?

        enum CodingKeys: String, CodingKey {
            case role
            case isActive = "is_active"
        }

        static let schema = Schema.changes(["role": .oneOf(Role.self), "is_active": .boolean])
    }

    private struct IdentityBody: Encodable {
        let admin: AdminBody
        let business: BusinessBody
    }

    private struct RegisteredBody: Encodable {
        let admin: AdminBody
        let business: BusinessBody
        let widgetKey: String

        enum CodingKeys: String, CodingKey {
            case admin, business
            case widgetKey = "widget_key"
        }
    }

    private static let identity = Schema.object(["admin": .named("Admin"), "business": .named("Business")])

    static func add(to routes: inout RouteTable) {
        routes.post(
            "/v1/businesses", "registerBusiness", "Register a business with its owner and first widget key", for: .anyone, body: RegisterBody.schema,
            status: .created, response: .object(["admin": .named("Admin"), "business": .named("Business"), "widget_key": .string()]),
            otherStatuses: [409], limits: [.each(.address, "register", 5, per: .minutes(15))]
        ) { call, _ in
            let body: RegisterBody = try call.decode()
            let registered = try await call.services.registration.register(
                RegistrationRequest(
                    businessName: body.businessName, industry: body.industry ?? "", description: body.description ?? "",
                    domainURL: body.domainURL, name: body.name, email: body.email, password: body.password, locale: body.locale ?? call.locale,
                    userAgent: call.header("User-Agent") ?? "", requestID: call.requestID))
            var response = try call.json(
                RegisteredBody(
                    admin: AdminBody(registered.admin), business: BusinessBody(registered.business), widgetKey: registered.widgetKey),
                status: .created)
            response.setCookie(SessionCookie.set(registered.token, secure: call.isSecure))
            return response
        }

        routes.post(
            "/v1/auth/login", "logIn", "Log in: sets the session cookie", for: .anyone, body: LoginBody.schema, response: identity,
            limits: [.each(.address, "login", 20, per: .minutes(15))]
        ) { call, _ in
            let body: LoginBody = try call.decode()
            try call.limiter.take(
                .each(.caller, "login-account", 5, per: .minutes(15)), for: Secrets.hash(EmailAddress.fold(body.email)),
                now: call.services.clock.now())
            let (token, admin, business) = try await call.services.authentication.logIn(
                email: body.email, password: body.password, userAgent: call.header("User-Agent") ?? "", requestID: call.requestID)
            var response = try call.json(IdentityBody(admin: AdminBody(admin), business: BusinessBody(business)))
            response.setCookie(SessionCookie.set(token, secure: call.isSecure))
            return response
        }

        routes.post("/v1/auth/logout", "logOut", "Log out: ends the session and its streams", for: .admin, status: .noContent) { call, identity in
            if let token = call.sessionCookie { try await call.services.authentication.logOut(token) }
            call.gatekeeper.revoked([identity.sessionHash])
            var response = Response(status: .noContent)
            response.setCookie(SessionCookie.clear(secure: call.isSecure))
            return response
        }

        routes.get("/v1/me", "getMe", "Who is logged in", for: .admin, response: identity) { call, identity in
            let business = try await call.services.database.read(of: identity.business) { try Businesses($0).current() }
            return try call.json(IdentityBody(admin: AdminBody(identity.admin), business: BusinessBody(business)))
        }

        routes.put(
            "/v1/me/password", "changePassword", "Change the password: every other login ends", for: .admin, body: PasswordBody.schema,
            status: .noContent, otherStatuses: [409], limits: [.each(.caller, "password", 5, per: .minutes(15))]
        ) { call, identity in
            let body: PasswordBody = try call.decode()
            try await call.services.authentication.changePassword(
                of: identity, current: body.currentPassword, new: body.newPassword, requestID: call.requestID)
            call.gatekeeper.forgetEveryone()
            return Response(status: .noContent)
        }

        routes.get("/v1/business", "getBusiness", "The business", for: .admin, response: .named("Business")) { call, identity in
            try call.json(BusinessBody(try await call.services.database.read(of: identity.business) { try Businesses($0).current() }))
        }

        routes.patch(
            "/v1/business", "updateBusiness", "Change the business", for: .owner, body: BusinessInput.schema, response: .named("Business")
        ) { call, identity in
            let body: BusinessInput = try call.decode()
            let now = call.services.clock.now()
            let business = try await call.services.database.write(of: identity.business) { db in
                try Businesses(db).update(
                    BusinessChanges(
                        name: body.name, email: body.email, description: body.description, industry: body.industry, domainURL: body.domainURL),
                    by: call.actor(identity), now: now)
            }
            return try call.json(BusinessBody(business))
        }

        routes.get("/v1/team", "listTeam", "The people of the business", for: .admin, response: .array(of: .named("Admin"))) { call, identity in
            try call.json(try await call.services.database.read(of: identity.business) { try Admins($0).list() }.map(AdminBody.init))
        }

        routes.patch(
            "/v1/team/{admin_id}", "updateTeamMember", "Change a colleague's role, or let them out and in", for: .owner, body: AdminInput.schema,
            response: .named("Admin"), otherStatuses: [409]
        ) { call, identity in
            let body: AdminInput = try call.decode()
            let id: AdminID = try call.id("admin_id")
            let now = call.services.clock.now()
            let admin = try await call.services.database.write(of: identity.business) { db in
                try Admins(db).update(id, role: body.role, isActive: body.isActive, by: call.actor(identity), now: now)
            }
            call.gatekeeper.forgetEveryone()
            return try call.json(AdminBody(admin))
        }
    }
}
