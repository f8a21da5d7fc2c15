import HTTPTypes
import Kalamna
import KalamnaWeb
import TestSupport
import Testing

/// Another site's page in an admin's browser: it has the cookie, and can change nothing with it.
@Suite struct ForgeryTests {
    @Test(arguments: Engine.all) func nothingIsChangedFromAnotherSite(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        let before = try await acme.everything(on: server)
        let unsafe = server.server.endpoints.filter { [.admin, .owner, .business].contains($0.access) && $0.method != .get }
        #expect(unsafe.count > 15)
        let foreign: [[String: String]] = [
            ["Origin": "https://evil.example"], ["Origin": "null"], ["Origin": server.url + ".evil.example"], ["Origin": "http://127.0.0.1:1"],
            ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"], ["Sec-Fetch-Site": "nonsense"],
            ["Sec-Fetch-Site": "cross-site", "Origin": server.url], ["Origin": "https://evil.example", "Host": "evil.example.attacker"],
        ]
        for endpoint in unsafe {
            for headers in foreign {
                let answer = try await server.call(
                    endpoint.method.rawValue, acme.path(of: endpoint), auth: acme.owner,
                    json: endpoint.method == .delete ? nil : ["role": "staff", "status": "blocked", "is_active": false], headers: headers)
                expectProblem(answer, 403, "cross_site", "\(endpoint.name) with \(headers)")
                #expect(answer.headers["access-control-allow-origin"] == nil)
            }
        }
        expectUnchanged(before, try await acme.everything(on: server))
        #expect(try await server.call("GET", "/v1/me", auth: acme.owner).status == 200, "not logged out either")
    }

    @Test func ourOwnPagesAndProgramsMay() async throws {
        let server = try await TestServer(.sqlite)
        let owner = server.kalamna.acme.ownerToken
        for headers in [
            [:], ["Origin": server.url], ["Sec-Fetch-Site": "same-origin"], ["Sec-Fetch-Site": "none"],
            ["Sec-Fetch-Site": "same-origin", "Origin": server.url],
        ] {
            let answer = try await server.call("PATCH", "/v1/settings", auth: owner, json: ["bot_name": "سارة"], headers: headers)
            #expect(answer.status == 200, "\(headers): \(answer.text)")
        }
        // A key is in no browser: where the request says to come from does not matter.
        let key = try await server.makeKey("server", by: owner).secret
        let started = try await server.call(
            "POST", "/v1/sessions", auth: key, json: [String: Any](), headers: ["Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"])
        #expect(started.status == 201)
        #expect(started.headers["access-control-allow-origin"] == nil)
    }

    /// What is read with the cookie can't be handed to another site, and its browser is not told that it may ask.
    @Test func readingFromAnotherSite() async throws {
        let server = try await TestServer(.sqlite)
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        let origin = ["Origin": "https://evil.example", "Access-Control-Request-Method": "POST", "Sec-Fetch-Site": "cross-site"]
        for endpoint in server.server.endpoints where endpoint.access != .widget && endpoint.access != .session {
            let preflight = try await server.call("OPTIONS", acme.path(of: endpoint), headers: origin)
            expectProblem(preflight, 405, "method_not_allowed", endpoint.name)
            #expect(preflight.headers["access-control-allow-origin"] == nil, "\(endpoint.name)")
            guard endpoint.method == .get, !endpoint.query.contains(where: { $0.name == "wait" }) else { continue }
            let read = try await server.call("GET", acme.path(of: endpoint), auth: acme.owner, headers: origin)
            #expect(read.headers["access-control-allow-origin"] == nil, "\(endpoint.name)")
            #expect(read.headers["access-control-allow-credentials"] == nil, "\(endpoint.name)")
        }
        // Logging a visitor in as somebody else needs JSON, which a form can't send.
        let form = try await server.call(
            "POST", "/v1/auth/login", body: Array(#"{"email":"owner@acme.example","password":"x"}"#.utf8), contentType: "text/plain", headers: origin)
        expectProblem(form, 415, "unsupported_media_type")
    }
}
