import Foundation
import Kalamna
import TestSupport
import Testing

/// The audit log over HTTP: who, what, and in which request.
@Suite struct AuditTests {
    @Test(arguments: Engine.all) func everyEntryNamesItsRequest(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = server.kalamna.acme
        var expected: [String: String] = [:]
        func act(
            _ action: String, _ method: String, _ path: String, auth: String? = acme.ownerToken, _ body: [String: Any]? = nil
        ) async throws -> TestAnswer {
            let id = "audit-\(expected.count)-\(action.filter { $0.isLetter })"
            // Each at its own time, so that the entries stand in order.
            server.kalamna.clock.advance(by: .seconds(1))
            let answer = try await server.call(method, path, auth: auth, json: body, headers: ["X-Request-Id": id])
            expected[id] = action
            return answer
        }
        let key = try await act("key.created", "POST", "/v1/keys", ["kind": "server", "name": "CRM"]).string("id")
        _ = try await act("key.updated", "PATCH", "/v1/keys/\(key)", ["name": "ERP"])
        _ = try await act("key.rotated", "POST", "/v1/keys/\(key)/rotate", ["overlap_seconds": 60])
        _ = try await act("key.revoked", "DELETE", "/v1/keys/\(key)")
        _ = try await act("settings.updated", "PATCH", "/v1/settings", ["bot_name": "سارة"])
        _ = try await act("business.updated", "PATCH", "/v1/business", ["name": "Acme & Co"])
        let other = try await act("invitation.created", "POST", "/v1/invitations", ["email": "other@acme.example"]).string("id")
        _ = try await act("invitation.revoked", "DELETE", "/v1/invitations/\(other)")
        let token = try await act("invitation.created", "POST", "/v1/invitations", ["email": "sara@acme.example"]).string("token")
        let accept: [String: Any] = ["token": token, "name": "Sara", "password": "a good passphrase"]
        let sara = try await act("invitation.accepted", "POST", "/v1/invitations/accept", auth: nil, accept).string("id")
        _ = try await act("admin.role_changed", "PATCH", "/v1/team/\(sara)", ["role": "owner"])
        _ = try await act("admin.deactivated", "PATCH", "/v1/team/\(sara)", ["is_active": false])
        let passwords = ["current_password": acme.password, "new_password": "a new passphrase"]
        _ = try await act("password.changed", "PUT", "/v1/me/password", passwords)
        _ = try await act("login.failed", "POST", "/v1/auth/login", auth: nil, ["email": acme.owner.email, "password": "wrong"])
        _ = try await act("login.succeeded", "POST", "/v1/auth/login", auth: nil, ["email": acme.owner.email, "password": "a new passphrase"])

        let entries = try await server.call("GET", "/v1/audit-log?limit=100", auth: acme.ownerToken).list()
        var told: [String: String] = [:]
        for entry in entries {
            guard let id = entry["request_id"] as? String else { continue }
            told[id] = entry["action"] as? String
        }
        #expect(told == expected)
        // Only what was made before the server, by the test's own hand, has none.
        let silent = entries.filter { $0["request_id"] == nil }.compactMap { $0["action"] as? String }
        #expect(Set(silent) == ["business.registered", "key.created"])

        let registration = ["business_name": "Initech", "name": "Bill", "email": "bill@initech.example", "password": "a long passphrase"]
        let made = try await server.call("POST", "/v1/businesses", json: registration, headers: ["X-Request-Id": "registration-1"])
        let log = try await server.call("GET", "/v1/audit-log", auth: made.sessionToken).list()
        #expect(!log.isEmpty)
        #expect(log.allSatisfy { $0["request_id"] as? String == "registration-1" })
    }
}
