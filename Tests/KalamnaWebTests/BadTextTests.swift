import Foundation
import Kalamna
import TestSupport
import Testing

/// Text that is valid JSON and still no good: hidden characters and too much of it; and the language of the refusal.
@Suite struct BadTextTests {
    private static let hidden = [#"a\u0000b"#, #"a\u0007b"#, #"a\u001bb"#, #"a\u0085b"#, #"a\u202eb"#]

    @Test(arguments: Engine.all) func hiddenCharactersInAMessage(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let customer = try await server.customer(of: server.kalamna.acme)
        func send(_ text: String, id: String = #"bad-1"#) async throws -> TestAnswer {
            try await server.call(
                "POST", "/v1/widget/session/messages", auth: customer.token,
                body: Array(#"{"client_message_id":"\#(id)","text":"\#(text)"}"#.utf8))
        }
        for text in Self.hidden { expectProblem(try await send(text), 422, "invalid_input", field: "text", text) }
        for text in ["", "   ", #"\n\t"#, #"\u200b\ufeff"#, #"\u202a\u202c"#] {
            expectProblem(try await send(text), 422, "invalid_input", field: "text", "empty: \(text)")
        }
        for id in ["", " ", "a b", "ي", #"a\u0000"#, #"a\nb"#, String(repeating: "a", count: 65)] {
            expectProblem(try await send("هاي", id: id), 422, "invalid_input", field: "client_message_id", "id: \(id)")
        }
        #expect(try await customer.history().count == 1)

        // What phones add and people mean stays, or goes without harm.
        let pasted = try await send(#"رقمي \u202a0100 123\u202c\r\n\tشكرا \ud83d\udc4d\ud83c\udffd"#, id: "good")
        #expect(pasted.status == 201, "\(pasted.text)")
        #expect(pasted["text"] as? String == "رقمي 0100 123\r\n\tشكرا 👍🏽")
        #expect(try await customer.history().count >= 2)
    }

    @Test(arguments: Engine.all) func tooMuchText(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let customer = try await server.customer(of: server.kalamna.acme)
        for text in [String(repeating: "ا", count: 10_000), String(repeating: "a", count: 4001), String(repeating: "👍🏽", count: 2001)] {
            expectProblem(try await customer.send(text), 422, "invalid_input", field: "text")
        }
        #expect(try await customer.history().count == 1)
        let longest = String(repeating: "ا", count: 4000)
        #expect(try await customer.send(longest)["text"] as? String == longest)
    }

    @Test(arguments: Engine.all) func namesAreOneCleanLine(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        let before = try await acme.everything(on: server)
        let long = String(repeating: "ا", count: 10_000)
        let targets: [(method: String, path: String, auth: String, field: String, body: String)] = [
            ("POST", "/v1/sessions", acme.serverKey, "name", #"{"name":"@@"}"#),
            ("POST", "/v1/sessions", acme.serverKey, "external_id", #"{"external_id":"@@"}"#),
            ("POST", "/v1/keys", acme.owner, "name", #"{"kind":"widget","name":"@@"}"#),
            ("POST", "/v1/invitations", acme.owner, "email", #"{"email":"@@"}"#),
            ("PATCH", "/v1/business", acme.owner, "name", #"{"name":"@@"}"#),
            ("PATCH", "/v1/settings", acme.owner, "bot_name", #"{"bot_name":"@@"}"#),
            ("POST", "/v1/widget/sessions", acme.widgetKey, "name", #"{"name":"@@"}"#),
        ]
        for target in targets {
            for text in Self.hidden + [long, #"a\nb"#, #"a\u2066b"#] {
                let answer = try await server.call(
                    target.method, target.path, auth: target.auth, body: Array(target.body.replacing("@@", with: text).utf8))
                expectProblem(answer, 422, "invalid_input", field: target.field, "\(text.prefix(20)) to \(target.path)")
            }
        }
        expectUnchanged(before, try await acme.everything(on: server))
    }

    /// People paste knowledge from Word and PDF: what they can't see goes without a word, and is not told as stored.
    @Test(arguments: Engine.all) func knowledgeIsCleaned(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let owner = server.kalamna.acme.ownerToken
        let body = #"{"title":" ال\u202eشحن\u0000 ","content":{"kind":"text","text":"\u0000الشحن\u0007 بـ 50\r\nجنيه\u2028. "}}"#
        let made = try await server.call("POST", "/v1/knowledge", auth: owner, body: Array(body.utf8))
        #expect(made.status == 201, "\(made.text)")
        #expect(made["title"] as? String == "الشحن")
        let id = try made.string("id")
        let stored = try await server.call("GET", "/v1/knowledge/\(id)", auth: owner)
        #expect((stored["content"] as? [String: Any])?["text"] as? String == "الشحن بـ 50\nجنيه\n.")
        #expect(made.canonical == stored.canonical, "the answer says what is stored, not what was sent")
        let changed = try await server.call(
            "PUT", "/v1/knowledge/\(id)", auth: owner, body: Array(body.replacing("50", with: "60").utf8))
        #expect(changed.canonical == (try await server.call("GET", "/v1/knowledge/\(id)", auth: owner)).canonical)

        let long = try await server.call(
            "POST", "/v1/knowledge", auth: owner,
            json: ["title": String(repeating: "ا", count: 201), "content": ["kind": "text", "text": String(repeating: "ا", count: 200_001)]])
        expectProblem(long, 422, "invalid_input", field: "title")
        expectProblem(long, 422, "invalid_input", field: "content.text")
        #expect(try await server.call("GET", "/v1/knowledge", auth: owner).list().count == 1)
    }

    @Test(arguments: Engine.all) func numbersAsStrings(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        let before = try await acme.everything(on: server)
        let key = "/v1/keys/\(try #require(acme.ids["key_id"]))"
        let calls: [(method: String, path: String, auth: String, json: [String: Any], field: String)] = [
            ("PUT", "/v1/widget/session/feedback", acme.customer.token, ["rating": "5"], "rating"),
            ("PUT", "/v1/widget/session/feedback", acme.customer.token, ["rating": 4.5], "rating"),
            ("PUT", "/v1/widget/session/feedback", acme.customer.token, ["rating": 5, "comment": 5], "comment"),
            ("POST", "/v1/search", acme.owner, ["query": "الشحن", "limit": "5"], "limit"),
            ("POST", "/v1/search", acme.owner, ["query": "الشحن", "limit": 0], "limit"),
            ("POST", "/v1/search", acme.owner, ["query": "الشحن", "limit": 21], "limit"),
            ("POST", key + "/rotate", acme.owner, ["overlap_seconds": "60"], "overlap_seconds"),
            ("POST", key + "/rotate", acme.owner, ["overlap_seconds": -1], "overlap_seconds"),
            ("POST", key + "/rotate", acme.owner, ["overlap_seconds": 2_592_001], "overlap_seconds"),
            ("PATCH", key, acme.owner, ["is_active": "false"], "is_active"), ("PATCH", key, acme.owner, ["is_active": 0], "is_active"),
            ("PATCH", "/v1/settings", acme.owner, ["idle_minutes": "60"], "idle_minutes"),
            ("PATCH", "/v1/settings", acme.owner, ["idle_minutes": 0], "idle_minutes"),
            ("PATCH", "/v1/settings", acme.owner, ["confidence_threshold": "0.5"], "confidence_threshold"),
            ("PATCH", "/v1/settings", acme.owner, ["confidence_threshold": 1.1], "confidence_threshold"),
            ("PATCH", "/v1/settings", acme.owner, ["auto_reply_enabled": "yes"], "auto_reply_enabled"),
        ]
        for call in calls {
            let answer = try await server.call(call.method, call.path, auth: call.auth, json: call.json)
            expectProblem(answer, 422, "invalid_input", field: call.field, "\(call.json)")
        }
        expectUnchanged(before, try await acme.everything(on: server))
    }

    @Test func refusalsSpeakTheClientsLanguage() async throws {
        let server = try await TestServer(.sqlite)
        let customer = try await server.customer(of: server.kalamna.acme)
        let isArabic = /[\u0600-\u06FF]/
        for (accept, language) in [
            (nil, "ar"), ("ar", "ar"), ("ar-EG,ar;q=0.9,en;q=0.8", "ar"), ("fr, en;q=0.5", "en"), ("en", "en"), ("EN-us", "en"), ("de", "ar"),
            ("*", "ar"),
        ] as [(String?, String)] {
            let headers = accept.map { ["Accept-Language": $0] } ?? [:]
            let answers = [
                try await server.call("POST", "/v1/widget/session/messages", auth: customer.token, json: ["text": 5], headers: headers),
                try await server.call("POST", "/v1/widget/session/messages", auth: customer.token, body: [0xFF], headers: headers),
                try await server.call("GET", "/v1/me", headers: headers), try await server.call("GET", "/v1/unknown", headers: headers),
                try await server.call("PUT", "/v1/me", headers: headers),
            ]
            for answer in answers {
                let words = try answer.string("detail") + answer.errors.values.joined()
                #expect(words.contains(isArabic) == (language == "ar"), "\(accept ?? "none"): \(words)")
            }
        }
    }
}
