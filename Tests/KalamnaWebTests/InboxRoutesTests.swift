import Foundation
import Kalamna
import TestSupport
import Testing

/// The inbox over HTTP: what agents see, what customers don't, and the news of all conversations.
@Suite(.timeLimit(.minutes(10))) struct InboxRoutesTests {
    @Test(arguments: Engine.all) func listRowsAreWhole(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        let path = "/v1/sessions/\(acme.customer.session)"
        _ = try await server.call("POST", path + "/take-over", auth: acme.staff)
        _ = try await acme.customer.send("فين طلبي؟")
        let silent = try await eventually {
            try await server.kalamna.database.readAcrossBusinesses { try Turns.countPending(in: $0) } == 0
        }
        #expect(silent)
        let page = try await server.call("GET", "/v1/sessions?assigned_admin_id=me", auth: acme.staff)
        let row = try #require(try page.list().first)
        #expect(row["unread"] as? Int == 1)
        #expect(row["assigned_admin_name"] as? String == "Colleague")
        #expect((row["end_user"] as? [String: Any])?["id"] as? String == acme.ids["end_user_id"])
        let last = try #require(row["last_message"] as? [String: Any])
        #expect(last["text"] as? String == "فين طلبي؟")
        #expect(last["sender"] as? String == "user")
        #expect((row["understanding"] as? [String: Any])?["intent"] is String)
        #expect(row["waiting_since"] == nil)
        let one = try await server.call("GET", path, auth: acme.owner)
        #expect(NSDictionary(dictionary: one.object).isEqual(to: row), "the same as in the list")

        #expect(try await server.call("GET", "/v1/sessions?assigned_admin_id=me", auth: acme.owner).list().isEmpty)
        expectProblem(
            try await server.call("GET", "/v1/sessions?assigned_admin_id=me", auth: acme.serverKey), 422, "invalid_input",
            field: "assigned_admin_id")
        #expect(try await server.call("GET", "/v1/sessions?status=ended", auth: acme.owner).list().isEmpty)
        _ = try await server.call("POST", path + "/close", auth: acme.owner)
        #expect(try await server.call("GET", "/v1/sessions?status=ended", auth: acme.owner).list().count == 1)
        #expect(try await server.call("GET", "/v1/sessions?q=%D8%B7%D9%84%D8%A8%D9%8A", auth: acme.owner).list().count == 1)
        let long = String(repeating: "a", count: 201)
        expectProblem(try await server.call("GET", "/v1/sessions?q=\(long)", auth: acme.owner), 422, "invalid_input", field: "q")
    }

    @Test(arguments: Engine.all) func customersDoNotSeeWhatAgentsSee(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        let path = "/v1/sessions/\(acme.customer.session)"
        _ = try await server.call("POST", path + "/take-over", auth: acme.staff)
        let said = try await server.call(
            "POST", path + "/messages", auth: acme.staff, json: ["sender": "admin", "client_message_id": "a-1", "text": "معاك سارة"])
        _ = try await server.call("POST", path + "/notes", auth: acme.staff, json: ["text": "عميل زعلان"])

        let seen = try await server.call("GET", path + "/messages?limit=100", auth: acme.owner).list("messages")
        #expect(seen.first { $0["sender"] as? String == "admin" }?["admin_name"] as? String == "Colleague")
        let asked = try #require(seen.first { $0["sender"] as? String == "user" })
        #expect((asked["understanding"] as? [String: Any])?["emotion"] is String)

        for address in ["/v1/widget/session/messages?limit=100", "/v1/widget/session/events?wait=0&after=0", "/v1/widget/session"] {
            let answer = try await server.call("GET", address, auth: acme.customer.token)
            #expect(answer.status == 200)
            for secret in ["understanding", "admin_name", "Colleague", "عميل زعلان", "end_user\"", "unread"] {
                #expect(!answer.text.contains(secret), "\(address) tells \(secret)")
            }
        }
        let stream = try await acme.customer.stream(after: 0)
        let told = try await stream.wait { $0.contains { $0.object["id"] as? String == said["id"] as? String } }
        #expect(!told.contains { $0.data.contains("Colleague") || $0.data.contains("understanding") || $0.data.contains("unread") })
        for (method, address) in [
            ("GET", path + "/notes"), ("POST", path + "/suggestion"), ("POST", path + "/typing"), ("GET", "/v1/inbox/events"), ("GET", "/v1/home"),
        ] {
            for auth in [acme.customer.token, acme.serverKey, acme.widgetKey] {
                expectProblem(try await server.call(method, address, auth: auth), 401, "unauthenticated", address)
            }
        }
    }

    @Test(arguments: Engine.all) func theStreamTellsEachChange(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let (acme, globex) = (server.kalamna.acme, server.kalamna.globex)
        let stream = try await server.stream("/v1/inbox/events", auth: acme.ownerToken)
        #expect(stream.status == 200)
        #expect(stream.headers["content-type"] == "text/event-stream; charset=utf-8")
        #expect(try await eventually { server.kalamna.services.hub.watching == 1 })
        let foreign = try await server.customer(of: globex)
        _ = try await foreign.send("اهلا")
        let customer = try await server.customer(of: acme)
        _ = try await customer.send("عايز اكلم موظف")
        func isWaiting(_ event: ServerEvent) -> Bool {
            event.name == "session" && event.object["handling"] as? String == "waiting" && event.object["waiting_since"] is String
        }
        let events = try await stream.wait { $0.contains(where: isWaiting) }
        let row = try #require(events.first(where: isWaiting)?.object)
        #expect(row["id"] as? String == customer.session)
        let listed = try await server.call("GET", "/v1/sessions?handling=waiting&status=active", auth: acme.ownerToken).list()
        #expect(NSDictionary(dictionary: row).isEqual(to: try #require(listed.first)), "as the list shows it")

        _ = try await server.call("POST", "/v1/sessions/\(customer.session)/take-over", auth: acme.ownerToken)
        let taken = try await stream.wait { $0.contains { $0.object["handling"] as? String == "agent" } }
        #expect(!taken.contains { $0.data.contains(foreign.session) })
        #expect(taken.allSatisfy { ["session", "ping"].contains($0.name) && $0.id == nil })
        server.kalamna.services.hub.tick()
        let ticked = try await stream.wait { $0.contains { $0.name == "ping" } }
        #expect(ticked.contains { $0.name == "ping" })
    }

    @Test(arguments: Engine.all) func theStreamEndsWithTheLoginAndTheServer(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = server.kalamna.acme
        let staff = try await server.hire("staff@acme.example", by: acme.ownerToken)
        let login = ["email": acme.owner.email, "password": acme.password]
        let second = try #require(try await server.call("POST", "/v1/auth/login", json: login).sessionToken)
        let streams = [
            try await server.stream("/v1/inbox/events", auth: second), try await server.stream("/v1/inbox/events", auth: staff.token),
            try await server.stream("/v1/inbox/events", auth: acme.ownerToken),
        ]
        #expect(try await eventually { server.kalamna.services.hub.watching == 3 })
        #expect(try await server.call("POST", "/v1/auth/logout", auth: second).status == 204)
        #expect(try await streams[0].ends(within: .seconds(2)))
        #expect(try await server.call("PATCH", "/v1/team/\(staff.id)", auth: acme.ownerToken, json: ["is_active": false]).status == 200)
        server.kalamna.services.hub.tick()
        #expect(try await streams[1].ends(within: .seconds(5)))
        #expect(!streams[2].hasEnded)
        await server.stop()
        #expect(try await streams[2].ends(within: .seconds(5)))
        #expect(streams[2].events.last == ServerEvent(name: "server_shutdown", data: "{}"))
    }

    @Test(arguments: Engine.all) func theLongPollTellsTheFirstChange(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = server.kalamna.acme
        let customer = try await server.customer(of: acme)
        #expect(try await server.call("GET", "/v1/inbox/events?wait=0", auth: acme.ownerToken).list("sessions").isEmpty)
        async let poll = server.call("GET", "/v1/inbox/events?wait=25", auth: acme.ownerToken)
        #expect(try await eventually { server.kalamna.services.hub.watching == 1 })
        _ = try await customer.send("اهلا")
        #expect(try await poll.list("sessions").compactMap { $0["id"] as? String } == [customer.session])
        #expect(try await eventually { server.kalamna.services.hub.watching == 0 })
        expectProblem(try await server.call("GET", "/v1/inbox/events?wait=26", auth: acme.ownerToken), 422, "invalid_input", field: "wait")
    }

    @Test(arguments: Engine.all) func notesRepliesSuggestionsAndTyping(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        let path = "/v1/sessions/\(acme.customer.session)"
        let notes = try await server.call("GET", path + "/notes", auth: acme.staff)
        #expect(notes.array.map { $0["text"] as? String } == ["عميل مهم"])
        #expect(notes.array.first?["admin_name"] as? String == server.kalamna.acme.owner.name)
        expectProblem(try await server.call("POST", path + "/notes", auth: acme.staff, json: ["text": ""]), 422, "invalid_input", field: "text")

        let reply = "/v1/canned-replies/\(try #require(acme.ids["canned_reply_id"]))"
        let changed = try await server.call("PATCH", reply, auth: acme.staff, json: ["title": "سلام"])
        #expect(changed["title"] as? String == "سلام")
        #expect(changed["text"] as? String == "أهلا {{name}}", "the rest stays")
        expectProblem(
            try await server.call(
                "POST", "/v1/canned-replies", auth: acme.staff, json: ["title": "x", "text": "y", "shortcut": "HI"]), 409, "shortcut_taken")
        #expect(try await server.call("DELETE", reply, auth: acme.staff).status == 204)
        #expect(try await server.call("GET", "/v1/canned-replies", auth: acme.staff).array.isEmpty)
        expectProblem(try await server.call("DELETE", reply, auth: acme.staff), 404, "not_found")

        expectProblem(try await server.call("POST", path + "/typing", auth: acme.staff), 409, "not_yours")
        _ = try await server.call("POST", path + "/take-over", auth: acme.staff)
        _ = try await acme.customer.send("الشحن بكام؟")
        let suggestion = try await server.call("POST", path + "/suggestion", auth: acme.staff)
        #expect((suggestion["text"] as? String)?.contains("50 جنيه") == true)
        #expect((suggestion["citations"] as? [[String: Any]])?.first?["item_id"] as? String == acme.ids["item_id"])
        let hits = try await server.call("POST", "/v1/search", auth: acme.staff, json: ["query": "الشحن بكام؟"]).list("hits")
        #expect(hits.first?["answer"] as? String == "الشحن بـ 50 جنيه.")

        let stream = try await acme.customer.stream()
        _ = try await stream.wait { $0.contains { $0.name == "conversation" } }
        #expect(try await server.call("POST", path + "/typing", auth: acme.staff).status == 204)
        let told = try await stream.wait { $0.contains { $0.name == "typing" } }
        #expect(told.first { $0.name == "typing" }?.data == "{\"who\":\"agent\"}")
    }

    @Test(arguments: Engine.all) func homeTellsWhatNeedsSomebody(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        _ = try await server.call("POST", "/v1/widget/session/human", auth: acme.customer.token)
        let home = try await server.call("GET", "/v1/home", auth: acme.staff)
        #expect(home["waiting"] as? Int == 1)
        #expect(home["waiting_since"] is String)
        #expect((home["today"] as? [String: Int])?["messages"] ?? 0 > 0)
        #expect(home["setup"] as? [String: Bool] == ["knowledge": true, "hours": false, "widget": true, "team": true])
    }
}
