import TestSupport
import Testing

@testable import Kalamna

/// Notes, canned replies, suggestions and typing.
@Suite(.timeLimit(.minutes(10))) struct AgentToolsTests {
    @Test(arguments: Engine.all) func notesStayInOrderAndOutOfTheConversation(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (talk, other) = (try await Talk(kalamna), try await Talk(kalamna))
        let (owner, business) = (kalamna.acme.owner, kalamna.acme.business.id)
        let before = try await talk.messages().count
        for number in 1...3 {
            kalamna.clock.advance(by: .seconds(1))
            let now = kalamna.clock.now
            try await kalamna.database.write(of: business) { try SessionNotes($0).add(" ملاحظة \(number)\n", to: talk.id, by: owner, now: now) }
        }
        let (notes, none) = try await kalamna.database.read(of: business) {
            (try SessionNotes($0).list(of: talk.id), try SessionNotes($0).list(of: other.id))
        }
        #expect(notes.map(\.text) == ["ملاحظة 1", "ملاحظة 2", "ملاحظة 3"])
        #expect(notes.allSatisfy { $0.admin == owner.id && $0.adminName == owner.name })
        #expect(none.isEmpty)
        #expect(try await talk.messages().count == before)
        let now = kalamna.clock.now
        for text in ["", "  \n", String(repeating: "ا", count: SessionNote.longest + 1), "a\u{0}b"] {
            let refusal = try await failure {
                try await kalamna.database.write(of: business) { try SessionNotes($0).add(text, to: talk.id, by: owner, now: now) }
            }
            #expect(refusal?.fields.map(\.field) == ["text"])
        }
    }

    @Test(arguments: Engine.all) func shortcutsAreOneOfAKind(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let now = kalamna.clock.now
        @Sendable func create(_ shortcut: String, for business: TestBusiness) async throws -> CannedReply {
            try await kalamna.database.write(of: business.business.id) {
                try CannedReplies($0).create(title: "عنوان \(shortcut)", text: "أهلا {{name}}", shortcut: shortcut, by: business.owner.id, now: now)
            }
        }
        let first = try await create("Hello", for: kalamna.acme)
        let second = try await create("شكرا", for: kalamna.acme)
        #expect(first.shortcut == "hello")
        #expect(try await failure { try await create("hello", for: kalamna.acme) }?.code == "shortcut_taken")
        _ = try await create("hello", for: kalamna.globex)
        for bad in ["", "two words", "a/b", String(repeating: "a", count: 31)] {
            #expect(try await failure { try await create(bad, for: kalamna.acme) }?.fields.map(\.field) == ["shortcut"], "\(bad)")
        }

        let business = kalamna.acme.business.id
        let clash = try await failure {
            try await kalamna.database.write(of: business) {
                try CannedReplies($0).update(second.id, CannedReplyChanges(shortcut: "HELLO"), now: now)
            }
        }
        #expect(clash?.code == "shortcut_taken")
        let changed = try await kalamna.database.write(of: business) {
            try CannedReplies($0).update(second.id, CannedReplyChanges(text: "تحت أمرك"), now: now)
        }
        #expect(changed.text == "تحت أمرك" && changed.shortcut == "شكرا" && changed.title == second.title)
        try await kalamna.database.write(of: business) { try CannedReplies($0).delete(first.id) }
        let left = try await kalamna.database.read(of: business) { try CannedReplies($0).list() }
        #expect(left.map(\.text) == ["تحت أمرك"])
        let gone = try await failure { try await kalamna.database.write(of: business) { try CannedReplies($0).delete(first.id) } }
        #expect(gone?.kind == .notFound)
    }

    @Test(arguments: Engine.all) func aSuggestionIsTheBusinesssOwnWords(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let shop = try await Shop.open(in: kalamna)
        let talk = try await Talk(kalamna)
        let suggester = ReplySuggester(database: kalamna.database, retriever: kalamna.services.retriever)
        #expect(try await failure { try await suggester.suggestion(for: talk.reference) }?.code == "nothing_asked")

        _ = try await kalamna.services.conversations.takeOver(talk.reference, by: kalamna.acme.owner.id)
        try await talk.leave("اهلا")
        try await talk.leave(Shop.shippingQuestion)
        let before = try await kalamna.snapshot(of: kalamna.acme.business.id)
        let suggestion = try await suggester.suggestion(for: talk.reference)
        #expect(suggestion.text?.contains(Shop.shipping) == true)
        #expect(suggestion.citations.map(\.item) == [shop.shipping.id])
        #expect((0...1).contains(suggestion.confidence) && suggestion.confidence > 0.3)
        #expect(try await kalamna.snapshot(of: kalamna.acme.business.id) == before, "nothing is stored")

        _ = try await kalamna.services.conversations.reply("ثواني", by: kalamna.acme.owner.id, clientMessageID: "a", in: talk.reference)
        try await talk.leave(Shop.returnsQuestion)
        let next = try await suggester.suggestion(for: talk.reference)
        #expect(next.text?.contains(Shop.returns) == true, "what was answered is not asked again")
    }

    @Test func theQuestionIsWhatFollowsTheLastAnswer() throws {
        let session = ChatSessionID(at: Instant(milliseconds: 0))
        func messages(_ senders: [ChatMessage.Sender]) -> [ChatMessage] {
            senders.enumerated().map { index, sender in
                ChatMessage(
                    id: ChatMessageID(at: Instant(milliseconds: 0)), session: session, seq: Int64(index + 1), sender: sender, text: "x",
                    createdAt: Instant(milliseconds: 0))
            }
        }
        func seqs(_ senders: [ChatMessage.Sender]) -> [[Int64]] {
            let (before, question) = ReplySuggester.question(in: messages(senders))
            return [before.map(\.seq), question.map(\.seq)]
        }
        #expect(seqs([]) == [[], []])
        #expect(seqs([.bot]) == [[1], []])
        #expect(seqs([.user]) == [[], [1]])
        #expect(seqs([.bot, .user, .bot, .user, .system, .user]) == [[1, 2, 3], [4, 6]])
        #expect(seqs([.bot, .user, .admin]) == [[1], [2]], "answered already: still the last that was asked")
        #expect(seqs([.user, .user, .user, .user, .user, .user, .user])[1] == [3, 4, 5, 6, 7])
    }

    @Test(arguments: Engine.all) func onlyWhoSpeaksIsSeenTyping(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (talk, owner, conversations) = (try await Talk(kalamna), kalamna.acme.owner.id, kalamna.services.conversations)
        #expect(try await failure { try await conversations.showTyping(by: owner, in: talk.reference) }?.code == "not_yours")
        _ = try await conversations.takeOver(talk.reference, by: owner)
        let (watcher, inbox) = (
            kalamna.services.hub.watch(talk.reference, credential: "a"),
            kalamna.services.hub.watchBusiness(kalamna.acme.business.id, credential: "b")
        )
        try await conversations.showTyping(by: owner, in: talk.reference)
        guard case .events(let events) = await watcher.next(), case .typing(.agent)? = events.first else {
            Issue.record("the customer is not told")
            return
        }
        _ = try await conversations.close(talk.reference, because: .admin)
        guard case .events(let news) = await inbox.next(), news.count == 1, case .conversation = news[0] else {
            Issue.record("the inbox hears of what is stored, and of that only")
            return
        }
        #expect(try await failure { try await conversations.showTyping(by: owner, in: talk.reference) }?.code == "session_ended")
        for subscription in [watcher, inbox] { kalamna.services.hub.leave(subscription) }
        #expect(kalamna.services.hub.watching == 0)
    }

    @Test(arguments: Engine.all) func theInboxHearsOfItsOwnBusinessOnly(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let hub = kalamna.services.hub
        let (acme, globex) = (
            hub.watchBusiness(kalamna.acme.business.id, credential: "a"), hub.watchBusiness(kalamna.globex.business.id, credential: "g")
        )
        let (first, second) = (try await Talk(kalamna), try await Talk(kalamna))
        let foreign = try await Talk(kalamna, with: kalamna.globex)
        for talk in [first, second, foreign] { try await talk.leave("اهلا") }
        func sessions(_ subscription: Subscription) async -> [ChatSessionID] {
            guard case .events(let events) = await subscription.next() else { return [] }
            return events.compactMap { event in
                if case .message(let message) = event { message.session } else { nil }
            }
        }
        #expect(await sessions(acme) == [first.id, second.id])
        #expect(await sessions(globex) == [foreign.id])
        hub.close(credential: "a")
        guard case .end(.revoked) = await acme.next() else {
            Issue.record("revoked")
            return
        }
        hub.leave(globex)
        #expect(hub.watching == 0)
    }
}
