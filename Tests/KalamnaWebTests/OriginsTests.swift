import Foundation
import Kalamna
import TestSupport
import Testing

/// Which sites a widget key works on: what a browser's Origin and CORS make of it.
@Suite struct OriginsTests {
    private static let nothing: [String: String] = [:]

    private static func start(_ key: String, from origin: String?, on server: TestServer) async throws -> TestAnswer {
        try await server.call("POST", "/v1/widget/sessions", auth: key, json: nothing, headers: origin.map { ["Origin": $0] } ?? [:])
    }

    @Test(arguments: Engine.all) func allowedAndOtherSites(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let origins = ["https://shop.example", "https://*.many.example", "http://localhost:3000"]
        let key = try await server.makeKey("widget", origins: origins, by: server.kalamna.acme.ownerToken).secret
        for origin in ["https://shop.example", "https://a.many.example", "https://a.b.many.example", "http://localhost:3000"] {
            let answer = try await Self.start(key, from: origin, on: server)
            #expect(answer.status == 201, "\(origin): \(answer.text)")
            #expect(answer.headers["access-control-allow-origin"] == origin)
            #expect(answer.headers["vary"] == "Origin")
            #expect(answer.headers["access-control-allow-credentials"] == nil)
            #expect(answer.headers["access-control-expose-headers"]?.contains("Retry-After") == true)
        }
        for origin in [
            "https://evil.example", "http://shop.example", "https://shop.example:8443", "https://shop.example:443", "https://www.shop.example",
            "https://evilshop.example", "https://shop.example.evil.example", "https://many.example", "https://evilmany.example",
            "https://shop.example@evil.example", "https://shop.example/", "https://SHOP.example", "shop.example", "null", "file://", "",
            "https://shop.example https://evil.example", "http://localhost", "http://localhost:3001", "https://xn--shp-tna.example",
        ] {
            let answer = try await Self.start(key, from: origin, on: server)
            expectProblem(answer, 403, "origin_not_allowed", origin)
            #expect(answer.headers["access-control-allow-origin"] == nil, "\(origin)")
            #expect(answer.headers["vary"] == "Origin", "a cache must not hand one site's answer to another")
        }
        #expect(try await Self.start(key, from: nil, on: server).status == 201, "not a browser")
        #expect(try await Self.start(key, from: server.url, on: server).status == 201, "our own chat page")
        let sessions = try await server.call("GET", "/v1/sessions?limit=100", auth: server.kalamna.acme.ownerToken).list()
        #expect(sessions.count == 6)
    }

    @Test(arguments: Engine.all) func theTokenIsBoundToTheSitesToo(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let owner = server.kalamna.acme.ownerToken
        let key = try await server.makeKey("widget", origins: ["https://shop.example"], by: owner)
        let customer = try TestCustomer(try await Self.start(key.secret, from: "https://shop.example", on: server), on: server)
        func send(from origin: String, id: String) async throws -> TestAnswer {
            try await server.call(
                "POST", "/v1/widget/session/messages", auth: customer.token, json: ["client_message_id": id, "text": "شكرا"],
                headers: ["Origin": origin])
        }
        #expect(try await send(from: "https://shop.example", id: "1").status == 201)
        let refused = try await send(from: "https://evil.example", id: "2")
        expectProblem(refused, 403, "origin_not_allowed")
        #expect(refused.headers["access-control-allow-origin"] == nil)
        expectProblem(try await send(from: "null", id: "2"), 403, "origin_not_allowed")
        let stream = try await server.stream(
            "/v1/widget/session/events", auth: customer.token, headers: ["Origin": "https://evil.example"])
        #expect(stream.status == 403)
        let own = try await server.stream("/v1/widget/session/events", auth: customer.token, headers: ["Origin": "https://shop.example"])
        #expect(own.headers["access-control-allow-origin"] == "https://shop.example")
        _ = try await own.wait { $0.contains { $0.id == 1 } }

        // A site that is taken off the list is out at once, its streams at the next heartbeat.
        let changed = try await server.call(
            "PATCH", "/v1/keys/\(key.id)", auth: owner, json: ["allowed_origins": ["https://new.example"]])
        #expect(changed["allowed_origins"] as? [String] == ["https://new.example"])
        expectProblem(try await send(from: "https://shop.example", id: "3"), 403, "origin_not_allowed")
        #expect(try await send(from: "https://new.example", id: "3").status == 201)
        server.kalamna.services.hub.tick()
        #expect(try await own.ends(within: .seconds(5)))
    }

    @Test func noSiteAndAnySite() async throws {
        let server = try await TestServer(.sqlite)
        let owner = server.kalamna.acme.ownerToken
        let nobody = try await server.makeKey("widget", by: owner).secret
        expectProblem(try await Self.start(nobody, from: "https://shop.example", on: server), 403, "origin_not_allowed", "an empty list is nobody")
        let any = try await server.makeKey("widget", origins: ["*"], by: owner).secret
        let answer = try await Self.start(any, from: "https://whoever.example", on: server)
        #expect(answer.status == 201)
        #expect(answer.headers["access-control-allow-origin"] == "https://whoever.example", "never *")
        expectProblem(try await Self.start(any, from: "null", on: server), 403, "origin_not_allowed")
    }

    @Test func preflight() async throws {
        let server = try await TestServer(.sqlite)
        let asked = ["Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"]
        for (path, method) in [
            ("/v1/widget/sessions", "POST"), ("/v1/widget/session/messages", "POST"), ("/v1/widget/session/events", "GET"),
            ("/v1/widget/session/messages/01a202e9-b380-7afb-8944-caf7f52a3269/thumb", "PUT"),
        ] {
            let answer = try await server.call("OPTIONS", path, headers: asked.merging(["Origin": "https://shop.example"]) { $1 })
            #expect(answer.status == 204)
            #expect(answer.data.isEmpty)
            #expect(answer.headers["access-control-allow-origin"] == "https://shop.example")
            #expect(answer.headers["access-control-allow-methods"]?.contains(method) == true)
            #expect(answer.headers["access-control-allow-credentials"] == nil)
            let names = (answer.headers["access-control-allow-headers"] ?? "").lowercased()
            for name in ["authorization", "content-type", "last-event-id", "accept-language"] { #expect(names.contains(name)) }
            #expect(answer.headers["vary"] == "Origin")
            #expect((answer.headers["access-control-max-age"].flatMap { Int($0) } ?? 0) <= 7200)
            let fromNull = try await server.call("OPTIONS", path, headers: asked.merging(["Origin": "null"]) { $1 })
            #expect(fromNull.headers["access-control-allow-origin"] == nil)
        }
    }

    @Test func refusalsThatAPageMayRead() async throws {
        let server = try await TestServer(.sqlite)
        let key = try await server.makeKey("widget", origins: ["https://shop.example"], by: server.kalamna.acme.ownerToken).secret
        let bad = try await server.call(
            "POST", "/v1/widget/sessions", auth: key, json: ["locale": "fr"], headers: ["Origin": "https://shop.example"])
        expectProblem(bad, 422, "invalid_input", field: "locale")
        #expect(bad.headers["access-control-allow-origin"] == "https://shop.example", "the widget has to show why")
        let old = try await server.call("GET", "/v1/widget/session", auth: "kst_old", headers: ["Origin": "https://shop.example"])
        expectProblem(old, 401, "unauthenticated")
        #expect(old.headers["access-control-allow-origin"] == "https://shop.example", "and that it must start anew")
    }

    @Test(arguments: Engine.all) func listsOfSitesAreChecked(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let owner = server.kalamna.acme.ownerToken
        func make(_ origins: [String], kind: String = "widget") async throws -> TestAnswer {
            try await server.call("POST", "/v1/keys", auth: owner, json: ["kind": kind, "name": "Key", "allowed_origins": origins])
        }
        for origin in [
            "null", "", "https://", "ftp://shop.example", "https://shop.example/page", "https://*.com", "https://*", "https://a.*.example",
            "https://متجر.example", "javascript:alert(1)", "https://shop.example;script-src", "https://a b.example", "'self'", "data:",
        ] {
            expectProblem(try await make(["https://good.example", origin]), 422, "invalid_input", field: "allowed_origins.1", origin)
        }
        expectProblem(try await make(["https://shop.example"], kind: "server"), 422, "invalid_input", field: "allowed_origins")
        let many = (0...100).map { "https://s\($0).example" }
        expectProblem(try await make(many), 422, "invalid_input", field: "allowed_origins")
        let forgiven = try await make(["Shop.Example/", "https://shop.example:443", "localhost:3000"])
        #expect(forgiven["allowed_origins"] as? [String] == ["https://shop.example", "http://localhost:3000"])
        #expect(try await server.call("GET", "/v1/keys", auth: owner).array.count == 2)
    }
}
