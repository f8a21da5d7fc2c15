import Foundation
import Kalamna
import TestSupport
import Testing

/// A conversation as the business's people and its server have it.
@Suite struct AgentFlowTests {
    @Test(arguments: Engine.all) func takeOverReplyAndHandBack(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        let path = "/v1/sessions/\(acme.customer.session)"
        func reply(_ text: String, id: String, by auth: String) async throws -> TestAnswer {
            try await server.call(
                "POST", path + "/messages", auth: auth, json: ["sender": "admin", "client_message_id": id, "text": text])
        }
        expectProblem(try await reply("أهلا", id: "a-1", by: acme.owner), 409, "not_yours")
        let taken = try await server.call("POST", path + "/take-over", auth: acme.staff)
        #expect(taken["handling"] as? String == "agent")
        #expect(taken["assigned_admin_id"] as? String == acme.ids["admin_id"])
        #expect(try await server.call("POST", path + "/take-over", auth: acme.staff).status == 200)
        expectProblem(try await server.call("POST", path + "/take-over", auth: acme.owner), 409, "already_taken")
        expectProblem(try await reply("أهلا", id: "a-1", by: acme.owner), 409, "not_yours")
        expectProblem(try await server.call("POST", path + "/take-over", auth: acme.serverKey), 401, "unauthenticated")

        let said = try await reply("معاك سارة", id: "a-1", by: acme.staff)
        #expect(said.status == 201)
        #expect(said["sender"] as? String == "admin")
        expectProblem(try await reply("كلام تاني", id: "a-1", by: acme.staff), 409, "client_message_id_reused")
        let again = try await reply("معاك سارة", id: "a-1", by: acme.staff)
        #expect(again.status == 200, "a repeat makes nothing")
        #expect(again["id"] as? String == said["id"] as? String)
        #expect(try await acme.customer.history().filter { $0["sender"] as? String == "admin" }.count == 1)

        // The bot is silent while a person speaks, and speaks again after.
        let sent = try await acme.customer.send("الشحن بكام؟")
        let silent = try await eventually {
            try await server.kalamna.database.readAcrossBusinesses { try Turns.countPending(in: $0) } == 0
        }
        #expect(silent)
        #expect(try await !acme.customer.history().contains { $0["reply_to"] as? String == sent["id"] as? String })
        #expect(try await server.call("POST", path + "/hand-back", auth: acme.staff)["handling"] as? String == "bot")
        #expect(try await acme.customer.ask("الشحن بكام؟")["sender"] as? String == "bot")
    }

    @Test(arguments: Engine.all) func onlyWhoHoldsItOrAnOwnerHandsBack(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        let colleague = try await server.hire("mona@acme.example", by: acme.owner)
        let path = "/v1/sessions/\(acme.customer.session)"
        func handling() async throws -> String? {
            try await server.call("GET", path, auth: acme.owner)["handling"] as? String
        }
        for mayHandBack in [acme.staff, acme.owner] {
            #expect(try await server.call("POST", path + "/take-over", auth: acme.staff).status == 200)
            let refused = try await server.call("POST", path + "/hand-back", auth: colleague.token)
            #expect(refused.status == 403, "\(refused.text)")
            #expect(try await handling() == "agent")
            #expect(try await server.call("POST", path + "/hand-back", auth: mayHandBack).status == 200)
            #expect(try await handling() == "bot")
        }
    }

    @Test(arguments: Engine.all) func whoMayWriteAsWhom(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        let path = "/v1/sessions/\(acme.customer.session)/messages"
        func post(_ sender: String, by auth: String, id: String = UUID().uuidString) async throws -> TestAnswer {
            try await server.call("POST", path, auth: auth, json: ["sender": sender, "client_message_id": id, "text": "هاي"])
        }
        let before = try await acme.customer.history().count
        expectProblem(try await post("user", by: acme.owner), 422, "invalid_input", field: "sender")
        expectProblem(try await post("admin", by: acme.serverKey), 422, "invalid_input", field: "sender")
        for sender in ["bot", "system", "USER", ""] {
            expectProblem(try await post(sender, by: acme.serverKey), 422, "invalid_input", field: "sender")
        }
        #expect(try await acme.customer.history().count == before)
        #expect(try await post("user", by: acme.serverKey, id: "relayed").status == 201)
        #expect(try await post("user", by: acme.serverKey, id: "relayed").status == 200)
    }

    @Test(arguments: Engine.all) func aBlockedCustomerIsTurnedAway(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let key = try await server.makeKey("server", by: server.kalamna.acme.ownerToken).secret
        let started = try await server.call("POST", "/v1/sessions", auth: key, json: ["external_id": "crm-1", "name": "ضيف"])
        let session = try #require(started["session"] as? [String: Any])
        let customer = try TestCustomer(started, on: server)
        let user = "/v1/end-users/\(try #require(session["end_user_id"] as? String))"
        #expect(try await server.call("PATCH", user, auth: key, json: ["status": "blocked"])["status"] as? String == "blocked")

        let ended = try await server.call("GET", "/v1/sessions/\(customer.session)", auth: key)
        #expect(ended["status"] as? String == "closed")
        #expect(ended["end_reason"] as? String == "blocked")
        expectProblem(try await customer.send("ليه؟"), 403, "blocked")
        expectProblem(try await server.call("POST", "/v1/sessions", auth: key, json: ["external_id": "crm-1"]), 403, "blocked")

        _ = try await server.call("PATCH", user, auth: key, json: ["status": "active"])
        #expect(try await customer.send("شكرا").status == 201)
        let next = try await server.call("POST", "/v1/sessions", auth: key, json: ["external_id": "crm-1"])
        #expect((next["session"] as? [String: Any])?["end_user_id"] as? String == session["end_user_id"] as? String)
    }

    /// The same new customer in two requests at once: both conversations belong to one end user.
    @Test(arguments: Engine.all) func oneExternalIDIsOneCustomer(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let key = try await server.makeKey("server", by: server.kalamna.acme.ownerToken).secret
        let rounds = 20
        let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
            for number in 0..<rounds * 4 {
                group.addTask { try await server.call("POST", "/v1/sessions", auth: key, json: ["external_id": "new-\(number / 4)"]) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for answer in answers where answer.status != 201 { Issue.record("\(answer.status) \(answer.text)") }
        #expect(try await server.call("GET", "/v1/end-users?limit=100", auth: key).list().count == rounds)
    }
}
