import Kalamna
import TestSupport
import Testing

@Suite struct ReceiveTests {
    @Test(arguments: Engine.all) func fiftyAtOnceGetTheirNumbersWithoutAGap(engine: Engine) async throws {
        let talk = try await Talk(TestKalamna(engine))
        try await talk.kalamna.openConnections()
        let given = try await withThrowingTaskGroup(of: (text: String, received: Conversations.Received).self) { group in
            for number in 0..<50 { group.addTask { ("رسالة \(number)", try await talk.leave("رسالة \(number)")) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(given.allSatisfy { $0.received.isNew && $0.received.message.text == $0.text })
        #expect(given.map(\.received.message.seq).sorted() == Array(2...51))
        let stored = try await talk.messages()
        #expect(stored.map(\.seq) == Array(1...51))
        #expect(
            Dictionary(uniqueKeysWithValues: stored.dropFirst().map { ($0.seq, $0.text) })
                == Dictionary(uniqueKeysWithValues: given.map { ($0.received.message.seq, $0.text) }))
        #expect(try await talk.session().lastSeq == 51)
        // The work for each was stored with it.
        #expect(try await talk.turns().map(\.message) == stored.dropFirst().map(\.id))
    }

    @Test(arguments: Engine.all) func aRepeatReturnsTheFirst(engine: Engine) async throws {
        let talk = try await Talk(TestKalamna(engine))
        let first = try await talk.leave("الشحن بكام؟", id: "m-1")
        talk.kalamna.clock.advance(by: .seconds(30))
        // A client that trims differently still repeats itself.
        let second = try await talk.leave(" الشحن بكام؟\n", id: "m-1")
        #expect(first.isNew && !second.isNew && !second.isOurs)
        #expect(second.message.id == first.message.id && second.message.seq == 2 && second.message.createdAt == first.message.createdAt)
        #expect(try await talk.messages().count == 2)
        #expect(try await talk.turns().count == 1)
    }

    @Test(arguments: Engine.all) func twentyRepeatsAtOnceAreOneMessage(engine: Engine) async throws {
        let talk = try await Talk(TestKalamna(engine))
        try await talk.kalamna.openConnections()
        let received = try await withThrowingTaskGroup(of: Conversations.Received.self) { group in
            for _ in 0..<20 { group.addTask { try await talk.leave("الشحن بكام؟", id: "m-1") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(received.count { $0.isNew } == 1 && received.count == 20)
        #expect(Set(received.map(\.message.id)).count == 1 && Set(received.map(\.message.seq)) == [2])
        #expect(try await talk.messages().map(\.seq) == [1, 2])
        #expect(try await talk.turns().count == 1)
    }

    @Test(arguments: Engine.all) func theSameIDWithAnotherTextIsAConflict(engine: Engine) async throws {
        let talk = try await Talk(TestKalamna(engine))
        try await talk.leave("الشحن بكام؟", id: "m-1")
        let refusal = try await failure { try await talk.leave("عايز ارجع الطلب", id: "m-1") }
        #expect(refusal?.kind == .conflict && refusal?.code == "client_message_id_reused")
        #expect(try await talk.messages().map(\.text).last == "الشحن بكام؟")
        #expect(try await talk.messages().count == 2)
        // Ids are a session's own.
        let other = try await Talk(talk.kalamna)
        #expect(try await other.leave("عايز ارجع الطلب", id: "m-1").isNew)
    }

    @Test(arguments: Engine.all) func aRefusedMessageLeavesNothing(engine: Engine) async throws {
        let talk = try await Talk(TestKalamna(engine))
        for (text, id) in [("   ", "m-1"), ("a\u{0}", "m-2"), ("ok", ""), ("ok", "a b"), (String(repeating: "x", count: 4001), "m-3")] {
            #expect(try await failure { try await talk.leave(text, id: id) }?.kind == .invalid)
        }
        let unknown = SessionReference(business: talk.reference.business, session: ChatSessionID(at: talk.kalamna.clock.now))
        let refusal = try await failure {
            try await talk.services.conversations.receive("اهلا", clientMessageID: "m-4", in: unknown)
        }
        #expect(refusal?.kind == .notFound)
        #expect(try await talk.messages().count == 1)
        #expect(try await talk.session().lastSeq == 1)
        #expect(try await talk.turns().isEmpty)
    }

    /// The first message claims the session's turns for its process; another process leaves them to it until the lease runs out.
    @Test(arguments: Engine.all) func oneProcessAtATimeHoldsTheTurns(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let talk = try await Talk(kalamna)
        let other = kalamna.process(named: "other").conversations
        #expect(try await talk.leave("واحد").isOurs)
        #expect(try await !talk.leave("اتنين", by: other).isOurs)
        let held = try await talk.session().lease
        #expect(held.owner == "test" && held.fence == 1 && held.until == kalamna.clock.now + .seconds(20))
        kalamna.clock.advance(by: .seconds(20))
        #expect(try await !talk.leave("تلاتة", by: other).isOurs)
        kalamna.clock.advance(by: .milliseconds(1))
        #expect(try await talk.leave("اربعة", by: other).isOurs)
        let taken = try await talk.session().lease
        #expect(taken.owner == "other" && taken.fence == 2)
        #expect(try await !talk.leave("خمسة").isOurs)
    }
}
