import Foundation
import HTTPTypes
import Kalamna
import KalamnaWeb
import TestSupport
import Testing

/// Lists in pages: everything once, and a cursor or filter that is not ours is refused.
@Suite struct ListsTests {
    @Test(arguments: Engine.all) func pagesHoldEverythingOnce(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = server.kalamna.acme
        for number in 1...7 {
            // Some at the same moment: the id decides then.
            if number % 3 == 0 { server.kalamna.clock.advance(by: .seconds(1)) }
            let customer = try await server.customer(of: acme)
            _ = try await server.call("PUT", "/v1/widget/session/feedback", auth: customer.token, json: ["rating": 1 + number % 5])
            let item: [String: Any] = ["title": "معلومة \(number)", "content": ["kind": "text", "text": "نص \(number)"]]
            _ = try await server.call("POST", "/v1/knowledge", auth: acme.ownerToken, json: item)
            _ = try await server.makeKey("server", name: "Key \(number)", by: acme.ownerToken)
        }
        for (list, id, time) in [
            ("sessions", "id", "last_activity_at"), ("knowledge", "id", "updated_at"), ("end-users", "id", "last_seen_at"),
            ("feedback", "session_id", "created_at"), ("audit-log", "id", "at"),
        ] {
            let whole = try await server.call("GET", "/v1/\(list)?limit=100", auth: acme.ownerToken)
            let all = try whole.list()
            #expect(whole.object.keys.contains("next_cursor"))
            #expect(whole["next_cursor"] is NSNull, "\(list): the end")
            #expect(all.count >= 7, "\(list)")
            let times = all.compactMap { $0[time] as? String }
            #expect(times == times.sorted(by: >), "\(list): the newest first")
            for limit in [1, 2, 7] {
                var seen: [String] = []
                var cursor: String?
                repeat {
                    let page = try await server.call(
                        "GET", "/v1/\(list)?limit=\(limit)" + (cursor.map { "&cursor=\($0)" } ?? ""), auth: acme.ownerToken)
                    let items = try page.list()
                    #expect(items.count <= limit)
                    seen += items.compactMap { $0[id] as? String }
                    cursor = page["next_cursor"] as? String
                } while cursor != nil && seen.count <= all.count
                #expect(seen == all.compactMap { $0[id] as? String }, "\(list) by \(limit)")
            }
        }
    }

    @Test(arguments: Engine.all) func cursorsAndLimitsThatAreNotOurs(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let owner = server.kalamna.acme.ownerToken
        let paged = server.server.endpoints.filter { $0.query.contains { $0.name == "cursor" } }
        #expect(paged.count == 5)
        for endpoint in paged {
            for cursor in [
                "x", "1", "1.", ".1", "1.x", "x.01a202e9-b380-7afb-8944-caf7f52a3269", "", "1.01a202e9-b380-7afb-8944-caf7f52a3269x", "%F0%9F%91%8D",
                "99999999999999999999.01a202e9-b380-7afb-8944-caf7f52a3269", "1'%20OR%201=1", String(repeating: "a", count: 2000), "null",
            ] {
                let answer = try await server.call("GET", "\(endpoint.path)?cursor=\(cursor)", auth: owner)
                expectProblem(answer, 422, "invalid_input", field: "cursor", "\(endpoint.path) \(cursor.prefix(40))")
            }
        }
        for endpoint in server.server.endpoints where endpoint.query.contains(where: { $0.name == "limit" }) && endpoint.parameterNames.isEmpty {
            guard endpoint.access != .session else { continue }
            for limit in ["0", "101", "-1", "x", "1.5", "", "1e1", "%D9%A5", "99999999999999999999", "0x10"] {
                let answer = try await server.call("GET", "\(endpoint.path)?limit=\(limit)", auth: owner)
                expectProblem(answer, 422, "invalid_input", field: "limit", "\(endpoint.path) \(limit)")
            }
            for limit in ["1", "100"] {
                #expect(try await server.call("GET", "\(endpoint.path)?limit=\(limit)", auth: owner).status == 200, "\(endpoint.path)")
            }
        }
    }

    @Test(arguments: Engine.all) func filters(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = server.kalamna.acme
        let owner = acme.ownerToken
        for (title, category) in [("الشحن للقاهرة", "delivery"), ("الشحن لأسوان", "delivery"), ("خصم 50%", "offers")] {
            let item: [String: Any] = ["title": title, "category": category, "content": ["kind": "text", "text": "نص"]]
            _ = try await server.call("POST", "/v1/knowledge", auth: owner, json: item)
        }
        func titles(_ query: String) async throws -> Set<String> {
            Set(try await server.call("GET", "/v1/knowledge?\(query)", auth: owner).list().compactMap { $0["title"] as? String })
        }
        func escaped(_ text: String) -> String { text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "" }
        #expect(try await titles("category=delivery").count == 2)
        #expect(try await titles("category=offers&status=ready") == ["خصم 50%"])
        #expect(try await titles("status=failed").isEmpty)
        #expect(try await titles("q=\(escaped("شحن قاهره"))") == ["الشحن للقاهرة"], "however spelled")
        #expect(try await titles("q=\(escaped("50%"))") == ["خصم 50%"])
        #expect(try await titles("q=\(escaped("%"))") == ["خصم 50%"], "no wildcard")
        #expect(try await titles("q=_").isEmpty)
        let categories = try await server.call("GET", "/v1/knowledge/categories", auth: owner).array
        #expect(categories.map { $0["name"] as? String } == ["delivery", "offers"])
        #expect(categories.map { $0["count"] as? Int } == [2, 1])

        let customers = [try await server.customer(of: acme), try await server.customer(of: acme)]
        _ = try await server.call("POST", "/v1/widget/session/human", auth: customers[0].token)
        _ = try await server.call("POST", "/v1/widget/session/close", auth: customers[1].token)
        func sessions(_ query: String) async throws -> [String] {
            try await server.call("GET", "/v1/sessions?\(query)", auth: owner).list().compactMap { $0["id"] as? String }
        }
        #expect(try await sessions("handling=waiting") == [customers[0].session])
        #expect(try await sessions("status=closed") == [customers[1].session])
        #expect(try await sessions("status=closed&handling=waiting").isEmpty)
        for (path, field) in [
            ("/v1/sessions?status=open", "status"), ("/v1/sessions?status=", "status"), ("/v1/sessions?handling=Bot", "handling"),
            ("/v1/sessions?end_user_id=x", "end_user_id"), ("/v1/knowledge?status=done", "status"), ("/v1/knowledge?q=a%00b", "q"),
            ("/v1/knowledge?category=%0A", "category"),
        ] {
            expectProblem(try await server.call("GET", path, auth: owner), 422, "invalid_input", field: field, path)
        }
    }
}
