import Foundation
import Kalamna
import Store
import TestSupport
import Testing

/// API keys over HTTP: what each kind may do, replacing one without a break, and that a secret is shown once.
@Suite struct KeysTests {
    @Test(arguments: Engine.all) func eachKindHasItsRoutes(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let owner = server.kalamna.acme.ownerToken
        let widget = try await server.makeKey("widget", by: owner)
        let key = try await server.makeKey("server", by: owner)
        #expect(widget.secret.hasPrefix("kwk_live_"))
        #expect(key.secret.hasPrefix("ksk_live_"))
        let nothing = [String: Any]()
        #expect(try await server.call("POST", "/v1/widget/sessions", auth: widget.secret, json: nothing).status == 201)
        #expect(try await server.call("POST", "/v1/sessions", auth: key.secret, json: nothing).status == 201)
        expectProblem(try await server.call("POST", "/v1/widget/sessions", auth: key.secret, json: nothing), 401, "unauthenticated")
        expectProblem(try await server.call("POST", "/v1/sessions", auth: widget.secret, json: nothing), 401, "unauthenticated")
        for path in ["/v1/sessions", "/v1/knowledge", "/v1/end-users", "/v1/feedback", "/v1/content-gaps"] {
            expectProblem(try await server.call("GET", path, auth: widget.secret), 401, "unauthenticated", path)
            #expect(try await server.call("GET", path, auth: key.secret).status == 200, "\(path)")
        }
        // A server's key is no admin: it neither reads nor makes keys, settings or people.
        for path in ["/v1/keys", "/v1/settings", "/v1/team", "/v1/business", "/v1/me", "/v1/audit-log", "/v1/invitations"] {
            expectProblem(try await server.call("GET", path, auth: key.secret), 401, "unauthenticated", path)
        }
        let list = try await server.call("GET", "/v1/keys", auth: owner).array
        let used = list.first { $0["id"] as? String == key.id }
        #expect(used?["last_used_at"] as? String == server.kalamna.clock.now.description)
        #expect(used?["hint"] as? String == key.secret.prefix(13) + "…" + key.secret.suffix(4))
    }

    @Test(arguments: Engine.all) func rotatingWithAnOverlap(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let owner = server.kalamna.acme.ownerToken
        for kind in ["widget", "server"] {
            let path = kind == "widget" ? "/v1/widget/sessions" : "/v1/sessions"
            func works(_ secret: String) async throws -> Int {
                try await server.call("POST", path, auth: secret, json: [String: Any]()).status
            }
            let origins = kind == "widget" ? ["https://shop.example"] : []
            let old = try await server.makeKey(kind, name: "The shop", origins: origins, by: owner)
            let rotated = try await server.call("POST", "/v1/keys/\(old.id)/rotate", auth: owner, json: ["overlap_seconds": 3600])
            #expect(rotated.status == 201, "\(rotated.text)")
            let new = try rotated.string("secret")
            #expect(rotated["name"] as? String == "The shop")
            #expect(rotated["allowed_origins"] as? [String] == origins)
            #expect(try rotated.string("id") != old.id)
            #expect(try await [works(old.secret), works(new)] == [201, 201])
            expectProblem(
                try await server.call("POST", "/v1/keys/\(old.id)/rotate", auth: owner, json: [String: Any]()), 409, "key_already_replaced")

            server.kalamna.clock.advance(by: .minutes(59))
            #expect(try await [works(old.secret), works(new)] == [201, 201])
            // A caller is remembered for 5 s.
            server.kalamna.clock.advance(by: .minutes(1) + .seconds(6))
            #expect(try await [works(old.secret), works(new)] == [401, 201])
            expectProblem(
                try await server.call("PATCH", "/v1/keys/\(old.id)", auth: owner, json: ["name": "Old"]), 409, "key_ended")
        }
    }

    /// A key that was replaced hands its conversations on; a key that is revoked takes them with it.
    @Test(arguments: Engine.all) func conversationsGoOnUnderTheReplacement(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let owner = server.kalamna.acme.ownerToken
        func start(_ secret: String) async throws -> TestCustomer {
            try TestCustomer(await server.call("POST", "/v1/widget/sessions", auth: secret, json: [String: Any]()), on: server)
        }
        func rotate(_ id: String, overlap: Int) async throws -> (id: String, secret: String) {
            let answer = try await server.call("POST", "/v1/keys/\(id)/rotate", auth: owner, json: ["overlap_seconds": overlap])
            return (try answer.string("id"), try answer.string("secret"))
        }
        let first = try await server.makeKey("widget", origins: ["https://shop.example"], by: owner)
        let customer = try await start(first.secret)
        let second = try await rotate(first.id, overlap: 60)
        server.kalamna.clock.advance(by: .seconds(66))
        #expect(try await customer.send("لسه معاكم").status == 201, "the overlap is over, the conversation is not")
        expectProblem(try await server.call("POST", "/v1/widget/sessions", auth: first.secret, json: [String: Any]()), 401, "unauthenticated")
        let third = try await rotate(second.id, overlap: 0)
        #expect(try await customer.send("ولسه").status == 201, "through both")
        // The sites are those of the key that stands for it now.
        func send(from origin: String) async throws -> Int {
            try await server.call("GET", "/v1/widget/session", auth: customer.token, headers: ["Origin": origin]).status
        }
        _ = try await server.call("PATCH", "/v1/keys/\(third.id)", auth: owner, json: ["allowed_origins": ["https://new.example"]])
        #expect(try await [send(from: "https://shop.example"), send(from: "https://new.example")] == [403, 200])
        // Tidying up what has ended anyway takes nothing away.
        #expect(try await server.call("DELETE", "/v1/keys/\(first.id)", auth: owner).status == 200)
        #expect(try await customer.send("كمان").status == 201)

        let stream = try await customer.stream()
        _ = try await stream.wait { $0.contains { $0.id == 1 } }
        #expect(try await server.call("PATCH", "/v1/keys/\(third.id)", auth: owner, json: ["is_active": false]).status == 200)
        #expect(try await stream.ends(within: .seconds(5)), "without waiting for a heartbeat")
        expectProblem(try await customer.send("خلاص"), 401, "unauthenticated")
        #expect(try await server.call("PATCH", "/v1/keys/\(third.id)", auth: owner, json: ["is_active": true]).status == 200)
        #expect(try await customer.send("رجعنا").status == 201)
        #expect(try await server.call("DELETE", "/v1/keys/\(third.id)", auth: owner).status == 200)
        expectProblem(try await customer.send("خلاص"), 401, "unauthenticated")

        // A key that leaked is revoked during its overlap: its conversations end, also after the overlap.
        let leaked = try await server.makeKey("widget", by: owner)
        let stranger = try await start(leaked.secret)
        _ = try await rotate(leaked.id, overlap: 60)
        #expect(try await server.call("DELETE", "/v1/keys/\(leaked.id)", auth: owner).status == 200)
        expectProblem(try await stranger.send("هاي"), 401, "unauthenticated")
        server.kalamna.clock.advance(by: .seconds(66))
        expectProblem(try await stranger.send("هاي"), 401, "unauthenticated")
    }

    @Test(arguments: Engine.all) func rotatingAtOnce(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = server.kalamna.acme
        let customer = try await server.customer(of: acme)
        let key = try await server.makeKey("server", by: acme.ownerToken)
        let stream = try await server.stream("/v1/sessions/\(customer.session)/events", auth: key.secret)
        _ = try await stream.wait { $0.contains { $0.id == 1 } }
        let rotated = try await server.call("POST", "/v1/keys/\(key.id)/rotate", auth: acme.ownerToken)
        #expect(rotated.status == 201, "without a body: no overlap")
        expectProblem(try await server.call("GET", "/v1/sessions", auth: key.secret), 401, "unauthenticated")
        #expect(try await stream.ends(within: .seconds(5)))
        #expect(try await server.call("GET", "/v1/sessions", auth: try rotated.string("secret")).status == 200)
    }

    @Test(arguments: Engine.all) func switchingOffRevokingAndTheMost(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let owner = server.kalamna.acme.ownerToken
        let key = try await server.makeKey("server", by: owner)
        func works() async throws -> Int { try await server.call("GET", "/v1/sessions", auth: key.secret).status }
        func update(_ changes: [String: Any]) async throws -> TestAnswer {
            try await server.call("PATCH", "/v1/keys/\(key.id)", auth: owner, json: changes)
        }
        #expect(try await works() == 200)
        #expect(try await update(["is_active": false])["is_active"] as? Bool == false)
        #expect(try await works() == 401, "at once, not when it is forgotten")
        #expect(try await update(["is_active": true]).status == 200)
        #expect(try await works() == 200)
        for _ in 0..<2 {
            let revoked = try await server.call("DELETE", "/v1/keys/\(key.id)", auth: owner)
            #expect(revoked.status == 200)
            #expect(revoked["revoked_at"] as? String == server.kalamna.clock.now.description)
        }
        #expect(try await works() == 401)
        expectProblem(try await update(["is_active": true]), 409, "key_ended")
        #expect(try await works() == 401)

        for _ in 0..<49 { _ = try await server.makeKey("server", by: owner) }
        let tooMany = try await server.call("POST", "/v1/keys", auth: owner, json: ["kind": "server", "name": "One more"])
        expectProblem(tooMany, 409, "too_many_keys")
    }

    @Test(arguments: Engine.all) func secretsAreShownOnce(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        let spare = try #require(acme.ids["key_id"])
        let rotated = try await server.call("POST", "/v1/keys/\(spare)/rotate", auth: acme.owner, json: ["overlap_seconds": 60])
        let invited = try await server.call("POST", "/v1/invitations", auth: acme.owner, json: ["email": "third@acme.example"])
        let started = try await server.call("POST", "/v1/sessions", auth: acme.serverKey, json: ["external_id": "crm"])
        let secrets = [
            acme.owner, acme.staff, acme.widgetKey, acme.serverKey, acme.customer.token, try rotated.string("secret"),
            try invited.string("token"), try started.string("token"),
        ]
        #expect(Set(secrets).count == secrets.count)
        let texts = try await acme.everything(on: server)
        let update = try await server.call("PATCH", "/v1/keys/\(try rotated.string("id"))", auth: acme.owner, json: ["name": "New"])
        let revoke = try await server.call("DELETE", "/v1/keys/\(spare)", auth: acme.owner)
        for text in texts.values + [update.text, revoke.text] {
            for secret in secrets {
                let isTold = text.contains(secret) || text.contains(secret.dropFirst(9)) || text.contains(Secrets.hash(secret))
                #expect(!isTold, "\(secret.prefix(9)) in \(text.prefix(200))")
            }
            #expect(!text.contains("\"secret\"") && !text.contains("password") && !text.contains("_hash"), "\(text.prefix(200))")
        }
        // Nor are they stored in a form that opens anything.
        let stored = try await server.kalamna.database.readAcrossBusinesses { transaction in
            try ["api_keys", "admin_sessions", "chat_sessions", "invitations", "audit_log", "admins"].flatMap { table in
                try transaction.fetch(.verbatim("SELECT * FROM \(table)")).map { "\($0)" }
            }.joined()
        }
        #expect(stored.contains(Secrets.hash(acme.serverKey)))
        for secret in secrets + [server.kalamna.acme.password] { #expect(!stored.contains(secret), "\(secret.prefix(4))") }
    }
}
