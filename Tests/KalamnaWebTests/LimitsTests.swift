import Foundation
import HTTPTypes
import Kalamna
import KalamnaWeb
import TestSupport
import Testing

/// Rate limits: who is slowed down, for how long, and that nobody gets past by looking new.
@Suite struct LimitsTests {
    @Test func loginsOfOneAccount() async throws {
        let server = try await TestServer(.sqlite, rateLimitScale: 1)
        let acme = server.kalamna.acme
        func logIn(_ email: String, _ password: String) async throws -> TestAnswer {
            try await server.call("POST", "/v1/auth/login", json: ["email": email, "password": password])
        }
        for _ in 0..<5 { expectProblem(try await logIn(acme.owner.email, "wrong"), 401, "wrong_credentials") }
        let limited = try await logIn(acme.owner.email.uppercased() + " ", acme.password)
        expectProblem(limited, 429, "rate_limited")
        let seconds = try #require(limited.headers["retry-after"].flatMap { Int($0) })
        #expect((1...180).contains(seconds), "5 in 15 minutes: the next in 3")
        #expect(limited.headers["set-cookie"] == nil)
        // An address without an account is slowed down alike.
        for _ in 0..<5 { expectProblem(try await logIn("nobody@acme.example", "wrong"), 401, "wrong_credentials") }
        expectProblem(try await logIn("nobody@acme.example", "wrong"), 429, "rate_limited")
        // Others come in.
        #expect(try await logIn(server.kalamna.globex.owner.email, server.kalamna.globex.password).status == 200)

        server.kalamna.clock.advance(by: .seconds(seconds - 1))
        expectProblem(try await logIn(acme.owner.email, acme.password), 429, "rate_limited")
        server.kalamna.clock.advance(by: .seconds(1))
        #expect(try await logIn(acme.owner.email, acme.password).status == 200)
    }

    @Test func loginsFromOneAddress() async throws {
        let server = try await TestServer(.sqlite, rateLimitScale: 1)
        for number in 0..<20 {
            let answer = try await server.call("POST", "/v1/auth/login", json: ["email": "a\(number)@x.example", "password": "wrong"])
            expectProblem(answer, 401, "wrong_credentials")
        }
        let answer = try await server.call("POST", "/v1/auth/login", json: ["email": "b@x.example", "password": "wrong"])
        expectProblem(answer, 429, "rate_limited")
        #expect(answer.headers["retry-after"] != nil)
        let header = try await server.call(
            "POST", "/v1/auth/login", json: ["email": "b@x.example", "password": "wrong"], headers: ["X-Forwarded-For": "203.0.113.9"])
        expectProblem(header, 429, "rate_limited", "a header that anybody can write does not make a new address")
    }

    @Test func messagesOfOneSession() async throws {
        let server = try await TestServer(.sqlite, rateLimitScale: 1)
        let customer = try await server.customer(of: server.kalamna.acme)
        for number in 0..<20 { #expect(try await customer.send("شكرا", id: "m-\(number)").status == 201) }
        let limited = try await customer.send("شكرا", id: "m-20")
        expectProblem(limited, 429, "rate_limited")
        #expect(try #require(limited.headers["retry-after"].flatMap { Int($0) }) <= 3)
        #expect(try await !customer.history().contains { $0["client_message_id"] as? String == "m-20" })
        // Another conversation from the same place has its own count; all of them together another one.
        let other = try await server.customer(of: server.kalamna.acme)
        #expect(try await other.send("شكرا").status == 201)
        server.kalamna.clock.advance(by: .seconds(3))
        #expect(try await customer.send("شكرا", id: "m-20").status == 201)
    }

    /// 600 calls a minute of one person, key or conversation, whatever the routes.
    @Test func everyRouteIsLimited() async throws {
        let server = try await TestServer(.sqlite, rateLimitScale: 1)
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        func exhaust(_ path: String, as auth: String) async throws {
            var answer = try await server.call("GET", path, auth: auth)
            var count = 1
            while answer.status == 200, count <= 600 {
                answer = try await server.call("GET", path, auth: auth)
                count += 1
            }
            expectProblem(answer, 429, "rate_limited", path)
            #expect(count > 500, "generous: \(count)")
        }
        func expectLimited(as auth: String) async throws {
            for endpoint in server.server.endpoints where acme.callers(of: endpoint).contains(auth) && endpoint.access != .widget {
                let body: [String: Any]? = endpoint.method == .get || endpoint.method == .delete ? nil : [:]
                let answer = try await server.call(endpoint.method.rawValue, acme.path(of: endpoint), auth: auth, json: body)
                expectProblem(answer, 429, "rate_limited", "\(endpoint.name) by \(auth.prefix(4))")
            }
        }
        try await exhaust("/v1/me", as: acme.owner)
        try await expectLimited(as: acme.owner)
        // Each has their own.
        #expect(try await server.call("GET", "/v1/me", auth: acme.staff).status == 200)
        #expect(try await server.call("GET", "/v1/sessions", auth: acme.serverKey).status == 200)
        #expect(try await server.call("GET", "/v1/widget/session", auth: acme.customer.token).status == 200)
        try await exhaust("/v1/sessions", as: acme.serverKey)
        try await expectLimited(as: acme.serverKey)
        try await exhaust("/v1/widget/session", as: acme.customer.token)
        try await expectLimited(as: acme.customer.token)
        #expect(try await server.customer(of: server.kalamna.acme).send("شكرا").status == 201)

        // Another login of the same person is no way around; time is.
        let login = ["email": server.kalamna.acme.owner.email, "password": server.kalamna.acme.password]
        let again = try #require(try await server.call("POST", "/v1/auth/login", json: login).sessionToken)
        expectProblem(try await server.call("GET", "/v1/me", auth: again), 429, "rate_limited")
        server.kalamna.clock.advance(by: .seconds(1))
        #expect(try await server.call("GET", "/v1/me", auth: again).status == 200)
    }

    @Test func newSessionsFromOneAddress() async throws {
        let server = try await TestServer(.sqlite, rateLimitScale: 1)
        for number in 0..<10 {
            let business = number % 2 == 0 ? server.kalamna.acme : server.kalamna.globex
            _ = try await server.customer(of: business)
        }
        for business in [server.kalamna.acme, server.kalamna.globex] {
            let answer = try await server.call("POST", "/v1/widget/sessions", auth: business.widgetKey, json: [String: Any]())
            expectProblem(answer, 429, "rate_limited")
        }
        expectProblem(try await server.call("POST", "/v1/widget/sessions"), 429, "rate_limited", "before the key is looked up")
    }

    /// Behind a proxy the last entry of X-Forwarded-For counts, which the proxy wrote; an IPv6 customer is their /64.
    @Test func addressesBehindAProxy() async throws {
        let server = try await TestServer(.sqlite, rateLimitScale: 0.1) { $0.trustsProxy = true }
        func start(_ forwarded: String) async throws -> Int {
            try await server.call(
                "POST", "/v1/widget/sessions", auth: server.kalamna.acme.widgetKey, json: [String: Any](), headers: ["X-Forwarded-For": forwarded]
            ).status
        }
        // One each: the limit of ten a minute at a tenth.
        for (first, second, isSame) in [
            ("203.0.113.1", "203.0.113.1", true), ("203.0.113.2", "203.0.113.3", false), ("1.1.1.1, 203.0.113.4", "2.2.2.2, 203.0.113.4", true),
            ("203.0.113.5, 10.0.0.1", "203.0.113.5, 10.0.0.2", false), ("2a01:4f8:1:2::1", "2a01:4f8:1:2:ffff:1:2:3", true),
            ("2a01:4f8:1:3::1", "2a01:4f8:1:4::1", false), ("2001:db8::1", "2001:db8::2", true), ("2001:db8:0:0:1::1", "2001:db8::5:5", true),
            ("2001:db8:7::1", "2001:db8:7:0:1:2:3:4", true), ("2001:DB8:8:8::1", "2001:db8:8:8::2", true),
            ("::ffff:203.0.113.9", "203.0.113.9", true),
        ] {
            #expect(try await start(first) == 201, "\(first)")
            let other = try await start(second)
            #expect(other == (isSame ? 429 : 201), "\(first) and \(second)")
            server.kalamna.clock.advance(by: .minutes(2))
        }
    }
}
