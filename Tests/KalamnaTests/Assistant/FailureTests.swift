import Store
import TestSupport
import Testing

@testable import Kalamna

/// What happens when no answer can be made. The knowledge's chunks can't be read: that is the assistant's work, not the turn's.
@Suite(.timeLimit(.minutes(10))) struct FailureTests {
    /// A store whose chunks can't be read, so many times; `tries` counts.
    private func failing(_ base: any Store, atMost most: Int = .max, counting tries: Counter) -> InterruptedStore {
        InterruptedStore(
            base,
            atStatement: { text throws(StoreError) in
                if text.contains("FROM knowledge_chunks"), tries.next() <= most { throw .unavailable("as the test wants") }
            })
    }

    @Test(arguments: Engine.all) func inTheEndTheCustomerGetsAnApologyAndAHuman(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        let tries = Counter()
        let store = failing(kalamna.store, counting: tries)
        let talk = try await Talk(kalamna, through: kalamna.process(named: "test", on: store))
        let question = try await withTurns(of: talk.services) {
            #expect(try await isRunning(store))
            let question = try await talk.send(Shop.shippingQuestion)
            for number in 1...10 {
                guard try await isRetryDue(talk, after: tries, number) else { break }
                kalamna.clock.advance(by: .seconds(1))
            }
            #expect(try await talk.isAnswered())
            // The human will read what comes next.
            #expect(try await talk.ask(Shop.returnsQuestion).outcome == .silent)
            return question
        }
        // Not at the first trouble, and not after many minutes. The first try is not counted: most turns need no other.
        let turns = try await talk.turns()
        #expect((3...9).contains(tries.count) && turns.map(\.attempts) == [tries.count - 1, 0])
        #expect(turns.map(\.outcome) == [.failed, .silent])
        let settings = try await kalamna.database.read(of: talk.reference.business) { try Settings($0).current() }
        let apologies = try await talk.answers()
        #expect(apologies.map(\.text) == [Phrases(settings: settings, locale: .ar).failed()])
        #expect(apologies.map(\.sender) == [.system] && apologies.map(\.replyTo) == [question.id] && apologies.map(\.outcome) == [.failed])
        let session = try await talk.session()
        #expect(session.handling == .waiting && session.lease.owner == nil)
    }

    @Test(arguments: Engine.all) func aTryThatSucceedsAnswers(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        let tries = Counter()
        let store = failing(kalamna.store, atMost: 2, counting: tries)
        let talk = try await Talk(kalamna, through: kalamna.process(named: "test", on: store))
        try await withTurns(of: talk.services) {
            #expect(try await isRunning(store))
            try await talk.send(Shop.shippingQuestion)
            for number in 1...2 {
                #expect(try await isRetryDue(talk, after: tries, number))
                kalamna.clock.advance(by: .seconds(1))
            }
            #expect(try await talk.isAnswered())
        }
        #expect(try await talk.turns().map(\.outcome) == [.answered])
        let answers = try await talk.answers()
        #expect(answers.count == 1 && answers.first?.text.hasPrefix(Shop.shipping) == true)
        #expect(try await talk.session().handling == .bot)
    }

    /// A failure is one conversation's own.
    @Test(arguments: Engine.all) func otherConversationsGoOn(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        try await Shop.open(in: kalamna, for: kalamna.globex)
        // A chunk of one business that can't be read.
        try await kalamna.database.write(of: kalamna.acme.business.id) { db in
            try db.execute("UPDATE knowledge_chunks SET id = 'broken' WHERE business_id = \(db.business) AND content LIKE '%50%'")
            try db.execute("UPDATE businesses SET knowledge_version = knowledge_version + 1 WHERE id = \(db.business)")
        }
        let (broken, sound) = (try await Talk(kalamna), try await Talk(kalamna, with: kalamna.globex))
        try await broken.send(Shop.shippingQuestion)
        #expect(try await sound.ask(Shop.shippingQuestion).outcome == .answered)
        // Small talk needs no knowledge.
        let greeted = try await Talk(kalamna)
        #expect(try await greeted.ask("السلام عليكم").outcome == .smallTalk)
        #expect(try await broken.turns().map(\.state) == ["pending"])
    }

    /// Never silence, also when it is the settings that can't be read.
    @Test(arguments: Engine.all) func brokenSettingsEndInAnApologyToo(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let talk = try await Talk(kalamna)
        try await talk.leave(Shop.shippingQuestion)
        try await kalamna.database.write(of: talk.reference.business) { db in
            try db.execute("UPDATE business_settings SET operating_hours = 'x' WHERE business_id = \(db.business)")
        }
        try await withTurns(of: talk.services) {
            let ended = try await eventually(within: .seconds(30)) {
                kalamna.clock.advance(by: .milliseconds(100))
                return try await talk.turns().allSatisfy { $0.state == "done" }
            }
            #expect(ended)
        }
        #expect(try await talk.turns().map(\.outcome) == [.failed])
        #expect(try await talk.answers().map(\.outcome) == [.failed])
        #expect(try await talk.session().handling == .waiting)
    }

    /// Whether the process has taken up its own and looked for abandoned turns once: from here on it begins none that it was not given.
    private func isRunning(_ store: InterruptedStore) async throws -> Bool {
        try await eventually(within: .seconds(60)) { store.finishedWrites >= 2 }
    }

    /// Whether the failure of a try was noted down, so that the next is due; not when the turn has ended.
    private func isRetryDue(_ talk: Talk, after tries: Counter, _ number: Int) async throws -> Bool {
        func isDue() async throws -> Bool {
            let until = try await talk.session().lease.until
            return tries.count == number && until == talk.kalamna.clock.now + .milliseconds(500)
        }
        _ = try await eventually(within: .seconds(60)) {
            if try await isDue() { return true }
            return try await talk.turns().allSatisfy { $0.state == "done" }
        }
        return try await isDue()
    }
}
