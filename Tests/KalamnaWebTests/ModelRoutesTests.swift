import Foundation
import Kalamna
import Store
import TestSupport
import Testing

/// Language models over HTTP. The server's models answer from memory (`ModelSource.test`).
@Suite struct ModelRoutesTests {
    private static let key = "sk-test-4fK9sQ2mZx7LbT0cVn8RyH1w"

    private static func body(_ more: [String: Any] = [:]) -> [String: Any] {
        ["provider": "openai", "label": "GPT", "model": "gpt-5-mini"].merging(more) { _, new in new }
    }

    @Test(arguments: Engine.all) func aModelsLife(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let owner = server.kalamna.acme.ownerToken
        let made = try await server.call(
            "POST", "/v1/models", auth: owner,
            json: Self.body(["key": Self.key, "input_price": 250_000, "parameters": ["temperature": 0.5, "most_tokens": 64]]))
        #expect(made.status == 201, "\(made.text)")
        #expect(made["has_key"] as? Bool == true && made["base_url"] as? String == "https://api.openai.com/v1")
        #expect(made["input_price"] as? Int == 250_000 && made["is_shared"] as? Bool == false && made["is_active"] as? Bool == true)
        let parameters = try #require(made["parameters"] as? [String: Any])
        #expect(parameters["temperature"] as? Double == 0.5 && parameters["most_tokens"] as? Int == 64 && parameters["top_p"] == nil)
        let path = "/v1/models/\(try made.string("id"))"
        #expect(try await server.call("GET", path, auth: owner).canonical == made.canonical)
        #expect(try await server.call("GET", "/v1/models", auth: owner).array.count == 1)

        let changed = try await server.call("PATCH", path, auth: owner, json: ["label": "الأسرع", "is_active": false, "traffic_share": 0])
        #expect(changed.status == 200 && changed["label"] as? String == "الأسرع" && changed["has_key"] as? Bool == true)
        #expect((changed["parameters"] as? [String: Any])?["most_tokens"] as? Int == 64)
        expectProblem(
            try await server.call("PATCH", path, auth: owner, json: ["base_url": "https://evil.example/v1"]), 422, "invalid_input", field: "key")
        #expect(try await server.call("PATCH", path, auth: owner, json: ["removes_key": true])["has_key"] as? Bool == false)
        #expect(try await server.call("DELETE", path, auth: owner).status == 204)
        expectProblem(try await server.call("GET", path, auth: owner), 404, "not_found")
        expectProblem(try await server.call("DELETE", path, auth: owner), 404, "not_found")
    }

    /// In no answer of any route of the business, not in the one that takes it, and not in what is kept for a repeat.
    @Test(arguments: Engine.all) func theKeyDoesNotComeBack(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        var answers: [String] = []
        for _ in 0..<2 {
            let made = try await server.call(
                "POST", "/v1/models", auth: acme.owner, json: Self.body(["key": Self.key]), headers: ["Idempotency-Key": "model-1"])
            #expect(made.status == 201, "\(made.text)")
            answers.append(made.text)
        }
        #expect(answers[0] == answers[1], "a repeat makes no second model")
        let wrong = try await server.call("POST", "/v1/models", auth: acme.owner, json: Self.body(["key": Self.key + " x", "label": ""]))
        expectProblem(wrong, 422, "invalid_input", field: "key")
        answers.append(wrong.text)
        answers += try await acme.everything(on: server).values
        let kept = try await server.kalamna.store.read(.everything) { transaction in
            try transaction.fetch("SELECT response FROM idempotency_keys WHERE route = 'createModel'").map { row throws in
                try row["response"] as String? ?? ""
            }
        }
        #expect(kept.count == 1)
        answers += kept
        for answer in answers { #expect(!answer.contains(Self.key) && !answer.contains("v1.")) }
    }

    @Test(arguments: Engine.all) func tryingAModel(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let owner = server.kalamna.acme.ownerToken
        func test(_ model: String) async throws -> TestAnswer {
            let made = try await server.call("POST", "/v1/models", auth: owner, json: Self.body(["model": model, "key": Self.key]))
            return try await server.call(
                "POST", "/v1/models/\(try made.string("id"))/test", auth: owner, json: [String: Any](), headers: ["Accept-Language": "en"])
        }
        let good = try await test("gpt-5-mini")
        #expect(good.status == 200 && good["ok"] as? Bool == true && good["sample"] as? String == "أهلاً بيك!", "\(good.text)")
        #expect(good["tokens_in"] as? Int == 20 && good["tokens_out"] as? Int == 2)
        let (first, total) = (try #require(good["first_token_ms"] as? Int), try #require(good["total_ms"] as? Int))
        #expect(0 <= first && first <= total)
        let broken = try await test("broken")
        #expect(broken.status == 200 && broken["ok"] as? Bool == false && broken["code"] as? String == "provider_authentication", "\(broken.text)")
        #expect((broken["detail"] as? String)?.contains("refuses the key") == true)
        #expect(try await test("silent")["code"] as? String == "provider_bad_response")
    }

    @Test(arguments: Engine.all) func sharedModelsAreTheOperators(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let now = server.kalamna.clock.now
        let shared = try await server.kalamna.database.writeAcrossBusinesses { transaction in
            var details = LLMModelChanges()
            details.label = "بتاع السيرفر"
            details.model = "nile"
            details.baseURL = ModelSource.localAddress
            details.isLocal = true
            details.key = .key(Self.key)
            return try SharedLLMModels(transaction).insert(LLMModelDraft(.openAI, details), source: .test, now: now)
        }
        let path = "/v1/models/\(shared.model.id)"
        for business in [server.kalamna.acme, server.kalamna.globex] {
            let seen = try await server.call("GET", path, auth: business.ownerToken)
            #expect(seen.status == 200 && seen["is_shared"] as? Bool == true && seen["is_local"] as? Bool == true && seen["has_key"] as? Bool == true)
            #expect(seen["base_url"] == nil && !seen.text.contains("127.0.0.1"), "it tells of the operator's network")
            #expect(try await server.call("GET", "/v1/models", auth: business.ownerToken).array.count == 1)
            #expect(try await server.call("POST", path + "/test", auth: business.ownerToken, json: [String: Any]())["ok"] as? Bool == true)
            expectProblem(try await server.call("PATCH", path, auth: business.ownerToken, json: ["label": "x"]), 403, "model_is_shared")
            expectProblem(try await server.call("DELETE", path, auth: business.ownerToken), 403, "model_is_shared")
        }
    }

    @Test(arguments: Engine.all) func whatIsRefused(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let owner = server.kalamna.acme.ownerToken
        let wrong: [(fields: [String: Any], field: String)] = [
            (["provider": "cohere"], "provider"), (["label": ""], "label"), (["model": "a b"], "model"), (["base_url": "ftp://x"], "base_url"),
            (["base_url": "http://api.example/v1"], "base_url"), (["is_local": true], "is_local"), (["traffic_share": 1001], "traffic_share"),
            (["traffic_share": 1.5], "traffic_share"), (["input_price": -1], "input_price"), (["key": ""], "key"),
            (["parameters": ["temperature": 3]], "parameters.temperature"), (["parameters": ["most_tokens": "many"]], "parameters.most_tokens"),
        ]
        for (fields, field) in wrong {
            expectProblem(
                try await server.call("POST", "/v1/models", auth: owner, json: Self.body(fields)), 422, "invalid_input", field: field, "\(fields)")
        }
        expectProblem(
            try await server.call("POST", "/v1/models", auth: owner, json: ["provider": "openai", "label": "x"]), 422, "invalid_input", field: "model"
        )
        #expect(try await server.call("GET", "/v1/models", auth: owner).array.isEmpty)
        let staff = try await server.hire("staff@acme.example", by: owner).token
        for method in ["GET", "POST"] {
            expectProblem(
                try await server.call(method, "/v1/models", auth: staff, json: method == "POST" ? Self.body() : nil), 403, "forbidden", method)
        }
    }

    @Test(arguments: Engine.all) func settingsOfModels(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let owner = server.kalamna.acme.ownerToken
        let before = try await server.call("GET", "/v1/settings", auth: owner)
        let models = try #require(before["models"] as? [String: Any])
        #expect(
            Set(models.keys) == ["uses_models", "data_stays_here", "redacts", "reply_script", "first_token_deadline", "budget"], "\(before.text)")
        let changed = try await server.call(
            "PATCH", "/v1/settings", auth: owner, json: ["models": ["data_stays_here": true, "budget": ["cost_per_day": 0]]])
        let now = try #require(changed["models"] as? [String: Any], "\(changed.text)")
        #expect(now["data_stays_here"] as? Bool == true && now["redacts"] as? Bool == true)
        let budget = try #require(now["budget"] as? [String: Any])
        #expect(budget["cost_per_day"] as? Int == 0 && budget["cost_per_month"] as? Int == 50_000_000)
        #expect(try await server.call("GET", "/v1/settings", auth: owner).canonical == changed.canonical)
        for (change, field) in [
            (["reply_script": "greek"], "models.reply_script"), (["first_token_deadline": 1], "models.first_token_deadline"),
            (["budget": ["tokens_per_day": 1.5]], "models.budget.tokens_per_day"),
        ] as [([String: Any], String)] {
            expectProblem(
                try await server.call("PATCH", "/v1/settings", auth: owner, json: ["models": change]), 422, "invalid_input", field: field, field)
        }
        #expect(try await server.call("GET", "/v1/settings", auth: owner).canonical == changed.canonical)
    }
}
