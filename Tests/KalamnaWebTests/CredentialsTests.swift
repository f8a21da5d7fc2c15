import HTTPTypes
import Kalamna
import KalamnaWeb
import Store
import TestSupport
import Testing

/// Who may call what: every endpoint with every kind of credential that is not its own.
@Suite struct CredentialsTests {
    @Test(arguments: Engine.all) func everyEndpointAsksForItsKindOfCaller(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        let credentials: [(name: String, value: String?)] = [
            ("none", nil), ("garbage", "nonsense"), ("a widget key", acme.widgetKey), ("a server key", acme.serverKey),
            ("a session token", acme.customer.token), ("a staff login", acme.staff), ("an owner's login", acme.owner),
            ("an unknown widget key", Secrets.key(prefix: "kwk_live_")), ("an unknown server key", Secrets.key(prefix: "ksk_live_")),
            ("an unknown token", Secrets.key(prefix: "kst_")), ("an unknown login", Secrets.key(prefix: "kas_")),
            ("an altered token", acme.customer.token.dropLast() + (acme.customer.token.hasSuffix("0") ? "1" : "0")),
        ]
        let before = try await acme.everything(on: server)
        for endpoint in server.server.endpoints where endpoint.access != .anyone {
            let allowed = acme.callers(of: endpoint)
            for (name, value) in credentials where !allowed.contains(value ?? "") {
                let answer = try await Self.call(endpoint, acme, auth: value, on: server)
                if endpoint.access == .owner && value == acme.staff {
                    expectProblem(answer, 403, "forbidden", "\(endpoint.name) with \(name)")
                } else {
                    expectProblem(answer, 401, "unauthenticated", "\(endpoint.name) with \(name)")
                }
            }
        }
        expectUnchanged(before, try await acme.everything(on: server))
        // The other way round: each kind does let in (reading only).
        for endpoint in server.server.endpoints where endpoint.method == .get {
            for caller in acme.callers(of: endpoint) {
                let answer = try await Self.call(endpoint, acme, auth: caller, on: server)
                #expect(answer.status == 200, "\(endpoint.name): \(answer.text)")
            }
        }
    }

    @Test func whoseEachRouteIs() async throws {
        let server = try await TestServer(.sqlite)
        let endpoints = server.server.endpoints
        #expect(Set(endpoints.map(\.access)) == Set(AccessKind.allCases))
        func names(_ access: AccessKind) -> [String] { endpoints.filter { $0.access == access }.map(\.name).sorted() }
        // Whoever moves a route to another list has thought about it.
        #expect(names(.anyone) == ["acceptInvitation", "logIn", "registerBusiness", "showInvitation"])
        #expect(names(.widget) == ["getWidgetConfig", "startSession"])
        let people = [
            "changePassword", "createCannedReply", "createNote", "deleteCannedReply", "getBusiness", "getHome", "getMe", "getSettings",
            "handBackSession", "listCannedReplies", "listNotes", "listTeam", "logOut", "showTyping", "streamInbox", "suggestReply",
            "takeOverSession", "updateCannedReply",
        ]
        #expect(names(.admin) == people)
        let owners = [
            "createExperiment", "createKey", "createModel", "deleteExperiment", "deleteModel", "getExperiment", "getExperimentVerdict",
            "getModel", "getModelPerformance", "invite", "listAuditLog", "listExperiments", "listInvitations", "listKeys", "listModels",
            "revokeInvitation", "revokeKey", "rotateKey", "startExperiment", "stopExperiment", "testModel", "updateBusiness",
            "updateExperiment", "updateKey", "updateModel", "updateSettings", "updateTeamMember",
        ]
        #expect(names(.owner) == owners)
        #expect(Set(endpoints.map(\.name)).count == endpoints.count)
        #expect(Set(endpoints.map { "\($0.method) \($0.path)" }).count == endpoints.count)
    }

    @Test func aSecretInTheWrongPlaceDoesNotCount() async throws {
        let server = try await TestServer(.sqlite)
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        let places: [(path: String, headers: [String: String])] = [
            ("/v1/me", ["Authorization": "Bearer \(acme.owner)"]), ("/v1/me", ["Cookie": "kalamna_session=\(acme.serverKey)"]),
            ("/v1/sessions", ["Cookie": "kalamna_session=\(acme.serverKey)"]), ("/v1/sessions", ["Authorization": acme.serverKey]),
            ("/v1/sessions", ["Authorization": "Basic \(acme.serverKey)"]), ("/v1/sessions", ["Authorization": "Bearer a \(acme.serverKey)"]),
            ("/v1/sessions", ["X-Api-Key": acme.serverKey]), ("/v1/sessions?key=\(acme.serverKey)", [:]),
            ("/v1/sessions?access_token=\(acme.serverKey)", [:]), ("/v1/widget/session?token=\(acme.customer.token)", [:]),
            ("/v1/widget/session", ["Authorization": "Bearer \(String(repeating: "k", count: 5000))"]),
            // A bearer is looked at first, and a wrong one is not made up for by a login.
            ("/v1/sessions", ["Authorization": "Bearer nonsense", "Cookie": "kalamna_session=\(acme.owner)"]),
        ]
        for (path, headers) in places {
            expectProblem(try await server.call("GET", path, headers: headers), 401, "unauthenticated", "\(path) \(headers)")
        }
        let lower = try await server.call("GET", "/v1/sessions", headers: ["authorization": "bearer  \(acme.serverKey)"])
        #expect(lower.status == 200, "the scheme's name has no case (RFC 9110 §11.1)")
    }

    /// A business that was suspended is out within the few seconds that a caller is remembered.
    @Test(arguments: Engine.all) func aSuspendedBusinessIsOut(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        try await server.kalamna.database.write(of: server.kalamna.acme.business.id) { db in
            try db.execute("UPDATE businesses SET status = \(Business.Status.suspended) WHERE id = \(db.business)")
        }
        server.kalamna.clock.advance(by: .seconds(6))
        let calls: [(method: String, path: String, auth: String)] = [
            ("GET", "/v1/me", acme.owner), ("GET", "/v1/sessions", acme.staff), ("GET", "/v1/sessions", acme.serverKey),
            ("POST", "/v1/widget/sessions", acme.widgetKey), ("GET", "/v1/widget/session", acme.customer.token),
        ]
        for call in calls {
            let answer = try await server.call(call.method, call.path, auth: call.auth, json: call.method == "POST" ? [String: Any]() : nil)
            expectProblem(answer, 401, "unauthenticated", "\(call.path) with \(call.auth.prefix(4))")
        }
        let sent = try await acme.customer.send("لسه هنا؟")
        #expect(sent.status == 401, "\(sent.text)")
        let login = try await server.call(
            "POST", "/v1/auth/login", json: ["email": "owner@acme.example", "password": server.kalamna.acme.password])
        expectProblem(login, 403, "business_suspended")
    }

    private static func call(_ endpoint: Endpoint, _ things: Belongings, auth: String?, on server: TestServer) async throws -> TestAnswer {
        let isStream = endpoint.query.contains { $0.name == "wait" }
        let hasBody = endpoint.method != .get && endpoint.method != .delete
        return try await server.call(
            endpoint.method.rawValue, things.path(of: endpoint) + (isStream ? "?wait=0" : ""), auth: auth, json: hasBody ? [String: Any]() : nil)
    }
}
