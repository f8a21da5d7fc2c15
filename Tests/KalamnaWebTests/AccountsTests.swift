import Foundation
import Kalamna
import KalamnaWeb
import Store
import TestSupport
import Testing

/// Opening an account, logging in and out, passwords and people.
@Suite struct AccountsTests {
    private static let registration = [
        "business_name": "Initech", "name": "Bill", "email": "bill@initech.example", "password": "a long passphrase",
        "domain_url": "https://initech.example/shop", "locale": "en",
    ]

    @Test(arguments: Engine.all) func registering(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let made = try await server.call("POST", "/v1/businesses", json: Self.registration)
        #expect(made.status == 201, "\(made.text)")
        let cookie = try #require(made.headers["set-cookie"])
        let attributes = Set(cookie.split(separator: ";").dropFirst().map { $0.drop { $0 == " " } })
        #expect(attributes == ["Max-Age=43200", "Path=/", "HttpOnly", "SameSite=Lax"], "over plain HTTP")
        let token = try #require(made.sessionToken)
        #expect(!made.text.contains(token) && !made.text.contains("password"))
        #expect(try await server.call("GET", "/v1/me", auth: token)["business"] is [String: Any])

        // The site that was named can use the key at once; it is not told again.
        let key = try made.string("widget_key")
        for (origin, status) in [("https://initech.example", 201), ("https://other.example", 403)] {
            let started = try await server.call(
                "POST", "/v1/widget/sessions", auth: key, json: [String: Any](), headers: ["Origin": origin])
            #expect(started.status == status, "\(origin)")
        }
        #expect(try await !server.call("GET", "/v1/keys", auth: token).text.contains(key))

        var again = Self.registration
        again["email"] = " BILL@Initech.example"
        let second = try await server.call("POST", "/v1/businesses", json: again)
        expectProblem(second, 409, "email_taken")
        #expect(second.headers["set-cookie"] == nil)
        let count = try await server.kalamna.database.readAcrossBusinesses { transaction in
            try transaction.first("SELECT COUNT(*) AS n FROM businesses").map { row throws in try row["n"] as Int }
        }
        #expect(count == 3)
    }

    @Test func registeringBadly() async throws {
        let server = try await TestServer(.sqlite)
        let answer = try await server.call(
            "POST", "/v1/businesses",
            json: ["business_name": "x", "name": "", "email": "nobody", "password": "short", "domain_url": "javascript:alert(1)"])
        expectProblem(answer, 422, "invalid_input")
        #expect(Set(answer.errors.keys) == ["business_name", "name", "email", "password", "domain_url"], "all at once: \(answer.text)")
        for password in ["password1", "bill@initech.example", String(repeating: "a", count: 129), "1234567"] {
            var body = Self.registration
            body["password"] = password
            let refused = try await server.call("POST", "/v1/businesses", json: body)
            expectProblem(refused, 422, "invalid_input", field: "password")
            #expect(!refused.text.contains(password))
        }
    }

    @Test func cookiesOverHTTPSAreSecure() async throws {
        let server = try await TestServer(.sqlite) { $0.publicURL = "https://chat.example.com" }
        let made = try await server.call("POST", "/v1/businesses", json: Self.registration)
        let login = try await server.call(
            "POST", "/v1/auth/login", json: ["email": "bill@initech.example", "password": "a long passphrase"])
        let token = try #require(login.sessionToken)
        let plain = try await server.call("GET", "/v1/me", headers: ["Cookie": "kalamna_session=\(token)"])
        expectProblem(plain, 401, "unauthenticated", "a neighbouring host could have planted it")
        let cookie = ["Cookie": "__Host-kalamna_session=\(token)"]
        #expect(try await server.call("GET", "/v1/me", headers: cookie).status == 200)
        let logout = try await server.call("POST", "/v1/auth/logout", headers: cookie)
        for answer in [made, login, logout] {
            let cookie = try #require(answer.headers["set-cookie"])
            #expect(cookie.hasPrefix("__Host-kalamna_session="))
            for attribute in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] { #expect(cookie.contains(attribute), "\(cookie)") }
            #expect(!cookie.lowercased().contains("domain="))
        }
        #expect(logout.headers["set-cookie"]?.contains("Max-Age=0") == true)
        #expect(logout.sessionToken == "")
        let document = try await server.call("GET", "/openapi.json").text
        #expect(document.contains(#""name":"__Host-kalamna_session""#))
    }

    /// Behind a proxy its word counts; without one a header that anybody can write does not.
    @Test func whatTheProxySaysOfHTTPS() async throws {
        for trusts in [true, false] {
            let server = try await TestServer(.sqlite) { $0.trustsProxy = trusts }
            let login = ["email": server.kalamna.acme.owner.email, "password": server.kalamna.acme.password]
            for (scheme, isSecure) in [("https", trusts), ("HTTPS", trusts), ("http, https", trusts), ("https, http", false), ("http", false)] {
                let headers = ["X-Forwarded-Proto": scheme]
                let answer = try await server.call("POST", "/v1/auth/login", json: login, headers: headers)
                let set = try #require(answer.headers["set-cookie"])
                let name = isSecure ? "__Host-kalamna_session=" : "kalamna_session="
                #expect(set.hasPrefix(name) && set.contains("; Secure") == isSecure, "\(scheme): \(set)")
                let cookie = name + (try #require(answer.sessionToken))
                #expect(try await server.call("GET", "/v1/me", headers: headers.merging(["Cookie": cookie]) { $1 }).status == 200, "\(scheme)")
            }
        }
    }

    @Test(arguments: Engine.all) func loggingIn(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = server.kalamna.acme
        func logIn(_ email: String, _ password: String) async throws -> TestAnswer {
            try await server.call("POST", "/v1/auth/login", json: ["email": email, "password": password])
        }
        let wrong = try await logIn(acme.owner.email, "not the password")
        let unknown = try await logIn("nobody@acme.example", acme.password)
        for answer in [wrong, unknown, try await logIn("", ""), try await logIn(acme.owner.email, server.kalamna.globex.password)] {
            expectProblem(answer, 401, "wrong_credentials")
            #expect(answer.withoutRequestID == wrong.withoutRequestID)
            #expect(answer.headers["set-cookie"] == nil)
            #expect(Set(answer.headers.keys) == Set(wrong.headers.keys))
        }
        let right = try await logIn(" \(acme.owner.email.uppercased())", acme.password)
        #expect(right.status == 200)
        let token = try #require(right.sessionToken)
        #expect(!right.text.contains(token))
        #expect(token != acme.ownerToken, "each login has its own")
        #expect(try await server.call("GET", "/v1/me", auth: token).canonical == right.canonical)

        #expect(try await server.call("POST", "/v1/auth/logout", auth: token).status == 204)
        expectProblem(try await server.call("GET", "/v1/me", auth: token), 401, "unauthenticated")
        expectProblem(try await server.call("POST", "/v1/auth/logout", auth: token), 401, "unauthenticated")
        #expect(try await server.call("GET", "/v1/me", auth: acme.ownerToken).status == 200)

        server.kalamna.clock.advance(by: .hours(2) + .seconds(6))
        expectProblem(try await server.call("GET", "/v1/me", auth: acme.ownerToken), 401, "unauthenticated")
    }

    /// Each wrong password, not only the few that a test thinks of: `|` and `^` bind alike in Swift, and a comparison without
    /// brackets once let in one in 256.
    @Test func noOtherPasswordOpens() async throws {
        let hasher = PasswordHasher(logN: 1)
        let hash = try await hasher.hash("correct horse Acme")
        var taken: [String] = []
        for number in 0..<4000 {
            let wrong = "not the password \(number)"
            if try await hasher.verify(wrong, against: hash) { taken.append(wrong) }
        }
        #expect(taken.isEmpty)
        #expect(try await hasher.verify("correct horse Acme", against: hash))
    }

    @Test(arguments: Engine.all) func invitations(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let owner = server.kalamna.acme.ownerToken
        func invite(_ email: String, _ role: String = "staff") async throws -> TestAnswer {
            try await server.call("POST", "/v1/invitations", auth: owner, json: ["email": email, "role": role])
        }
        func accept(_ token: String) async throws -> TestAnswer {
            try await server.call("POST", "/v1/invitations/accept", json: ["token": token, "name": "Sara", "password": "a good passphrase"])
        }
        let invitation = try await invite("sara@acme.example")
        #expect(invitation.status == 201)
        let token = try invitation.string("token")
        #expect(try invitation.string("link").hasSuffix("/invitation#token=\(token)"), "behind the #, so that no server's log holds it")
        #expect(try await !server.call("GET", "/v1/invitations", auth: owner).text.contains(token))

        let shown = try await server.call("POST", "/v1/invitations/show", json: ["token": token])
        #expect(shown.status == 200)
        #expect(Set(shown.object.keys) == ["business_name", "email", "role", "expires_at"])
        #expect(shown["business_name"] as? String == "Acme")
        #expect(shown["email"] as? String == "sara@acme.example")
        #expect(shown["role"] as? String == "staff")

        let weak = try await server.call("POST", "/v1/invitations/accept", json: ["token": token, "name": "Sara", "password": "short"])
        expectProblem(weak, 422, "invalid_input", field: "password")
        let accepted = try await accept(token)
        #expect(accepted.status == 201, "\(accepted.text)")
        #expect(accepted["role"] as? String == "staff")
        let sara = try #require(accepted.sessionToken)
        expectProblem(try await server.call("GET", "/v1/keys", auth: sara), 403, "forbidden")
        expectProblem(try await accept(token), 410, "invitation_gone")
        expectProblem(try await invite("SARA@acme.example"), 409, "already_member")

        let revoked = try await invite("mona@acme.example")
        let path = "/v1/invitations/\(try revoked.string("id"))"
        #expect(try await server.call("DELETE", path, auth: owner).status == 204)
        #expect(try await server.call("DELETE", path, auth: owner).status == 204)
        let replaced = try await invite("hany@acme.example")
        let newer = try await invite("hany@acme.example", "owner")
        for gone in [try revoked.string("token"), try replaced.string("token"), Secrets.key(prefix: Invitation.prefix), "kiv_", ""] {
            expectProblem(try await accept(gone), 410, "invitation_gone", gone)
            let shown = try await server.call("POST", "/v1/invitations/show", json: ["token": gone])
            expectProblem(shown, 410, "invitation_gone", gone)
        }
        server.kalamna.clock.advance(by: .days(7))
        expectProblem(try await accept(try newer.string("token")), 410, "invitation_gone")
    }

    @Test(arguments: Engine.all) func changingThePassword(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = server.kalamna.acme
        func logIn(_ password: String) async throws -> TestAnswer {
            try await server.call("POST", "/v1/auth/login", json: ["email": acme.owner.email, "password": password])
        }
        let other = try #require(try await logIn(acme.password).sessionToken)
        #expect(try await server.call("GET", "/v1/me", auth: other).status == 200)
        func change(_ current: String, _ new: String) async throws -> TestAnswer {
            try await server.call(
                "PUT", "/v1/me/password", auth: acme.ownerToken, json: ["current_password": current, "new_password": new])
        }
        expectProblem(try await change("wrong", "a new passphrase"), 422, "invalid_input", field: "current_password")
        expectProblem(try await change(acme.password, "password1"), 422, "invalid_input", field: "new_password")
        #expect(try await server.call("GET", "/v1/me", auth: other).status == 200)

        #expect(try await change(acme.password, "a new passphrase").status == 204)
        expectProblem(try await server.call("GET", "/v1/me", auth: other), 401, "unauthenticated")
        #expect(try await server.call("GET", "/v1/me", auth: acme.ownerToken).status == 200)
        expectProblem(try await logIn(acme.password), 401, "wrong_credentials")
        #expect(try await logIn("a new passphrase").status == 200)
    }

    @Test(arguments: Engine.all) func rolesAndTheLastOwner(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = server.kalamna.acme
        let sara = try await server.hire("sara@acme.example", by: acme.ownerToken)
        func update(_ id: String, _ changes: [String: Any], by auth: String) async throws -> TestAnswer {
            try await server.call("PATCH", "/v1/team/\(id)", auth: auth, json: changes)
        }
        let owner = acme.owner.id.description
        for changes in [["role": "staff"], ["is_active": false], ["role": "staff", "is_active": false]] as [[String: Any]] {
            expectProblem(try await update(owner, changes, by: acme.ownerToken), 409, "last_owner")
        }
        expectProblem(try await update(sara.id, ["role": "owner"], by: sara.token), 403, "forbidden")
        expectProblem(try await update(sara.id, ["role": "admin"], by: acme.ownerToken), 422, "invalid_input", field: "role")

        // Each change of a role holds from the next request on.
        #expect(try await update(sara.id, ["role": "owner"], by: acme.ownerToken).status == 200)
        #expect(try await server.call("GET", "/v1/keys", auth: sara.token).status == 200)
        #expect(try await update(owner, ["role": "staff"], by: sara.token).status == 200)
        expectProblem(try await server.call("GET", "/v1/keys", auth: acme.ownerToken), 403, "forbidden")
        expectProblem(try await update(sara.id, ["is_active": false], by: sara.token), 409, "last_owner")

        #expect(try await update(owner, ["is_active": false], by: sara.token)["is_active"] as? Bool == false)
        expectProblem(try await server.call("GET", "/v1/me", auth: acme.ownerToken), 401, "unauthenticated")
        let login = ["email": acme.owner.email, "password": acme.password]
        expectProblem(try await server.call("POST", "/v1/auth/login", json: login), 403, "account_inactive")
    }
}
