import Kalamna
import Store
import TestSupport
import Testing

@Suite struct RegistrationTests {
    private func registration(_ kalamna: TestKalamna) -> Registration {
        Registration(database: kalamna.database, hasher: kalamna.hasher, clock: kalamna.clock.wall)
    }

    private let request = RegistrationRequest(
        businessName: "محل نور", industry: "ملابس", domainURL: "Nour.example/shop", name: "نور", email: "Nour@Mail.example",
        password: "a long password", userAgent: "Firefox")

    private func counts(_ kalamna: TestKalamna) async throws -> [Int] {
        try await kalamna.database.readAcrossBusinesses { transaction in
            try ["businesses", "business_settings", "admins", "admin_sessions", "api_keys", "audit_log"].map { table in
                try transaction.first("SELECT COUNT(*) AS rows FROM \(.verbatim(table))").map { row throws in try row["rows"] as Int } ?? -1
            }
        }
    }

    @Test(arguments: Engine.all) func everythingIsThere(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let now = kalamna.clock.now
        let registered = try await registration(kalamna).register(request)
        #expect(registered.business.name == "محل نور")
        #expect(registered.business.domainURL == "https://Nour.example/shop")
        #expect(registered.admin.role == .owner)
        let authentication = Authentication(database: kalamna.database, hasher: kalamna.hasher, clock: kalamna.clock.wall)
        #expect(try await authentication.identity(of: registered.token)?.admin.id == registered.admin.id)
        let login = try await authentication.logIn(email: "nour@mail.example", password: request.password, userAgent: "")
        #expect(login.business.id == registered.business.id)
        try await kalamna.database.read(of: registered.business.id) { db throws in
            #expect(try Businesses(db).current() == registered.business)
            let settings = try Settings(db).current()
            #expect(settings == .defaults(businessName: "محل نور", locale: .ar))
            #expect(settings.botName == "كلمنا" && settings.greeting.contains("محل نور") && settings.isOpen(at: now))
            #expect(try AuditLog(db).entries(limit: 10).items.contains { $0.action == .businessRegistered })
        }
        let key = try await kalamna.database.readAcrossBusinesses { transaction in
            try APIKeys.identify(registered.widgetKey, in: transaction, now: now)
        }
        #expect(key?.business == registered.business.id)
        #expect(key?.key.name == "Website" && key?.key.kind == .widget)
        #expect(key?.key.allowedOrigins == ["https://nour.example"])
    }

    @Test(arguments: Engine.all) func takenAddressLeavesNothing(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let before = try await counts(kalamna)
        var taken = request
        taken.email = " \(kalamna.globex.owner.email.uppercased())"
        let failure = await #expect(throws: Failure.self) { _ = try await registration(kalamna).register(taken) }
        #expect(failure?.kind == .conflict && failure?.code == "email_taken")
        #expect(try await counts(kalamna) == before)
    }

    @Test(arguments: Engine.all) func sameAddressAtOnceRegistersOne(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let before = try await counts(kalamna)
        let registration = registration(kalamna)
        let made = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<6 { group.addTask { (try? await registration.register(request)) != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(made == 1)
        let after = try await counts(kalamna)
        #expect(zip(after, before).map { $0 - $1 }.prefix(5) == [1, 1, 1, 1, 1])
    }

    @Test(arguments: Engine.all) func namesEveryWrongFieldAtOnce(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let wrong = RegistrationRequest(
            businessName: " ", description: "a\u{0}b", domainURL: "javascript:alert(1)", name: "x", email: "nobody", password: "12345678")
        let failure = await #expect(throws: Failure.self) { _ = try await registration(kalamna).register(wrong) }
        #expect(failure?.fields.map(\.field).sorted() == ["business_name", "description", "domain_url", "email", "name", "password"])
    }
}
