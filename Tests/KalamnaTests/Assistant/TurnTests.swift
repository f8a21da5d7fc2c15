import Kalamna
import TestSupport
import Testing

/// Every message of a customer gets exactly one final answer, whoever works on it.
@Suite(.timeLimit(.minutes(10))) struct TurnTests {
    @Test(arguments: Engine.all) func eachMessageGetsItsAnswer(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        let talk = try await Talk(kalamna)
        for question in [Shop.shippingQuestion, Shop.returnsQuestion, "شكرا"] {
            let reply = try await talk.ask(question)
            #expect(reply.message?.replyTo == reply.question.id && reply.message?.seq == reply.question.seq + 1)
            #expect(reply.message?.outcome == reply.outcome && reply.message?.sender == .bot)
        }
        let messages = try await talk.messages()
        #expect(messages.map(\.seq) == Array(1...7))
        #expect(messages.map(\.sender) == [.bot, .user, .bot, .user, .bot, .user, .bot])
        let turns = try await talk.turns()
        #expect(turns.map(\.outcome) == [.answered, .answered, .smallTalk])
        #expect(turns.map(\.answer) == [messages[2].id, messages[4].id, messages[6].id])
        #expect(turns.allSatisfy { $0.state == "done" && $0.attempts == 0 })
        #expect(try await eventually { kalamna.services.turns.outcomes.all == [.answered: 2, .smallTalk: 1] })
        // The session is free for whichever process gets the next message.
        let lease = try await talk.session().lease
        #expect(lease.owner == nil && lease.until == nil)
    }

    @Test(arguments: Engine.all) func messagesSentAtOnceAreAnsweredInOrder(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        let talk = try await Talk(kalamna)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<30 { group.addTask { try await talk.send(Shop.shippingQuestion) } }
            try await group.waitForAll()
        }
        #expect(try await talk.isAnswered())
        try await expectOneAnswerEach(talk, messages: 30)
    }

    /// One after another is one turn; what comes while it is worked on is the next.
    @Test(arguments: Engine.all) func messagesThatComeMeanwhileAreAnsweredTogether(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        let talk = try await Talk(kalamna)
        let barrier = Barrier()
        let process = kalamna.process(named: "test", on: InterruptedStore(kalamna.store, beforeWrite: { await barrier.hold() }))
        let first = try await talk.leave(Shop.shippingQuestion).message
        process.turns.wake(talk.reference)
        await barrier.reached()
        let (second, third) = (try await talk.leave("طيب").message, try await talk.leave(Shop.returnsQuestion).message)
        barrier.release()
        await barrier.reached()
        barrier.release()
        #expect(try await talk.isAnswered())
        let answers = try await talk.answers()
        #expect(answers.map(\.replyTo) == [first.id, third.id])
        #expect(answers.first?.text.hasPrefix(Shop.shipping) == true && answers.last?.text.hasPrefix(Shop.returns) == true)
        let turns = try await talk.turns()
        #expect(turns.map(\.message) == [first.id, second.id, third.id])
        #expect(turns.map(\.answer) == [answers.first?.id, answers.last?.id, answers.last?.id])
        #expect(try await talk.messages().map(\.seq) == Array(1...6))
    }

    @Test(arguments: Engine.all) func twoProcessesStoreOneAnswerEach(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        let (left, right) = (kalamna.process(named: "left"), kalamna.process(named: "right"))
        var talks: [Talk] = []
        for number in 0..<6 { talks.append(try await Talk(kalamna, through: number % 2 == 0 ? left : right)) }
        try await withTurns(of: left) {
            try await withTurns(of: right) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for talk in talks {
                        for number in 0..<8 {
                            // The customer's requests reach one process or the other.
                            group.addTask {
                                _ = try await (number % 2 == 0 ? left : right).receive(
                                    Shop.shippingQuestion, clientMessageID: "m-\(number)", in: talk.reference)
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                for talk in talks { #expect(try await talk.isAnswered()) }
            }
        }
        for talk in talks { try await expectOneAnswerEach(talk, messages: 8) }
        let counted = (left.turns.outcomes.all[.answered] ?? 0) + (right.turns.outcomes.all[.answered] ?? 0)
        var stored = 0
        for talk in talks { stored += try await talk.answers().count }
        #expect(counted == stored)
    }

    @Test(arguments: Engine.all) func manyConversationsAreAllAnswered(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        // More than are worked on at once.
        let talks = try await withThrowingTaskGroup(of: Talk.self) { group in
            for _ in 0..<80 {
                group.addTask {
                    let talk = try await Talk(kalamna)
                    try await talk.send(Shop.shippingQuestion)
                    return talk
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for talk in talks {
            #expect(try await talk.isAnswered())
            #expect(try await talk.turns().map(\.outcome) == [.answered])
            #expect(try await talk.messages().map(\.sender) == [.bot, .user, .bot])
        }
    }

    /// The promise, whichever way the messages were grouped: each group of neighbours has one answer, after its last message.
    private func expectOneAnswerEach(_ talk: Talk, messages count: Int) async throws {
        let (turns, messages) = (try await talk.turns(), try await talk.messages())
        let questions = messages.filter { $0.sender == .user }
        let answers = messages.filter { $0.sender != .user && $0.seq > 1 }
        #expect(questions.count == count && turns.map(\.message) == questions.map(\.id))
        #expect(messages.map(\.seq) == Array(1...Int64(messages.count)))
        #expect(turns.allSatisfy { $0.state == "done" && $0.outcome == .answered })
        #expect(turns.compactMap(\.answer).count == count)
        // In the order of the questions, without another answer in between.
        var groups: [(answer: ChatMessageID?, last: ChatMessageID)] = []
        for turn in turns {
            if groups.last?.answer == turn.answer { groups.removeLast() }
            groups.append((turn.answer, turn.message))
        }
        #expect(groups.map(\.answer) == answers.map(\.id) && groups.map(\.last) == answers.map(\.replyTo))
        for (question, turn) in zip(questions, turns) {
            let answer = messages.first { $0.id == turn.answer }
            #expect(answer.map { $0.seq > question.seq && $0.text.hasPrefix(Shop.shipping) } == true)
        }
    }
}
