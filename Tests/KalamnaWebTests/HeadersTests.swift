import Foundation
import HTTPTypes
import Kalamna
import KalamnaWeb
import TestSupport
import Testing

/// The headers that every answer has, whatever it is.
@Suite struct HeadersTests {
    /// One answer of each kind.
    private static func answers(of server: TestServer) async throws -> [(name: String, answer: TestAnswer)] {
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        var answers: [(String, TestAnswer)] = []
        for endpoint in server.server.endpoints {
            let path = acme.path(of: endpoint)
            answers.append(("\(endpoint.name) refused", try await server.call(endpoint.method.rawValue, path)))
            guard endpoint.method == .get, let caller = acme.callers(of: endpoint).first else { continue }
            let isStream = endpoint.query.contains { $0.name == "wait" }
            answers.append((endpoint.name, try await server.call("GET", path + (isStream ? "?wait=0" : ""), auth: caller)))
        }
        for (method, path) in [
            ("GET", "/nope"), ("POST", "/nope"), ("PUT", "/v1/me"), ("OPTIONS", "/v1/widget/sessions"), ("OPTIONS", "/v1/me"), ("GET", "/livez"),
            ("GET", "/readyz"), ("GET", "/metrics"), ("GET", "/openapi.json"), ("GET", "/"), ("GET", "/chat"), ("GET", "/invitation"),
            ("GET", "/assets/x/y.js"), ("HEAD", "/livez"), ("HEAD", "/v1/me"), ("DELETE", "/livez"),
        ] {
            answers.append(("\(method) \(path)", try await server.call(method, path)))
        }
        let large = [UInt8](repeating: 0x20, count: 100_000)
        answers.append(("too large", try await server.call("POST", "/v1/widget/session/messages", auth: acme.customer.token, body: large)))
        return answers
    }

    @Test func securityHeaders() async throws {
        let server = try await TestServer(.sqlite)
        for (name, answer) in try await Self.answers(of: server) {
            #expect(answer.headers["x-content-type-options"] == "nosniff", "\(name)")
            #expect(answer.headers["referrer-policy"] == "strict-origin-when-cross-origin", "\(name)")
            let policy = answer.headers["content-security-policy"]
            #expect(policy?.contains("default-src 'none'") == true, "\(name)")
            #expect(policy?.contains("frame-ancestors ") == true, "\(name)")
            #expect(answer.headers["cache-control"] != nil, "\(name)")
            let isPage = answer.headers["content-type"]?.hasPrefix("text/html") == true
            if !isPage { #expect(answer.headers["x-frame-options"] == "DENY", "\(name)") }
            #expect(answer.headers["x-powered-by"] == nil)
            #expect(answer.headers["server"]?.contains("/") != true, "no version for scanners")
        }
        let customer = try await server.customer(of: server.kalamna.acme)
        let stream = try await customer.stream()
        #expect(stream.headers["x-content-type-options"] == "nosniff")
    }

    /// What is told to the support finds the line in the log.
    @Test func requestIDs() async throws {
        let server = try await TestServer(.sqlite)
        var ids: Set<String> = []
        for (name, answer) in try await Self.answers(of: server) where answer["request_id"] is String {
            let id = try answer.string("request_id")
            #expect(answer.headers["x-request-id"] == id, "\(name)")
            #expect(ids.insert(id).inserted, "\(name)")
        }
        #expect(ids.count > 40)
        let given = "trace-0123456789abcdef"
        let echoed = try await server.call("GET", "/v1/me", headers: ["X-Request-Id": given])
        #expect(echoed["request_id"] as? String == given)
        for bad in ["short", String(repeating: "a", count: 65), "with blank in it", "semi;colon;semi", "<script>alert(1)", "عربي-عربي"] {
            let answer = try await server.call("GET", "/v1/me", headers: ["X-Request-Id": bad])
            #expect(answer["request_id"] as? String != bad)
            #expect(answer.headers["x-request-id"] != bad)
        }
    }
}
