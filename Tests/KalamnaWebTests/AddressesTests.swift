import Foundation
import HTTPTypes
import Kalamna
import KalamnaWeb
import TestSupport
import Testing

/// Addresses and methods that there are not.
@Suite struct AddressesTests {
    @Test func unknownAddresses() async throws {
        let server = try await TestServer(.sqlite)
        let owner = server.kalamna.acme.ownerToken
        for path in [
            "/nope", "/v1", "/v1/", "/v1/nope", "/v2/me", "/v1/me/x", "/V1/me", "/v1/keys/a/b/c", "/.env", "/v1/..%2fme", "/%00", "/v1/widget",
            "/admin", "/wp-login.php", "/v1/sessions/x/y", "/" + String(repeating: "a", count: 4000), "/%F0%9F%91%8D", "/v1/me%20", "/v1//nope",
        ] {
            for method in ["GET", "POST", "DELETE", "PATCH", "PUT"] {
                let answer = try await server.call(method, path, auth: owner, json: method == "POST" ? ["a": 1] : nil)
                expectProblem(answer, 404, "not_found", "\(method) \(path.prefix(60))")
            }
        }
    }

    @Test func otherMethodsAreRefusedWithWhatIsTaken() async throws {
        let server = try await TestServer(.sqlite)
        let byPath = Dictionary(grouping: server.server.endpoints, by: \.path)
        #expect(byPath.count > 30)
        for (pattern, endpoints) in byPath {
            let path = pattern.replacing(/\{[a-z_]+\}/, with: "01a202e9-b380-7afb-8944-caf7f52a3269")
            var taken = Set(endpoints.map(\.method.rawValue))
            let fromBrowsers = endpoints.contains { $0.access == .widget || $0.access == .session }
            if fromBrowsers { taken.insert("OPTIONS") }
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] where !taken.contains(method) {
                let answer = try await server.call(method, path)
                expectProblem(answer, 405, "method_not_allowed", "\(method) \(path)")
                let allowed = Set((answer.headers["allow"] ?? "").split(separator: ",").map { $0.filter { $0 != " " } })
                #expect(allowed == taken, "\(method) \(path)")
            }
        }
    }

    /// HEAD is answered wherever GET is (RFC 9110 §9.3.2), with the same headers and no body.
    @Test func headIsGetWithoutABody() async throws {
        let server = try await TestServer(.sqlite)
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        for (path, auth) in [("/v1/me", acme.owner), ("/v1/sessions", acme.serverKey), ("/livez", nil), ("/", nil), ("/openapi.json", nil)] {
            let get = try await server.call("GET", path, auth: auth)
            let head = try await server.call("HEAD", path, auth: auth)
            #expect(head.status == 200, "\(path)")
            #expect(head.data.isEmpty, "\(path)")
            #expect(head.headers["content-type"] == get.headers["content-type"], "\(path)")
        }
        #expect(try await server.call("HEAD", "/v1/me").status == 401)
        // A stream that nobody can read is not opened.
        let events = try await server.call("HEAD", "/v1/widget/session/events", auth: acme.customer.token)
        #expect(events.status == 200)
        #expect(server.kalamna.services.hub.watching == 0)
    }

    @Test func systemRoutesTakeReadingOnly() async throws {
        let server = try await TestServer(.sqlite)
        for path in ["/livez", "/readyz", "/metrics", "/openapi.json", "/", "/chat", "/invitation"] {
            for method in ["POST", "PUT", "PATCH", "DELETE"] {
                expectProblem(try await server.call(method, path), 405, "method_not_allowed", "\(method) \(path)")
            }
        }
    }
}
