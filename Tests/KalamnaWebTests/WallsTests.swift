import Foundation
import HTTPTypes
import Kalamna
import KalamnaWeb
import TestSupport
import Testing

/// What one business has does not exist for another, whatever it knows: asked of the router's own list, so that a new
/// route is asked too.
@Suite struct WallsTests {
    @Test(arguments: Engine.all) func idsOfAnotherBusinessAreNotFound(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        let globex = try await Belongings(of: server.kalamna.globex, on: server)
        let walled = server.server.endpoints.filter { !$0.parameterNames.isEmpty }
        for endpoint in walled {
            for name in endpoint.parameterNames where acme.ids[name] == nil {
                Issue.record("\(endpoint.name) takes a \(name) of which this test has no sample: add one to Belongings")
            }
        }
        let before = try await acme.everything(on: server)
        for endpoint in walled {
            for caller in globex.callers(of: endpoint) {
                let answer = try await Self.call(endpoint, acme, as: caller, of: globex, on: server)
                expectProblem(answer, 404, "not_found", "\(endpoint.name) by \(caller.prefix(4))")
            }
        }
        expectUnchanged(before, try await acme.everything(on: server))
        #expect(before.count > 15)

        // The same calls of its own people do find it: the ids and bodies above are good ones.
        for endpoint in walled.sorted(by: { Self.ending($0) < Self.ending($1) }) {
            let caller = try #require(acme.callers(of: endpoint).first)
            let answer = try await Self.call(endpoint, acme, as: caller, of: acme, on: server)
            #expect([200, 201, 204, 409].contains(answer.status), "\(endpoint.name): \(answer.status) \(answer.text)")
        }
    }

    @Test(arguments: Engine.all) func idsInQueriesAndBodies(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let queries = server.server.endpoints.flatMap(\.query).map(\.name).filter { $0.hasSuffix("id") }
        #expect(Set(queries) == ["assigned_admin_id", "end_user_id"], "a new id in a query: ask for another business's below")
        let document = try await server.call("GET", "/openapi.json")
        #expect(
            Self.bodyIDs(in: document.object) == ["client_message_id", "external_id", "model_id", "resolving_item_id"],
            "a new id in a body: ask for another's below")

        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        let globex = try await Belongings(of: server.kalamna.globex, on: server)
        let filtered = try await server.call(
            "GET", "/v1/sessions?end_user_id=\(try #require(acme.ids["end_user_id"]))", auth: globex.owner)
        #expect(filtered.status == 200)
        #expect(try filtered.list().isEmpty)
        let staff = try #require(acme.ids["admin_id"])
        _ = try await server.call("POST", "/v1/sessions/\(acme.customer.session)/take-over", auth: acme.staff)
        let held = try await server.call("GET", "/v1/sessions?assigned_admin_id=\(staff)", auth: globex.owner)
        #expect(try held.list().isEmpty)
        let own = try await server.call("GET", "/v1/sessions?assigned_admin_id=\(staff)", auth: acme.owner)
        #expect(try own.list().count == 1, "the wall and not the filter hides it")
        // Another's model is asked for in `PerformanceRoutesTests`.
        let resolved = try await server.call(
            "PATCH", "/v1/content-gaps/\(try #require(globex.ids["gap_id"]))", auth: globex.owner,
            json: ["status": "resolved", "resolving_item_id": try #require(acme.ids["item_id"])])
        #expect(resolved.status == 404)

        // The same external ids, message ids and idempotency keys are two things in two businesses.
        var made: [[String]] = []
        for business in [acme, globex] {
            let started = try await server.call("POST", "/v1/sessions", auth: business.serverKey, json: ["external_id": "crm-7"])
            let session = try #require(started["session"] as? [String: Any])
            let id = try #require(session["id"] as? String)
            let message = try await server.call(
                "POST", "/v1/sessions/\(id)/messages", auth: business.serverKey,
                json: ["sender": "user", "client_message_id": "m-1", "text": "هاي"])
            var item = Belongings.item("60 جنيه")
            item["external_id"] = "sku-7"
            let knowledge = try await server.call(
                "POST", "/v1/knowledge", auth: business.owner, json: item, headers: ["Idempotency-Key": "same key"])
            for answer in [started, message, knowledge] { #expect(answer.status == 201, "\(answer.text)") }
            #expect(knowledge.headers["idempotency-replayed"] == nil)
            made.append([
                id, try #require(session["end_user_id"] as? String), try message.string("id"), try knowledge.string("id"),
            ])
        }
        #expect(Set(made[0]).isDisjoint(with: made[1]))
    }

    @Test(arguments: Engine.all) func listsAndSearchStayInside(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let globex = try await Belongings(of: server.kalamna.globex, on: server)
        let alone = try await globex.everything(on: server)
        // Not an id, not a number: what another business does changes nothing here.
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        expectUnchanged(alone, try await globex.everything(on: server))
        let foreign = acme.ids.values.filter { $0.count == 36 } + [server.kalamna.acme.business.id.description, "acme"]
        for (path, text) in alone {
            for id in foreign { #expect(!text.localizedCaseInsensitiveContains(id), "\(path) tells \(id)") }
        }
        // A place in another's list is a place in one's own.
        for list in ["sessions", "knowledge", "end-users", "feedback", "audit-log"] {
            _ = try await acme.customer.server.customer(of: server.kalamna.acme)
            let page = try await server.call("GET", "/v1/\(list)?limit=1", auth: acme.owner)
            guard let cursor = page["next_cursor"] as? String else { continue }
            let other = try await server.call("GET", "/v1/\(list)?cursor=\(cursor)", auth: globex.owner)
            #expect(other.status == 200)
            for id in foreign { #expect(!other.text.contains(id), "\(list)") }
        }
        _ = try await server.call(
            "POST", "/v1/knowledge", auth: acme.owner,
            json: ["title": "الضمان", "content": ["kind": "text", "text": "الضمان سنتين على كل المنتجات."]])
        let mine = try await server.call("POST", "/v1/search", auth: acme.owner, json: ["query": "الضمان"])
        let theirs = try await server.call("POST", "/v1/search", auth: globex.owner, json: ["query": "الضمان سنتين"])
        #expect(mine.text.contains("سنتين"))
        #expect(theirs.status == 200)
        #expect(!theirs.text.contains("سنتين على كل المنتجات"))
    }

    @Test(arguments: Engine.all) func aVersionOfAnotherItemIsNotFound(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let globex = try await Belongings(of: server.kalamna.globex, on: server)
        let item = try #require(globex.ids["item_id"])
        for version in ["3", "0", "-1", "x", "99999999999999999999"] {
            let answer = try await server.call("POST", "/v1/knowledge/\(item)/versions/\(version)/restore", auth: globex.owner)
            expectProblem(answer, 404, "not_found", version)
        }
        #expect(try await server.call("GET", "/v1/knowledge/\(item)", auth: globex.owner)["version"] as? Int == 2)
    }

    // MARK: calls

    /// - Parameter things: whose ids stand in the address.
    private static func call(
        _ endpoint: Endpoint, _ things: Belongings, as caller: String, of business: Belongings, on server: TestServer
    ) async throws -> TestAnswer {
        let isStream = endpoint.query.contains { $0.name == "wait" }
        return try await server.call(
            endpoint.method.rawValue, things.path(of: endpoint) + (isStream ? "?wait=0" : ""), auth: caller,
            json: endpoint.method == .get || endpoint.method == .delete ? nil : body(of: endpoint, byKey: caller == business.serverKey))
    }

    /// A body that the endpoint takes. What is missing here is asked with an empty one, and refused with 422 instead of 404.
    private static func body(of endpoint: Endpoint, byKey: Bool) -> [String: Any] {
        switch endpoint.name {
        case "updateTeamMember": ["is_active": false]
        case "updateKey": ["name": "Taken", "allowed_origins": ["https://evil.example"]]
        case "rotateKey": ["overlap_seconds": 0]
        case "updateModel": ["label": "Taken", "base_url": "https://evil.example", "key": "x"]
        case "updateExperiment": ["name": "Taken"]
        case "updateContentGap": ["status": "dismissed"]
        case "updateKnowledge": Belongings.item("0 جنيه")
        case "postMessage": ["sender": byKey ? "user" : "admin", "client_message_id": "wall", "text": "هاي"]
        case "updateEndUser": ["status": "blocked"]
        case "thumbMessage": ["value": "down"]
        case "createNote": ["text": "x"]
        case "updateCannedReply": ["text": "x"]
        default: [:]
        }
    }

    /// What takes things away comes last.
    private static func ending(_ endpoint: Endpoint) -> Int {
        endpoint.method == .delete ? 2 : endpoint.name == "updateEndUser" || endpoint.name == "rotateKey" ? 1 : 0
    }

    /// The names of all fields that hold an id, in the bodies of the OpenAPI document.
    private static func bodyIDs(in document: [String: Any]) -> Set<String> {
        var found: Set<String> = []
        func walk(_ value: Any) {
            if let object = value as? [String: Any] {
                for name in (object["properties"] as? [String: Any] ?? [:]).keys where name.hasSuffix("id") { found.insert(name) }
                object.values.forEach(walk)
            } else if let list = value as? [Any] {
                list.forEach(walk)
            }
        }
        for path in (document["paths"] as? [String: [String: [String: Any]]] ?? [:]).values {
            for operation in path.values { walk(operation["requestBody"] ?? [:]) }
        }
        return found
    }
}
