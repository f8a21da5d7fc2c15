import Kalamna
import TestSupport
import Testing

/// What watchers of a conversation are told: what was stored, in its order, and of this conversation only.
@Suite(.timeLimit(.minutes(10))) struct PublishingTests {
    /// Everything that was delivered so far; there must be something.
    private func delivered(to subscription: Subscription) async throws -> [SessionEvent] {
        guard case .events(let events) = await subscription.next() else {
            Issue.record("no events")
            return []
        }
        return events
    }

    private func seqs(_ events: [SessionEvent]) -> [Int64] {
        events.compactMap { event in
            if case .message(let message) = event { message.seq } else { nil }
        }
    }

    @Test(arguments: Engine.all) func eachStoredMessageIsToldOnce(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (talk, other) = (try await Talk(kalamna), try await Talk(kalamna))
        let (watcher, stranger) = (
            kalamna.services.hub.watch(talk.reference, credential: "a"), kalamna.services.hub.watch(other.reference, credential: "b")
        )
        for number in 2...7 { try await talk.leave("رسالة \(number)", id: "m-\(number)") }
        // A repeat and a refusal are no news.
        try await talk.leave("رسالة 3", id: "m-3")
        #expect(try await failure { try await talk.leave("غيرها", id: "m-3") } != nil)
        #expect(try await seqs(delivered(to: watcher)) == Array(2...7))

        let agent = kalamna.acme.owner.id
        _ = try await talk.services.conversations.askForHuman(in: talk.reference)
        _ = try await talk.services.conversations.takeOver(talk.reference, by: agent)
        _ = try await talk.services.conversations.reply("اهلا", by: agent, clientMessageID: "a-1", in: talk.reference)
        let events = try await delivered(to: watcher)
        #expect(seqs(events) == [8, 9])
        let states = events.compactMap { event in
            if case .conversation(let session) = event { session.handling } else { nil }
        }
        #expect(states == [.waiting, .agent])

        try await other.leave("اهلا")
        #expect(try await seqs(delivered(to: stranger)) == [2])
        kalamna.services.hub.leave(watcher)
        kalamna.services.hub.leave(stranger)
        #expect(kalamna.services.hub.watching == 0)
    }

    @Test(arguments: Engine.all) func theAnswerIsToldToo(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        let talk = try await Talk(kalamna)
        let watcher = kalamna.services.hub.watch(talk.reference, credential: "a")
        let reply = try await talk.ask(Shop.shippingQuestion)
        var told: [Int64] = []
        while told.count < 2 { told += try await seqs(delivered(to: watcher)) }
        #expect(told == [2, 3])
        #expect(try await talk.messages().last?.id == reply.message?.id)
    }
}
