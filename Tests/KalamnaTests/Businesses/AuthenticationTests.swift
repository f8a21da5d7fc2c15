import Kalamna
import Store
import TestSupport
import Testing

@Suite struct AuthenticationTests {
    private func authentication(_ kalamna: TestKalamna) -> Authentication {
        Authentication(database: kalamna.database, hasher: kalamna.hasher, clock: kalamna.clock.wall)
    }

    @Test(arguments: Engine.all) func logsInByEmailWhateverItsCase(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let login = try await authentication(kalamna).logIn(
            email: "  \(kalamna.acme.owner.email.uppercased()) ", password: kalamna.acme.password, userAgent: "Firefox\u{0}\n")
        #expect(login.admin.id == kalamna.acme.owner.id)
        #expect(login.business.id == kalamna.acme.business.id)
        #expect(login.admin.lastLoginAt == kalamna.clock.now)
        let identity = try await authentication(kalamna).identity(of: login.token)
        #expect(identity?.business == kalamna.acme.business.id)
        #expect(identity?.admin.id == kalamna.acme.owner.id)
        #expect(identity?.sessionHash == Secrets.hash(login.token))
        #expect(identity?.admin.role == .owner)
    }

    @Test(arguments: Engine.all) func unknownAddressAndWrongPasswordAreTheSame(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let tries = [
            (kalamna.acme.owner.email, "not the password"), ("nobody@nowhere.example", kalamna.acme.password),
            ("no address", kalamna.acme.password), (kalamna.acme.owner.email, kalamna.globex.password + "!"),
            (kalamna.acme.owner.email, String(repeating: "a", count: 100_000)), (kalamna.acme.owner.email, ""),
        ]
        var failures: [Failure] = []
        for (email, password) in tries {
            let failure = await #expect(throws: Failure.self) {
                _ = try await authentication(kalamna).logIn(email: email, password: password, userAgent: "")
            }
            failures.append(try #require(failure))
        }
        #expect(failures.allSatisfy { $0.kind == .unauthenticated && $0.code == "wrong_credentials" && $0.message == failures[0].message })
        let logged = try await kalamna.database.readAcrossBusinesses { transaction in
            try transaction.fetch("SELECT business_id FROM audit_log WHERE action = 'login.failed'").map { row throws in
                try row["business_id"] as BusinessID
            }
        }
        #expect(logged == Array(repeating: kalamna.acme.business.id, count: 4))
    }

    @Test(arguments: Engine.all) func sessionsEnd(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let authentication = authentication(kalamna)
        func logIn() async throws -> String {
            try await authentication.logIn(email: kalamna.acme.owner.email, password: kalamna.acme.password, userAgent: "").token
        }

        let idle = try await logIn()
        kalamna.clock.advance(by: .hours(2) - .seconds(1))
        #expect(try await authentication.identity(of: idle) != nil)
        kalamna.clock.advance(by: .hours(2) - .seconds(1))
        #expect(try await authentication.identity(of: idle) != nil, "the last visit began the two hours again")
        kalamna.clock.advance(by: .hours(2))
        #expect(try await authentication.identity(of: idle) == nil)

        let busy = try await logIn()
        for _ in 0..<11 {
            kalamna.clock.advance(by: .hours(1))
            #expect(try await authentication.identity(of: busy) != nil)
        }
        kalamna.clock.advance(by: .hours(1))
        #expect(try await authentication.identity(of: busy) == nil)

        let left = try await logIn()
        try await authentication.logOut(left)
        #expect(try await authentication.identity(of: left) == nil)
        try await authentication.logOut(left)
        #expect(try await authentication.identity(of: "kas_nonsense") == nil)
        #expect(try await authentication.identity(of: Secrets.key(prefix: "kas_")) == nil)
    }

    @Test(arguments: Engine.all) func visitsAreNotedByTheMinute(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let authentication = authentication(kalamna)
        let start = kalamna.clock.now
        let token = try await authentication.logIn(
            email: kalamna.acme.owner.email, password: kalamna.acme.password, userAgent: ""
        ).token
        for (step, expected) in [(59, 0), (1, 60), (30, 60)] {
            kalamna.clock.advance(by: .seconds(step))
            _ = try await authentication.identity(of: token)
            let now = kalamna.clock.now
            let session = try await kalamna.database.readAcrossBusinesses { transaction in
                try AdminSessions.find(token, in: transaction, now: now)
            }
            #expect(session?.lastSeenAt == start + .seconds(expected))
        }
    }

    @Test(arguments: Engine.all) func newPasswordLogsOutEverywhereElse(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let authentication = authentication(kalamna)
        let (email, old, new) = (kalamna.acme.owner.email, kalamna.acme.password, "قهوة بالحليب ٢٠٢٦")
        let here = try await authentication.logIn(email: email, password: old, userAgent: "here").token
        let there = try await authentication.logIn(email: email, password: old, userAgent: "there").token
        let other = try await authentication.logIn(
            email: kalamna.globex.owner.email, password: kalamna.globex.password, userAgent: ""
        ).token
        let identity = try #require(try await authentication.identity(of: here))

        for (current, wanted) in [("wrong", new), (old, "short"), (old, "Password123"), (old, email.uppercased())] {
            let failure = await #expect(throws: Failure.self) {
                try await authentication.changePassword(of: identity, current: current, new: wanted)
            }
            #expect(failure?.kind == .invalid)
        }
        #expect(try await authentication.identity(of: there) != nil)

        try await authentication.changePassword(of: identity, current: old, new: new)
        #expect(try await authentication.identity(of: here) != nil)
        #expect(try await authentication.identity(of: there) == nil)
        #expect(try await authentication.identity(of: other) != nil)
        await #expect(throws: Failure.self) { _ = try await authentication.logIn(email: email, password: old, userAgent: "") }
        _ = try await authentication.logIn(email: email, password: new, userAgent: "")
    }

    @Test(arguments: Engine.all) func inactiveAndSuspendedStayOut(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let authentication = authentication(kalamna)
        let (acme, password) = (kalamna.acme, kalamna.acme.password)
        let token = try await authentication.logIn(email: acme.owner.email, password: password, userAgent: "").token

        try await kalamna.database.write(of: acme.business.id) { db in
            try db.execute("UPDATE businesses SET status = \(Business.Status.suspended) WHERE id = \(db.business)")
        }
        #expect(try await authentication.identity(of: token) == nil)
        let suspended = await #expect(throws: Failure.self) {
            _ = try await authentication.logIn(email: acme.owner.email, password: password, userAgent: "")
        }
        #expect(suspended?.code == "business_suspended")
        // Only who knows the password is told.
        let stranger = await #expect(throws: Failure.self) {
            _ = try await authentication.logIn(email: acme.owner.email, password: "not the password", userAgent: "")
        }
        #expect(stranger?.code == "wrong_credentials")

        try await kalamna.database.write(of: acme.business.id) { db in
            try db.execute("UPDATE businesses SET status = \(Business.Status.active) WHERE id = \(db.business)")
            try db.execute("UPDATE admins SET is_active = \(false) WHERE business_id = \(db.business)")
        }
        #expect(try await authentication.identity(of: token) == nil)
        let inactive = await #expect(throws: Failure.self) {
            _ = try await authentication.logIn(email: acme.owner.email, password: password, userAgent: "")
        }
        #expect(inactive?.code == "account_inactive")
    }

    @Test(arguments: [
        ("1234567", false), ("12345678", false), ("١٢٣٤٥٦٧٨", false), ("PassWord1", false), ("ahmed123", false), ("owner@acme.example", false),
        ("OWNER@acme.example", false), ("correct horse", true), ("قهوة سادة", true), (String(repeating: "ab", count: 64), true),
        (String(repeating: "a", count: 129), false), (String(repeating: "👩‍👩‍👧‍👦", count: 20), false),
    ])
    func passwordRules(password: String, isFine: Bool) {
        let problem = Password.problem(of: password, email: "owner@acme.example")
        #expect((problem == nil) == isFine, "\(problem?.en ?? "fine")")
    }

    @Test(arguments: [
        ("a@b.eg", true), (" Mona.Ali+shop@mail.Example ", true), ("منى@موقع.مصر", true), ("a@b", false), ("a b@c.eg", false), ("a@@b.eg", false),
        ("@b.eg", false), ("a@", false), ("a@b..eg", false), ("a.@b.eg", false), ("a@-b.eg", false), ("a@b.12", false), ("a\u{200B}@b.eg", false),
        ("a\u{202E}@b.eg", false), ("a@b.eg\u{0}", false), ("<a@b.eg>", false), ("", false), (String(repeating: "a", count: 65) + "@b.eg", false),
    ])
    func emailAddresses(text: String, isFine: Bool) {
        #expect((EmailAddress(text) != nil) == isFine)
    }

    @Test func emailsFold() {
        #expect(EmailAddress.fold(" Re\u{301}my@Mail.EXAMPLE\n") == EmailAddress.fold("rémy@mail.example"))
        #expect(EmailAddress("Mona@Mail.Example")?.text == "Mona@Mail.Example")
    }
}
