import Foundation
import Kalamna
import KalamnaWeb
import Store
import TestSupport
import Testing

/// `Idempotency-Key`: a client that does not know whether its request arrived sends it again.
@Suite struct IdempotencyTests {
    private static func item(_ text: String) -> [String: Any] { ["title": "الشحن", "content": ["kind": "text", "text": text]] }

    private static func create(_ text: String, key: String?, by auth: String, on server: TestServer) async throws -> TestAnswer {
        try await server.call(
            "POST", "/v1/knowledge", auth: auth, json: item(text), headers: key.map { ["Idempotency-Key": $0] } ?? [:])
    }

    private static func count(of auth: String, on server: TestServer) async throws -> Int {
        try await server.call("GET", "/v1/knowledge?limit=100", auth: auth).list().count
    }

    @Test(arguments: Engine.all) func aRepeatIsAnsweredAsTheFirst(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let owner = server.kalamna.acme.ownerToken
        let first = try await Self.create("40 جنيه", key: "order 1", by: owner, on: server)
        #expect(first.status == 201)
        #expect(first.headers["idempotency-replayed"] == nil)
        // Also by another caller of the business: a server that restarted, a colleague who presses again.
        let key = try await server.makeKey("server", by: owner).secret
        for auth in [owner, key] {
            server.kalamna.clock.advance(by: .minutes(10))
            let again = try await Self.create("40 جنيه", key: "order 1", by: auth, on: server)
            #expect(again.status == 201)
            #expect(again.data == first.data, "byte for byte")
            #expect(again.headers["idempotency-replayed"] == "true")
            #expect(again.headers["content-type"] == first.headers["content-type"])
        }
        #expect(try await Self.count(of: owner, on: server) == 1)

        expectProblem(try await Self.create("50 جنيه", key: "order 1", by: owner, on: server), 409, "idempotency_key_reused")
        let query = try await server.call(
            "POST", "/v1/knowledge?x=1", auth: owner, json: Self.item("40 جنيه"), headers: ["Idempotency-Key": "order 1"])
        expectProblem(query, 409, "idempotency_key_reused", "another address is another request")
        #expect(try await Self.count(of: owner, on: server) == 1)
        let other = try await Self.create("40 جنيه", key: "order 2", by: owner, on: server)
        #expect(try other.string("id") != first.string("id"))
        _ = try await Self.create("40 جنيه", key: nil, by: owner, on: server)
        #expect(try await Self.count(of: owner, on: server) == 3)
    }

    @Test(arguments: Engine.all) func atOnce(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let owner = server.kalamna.acme.ownerToken
        let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
            for _ in 0..<16 { group.addTask { try await Self.create("40 جنيه", key: "rush", by: owner, on: server) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for answer in answers where answer.status != 201 {
            expectProblem(answer, 409, "idempotency_in_progress")
            #expect(answer.headers["retry-after"] == "1")
        }
        let ids = Set(answers.filter { $0.status == 201 }.compactMap { $0["id"] as? String })
        #expect(ids.count == 1)
        #expect(answers.count { $0.status == 201 && $0.headers["idempotency-replayed"] == nil } == 1)
        #expect(try await Self.count(of: owner, on: server) == 1)
        #expect(try await Self.create("40 جنيه", key: "rush", by: owner, on: server)["id"] as? String == ids.first)
    }

    @Test(arguments: Engine.all) func aRequestThatIsStillRunning(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let owner = server.kalamna.acme.ownerToken
        let first = try await Self.create("40 جنيه", key: "slow", by: owner, on: server)
        // As a process leaves it that is at work, or has died at it.
        try await server.kalamna.database.writeAcrossBusinesses {
            try $0.execute("UPDATE idempotency_keys SET status = NULL, response = NULL")
        }
        let again = try await Self.create("40 جنيه", key: "slow", by: owner, on: server)
        expectProblem(again, 409, "idempotency_in_progress")
        #expect(again.headers["retry-after"] == "1")
        expectProblem(try await Self.create("50 جنيه", key: "slow", by: owner, on: server), 409, "idempotency_key_reused")
        server.kalamna.clock.advance(by: .minutes(2))
        expectProblem(try await Self.create("40 جنيه", key: "slow", by: owner, on: server), 409, "idempotency_in_progress")
        server.kalamna.clock.advance(by: .seconds(1))
        // Nobody works that long: the next repeat does it, and its answer is kept.
        let done = try await Self.create("40 جنيه", key: "slow", by: owner, on: server)
        #expect(done.status == 201)
        #expect(try done.string("id") != first.string("id"))
        #expect(try await Self.create("40 جنيه", key: "slow", by: owner, on: server).data == done.data)
    }

    @Test(arguments: Engine.all) func secretsAreNotKept(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let key = try await server.makeKey("server", by: server.kalamna.acme.ownerToken).secret
        func start(_ body: [String: Any], key idempotency: String) async throws -> TestAnswer {
            try await server.call("POST", "/v1/sessions", auth: key, json: body, headers: ["Idempotency-Key": idempotency])
        }
        let first = try await start(["external_id": "crm-1"], key: "s-1")
        #expect(first.status == 201)
        let token = try first.string("token")
        let again = try await start(["external_id": "crm-1"], key: "s-1")
        expectProblem(again, 409, "already_done")
        expectProblem(try await start(["external_id": "crm-2"], key: "s-1"), 409, "idempotency_key_reused")
        #expect(try await server.call("GET", "/v1/sessions", auth: key).list().count == 1)
        let kept = try await server.kalamna.database.readAcrossBusinesses { transaction in
            try transaction.fetch("SELECT * FROM idempotency_keys").map { "\($0)" }.joined()
        }
        #expect(kept.contains("startSession") || kept.contains("createSession"))
        #expect(!kept.contains(token) && !kept.contains("kst_"))
        // The same key on another route is another one.
        #expect(try await Self.create("نص", key: "s-1", by: key, on: server).status == 201)
    }

    /// Keys and invitations: the second time nothing is made and nothing is told, and no secret lies in the table.
    @Test(arguments: Engine.all) func keysAndInvitationsAreMadeOnce(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let owner = server.kalamna.acme.ownerToken
        let made: [(path: String, body: [String: Any], secret: String)] = [
            ("/v1/keys", ["kind": "server", "name": "CRM"], "secret"), ("/v1/invitations", ["email": "sara@acme.example"], "token"),
        ]
        for (path, body, secret) in made {
            func make(_ body: [String: Any]) async throws -> TestAnswer {
                try await server.call("POST", path, auth: owner, json: body, headers: ["Idempotency-Key": "once"])
            }
            let before = try await server.call("GET", path, auth: owner).array.count
            let first = try await make(body)
            #expect(first.status == 201, "\(first.text)")
            expectProblem(try await make(body), 409, "already_done", path)
            expectProblem(try await make(body.merging(["name": "Other", "email": "other@acme.example"]) { $1 }), 409, "idempotency_key_reused", path)
            #expect(try await server.call("GET", path, auth: owner).array.count == before + 1)
            let kept = try await server.kalamna.database.readAcrossBusinesses { transaction in
                try transaction.fetch("SELECT * FROM idempotency_keys").map { "\($0)" }.joined()
            }
            #expect(kept.contains("once"))
            #expect(try !kept.contains(first.string(secret)))
        }
        // The invitation of the first request still opens.
        let invited = try await server.call("GET", "/v1/invitations", auth: owner).array
        #expect(invited.count == 1)
        #expect(invited.first?["revoked_at"] == nil)
    }

    @Test(arguments: Engine.all) func importsAndRestoredVersions(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        let item = "/v1/knowledge/\(try #require(acme.ids["item_id"]))"
        let calls: [(path: String, body: [String: Any])] = [
            ("/v1/knowledge/import", ["file": "question,answer\nالضمان قد إيه؟,سنتين\n"]), (item + "/versions/1/restore", [:]),
        ]
        for (path, body) in calls {
            func call() async throws -> TestAnswer {
                try await server.call("POST", path, auth: acme.serverKey, json: body, headers: ["Idempotency-Key": "once"])
            }
            let first = try await call()
            #expect(first.status == 200, "\(first.text)")
            let again = try await call()
            #expect(again.data == first.data)
            #expect(again.headers["idempotency-replayed"] == "true", "\(path)")
        }
        #expect(try await server.call("GET", item, auth: acme.owner)["version"] as? Int == 3)
    }

    @Test(arguments: Engine.all) func refusalsAndFaults(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let owner = server.kalamna.acme.ownerToken
        let refused = try await Self.create("", key: "bad", by: owner, on: server)
        expectProblem(refused, 422, "invalid_input", field: "content.text")
        let again = try await Self.create("", key: "bad", by: owner, on: server)
        #expect(again.data == refused.data, "the first answer, whatever it was")
        #expect(again.headers["content-type"] == refused.headers["content-type"])
        #expect(again.headers["idempotency-replayed"] == "true")

        // What failed on our side is not an answer.
        func rename(_ from: String, _ to: String) async throws {
            try await server.kalamna.database.writeAcrossBusinesses {
                try $0.execute("ALTER TABLE \(.verbatim(from)) RENAME TO \(.verbatim(to))")
            }
        }
        try await rename("knowledge_chunks", "hidden")
        expectProblem(try await Self.create("40 جنيه", key: "fault", by: owner, on: server), 500, "internal")
        try await rename("hidden", "knowledge_chunks")
        let healed = try await Self.create("40 جنيه", key: "fault", by: owner, on: server)
        #expect(healed.status == 201, "\(healed.text)")
        #expect(healed.headers["idempotency-replayed"] == nil)
        #expect(try await Self.count(of: owner, on: server) == 1)
    }

    @Test func keysThatAreNone() async throws {
        let server = try await TestServer(.sqlite)
        let owner = server.kalamna.acme.ownerToken
        for key in ["", String(repeating: "a", count: 256), "مفتاح", "caf\u{E9}"] {
            expectProblem(
                try await Self.create("نص", key: key, by: owner, on: server), 422, "invalid_input", field: "Idempotency-Key", "“\(key.prefix(20))”")
        }
        for key in [String(repeating: "a", count: 255), "!~ \"'\\%_"] {
            #expect(try await Self.create("نص", key: key, by: owner, on: server).status == 201)
            #expect(try await Self.create("نص", key: key, by: owner, on: server).headers["idempotency-replayed"] == "true")
        }
        #expect(try await Self.count(of: owner, on: server) == 2)

        // Who may not come in leaves nothing behind.
        expectProblem(try await Self.create("نص", key: "k", by: Secrets.key(prefix: "ksk_live_"), on: server), 401, "unauthenticated")
        let kept = try await server.kalamna.database.readAcrossBusinesses { transaction in
            try transaction.fetch("SELECT key FROM idempotency_keys WHERE key = 'k'").count
        }
        #expect(kept == 0)
        let idempotent = server.server.endpoints.filter(\.idempotent)
        let names = [
            "createExperiment", "createKey", "createKnowledge", "createModel", "createSession", "importKnowledge", "invite", "restoreVersion",
        ]
        #expect(idempotent.map(\.name).sorted() == names, "a new one: try it here")
        #expect(idempotent.allSatisfy { $0.access == .business || $0.access == .owner })
        // What shows a secret must not be kept.
        let showing = server.server.endpoints.filter(\.showsSecret).map(\.name).sorted()
        #expect(showing == ["createKey", "createSession", "invite", "rotateKey"])
    }
}
