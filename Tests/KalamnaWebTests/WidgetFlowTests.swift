import Foundation
import Kalamna
import TestSupport
import Testing

/// A customer's conversation from its start to its end, as the widget has it.
@Suite struct WidgetFlowTests {
    @Test(arguments: Engine.all) func startSendAndRepeat(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = server.kalamna.acme
        let started = try await server.call("POST", "/v1/widget/sessions", auth: acme.widgetKey, json: ["name": "منى", "locale": "ar"])
        #expect(started.status == 201)
        let token = try started.string("token")
        #expect(token.hasPrefix("kst_"))
        let session = try #require(started["session"] as? [String: Any])
        #expect(session["status"] as? String == "active")
        #expect(session["handling"] as? String == "bot")
        #expect(session["channel"] as? String == "widget")
        let greeting = try started.list("messages")
        #expect(greeting.count == 1)
        #expect(greeting.first?["seq"] as? Int == 1)
        #expect(greeting.first?["sender"] as? String == "bot")

        let current = try await server.call("GET", "/v1/widget/session", auth: token)
        #expect((current["business"] as? [String: Any])?["name"] as? String == "Acme")
        #expect(!current.text.contains(acme.owner.email), "a customer learns nothing of the people behind it")

        let customer = try TestCustomer(started, on: server)
        let first = try await customer.send("مساء الخير", id: "m-1")
        #expect(first.status == 201)
        #expect(first["seq"] as? Int == 2)
        #expect(first["sender"] as? String == "user")
        #expect(first["client_message_id"] as? String == "m-1")
        let again = try await customer.send("  مساء الخير\n", id: "m-1")
        #expect(again.status == 200)
        #expect(again["id"] as? String == first["id"] as? String)
        expectProblem(try await customer.send("صباح الخير", id: "m-1"), 409, "client_message_id_reused")

        let polled = try await server.call("GET", "/v1/widget/session/events?after=2&wait=10", auth: token)
        let answer = try #require(try polled.list("messages").first)
        #expect(answer["reply_to"] as? String == first["id"] as? String)
        #expect(try await customer.history().map { $0["seq"] as? Int } == [1, 2, 3])
    }

    @Test(arguments: Engine.all) func repeatsAtOnceAreOneMessage(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let customer = try await server.customer(of: server.kalamna.acme)
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<12 { group.addTask { try await customer.send("شكرا", id: "same").status } }
            for index in 0..<8 { group.addTask { try await customer.send("سؤال \(index)", id: "own-\(index)").status } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.sorted() == Array(repeating: 200, count: 11) + Array(repeating: 201, count: 9))
        // Every message has one turn, and the answers leave no gap either.
        let answered = try await eventually {
            try await server.kalamna.database.readAcrossBusinesses { try Turns.countPending(in: $0) } == 0
        }
        #expect(answered)
        let history = try await customer.history()
        #expect(history.map { $0["seq"] as? Int ?? 0 } == Array(1...history.count))
        #expect(history.filter { $0["client_message_id"] as? String == "same" }.count == 1)
        #expect(history.filter { $0["sender"] as? String == "user" }.count == 9)
        let answers = history.compactMap { $0["reply_to"] as? String }
        #expect(!answers.isEmpty)
        #expect(Set(answers).count == answers.count)
    }

    @Test(arguments: Engine.all) func historyInPages(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let customer = try await server.customer(of: server.kalamna.acme)
        for text in ["هاي", "شكرا", "باي"] { _ = try await customer.ask(text) }
        func page(_ query: String) async throws -> (seqs: [Int], more: Bool) {
            let answer = try await server.call("GET", "/v1/widget/session/messages\(query)", auth: customer.token)
            return (try answer.list("messages").compactMap { $0["seq"] as? Int }, try #require(answer["has_more"] as? Bool))
        }
        for (query, seqs, more) in [
            ("", [1, 2, 3, 4, 5, 6, 7], false), ("?limit=3", [5, 6, 7], true), ("?before=5&limit=3", [2, 3, 4], true),
            ("?before=2", [1], false), ("?before=1", [], false), ("?after=5", [6, 7], false), ("?after=0&limit=2", [1, 2], true),
            ("?after=7", [], false), ("?after=9999", [], false),
        ] {
            let found = try await page(query)
            #expect(found.seqs == seqs, "\(query)")
            #expect(found.more == more, "\(query)")
        }
        for query in ["limit=0", "limit=101", "limit=x", "after=-1", "after=1.5", "before=0", "before=%D9%A5", "after=99999999999999999999"] {
            let answer = try await server.call("GET", "/v1/widget/session/messages?\(query)", auth: customer.token)
            expectProblem(answer, 422, "invalid_input", field: String(query.prefix { $0 != "=" }), query)
        }
    }

    @Test(arguments: Engine.all) func thumbsAndFeedback(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let customer = try await server.customer(of: server.kalamna.acme)
        let answer = try await customer.ask("هاي")
        func thumb(_ value: String, on id: Any?) async throws -> TestAnswer {
            try await server.call(
                "PUT", "/v1/widget/session/messages/\(id as? String ?? "-")/thumb", auth: customer.token, json: ["value": value])
        }
        #expect(try await thumb("up", on: answer["id"])["thumb"] as? String == "up")
        #expect(try await thumb("down", on: answer["id"])["thumb"] as? String == "down")
        #expect(try await customer.history().last?["thumb"] as? String == "down")
        #expect(try await thumb("none", on: answer["id"])["thumb"] == nil)
        #expect(try await customer.history().last?["thumb"] == nil)
        expectProblem(try await thumb("up", on: answer["reply_to"]), 409, "not_an_answer")
        expectProblem(try await thumb("love", on: answer["id"]), 422, "invalid_input", field: "value")
        expectProblem(try await thumb("up", on: "not-an-id"), 404, "not_found")

        func rate(_ rating: Int, _ comment: String = "") async throws -> TestAnswer {
            try await server.call(
                "PUT", "/v1/widget/session/feedback", auth: customer.token, json: ["rating": rating, "comment": comment])
        }
        for rating in [0, 6, -1] { expectProblem(try await rate(rating), 422, "invalid_input", field: "rating") }
        expectProblem(try await rate(5, String(repeating: "أ", count: 2001)), 422, "invalid_input", field: "comment")
        #expect(try await rate(2, " بطيء ")["comment"] as? String == "بطيء")
        let changed = try await rate(4)
        #expect(changed.status == 200)
        #expect(changed["rating"] as? Int == 4)
        let listed = try await server.call("GET", "/v1/feedback", auth: server.kalamna.acme.ownerToken).list()
        #expect(listed.count == 1)
        #expect(listed.first?["rating"] as? Int == 4)
        server.kalamna.clock.advance(by: .hours(25))
        expectProblem(try await rate(1), 409, "feedback_final")
    }

    @Test(arguments: Engine.all) func anotherCustomersMessageIsNotFound(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let customer = try await server.customer(of: server.kalamna.acme)
        for business in [server.kalamna.acme, server.kalamna.globex] {
            let other = try await server.customer(of: business)
            let answer = try await other.ask("هاي")
            let id = try #require(answer["id"] as? String)
            let thumb = try await server.call(
                "PUT", "/v1/widget/session/messages/\(id)/thumb", auth: customer.token, json: ["value": "down"])
            expectProblem(thumb, 404, "not_found")
            #expect(try await other.history().allSatisfy { $0["thumb"] == nil })
        }
        for token in [
            String(customer.token.dropLast()), customer.token + "0", customer.token.lowercased(), String(customer.token.reversed()),
            Secrets.key(prefix: SessionToken.prefix), "kst_", customer.session,
        ] {
            expectProblem(try await server.call("GET", "/v1/widget/session/messages", auth: token), 401, "unauthenticated", token)
        }
    }

    @Test(arguments: Engine.all) func humanCloseAndReopen(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let customer = try await server.customer(of: server.kalamna.acme)
        func act(_ path: String) async throws -> TestAnswer {
            try await server.call("POST", "/v1/widget/session/\(path)", auth: customer.token)
        }
        func state(_ answer: TestAnswer, _ field: String) -> String? { (answer["session"] as? [String: Any])?[field] as? String }
        #expect(state(try await act("human"), "handling") == "waiting")
        #expect(state(try await act("human"), "handling") == "waiting")
        #expect(try await customer.history().filter { $0["sender"] as? String == "system" }.count == 1, "the notice is given once")

        let closed = try await act("close")
        #expect(state(closed, "status") == "closed")
        #expect(state(closed, "end_reason") == "customer")
        #expect(try await act("close").status == 200)
        expectProblem(try await act("human"), 409, "session_ended")

        #expect(try await customer.send("نسيت حاجة", id: "late").status == 201)
        let reopened = try await server.call("GET", "/v1/widget/session", auth: customer.token)
        #expect(state(reopened, "status") == "active")
        #expect(state(reopened, "handling") == "bot")

        _ = try await act("close")
        server.kalamna.clock.advance(by: .minutes(1441))
        expectProblem(try await customer.send("لسه", id: "too-late"), 410, "session_ended")
        #expect(try await customer.send("نسيت حاجة", id: "late").status == 200, "a repeat is still a repeat")
    }
}
