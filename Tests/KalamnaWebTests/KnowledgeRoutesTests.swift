import Foundation
import Kalamna
import TestSupport
import Testing

/// The business's knowledge over HTTP.
@Suite struct KnowledgeRoutesTests {
    private static func text(_ text: String, title: String = "الضمان") -> [String: Any] {
        ["title": title, "content": ["kind": "text", "text": text]]
    }

    @Test(arguments: Engine.all) func anItemFromItsFirstVersionToItsEnd(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = server.kalamna.acme
        let owner = acme.ownerToken
        let made = try await server.call("POST", "/v1/knowledge", auth: owner, json: Self.text("الضمان سنة."))
        #expect(made.status == 201)
        #expect(made["version"] as? Int == 1)
        #expect(made["status"] as? String == "ready")
        #expect(made["category"] as? String == "general")
        #expect(made["language"] as? String == "ar")
        let item = "/v1/knowledge/\(try made.string("id"))"
        #expect(try await server.call("GET", item, auth: owner).canonical == made.canonical)

        let same = try await server.call("PUT", item, auth: owner, json: Self.text("الضمان سنة."))
        #expect(same["version"] as? Int == 1, "what changes nothing is no version")
        server.kalamna.clock.advance(by: .seconds(1))
        let changed = try await server.call("PUT", item, auth: owner, json: Self.text("الضمان سنتين."))
        #expect(changed["version"] as? Int == 2)
        let versions = try await server.call("GET", item + "/versions", auth: owner).array
        #expect(versions.map { $0["version"] as? Int } == [2, 1])
        #expect(versions.map { ($0["content"] as? [String: Any])?["text"] as? String } == ["الضمان سنتين.", "الضمان سنة."])
        #expect(versions.allSatisfy { $0["created_by"] as? String == acme.owner.id.description })
        let chunks = try await server.call("GET", item + "/chunks", auth: owner).array
        #expect(chunks.compactMap { $0["content"] as? String }.joined().contains("سنتين"))

        // The bot knows what stands there now, at once.
        let customer = try await server.customer(of: acme)
        #expect((try await customer.ask("الضمان قد ايه؟")["text"] as? String)?.contains("سنتين") == true)
        let restored = try await server.call("POST", item + "/versions/1/restore", auth: owner)
        #expect(restored.status == 200)
        #expect(restored["version"] as? Int == 3)
        let newest = try await server.call("GET", item + "/versions", auth: owner).array.first
        #expect(newest?["restored_from"] as? Int == 1)
        #expect(try await server.call("POST", item + "/versions/3/restore", auth: owner)["version"] as? Int == 3)
        let answer = try await customer.ask("الضمان قد ايه؟")
        #expect((answer["text"] as? String)?.contains("الضمان سنة.") == true)

        #expect(try await server.call("DELETE", item, auth: owner).status == 204)
        for (method, path) in [
            ("GET", item), ("GET", item + "/versions"), ("GET", item + "/chunks"), ("POST", item + "/versions/1/restore"), ("DELETE", item),
        ] {
            expectProblem(try await server.call(method, path, auth: owner), 404, "not_found", "\(method) \(path)")
        }
        expectProblem(try await server.call("PUT", item, auth: owner, json: Self.text("x")), 404, "not_found")
        let hits = try await server.call("POST", "/v1/search", auth: owner, json: ["query": "الضمان"])
        #expect(try hits.list("hits").isEmpty)
        // What the customer was told keeps its source.
        let told = try await customer.history().last { $0["id"] as? String == answer["id"] as? String }
        #expect((told?["citations"] as? [[String: Any]])?.first?["title"] as? String == "الضمان")
    }

    @Test(arguments: Engine.all) func externalIDsAndKinds(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let key = try await server.makeKey("server", by: server.kalamna.acme.ownerToken).secret
        var body = Self.text("نص")
        body["external_id"] = "sku-1"
        let made = try await server.call("POST", "/v1/knowledge", auth: key, json: body)
        #expect(made["external_id"] as? String == "sku-1")
        expectProblem(try await server.call("POST", "/v1/knowledge", auth: key, json: body), 409, "external_id_in_use")
        let item = "/v1/knowledge/\(try made.string("id"))"
        body["external_id"] = "sku-2"
        expectProblem(try await server.call("PUT", item, auth: key, json: body), 422, "invalid_input", field: "external_id")
        let versions = try await server.call("GET", item + "/versions", auth: key).array
        #expect(versions.count == 1)
        #expect(versions.first?["created_by"] == nil, "a key is no person")

        for (content, field) in [
            (["kind": "video", "text": "x"], "content.kind"), (["text": "x"], "content.kind"), (["kind": "text"], "content.text"),
            (["kind": "text", "text": ""], "content.text"), (["kind": "faq"], "content.pairs"), (["kind": "faq", "pairs": []], "content.pairs"),
            (["kind": "faq", "pairs": [["question": "س"]]], "content.pairs.0.answer"),
            (["kind": "faq", "pairs": [["question": "س", "answer": "ج", "also": "x"]]], "content.pairs.0.also"),
            (["kind": "faq", "pairs": [["question": "", "answer": ""]]], "content.pairs.0.question"),
        ] as [([String: Any], String)] {
            for path in ["/v1/knowledge", "/v1/knowledge/preview"] {
                let answer = try await server.call("POST", path, auth: key, json: ["title": "عنوان", "content": content])
                expectProblem(answer, 422, "invalid_input", field: field, "\(content) to \(path)")
            }
        }
        #expect(try await server.call("GET", "/v1/knowledge", auth: key).list().count == 1)
    }

    @Test(arguments: Engine.all) func previewStoresNothing(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let owner = server.kalamna.acme.ownerToken
        let long = (1...60).map { "الفقرة رقم \($0) عن الشحن والتوصيل لكل المحافظات في مصر." }.joined(separator: "\n\n")
        let preview = try await server.call("POST", "/v1/knowledge/preview", auth: owner, json: Self.text(long))
        #expect(preview.status == 200)
        #expect(preview.array.count > 1)
        #expect(try await server.call("GET", "/v1/knowledge", auth: owner).list().isEmpty)
        let made = try await server.call("POST", "/v1/knowledge", auth: owner, json: Self.text(long))
        let chunks = try await server.call("GET", "/v1/knowledge/\(try made.string("id"))/chunks", auth: owner)
        #expect(chunks.canonical == preview.canonical)
    }

    @Test(arguments: Engine.all) func importingAFile(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let owner = server.kalamna.acme.ownerToken
        func load(_ file: String, _ query: String = "", language: String = "ar") async throws -> TestAnswer {
            try await server.call(
                "POST", "/v1/knowledge/import\(query)", auth: owner, json: ["file": file], headers: ["Accept-Language": language])
        }
        func counts(_ answer: TestAnswer) -> [Int?] { ["created", "updated", "unchanged"].map { answer[$0] as? Int } }
        func stored() async throws -> Int { try await server.call("GET", "/v1/knowledge?limit=100", auth: owner).list().count }

        let bad = "السؤال,الإجابة\nالشحن بكام؟,40 جنيه\nالضمان؟,\n\(String(repeating: "ا", count: 501)),نعم\n"
        for (language, letters) in [("ar", /[\u0600-\u06FF]/), ("en", /[a-z]/)] {
            let refused = try await load(bad, language: language)
            #expect(refused.status == 200)
            #expect(counts(refused) == [0, 0, 0])
            let rejected = try refused.list("rejected")
            #expect(rejected.map { $0["row"] as? Int } == [3, 4])
            #expect(rejected.map { $0["field"] as? String } == ["content.pairs.0.answer", "content.pairs.0.question"])
            #expect(rejected.allSatisfy { ($0["message"] as? String ?? "").contains(letters) })
        }
        #expect(try await stored() == 0, "all of a file or nothing")

        let good = "السؤال,الإجابة\nالشحن بكام؟,40 جنيه\nالضمان قد ايه؟,سنة\n"
        let dry = try await load(good, "?dry_run=true")
        #expect(counts(dry) == [2, 0, 0])
        #expect(dry["dry_run"] as? Bool == true)
        #expect(try await stored() == 0)
        let done = try await load(good, "?dry_run=false")
        #expect(counts(done) == [2, 0, 0])
        #expect(done["dry_run"] as? Bool == false)
        #expect(counts(try await load(good)) == [0, 0, 2])
        #expect(counts(try await load(good.replacing("40", with: "50"))) == [0, 1, 1])
        #expect(
            counts(try await load(#"{"entries":[{"id":"j-1","title":"الدفع","content":"كاش أو فيزا."},{"id":5,"title":"x","content":"y"}]}"#)) == [
                2, 0, 0,
            ])
        #expect(try await stored() == 4)

        for (file, code) in [("a,b\n1,2\n", "unknown_columns"), ("", "empty_file"), ("{\"entries\": 5}", "invalid_json"), ("[", "invalid_json")] {
            let answer = try await load(file)
            #expect((400..<500).contains(answer.status), "\(file): \(answer.text)")
            #expect(answer.code == code, "\(file): \(answer.text)")
        }
        #expect(try await stored() == 4)
    }

    /// Who asks for a trial and spells it otherwise must not get the real thing.
    @Test(arguments: Engine.all) func aTrialIsNeverTheRealThing(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let owner = server.kalamna.acme.ownerToken
        for value in ["1", "TRUE", "True", "yes", "on", ""] {
            let answer = try await server.call(
                "POST", "/v1/knowledge/import?dry_run=\(value)", auth: owner, json: ["file": "السؤال,الإجابة\nالشحن بكام؟,40 جنيه\n"])
            expectProblem(answer, 422, "invalid_input", field: "dry_run", "dry_run=\(value)")
            #expect(try await server.call("GET", "/v1/knowledge", auth: owner).list().isEmpty, "dry_run=\(value)")
        }
    }

    @Test(arguments: Engine.all) func searching(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let owner = server.kalamna.acme.ownerToken
        func search(_ query: String, _ limit: Int = 5) async throws -> TestAnswer {
            try await server.call("POST", "/v1/search", auth: owner, json: ["query": query, "limit": limit])
        }
        let empty = try await search("الشحن")
        #expect(empty.status == 200)
        #expect(try empty.list("hits").isEmpty)
        #expect(empty["confidence"] as? Double == 0)
        for number in 1...6 {
            let text = Self.text("الشحن لمحافظة رقم \(number) بـ \(number)0 جنيه.", title: "الشحن \(number)")
            #expect(try await server.call("POST", "/v1/knowledge", auth: owner, json: text).status == 201)
        }
        let found = try await search("el shahn bekam", 3)
        let hits = try found.list("hits")
        #expect(hits.count == 3)
        let scores = hits.compactMap { $0["score"] as? Double }
        #expect(scores == scores.sorted(by: >))
        #expect(scores.allSatisfy { (0...1).contains($0) })
        #expect((0...1).contains(try #require(found["confidence"] as? Double)))
        for query in ["", "  ", String(repeating: "ا", count: 1001)] {
            expectProblem(try await search(query), 422, "invalid_input", field: "query")
        }
        for query in ["%", "؟؟؟", "' OR 1=1 --", "\\", "👍", String(repeating: "ا ", count: 499)] {
            #expect(try await search(query).status == 200, "\(query.prefix(20))")
        }
    }
}
