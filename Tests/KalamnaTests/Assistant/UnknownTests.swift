import Store
import TestSupport
import Testing

@testable import Kalamna

/// What the knowledge has no answer to.
@Suite struct UnknownTests {
    private func gaps(_ kalamna: TestKalamna, of business: TestBusiness? = nil) async throws -> [ContentGap] {
        try await kalamna.database.read(of: (business ?? kalamna.acme).business.id) { try ContentGaps($0).open(limit: 10) }
    }

    @Test(arguments: Engine.all) func theBotSaysSoAndTheGapIsNoted(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        let talk = try await Talk(kalamna)
        let reply = try await talk.ask(Shop.unknown)
        let settings = try await kalamna.change(SettingsChanges())
        #expect(reply.outcome == .abstained && reply.text == Phrases(settings: settings, locale: .ar).doNotKnow(variant: 2))
        #expect(reply.message?.sender == .bot && reply.message?.citations.isEmpty == true && reply.message?.model == nil)
        #expect(try #require(reply.message?.confidence) < settings.confidenceThreshold)
        let session = try await talk.session()
        #expect(session.handling == .bot && session.unanswered == 1)
        let noted = try await gaps(kalamna)
        #expect(noted.map(\.title) == [Shop.unknown] && noted.map(\.frequency) == [1] && noted.map(\.status) == [.open])
        #expect(noted.first?.firstSeenAt == kalamna.clock.now)
    }

    /// The same words in another order and spelling are the same need.
    @Test(arguments: Engine.all) func aRepeatedNeedIsCounted(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        let first = kalamna.clock.now
        for (number, text) in [Shop.unknown, Shop.unknown, "فى أسوان عندكم فرع"].enumerated() {
            kalamna.clock.advance(by: .minutes(number == 0 ? 0 : 1))
            #expect(try await Talk(kalamna).ask(text).outcome == .abstained)
        }
        #expect(try await Talk(kalamna).ask("بتبيعوا قطط؟").outcome == .abstained)
        let noted = try await gaps(kalamna)
        #expect(noted.map(\.title) == [Shop.unknown, "بتبيعوا قطط؟"] && noted.map(\.frequency) == [3, 1])
        #expect(noted.first?.firstSeenAt == first && noted.first?.lastSeenAt == first + .minutes(2))
        let queries: Int? = try await kalamna.database.read(of: kalamna.acme.business.id) { db in
            try db.first("SELECT COUNT(*) AS queries FROM content_gap_queries WHERE business_id = \(db.business)")
                .map { row throws in try row["queries"] }
        }
        #expect(queries == 4)
        // The other business has a need of its own.
        #expect(try await gaps(kalamna, of: kalamna.globex).isEmpty)
        #expect(try await Talk(kalamna, with: kalamna.globex).ask(Shop.unknown).outcome == .abstained)
        #expect(try await gaps(kalamna, of: kalamna.globex).map(\.frequency) == [1])
        #expect(try await gaps(kalamna).map(\.frequency) == [3, 1])
    }

    /// Each of them was asked, and the owner has to see each; a greeting between them is no need.
    @Test(arguments: Engine.all) func everyQuestionThatWasAnsweredTogetherIsAGap(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        let talk = try await Talk(kalamna)
        for text in [Shop.unknown, "السلام عليكم", "بتبيعوا قطط؟"] { try await talk.leave(text) }
        kalamna.services.turns.wake(talk.reference)
        #expect(try await talk.isAnswered())
        #expect(try await talk.turns().map(\.outcome) == [.abstained, .abstained, .abstained])
        #expect(try await Set(gaps(kalamna).map(\.title)) == [Shop.unknown, "بتبيعوا قطط؟"])
    }

    @Test(arguments: Engine.all) func aResolvedNeedThatComesBackIsOpenAgain(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        for (status, isOpenAgain) in [(ContentGap.Status.resolved, true), (.dismissed, false)] {
            _ = try await Talk(kalamna).ask(Shop.unknown)
            try await kalamna.database.write(of: kalamna.acme.business.id) { db in
                try db.execute("UPDATE content_gaps SET status = \(status) WHERE business_id = \(db.business)")
            }
            #expect(try await gaps(kalamna).isEmpty)
            _ = try await Talk(kalamna).ask(Shop.unknown)
            #expect(try await gaps(kalamna).isEmpty != isOpenAgain, "\(status)")
        }
    }

    @Test(arguments: Engine.all) func theSecondInARowGoesToAHuman(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        let talk = try await Talk(kalamna)
        #expect(try await talk.ask(Shop.unknown).outcome == .abstained)
        let reply = try await talk.ask("بتبيعوا قطط؟")
        let settings = try await kalamna.change(SettingsChanges())
        #expect(reply.outcome == .handedOver && reply.message?.sender == .system)
        #expect(reply.text == Phrases(settings: settings, locale: .ar).handover(at: kalamna.clock.now))
        #expect(try await talk.session().handling == .waiting)
    }

    /// It was asked and not answered: the owner has to see it, whoever answers it now.
    @Test(arguments: Engine.all) func theQuestionThatWentToAHumanIsAGapToo(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        let talk = try await Talk(kalamna)
        _ = try await talk.ask(Shop.unknown)
        #expect(try await talk.ask("بتبيعوا قطط؟").outcome == .handedOver)
        #expect(try await Set(gaps(kalamna).map(\.title)) == [Shop.unknown, "بتبيعوا قطط؟"])
        // Who asked for a human did not ask the knowledge.
        #expect(try await Talk(kalamna).ask("عايز اكلم موظف").outcome == .handedOver)
        #expect(try await gaps(kalamna).count == 2)
    }

    @Test(arguments: Engine.all, [Shop.shippingQuestion, "شكرا"]) func anAnswerInBetweenBeginsTheCountAnew(
        engine: Engine, between: String
    ) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        let talk = try await Talk(kalamna)
        #expect(try await talk.ask(Shop.unknown).outcome == .abstained)
        _ = try await talk.ask(between)
        #expect(try await talk.session().unanswered == 0)
        #expect(try await talk.ask("بتبيعوا قطط؟").outcome == .abstained)
        #expect(try await talk.session().handling == .bot)
    }

    /// The threshold is the owner's: the same question, the same knowledge.
    @Test(arguments: Engine.all) func theThresholdDecides(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        let partly = "الشحن للقاهرة بالدراجة يوم الجمعة الصبح بدري بكام؟"
        let confidence = try await kalamna.services.retriever.search(partly, in: kalamna.acme.business.id).confidence
        #expect((0.05..<0.95).contains(confidence))
        try await kalamna.change(SettingsChanges(confidenceThreshold: confidence + 0.01))
        let refused = try await Talk(kalamna).ask(partly)
        #expect(refused.outcome == .abstained && refused.message?.confidence == confidence)
        try await kalamna.change(SettingsChanges(confidenceThreshold: confidence - 0.01))
        #expect(try await Talk(kalamna).ask(partly).outcome == .answered)
    }
}
