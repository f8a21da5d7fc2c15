import Foundation
import Kalamna
import TestSupport
import Testing

/// What a stream brings: every message once, in order, whatever happens on the way.
@Suite struct StreamsTests {
    @Test(arguments: Engine.all) func bringsTheConversationInOrder(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let customer = try await server.customer(of: server.kalamna.acme)
        let stream = try await customer.stream()
        #expect(stream.status == 200)
        #expect(stream.headers["content-type"] == "text/event-stream; charset=utf-8")
        #expect(stream.headers["cache-control"] == "no-cache, no-transform")
        #expect(stream.headers["x-accel-buffering"] == "no")
        #expect(stream.headers["content-encoding"] == nil)

        let sent = try await customer.send("هاي\nسطر تاني")
        let events = try await stream.wait { $0.contains { $0.id == 3 } }
        let first = try #require(events.first)
        #expect(first.name == "conversation")
        #expect(first.object["id"] as? String == customer.session)
        #expect(first.id == nil)
        let messages = events.filter { $0.name == "message" }
        #expect(messages.map(\.id) == [1, 2, 3])
        #expect(messages.allSatisfy { $0.object["seq"] as? Int == $0.id })
        #expect(messages.map { $0.object["sender"] as? String } == ["bot", "user", "bot"])
        #expect(messages[1].object["text"] as? String == "هاي\nسطر تاني")
        #expect(messages[2].object["reply_to"] as? String == sent["id"] as? String)
        // What is not stored must not move the place where a stream resumes.
        #expect(events.filter { $0.name != "message" }.allSatisfy { $0.id == nil })
        #expect(try await customer.history().count == 3)
    }

    @Test(arguments: Engine.all) func resumesAfterTheLastKnownMessage(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let customer = try await server.customer(of: server.kalamna.acme)
        for text in ["هاي", "شكرا"] { _ = try await customer.ask(text) }
        let path = "/v1/sessions/\(customer.session)/events"
        for (after, last, seqs) in [
            (nil, nil, [1, 2, 3, 4, 5]), (0, nil, [1, 2, 3, 4, 5]), (3, nil, [4, 5]), (nil, 3, [4, 5]), (1, 4, [5]), (4, 1, [5]),
        ] as [(Int?, Int?, [Int])] {
            let stream = try await customer.stream(after: after, lastEventID: last)
            let events = try await stream.wait { $0.contains { $0.id == 5 } }
            #expect(events.compactMap(\.id) == seqs, "after \(after as Any), Last-Event-ID \(last as Any)")
        }
        // Nothing new: the stream waits, and brings what comes next.
        let waiting = try await customer.stream(after: 5)
        _ = try await waiting.wait { !$0.isEmpty }
        _ = try await customer.send("باي")
        #expect(try await waiting.wait { $0.contains { $0.id == 7 } }.compactMap(\.id) == [6, 7])

        for (query, headers, field) in [
            ("after=8", [:], "after"), ("", ["Last-Event-ID": "8"], "after"), ("after=9223372036854775807", [:], "after"),
            ("after=x", [:], "after"), ("after=-1", [:], "after"), ("after=9223372036854775808", [:], "after"),
            ("", ["Last-Event-ID": "x"], "Last-Event-ID"), ("", ["Last-Event-ID": "-1"], "Last-Event-ID"),
        ] as [(String, [String: String], String)] {
            for (address, auth) in [("/v1/widget/session/events", customer.token), (path, server.kalamna.acme.ownerToken)] {
                let stream = try await server.stream("\(address)?\(query)", auth: auth, headers: headers)
                #expect(stream.status == 422, "\(query) \(headers)")
                let poll = try await server.call("GET", "\(address)?wait=0&\(query)", auth: auth, headers: headers)
                expectProblem(poll, 422, "invalid_input", field: field, "\(query) \(headers)")
            }
        }
        for wait in ["26", "-1", "soon", "", "1.5"] {
            let stream = try await server.stream("\(path)?wait=\(wait)", auth: server.kalamna.acme.ownerToken)
            #expect(stream.status == 422, "\(wait)")
        }
    }

    @Test(arguments: Engine.all) func heartbeatsFindWhatAnotherProcessStored(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let customer = try await server.customer(of: server.kalamna.acme)
        let services = server.kalamna.services
        let stream = try await customer.stream()
        _ = try await stream.wait { $0.contains { $0.id == 1 } }
        services.hub.tick()
        #expect(try await stream.wait { $0.contains { $0.name == "ping" } }.last == ServerEvent(name: "ping", data: "{}"))

        // A process with a hub of its own: this one hears nothing of it.
        let other = Conversations(database: services.database, hub: EventHub(), clock: services.clock, node: "other")
        let reference = try customer.reference(in: server.kalamna.acme)
        let stored = try await other.receive("من سيرفر تاني", clientMessageID: "elsewhere", in: reference)
        #expect(stored.message.seq == 2)
        #expect(stream.messages.count == 1)
        services.hub.tick()
        _ = try await stream.wait { $0.contains { $0.id == 2 } }
        #expect(stream.messages.map(\.id) == [1, 2])
        services.hub.tick()
        let pings = try await stream.wait { $0.count { $0.name == "ping" } >= 3 }
        #expect(pings.compactMap(\.id) == [1, 2], "each once")

        // A message that is told of shows the gap before it: both come at once.
        _ = try await other.receive("وواحدة كمان", clientMessageID: "elsewhere-2", in: reference)
        #expect(try await customer.send("وأنا هنا").status == 201)
        let gap = try await stream.wait { $0.contains { $0.id == 4 } }
        #expect(gap.compactMap(\.id) == [1, 2, 3, 4])
    }

    @Test(arguments: Engine.all) func fortyCutsLoseNothing(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let most = 160
        let customer = try await server.customer(of: server.kalamna.acme)
        let reference = try customer.reference(in: server.kalamna.acme)
        let conversations = server.kalamna.services.conversations
        let owner = server.kalamna.acme.owner.id
        _ = try await conversations.takeOver(reference, by: owner)
        let writer = Task {
            for number in 2...most {
                _ = try await conversations.reply(
                    String(repeating: "كلام ", count: number % 40) + "رقم \(number)", by: owner, clientMessageID: "\(number)", in: reference)
            }
        }
        var seen: [Int] = []
        var cuts: [Int] = []
        for _ in 0..<40 {
            cuts.append(Int.random(in: 1...4000))
            let stream = try await customer.stream(lastEventID: seen.last, cutAfter: try #require(cuts.last))
            // Where less than that is written yet, the line is cut where it stands.
            _ = try await stream.ends(within: .milliseconds(50))
            stream.cut()
            #expect(try await stream.ends(within: .seconds(10)))
            seen += stream.messages.compactMap(\.id)
        }
        try await writer.value
        let rest = try await customer.stream(lastEventID: seen.last)
        seen += try await rest.wait { $0.contains { $0.id == most } || seen.last == most }.compactMap(\.id)
        #expect(seen == Array(1...most), "cut after \(cuts) bytes")
    }

    @Test(arguments: Engine.all) func aReaderThatDoesNotReadLosesNothing(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let most = 600
        let customer = try await server.customer(of: server.kalamna.acme)
        let reference = try customer.reference(in: server.kalamna.acme)
        let services = server.kalamna.services
        let owner = server.kalamna.acme.owner.id
        _ = try await services.conversations.takeOver(reference, by: owner)
        try await server.withUnreadStream("/v1/widget/session/events", auth: customer.token) { connection in
            _ = try await eventually { services.hub.watching == 1 }
            // Together more than the buffers on the way hold (some 3 MB): the stream stands still, its mailbox of 64 runs over.
            let text = String(repeating: "س", count: 4000)
            try await withThrowingTaskGroup { group in
                for lane in 0..<4 {
                    group.addTask {
                        for number in stride(from: 2 + lane, through: most, by: 4) {
                            _ = try await services.conversations.reply(text, by: owner, clientMessageID: "\(number)", in: reference)
                        }
                    }
                }
                try await group.waitForAll()
            }
            // Others are not held up by it.
            let other = try await customer.stream(after: most - 1)
            let news = try await other.wait { $0.contains { $0.id == most } }.compactMap(\.id)
            #expect(news == [most])

            // Nor is what is not stored: how the conversation stands has to be told when the mailbox ran over.
            _ = try await services.conversations.close(reference, because: .admin)
            func isClosed(_ event: ServerEvent) -> Bool { event.name == "conversation" && event.object["status"] as? String == "closed" }
            let events = try await connection.events(within: .seconds(60)) { $0.contains { $0.id == most } && $0.contains(where: isClosed) }
            let rest = try await other.wait { $0.contains(where: isClosed) }
            let seqs = events.compactMap(\.id)
            #expect(seqs == Array(1...most))
            let (isTold, isToldToOthers) = (events.contains(where: isClosed), rest.contains(where: isClosed))
            #expect(isToldToOthers)
            #expect(isTold, "it is closed, and this reader never hears of it")
        }
    }

    /// The mailbox itself: what is not fetched is dropped as a whole, told once, and the next events come again.
    @Test func anUnreadMailboxOverflows() async throws {
        let server = try await TestServer(.sqlite)
        let customer = try await server.customer(of: server.kalamna.acme)
        let reference = try customer.reference(in: server.kalamna.acme)
        let hub = server.kalamna.services.hub
        let mailbox = hub.watch(reference, credential: "test")
        defer { hub.leave(mailbox) }
        for _ in 0..<64 { hub.publish(.typing(.bot), to: reference) }
        guard case .events(let events) = await mailbox.next() else {
            Issue.record("64 events fit")
            return
        }
        #expect(events.count == 64)
        for _ in 0..<200 { hub.publish(.typing(.bot), to: reference) }
        guard case .overflowed = await mailbox.next() else {
            Issue.record("65 do not")
            return
        }
        hub.publish(.typing(.bot), to: reference)
        guard case .events(let later) = await mailbox.next() else {
            Issue.record("what comes after is delivered")
            return
        }
        #expect(later.count == 1)
    }
}

extension TestCustomer {
    func reference(in business: TestBusiness) throws -> SessionReference {
        SessionReference(business: business.business.id, session: try #require(ChatSessionID(session)))
    }
}
