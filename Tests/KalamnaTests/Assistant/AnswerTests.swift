import Store
import TestSupport
import Testing

@testable import Kalamna

@Suite struct AnswerTests {
    private struct Usage: Equatable {
        let rank: Int
        let item: KnowledgeItemID
        let chunk: KnowledgeChunkID
        let version: Int64
        let title: String
        let cited: Bool
    }

    private func usage(of message: ChatMessageID, _ talk: Talk) async throws -> [Usage] {
        try await talk.kalamna.database.read(of: talk.reference.business) { db in
            try db.fetch(
                """
                SELECT rank, item_id, chunk_id, version, title, cited FROM knowledge_usage
                WHERE business_id = \(db.business) AND message_id = \(message) ORDER BY rank
                """
            ).map { row throws in
                Usage(
                    rank: try row["rank"], item: try row["item_id"], chunk: try row["chunk_id"], version: try row["version"],
                    title: try row["title"], cited: try row["cited"])
            }
        }
    }

    @Test(arguments: Engine.all) func anAnswerNamesItsSources(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let cairo = try await Shop.open(in: kalamna).shipping
        let alexandria = try await kalamna.learn("سعر الشحن للاسكندرية كام؟", "الشحن للاسكندرية 60 جنيه.")
        let talk = try await Talk(kalamna)
        let reply = try await talk.ask("سعر الشحن للقاهرة كام؟")
        let answer = try #require(reply.message)
        #expect(reply.outcome == .answered && answer.sender == .bot && answer.replyTo == reply.question.id)
        #expect(answer.model == "extractive-1" && answer.kind == .text)
        #expect(try #require(answer.confidence) >= 0.45)
        // The one that was said, then those that were only found.
        let chunks = try await kalamna.database.read(of: talk.reference.business) { db in
            try KnowledgeItems(db).chunks(of: cairo.id) + KnowledgeItems(db).chunks(of: alexandria.id)
        }
        let stored = try await usage(of: answer.id, talk)
        #expect(
            stored.prefix(2) == [
                Usage(rank: 1, item: cairo.id, chunk: chunks[0].id, version: 1, title: cairo.title, cited: true),
                Usage(rank: 2, item: alexandria.id, chunk: chunks[1].id, version: 1, title: alexandria.title, cited: false),
            ])
        #expect(answer.citations.map(\.chunk) == stored.map(\.chunk) && answer.citations.map(\.cited) == stored.map(\.cited))
        #expect(answer.citations.allSatisfy { (0...1).contains($0.score) })
        #expect(answer.citations.map(\.score) == answer.citations.map(\.score).sorted(by: >))
        // The citation stays when the item goes.
        try await kalamna.database.write(of: talk.reference.business) { try KnowledgeItems($0).delete(cairo.id) }
        #expect(try await usage(of: answer.id, talk) == stored)
        #expect(try await talk.answers().first?.citations.first?.title == cairo.title)
    }

    @Test(arguments: Engine.all, Tone.allCases) func eachToneGivesTheAnswerWordForWord(engine: Engine, tone: Tone) async throws {
        let kalamna = try await TestKalamna(engine)
        let item = try await Shop.open(in: kalamna).shipping
        let settings = try await kalamna.change(SettingsChanges(tone: tone))
        let phrases = Phrases(settings: settings, locale: .ar)
        // Several conversations in one: the wording around the answer changes with the place.
        let talk = try await Talk(kalamna)
        for seq in [2, 4, 6] as [Int64] {
            let reply = try await talk.ask(Shop.shippingQuestion)
            let text = try #require(reply.text)
            #expect(reply.outcome == .answered && text == phrases.framed(Shop.shipping, variant: seq))
            if tone == .neutral { #expect(text == Shop.shipping) } else { #expect(text.hasPrefix(Shop.shipping)) }
            #expect(try await usage(of: #require(reply.message).id, talk).first?.item == item.id)
        }
    }

    @Test(arguments: [Locale.ar, .en]) func theTonesDiffer(locale: Locale) {
        func texts(_ tone: Tone) -> [String] {
            var settings = BusinessSettings.defaults(businessName: "Nour", locale: .en)
            settings.tone = tone
            let phrases = Phrases(settings: settings, locale: locale)
            let now = Instant(milliseconds: 0)
            return [
                phrases.greeting(variant: 0), phrases.welcome(variant: 0), phrases.farewell(variant: 0), phrases.doNotKnow(variant: 0),
                phrases.handover(at: now), phrases.waiting(), phrases.autoReplyOff(), phrases.failed(),
            ]
        }
        let all = Tone.allCases.map(texts)
        for number in all[0].indices {
            // English knows one tone.
            #expect(Set(all.map { $0[number] }).count == (locale == .ar ? 3 : 1))
            #expect(all[0][number].unicodeScalars.contains { (0x600...0x6FF).contains($0.value) } == (locale == .ar))
        }
    }

    @Test(arguments: Engine.all) func anEnglishQuestionGetsTheEnglishFrame(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        let opening = "We are open from Saturday to Thursday, 10 am to 10 pm."
        try await kalamna.learn("What are your working hours?", opening)
        let talk = try await Talk(kalamna)
        let arabic = try await talk.ask("What is the shipping price to Cairo?")
        #expect(arabic.outcome == .answered && arabic.text == "Here is what our information says (in Arabic):\n" + Shop.shipping)
        // What stands in English needs no frame.
        let english = try await talk.ask("What are your working hours?")
        #expect(english.outcome == .answered && english.text == opening)
        #expect(try await talk.ask("hello").text?.hasPrefix("Hello!") == true)
    }

    @Test(arguments: Engine.all, ["el sha7n lel qahera bekam?", "elsha7n be kam"])
    func anArabiziQuestionFindsTheArabicEntry(engine: Engine, question: String) async throws {
        let kalamna = try await TestKalamna(engine)
        let item = try await Shop.open(in: kalamna).shipping
        try await kalamna.change(SettingsChanges(tone: .neutral))
        let talk = try await Talk(kalamna)
        let reply = try await talk.ask(question)
        #expect(reply.outcome == .answered && reply.text == Shop.shipping)
        #expect(reply.message?.citations.first?.item == item.id)
        // What was understood is noted at the question.
        let language: String? = try await kalamna.database.read(of: talk.reference.business) { db in
            try db.first("SELECT language FROM chat_messages WHERE business_id = \(db.business) AND id = \(reply.question.id)")
                .map { row throws in try row["language"] }
        }
        #expect(language == "arabizi")
    }

    @Test(
        arguments: Engine.all,
        [
            ("السلام عليكم", Intent.greeting), ("صباح الخير", .greeting), ("hello", .greeting), ("شكرا جدا", .thanks), ("thanks", .thanks),
            ("مع السلامة", .goodbye), ("bye", .goodbye),
        ])
    func smallTalkIsReturned(engine: Engine, said: (text: String, intent: Intent)) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        let talk = try await Talk(kalamna)
        let reply = try await talk.ask(said.text)
        let settings = try await kalamna.change(SettingsChanges())
        let phrases = Phrases(settings: settings, locale: Understanding(of: said.text).replyLocale)
        let expected =
            switch said.intent {
            case .greeting: phrases.greeting(variant: 2)
            case .thanks: phrases.welcome(variant: 2)
            default: phrases.farewell(variant: 2)
            }
        #expect(reply.outcome == .smallTalk && reply.text == expected && reply.message?.sender == .bot)
        #expect(reply.message?.citations.isEmpty == true && reply.message?.model == nil)
        #expect(try await talk.session().handling == .bot)
        let intent: String? = try await kalamna.database.read(of: talk.reference.business) { db in
            try db.first("SELECT intent FROM chat_messages WHERE business_id = \(db.business) AND id = \(reply.question.id)")
                .map { row throws in try row["intent"] }
        }
        #expect(intent == said.intent.rawValue)
    }

    @Test(arguments: Engine.all, ["السلام عليكم، الشحن للقاهرة بكام؟", "شكرا، الشحن للقاهرة بكام؟"])
    func aQuestionBehindAGreetingIsAnswered(engine: Engine, question: String) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        let reply = try await Talk(kalamna).ask(question)
        #expect(reply.outcome == .answered && reply.text?.hasPrefix(Shop.shipping) == true)
    }
}
