import Store
import Synchronization
import TestSupport
import Testing

@testable import Kalamna

/// Who may work on a conversation's turns, and whose answer counts.
@Suite(.timeLimit(.minutes(10))) struct LeaseTests {
    /// A process that died after it had stored messages: nobody works on their turns.
    private func dead(_ kalamna: TestKalamna, named node: String = "dead") -> Conversations { kalamna.process(named: node).conversations }

    @Test(arguments: Engine.all) func whatADeadProcessHeldIsTakenOverWhenItsLeaseRunsOut(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        let (held, free) = (try await Talk(kalamna), try await Talk(kalamna))
        try await held.leave(Shop.shippingQuestion, by: dead(kalamna))
        try await held.leave(Shop.returnsQuestion, by: dead(kalamna))
        try await free.leave(Shop.shippingQuestion, by: dead(kalamna))
        try await free.tamper("turn_owner = NULL, turn_lease_until = NULL")
        try await withTurns(of: kalamna.services) { () async throws in
            // It looked for work, and left the conversation that is held alone.
            #expect(try await free.isAnswered())
            #expect(try await held.turns().map(\.state) == ["pending", "pending"])
            #expect(try await held.session().lease.owner == "dead")
            kalamna.clock.advance(by: .seconds(20) + .milliseconds(1))
            #expect(try await held.isAnswered())
        }
        let turns = try await held.turns()
        #expect(turns.map(\.outcome) == [.answered, .answered] && turns.map(\.attempts) == [1, 1])
        let answers = try await held.answers()
        #expect(answers.count == 1 && answers.first?.replyTo == turns.last?.message)
        #expect(try await held.session().lease.owner == nil)
    }

    @Test(arguments: Engine.all) func aProcessTakesUpItsOwnWhenItStartsAgain(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        var mine: [Talk] = []
        for _ in 0..<5 { mine.append(try await Talk(kalamna)) }
        let others = try await Talk(kalamna)
        for talk in mine { try await talk.leave(Shop.shippingQuestion, by: dead(kalamna, named: "web-1")) }
        try await others.leave(Shop.shippingQuestion, by: dead(kalamna, named: "web-2"))
        // No time passes: the leases are as good as new.
        let restarted = kalamna.process(named: "web-1")
        try await withTurns(of: restarted) { () async throws in
            for talk in mine {
                #expect(try await talk.isAnswered())
                #expect(try await talk.turns().map(\.outcome) == [.answered])
                #expect(try await talk.answers().count == 1)
            }
        }
        #expect(restarted.turns.outcomes.all == [.answered: 5])
        #expect(try await others.turns().map(\.state) == ["pending"])
        let lease = try await others.session().lease
        #expect(lease.owner == "web-2" && lease.fence == 1)
    }

    @Test(arguments: Engine.all) func whoWasPassedByStoresNothing(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        let talk = try await Talk(kalamna)
        let barrier = Barrier()
        let store = InterruptedStore(kalamna.store, beforeWrite: { await barrier.hold() })
        let zombie = kalamna.process(named: "zombie", on: store)
        let question = try await talk.leave(Shop.shippingQuestion, by: dead(kalamna, named: "zombie")).message
        // It has its answer ready, and is suspended past its lease.
        zombie.turns.wake(talk.reference)
        await barrier.reached()
        kalamna.clock.advance(by: .seconds(21))
        try await withTurns(of: kalamna.services) { () async throws in #expect(try await talk.isAnswered()) }
        let (turns, answers) = (try await talk.turns(), try await talk.answers())
        #expect(turns.map(\.outcome) == [.answered] && answers.map(\.replyTo) == [question.id])

        barrier.release()
        #expect(try await eventually { store.finishedWrites == 1 })
        #expect(try await talk.answers().map(\.id) == answers.map(\.id))
        #expect(try await talk.turns() == turns)
        #expect(try await talk.session().lastSeq == 3)
        #expect(zombie.turns.outcomes.all.isEmpty)
    }

    /// A process that was replaced by another of its name: the owner is the same, only the fence tells them apart.
    @Test(arguments: Engine.all) func theFenceRefusesAnOlderProcessOfTheSameName(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        let talk = try await Talk(kalamna)
        let barrier = Barrier()
        let store = InterruptedStore(kalamna.store, beforeWrite: { await barrier.hold() })
        let zombie = kalamna.process(named: "web-1", on: store)
        try await talk.leave(Shop.shippingQuestion, by: dead(kalamna, named: "web-1"))
        zombie.turns.wake(talk.reference)
        await barrier.reached()
        let now = kalamna.clock.now
        let claimed = try await kalamna.database.writeAcrossBusinesses { transaction in
            try Turns.releaseLeases(of: "web-1", in: transaction)
            return try Turns.claimAbandoned(for: "web-1", lease: .seconds(20), now: now, in: transaction)
        }
        #expect(claimed == [talk.reference])
        let lease = try await talk.session().lease
        #expect(lease.owner == "web-1" && lease.fence == 3)

        barrier.release()
        #expect(try await eventually { store.finishedWrites == 1 })
        #expect(try await talk.turns().map(\.state) == ["pending"])
        #expect(try await talk.answers().isEmpty)
        #expect(try await talk.session().lease == lease)
        kalamna.process(named: "web-1").turns.wake(talk.reference)
        #expect(try await talk.isAnswered())
        #expect(try await talk.answers().count == 1)
    }

    /// Nobody took the conversation: the late answer is as good as any.
    @Test(arguments: Engine.all) func aLateAnswerOfTheOnlyProcessCounts(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        let talk = try await Talk(kalamna)
        let barrier = Barrier()
        let slow = kalamna.process(named: "test", on: InterruptedStore(kalamna.store, beforeWrite: { await barrier.hold() }))
        try await talk.leave(Shop.shippingQuestion)
        slow.turns.wake(talk.reference)
        await barrier.reached()
        kalamna.clock.advance(by: .minutes(2))
        barrier.release()
        #expect(try await talk.isAnswered())
        #expect(try await talk.answers().map(\.outcome) == [.answered])
        #expect(try await talk.session().lease.owner == nil)
    }

    /// While a turn takes long, nobody else may begin it: its lease moves on with the time.
    @Test(arguments: Engine.all) func aLongTurnKeepsItsLease(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        let talk = try await Talk(kalamna)
        let (slow, barrier) = (SlowEmbedder(), Barrier())
        await EmbeddingWorker(database: kalamna.database, embedder: slow, logger: .quiet).work()
        slow.hold(at: barrier)
        let conversations = Conversations(
            database: kalamna.database, hub: EventHub(), clock: kalamna.clock.wall, node: "slow", lease: .milliseconds(300))
        let retriever = Retriever(database: kalamna.database, embedder: slow, patience: .seconds(60), logger: .quiet)
        let turns = TurnRunner(conversations: conversations, assistant: Assistant(retriever: retriever), logger: .quiet)
        try await talk.leave(Shop.shippingQuestion, by: conversations)
        let began = try #require(try await talk.session().lease.until)
        turns.wake(talk.reference)
        await barrier.reached()
        kalamna.clock.advance(by: .minutes(1))
        #expect(try await eventually { try await talk.session().lease.until.map { $0 > began + .seconds(59) } ?? false })
        barrier.release()
        #expect(try await talk.isAnswered())
        let lease = try await talk.session().lease
        #expect(lease.owner == nil && lease.until == nil)
    }

    /// Claimed, and nothing to do: the next process must not wait for the lease to run out.
    @Test(arguments: Engine.all) func whatHasNothingPendingIsLetGo(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let talk = try await Talk(kalamna)
        let until = kalamna.clock.now + .seconds(20)
        try await talk.tamper("turn_owner = 'test', turn_lease_until = \(until)")
        #expect(try await talk.session().lease.owner == "test")
        kalamna.services.turns.wake(talk.reference)
        #expect(try await eventually { try await talk.session().lease.owner == nil })
    }

    @Test(arguments: Engine.all) func anAgentWhoTakesOverMeanwhileSilencesTheBot(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        let changes: [@Sendable (Talk) async throws -> ChatSession] = [
            { try await $0.services.conversations.takeOver($0.reference, by: $0.kalamna.acme.owner.id) },
            { try await $0.services.conversations.close($0.reference, because: .admin) },
        ]
        for change in changes {
            let talk = try await Talk(kalamna)
            let barrier = Barrier()
            let process = kalamna.process(named: "test", on: InterruptedStore(kalamna.store, beforeWrite: { await barrier.hold() }))
            let question = try await talk.leave(Shop.shippingQuestion).message
            process.turns.wake(talk.reference)
            await barrier.reached()
            let changed = try await change(talk)
            barrier.release()
            let turn = try await talk.finished(question.id)
            #expect(turn.outcome == .silent && turn.answer == nil)
            #expect(try await talk.answers().isEmpty)
            let session = try await talk.session()
            #expect(session.handling == changed.handling && session.status == changed.status && session.lastSeq == 2)
            #expect(session.assignedAdminID == changed.assignedAdminID)
            #expect(try await eventually { process.turns.outcomes.all == [.silent: 1] })
        }
    }
}

/// Every text means the same; a question's vector waits at the barrier.
private final class SlowEmbedder: Embedder {
    let model = EmbeddingModel(name: "slow", version: "1", dimensions: 2)
    private let barrier = Mutex<Barrier?>(nil)

    func hold(at barrier: Barrier) { self.barrier.withLock { $0 = barrier } }

    func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws -> [[Float]] {
        if purpose == .query, let barrier = barrier.withLock({ $0 }) { await barrier.hold() }
        return texts.map { _ in [1, 0] }
    }
}
