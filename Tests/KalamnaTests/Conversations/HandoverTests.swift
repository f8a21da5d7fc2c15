import Kalamna
import TestSupport
import Testing

@Suite struct HandoverTests {
    @Test(arguments: Engine.all) func ofTwentyAgentsOneTakesIt(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (talk, now) = (try await Talk(kalamna), kalamna.clock.now)
        try await kalamna.openConnections()
        let agents = (0..<20).map { _ in AdminID(at: now) }
        let outcomes = try await withThrowingTaskGroup(of: (agent: AdminID, failure: Failure?).self) { group in
            for agent in agents {
                group.addTask {
                    (agent, try await failure { try await talk.services.conversations.takeOver(talk.reference, by: agent) })
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let winners = outcomes.filter { $0.failure == nil }.map(\.agent)
        #expect(outcomes.count == 20 && winners.count == 1)
        #expect(outcomes.compactMap(\.failure).allSatisfy { $0.kind == .conflict && $0.code == "already_taken" })
        let session = try await talk.session()
        #expect(session.handling == .agent && session.assignedAdminID == winners.first)
        // Who holds it may take it again; nobody else may, however late.
        let winner = try #require(winners.first)
        #expect(try await talk.services.conversations.takeOver(talk.reference, by: winner).assignedAdminID == winner)
        kalamna.clock.advance(by: .hours(5))
        let late = try await failure { try await talk.services.conversations.takeOver(talk.reference, by: kalamna.acme.owner.id) }
        #expect(late?.code == "already_taken")
        #expect(try await talk.messages().count == 1)
    }

    @Test(arguments: Engine.all) func onlyWhoHoldsItReplies(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (talk, agent, colleague) = (try await Talk(kalamna), kalamna.acme.owner.id, AdminID(at: kalamna.clock.now))
        let conversations = talk.services.conversations
        func reply(_ text: String, by admin: AdminID, id: String) async throws -> ChatMessage {
            try await conversations.reply(text, by: admin, clientMessageID: id, in: talk.reference).message
        }
        #expect(try await failure { try await reply("اهلا", by: agent, id: "a-1") }?.code == "not_yours")
        _ = try await conversations.askForHuman(in: talk.reference)
        #expect(try await failure { try await reply("اهلا", by: agent, id: "a-1") }?.code == "not_yours")
        _ = try await conversations.takeOver(talk.reference, by: agent)
        let refusal = try await failure { try await reply("اهلا", by: colleague, id: "a-1") }
        #expect(refusal?.kind == .conflict && refusal?.code == "not_yours")
        #expect(try await talk.messages().count { $0.sender == .admin } == 0)

        let message = try await reply(" مع حضرتك نعمة \n", by: agent, id: "a-1")
        #expect(message.seq == 3 && message.sender == .admin && message.senderID == agent && message.text == "مع حضرتك نعمة")
        #expect(message.replyTo == nil && message.outcome == nil)
        #expect(try await reply("مع حضرتك نعمة", by: agent, id: "a-1").id == message.id)
        #expect(try await failure { try await reply("كلام تاني", by: agent, id: "a-1") }?.code == "client_message_id_reused")
        #expect(try await failure { try await reply("  ", by: agent, id: "a-2") }?.kind == .invalid)
        #expect(try await talk.messages().map(\.sender) == [.bot, .system, .admin])

        let notMine = try await failure { _ = try await conversations.handBack(talk.reference, by: colleague, canOverride: false) }
        #expect(notMine?.kind == .forbidden && notMine?.code == "not_yours")
        _ = try await conversations.handBack(talk.reference, by: agent, canOverride: false)
        #expect(try await failure { try await reply("اهلا", by: agent, id: "a-3") }?.code == "not_yours")
    }

    @Test(arguments: Engine.all) func handingBackMakesTheBotSpeakAgain(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let talk = try await Talk(kalamna)
        let conversations = talk.services.conversations
        _ = try await conversations.takeOver(talk.reference, by: kalamna.acme.owner.id)
        let unheard = try await talk.ask("السلام عليكم")
        #expect(unheard.outcome == .silent && unheard.message == nil)
        let session = try await conversations.handBack(talk.reference, by: kalamna.acme.owner.id, canOverride: true)
        #expect(session.handling == .bot && session.assignedAdminID == nil && session.unanswered == 0 && session.noticed == nil)
        let heard = try await talk.ask("السلام عليكم")
        #expect(heard.outcome == .smallTalk && heard.message?.sender == .bot)
        // Free for a colleague.
        let colleague = AdminID(at: kalamna.clock.now)
        #expect(try await conversations.takeOver(talk.reference, by: colleague).assignedAdminID == colleague)
    }

    @Test(arguments: Engine.all) func whoAsksForAHumanIsToldOnce(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let talk = try await Talk(kalamna)
        let conversations = talk.services.conversations
        let session = try await conversations.askForHuman(in: talk.reference)
        #expect(session.handling == .waiting && session.noticed == .waiting && session.lastSeq == 2)
        let notices = try await talk.answers()
        #expect(notices.map(\.sender) == [.system] && notices.map(\.seq) == [2] && notices.first?.text.isEmpty == false)
        #expect(notices.first?.replyTo == nil && notices.first?.outcome == nil)
        _ = try await conversations.askForHuman(in: talk.reference)
        #expect(try await talk.messages().count == 2)
        // Waiting customers can be taken; then there is nobody left to ask for.
        _ = try await conversations.takeOver(talk.reference, by: kalamna.acme.owner.id)
        #expect(try await conversations.askForHuman(in: talk.reference).handling == .agent)
        #expect(try await talk.messages().count == 2)
    }

    @Test(arguments: Engine.all) func askingTwentyTimesAtOnceIsToldOnce(engine: Engine) async throws {
        let talk = try await Talk(TestKalamna(engine))
        try await talk.kalamna.openConnections()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { _ = try await talk.services.conversations.askForHuman(in: talk.reference) } }
            try await group.waitForAll()
        }
        #expect(try await talk.messages().map(\.seq) == [1, 2])
        #expect(try await talk.session().lastSeq == 2)
    }
}
