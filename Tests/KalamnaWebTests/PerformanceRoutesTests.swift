import Foundation
import Kalamna
import Store
import TestSupport
import Testing

/// Model figures and experiments over HTTP.
@Suite struct PerformanceRoutesTests {
    private static func makeModel(_ label: String, by owner: String, on server: TestServer) async throws -> String {
        let made = try await server.call(
            "POST", "/v1/models", auth: owner, json: ["provider": "openai", "label": label, "model": label.lowercased()])
        return try made.string("id")
    }

    private static func body(_ models: [String], _ more: [String: Any] = [:]) -> [String: Any] {
        ["name": "Which one?", "measure": "rating", "arms": models.map { ["model_id": $0, "share": 50] }].merging(more) { _, new in new }
    }

    @Test(arguments: Engine.all) func anExperimentsLife(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let owner = server.kalamna.acme.ownerToken
        let models = [try await Self.makeModel("One", by: owner, on: server), try await Self.makeModel("Two", by: owner, on: server)]
        let made = try await server.call("POST", "/v1/experiments", auth: owner, json: Self.body(models))
        #expect(made.status == 201, "\(made.text)")
        #expect(made["state"] as? String == "draft" && made["minimum_sample"] as? Int == 100 && made["ceiling"] == nil)
        #expect((made["arms"] as? [[String: Any]])?.compactMap { $0["label"] as? String } == ["One", "Two"])
        let path = "/v1/experiments/\(try made.string("id"))"
        let changed = try await server.call("PATCH", path, auth: owner, json: ["measure": "first_token", "minimum_sample": 50])
        #expect(changed.status == 200 && changed["ceiling"] as? Int == 10_000 && changed["minimum_sample"] as? Int == 50, "\(changed.text)")
        #expect(try await server.call("GET", path, auth: owner).canonical == changed.canonical)
        #expect(try await server.call("GET", "/v1/experiments", auth: owner).array.count == 1)
        expectProblem(try await server.call("POST", "\(path)/stop", auth: owner), 409, "experiment_not_started")
        #expect(try await server.call("POST", "\(path)/start", auth: owner)["state"] as? String == "running")
        expectProblem(try await server.call("PATCH", path, auth: owner, json: ["name": "x"]), 409, "experiment_started")
        let verdict = try await server.call("GET", "\(path)/verdict", auth: owner, headers: ["Accept-Language": "en"])
        #expect(verdict["finding"] as? String == "too_few" && (verdict["text"] as? String)?.contains("at least 50") == true, "\(verdict.text)")
        #expect(try await server.call("POST", "\(path)/stop", auth: owner)["state"] as? String == "stopped")
        #expect(try await server.call("DELETE", path, auth: owner).status == 204)
        expectProblem(try await server.call("GET", path, auth: owner), 404, "not_found")
    }

    @Test(arguments: Engine.all) func whatCantBeAnExperiment(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let (owner, other) = (server.kalamna.acme.ownerToken, server.kalamna.globex.ownerToken)
        let mine = [try await Self.makeModel("One", by: owner, on: server), try await Self.makeModel("Two", by: owner, on: server)]
        let theirs = try await Self.makeModel("Theirs", by: other, on: server)
        func post(_ body: [String: Any]) async throws -> TestAnswer { try await server.call("POST", "/v1/experiments", auth: owner, json: body) }
        // Another business's model is none.
        expectProblem(try await post(Self.body([mine[0], theirs])), 422, "invalid_input", field: "arms.1.model_id")
        expectProblem(try await post(Self.body([mine[0]])), 422, "invalid_input", field: "arms")
        expectProblem(try await post(Self.body([mine[0], mine[0]])), 422, "invalid_input", field: "arms")
        expectProblem(try await post(Self.body(mine, ["minimum_sample": 5])), 422, "invalid_input", field: "minimum_sample")
        expectProblem(try await post(Self.body(mine, ["ceiling": 500])), 422, "invalid_input", field: "ceiling")
        expectProblem(try await post(Self.body(mine, ["measure": "luck"])), 422, "invalid_input", field: "measure")
        let staff = try await server.hire("staff@acme.example", by: owner)
        expectProblem(try await server.call("GET", "/v1/experiments", auth: staff.token), 403, "forbidden")
        let made = try await post(Self.body(mine))
        let path = "/v1/experiments/\(try made.string("id"))"
        for (method, place) in [
            ("GET", path), ("PATCH", path), ("POST", "\(path)/start"), ("POST", "\(path)/stop"), ("GET", "\(path)/verdict"), ("DELETE", path),
        ] {
            let answer = try await server.call(method, place, auth: other, json: method == "PATCH" ? [String: Any]() : nil)
            expectProblem(answer, 404, "not_found", "\(method) \(place)")
        }
    }

    @Test(arguments: Engine.all) func performanceTellsOfTheBuiltInAssistant(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let (owner, other) = (server.kalamna.acme.ownerToken, server.kalamna.globex.ownerToken)
        _ = try await server.call("POST", "/v1/knowledge", auth: owner, json: Belongings.item("40 جنيه"))
        _ = try await server.customer(of: server.kalamna.acme).ask("الشحن بكام؟")
        let report = try await server.call("GET", "/v1/models/performance?egp_per_usd=50.5", auth: owner)
        #expect(report.status == 200, "\(report.text)")
        #expect(report["to"] as? String == "2026-11-22" && report["from"] as? String == "2026-10-24")
        let model = try #require(try report.list("models").first)
        let total = try #require(model["total"] as? [String: Any])
        #expect(model["model_id"] == nil && total["requests"] as? Int == 1 && total["cost_egp"] as? Double == 0)
        #expect(try await server.call("GET", "/v1/models/performance", auth: other).list("models").isEmpty)
        #expect(try await server.call("GET", "/v1/models/performance?to=2026-11-21", auth: owner).list("models").isEmpty)
        for query in ["from=2026-11-23", "from=yesterday", "from=2026-01-01", "egp_per_usd=0", "egp_per_usd=x", "to=9999-12-31"] {
            let answer = try await server.call("GET", "/v1/models/performance?\(query)", auth: owner)
            expectProblem(answer, 422, "invalid_input", field: query.split(separator: "=").first.map(String.init), query)
        }
    }
}
