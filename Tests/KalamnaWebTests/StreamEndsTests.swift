import Foundation
import Kalamna
import TestSupport
import Testing

/// When a stream must end, and how it says so; and the long poll, for networks that hold streams back.
@Suite struct StreamEndsTests {
    @Test(arguments: Engine.all) func revokedKeysEndTheirStreams(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = server.kalamna.acme
        let widget = try await server.makeKey("widget", by: acme.ownerToken)
        let key = try await server.makeKey("server", by: acme.ownerToken)
        let started = try await server.call("POST", "/v1/widget/sessions", auth: widget.secret, json: [String: Any]())
        let customer = try TestCustomer(started, on: server)
        let other = try await server.customer(of: acme)
        let path = "/v1/sessions/\(customer.session)/events"
        let own = try await customer.stream()
        let servers = try await server.stream(path, auth: key.secret)
        let untouched = [
            try await other.stream(), try await server.stream(path, auth: acme.ownerToken),
        ]
        for stream in [own, servers] + untouched { _ = try await stream.wait { $0.contains { $0.id == 1 } } }

        #expect(try await server.call("DELETE", "/v1/keys/\(widget.id)", auth: acme.ownerToken).status == 200)
        #expect(try await own.ends(within: .seconds(1)))
        expectProblem(try await server.call("GET", "/v1/widget/session", auth: customer.token), 401, "unauthenticated")
        expectProblem(try await customer.send("لسه؟"), 401, "unauthenticated")
        expectProblem(
            try await server.call("POST", "/v1/widget/sessions", auth: widget.secret, json: [String: Any]()), 401, "unauthenticated")
        #expect(!servers.hasEnded)

        #expect(try await server.call("PATCH", "/v1/keys/\(key.id)", auth: acme.ownerToken, json: ["is_active": false]).status == 200)
        #expect(try await servers.ends(within: .seconds(1)))
        expectProblem(try await server.call("GET", "/v1/sessions", auth: key.secret), 401, "unauthenticated")

        server.kalamna.services.hub.tick()
        for stream in untouched {
            _ = try await stream.wait { $0.contains { $0.name == "ping" } }
            #expect(!stream.hasEnded)
        }
    }

    @Test(arguments: Engine.all) func loggingOutEndsTheAdminsStreams(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = server.kalamna.acme
        let customer = try await server.customer(of: acme)
        let staff = try await server.hire("staff@acme.example", by: acme.ownerToken)
        let path = "/v1/sessions/\(customer.session)/events"
        let login = ["email": acme.owner.email, "password": acme.password]
        let second = try #require(try await server.call("POST", "/v1/auth/login", json: login).sessionToken)
        let streams = [
            try await server.stream(path, auth: second), try await server.stream(path, auth: acme.ownerToken),
            try await server.stream(path, auth: staff.token),
        ]
        for stream in streams { _ = try await stream.wait { $0.contains { $0.id == 1 } } }

        #expect(try await server.call("POST", "/v1/auth/logout", auth: second).status == 204)
        #expect(try await streams[0].ends(within: .seconds(1)))
        expectProblem(try await server.call("GET", "/v1/me", auth: second), 401, "unauthenticated")
        #expect(!streams[1].hasEnded)
        #expect(!streams[2].hasEnded)

        // Whoever is let out hears it at the next heartbeat at the latest.
        #expect(try await server.call("PATCH", "/v1/team/\(staff.id)", auth: acme.ownerToken, json: ["is_active": false]).status == 200)
        server.kalamna.services.hub.tick()
        #expect(try await streams[2].ends(within: .seconds(5)))
        #expect(!streams[1].hasEnded)
    }

    @Test func aServerThatGoesSaysSo() async throws {
        let server = try await TestServer(.sqlite)
        let customer = try await server.customer(of: server.kalamna.acme)
        let stream = try await customer.stream()
        _ = try await stream.wait { $0.contains { $0.id == 1 } }
        let began = ContinuousClock.now
        async let poll = server.call("GET", "/v1/widget/session/events?after=1&wait=25", auth: customer.token)
        #expect(try await eventually { server.kalamna.services.hub.watching == 2 })
        await server.stop()
        #expect(try await stream.ends(within: .seconds(5)))
        #expect(stream.events.last == ServerEvent(name: "server_shutdown", data: "{}"))
        let answer = try await poll
        #expect(answer.status == 200)
        #expect(try answer.list("messages").isEmpty)
        #expect(ContinuousClock.now - began < .seconds(10))
    }

    @Test func aCustomerWhoIsGoneIsForgotten() async throws {
        let server = try await TestServer(.sqlite)
        let hub = server.kalamna.services.hub
        let customer = try await server.customer(of: server.kalamna.acme)
        var streams: [TestStream] = []
        for _ in 0..<33 {
            streams.append(try await customer.stream())
            _ = try await streams.last?.wait { $0.contains { $0.id == 1 } }
        }
        // The oldest makes room for the newest.
        #expect(try await streams[0].ends(within: .seconds(5)))
        #expect(streams.dropFirst().allSatisfy { !$0.hasEnded })
        #expect(hub.watching == 32)
        for stream in streams { stream.cut() }
        let forgotten = try await eventually {
            hub.tick()
            return hub.watching == 0
        }
        #expect(forgotten, "\(hub.watching) streams are still watched")
    }

    @Test(arguments: Engine.all) func longPoll(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let customer = try await server.customer(of: server.kalamna.acme)
        func poll(after seq: Int, wait: Int) async throws -> (seqs: [Int], took: Duration) {
            let began = ContinuousClock.now
            let answer = try await server.call("GET", "/v1/widget/session/events?after=\(seq)&wait=\(wait)", auth: customer.token)
            #expect(answer.status == 200, "\(answer.text)")
            #expect((answer["session"] as? [String: Any])?["id"] as? String == customer.session)
            return (try answer.list("messages").compactMap { $0["seq"] as? Int }, ContinuousClock.now - began)
        }
        let there = try await poll(after: 0, wait: 25)
        #expect(there.seqs == [1])
        #expect(there.took < .seconds(10))
        #expect(try await poll(after: 1, wait: 0).seqs == [])
        let nothing = try await poll(after: 1, wait: 1)
        #expect(nothing.seqs == [])
        #expect(nothing.took >= .seconds(1))
        #expect(nothing.took < .seconds(10))

        async let coming = poll(after: 1, wait: 25)
        #expect(try await eventually { server.kalamna.services.hub.watching == 1 })
        // A heartbeat is no reason to answer.
        server.kalamna.services.hub.tick()
        _ = try await customer.ask("هاي")
        let came = try await coming
        #expect(came.seqs.first == 2)
        #expect(came.took < .seconds(10))

        // A key that is revoked ends the wait of its customers.
        let acme = server.kalamna.acme
        async let revoked = poll(after: 3, wait: 25)
        _ = try await eventually { server.kalamna.services.hub.watching == 1 }
        let keys = try await server.call("GET", "/v1/keys", auth: acme.ownerToken).array
        _ = try await server.call("DELETE", "/v1/keys/\(keys.first?["id"] as? String ?? "-")", auth: acme.ownerToken)
        #expect(try await revoked.took < .seconds(10))
    }
}
