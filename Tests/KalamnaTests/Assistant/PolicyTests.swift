import Store
import TestSupport
import Testing

@testable import Kalamna

/// Who gets an answer at all: the business's rules.
@Suite struct PolicyTests {
    /// The test's clock stands on a Sunday at 13:00 in Cairo: an hour after closing.
    private static let morning = OperatingHours.Draft(weekly: [
        "sun": [.init(from: "09:00", to: "12:00")], "mon": [.init(from: "09:00", to: "12:00")],
    ])

    private func phrases(_ kalamna: TestKalamna) async throws -> Phrases {
        Phrases(settings: try await kalamna.change(SettingsChanges()), locale: .ar)
    }

    @Test(arguments: Engine.all, ["موظف", "عايز اكلم موظف", "agent"]) func whoAsksForAHumanGetsOne(engine: Engine, request: String) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        let talk = try await Talk(kalamna)
        let reply = try await talk.ask(request)
        let phrases = Phrases(settings: try await phrases(kalamna).settings, locale: Understanding(of: request).replyLocale)
        #expect(reply.outcome == .handedOver && reply.message?.sender == .system && reply.text == phrases.handover(at: kalamna.clock.now))
        #expect(try await talk.session().handling == .waiting)
        // They were told that a human comes; until then the bot keeps quiet.
        for text in [Shop.shippingQuestion, "موظف", "شكرا"] {
            let next = try await talk.ask(text)
            #expect(next.outcome == .silent && next.message == nil)
        }
        #expect(try await talk.answers().count == 1)
    }

    @Test(arguments: Engine.all) func whoWaitsIsToldOnce(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        let talk = try await Talk(kalamna)
        // Put in the queue without a word.
        try await talk.tamper("handling = 'waiting', noticed = NULL")
        let notice = try await talk.ask(Shop.shippingQuestion)
        #expect(notice.outcome == .waitingNotice && notice.message?.sender == .system)
        #expect(try await notice.text == phrases(kalamna).waiting())
        #expect(try await talk.ask(Shop.returnsQuestion).outcome == .silent)
        #expect(try await talk.answers().count == 1)
        #expect(try await talk.session().handling == .waiting)
    }

    @Test(arguments: Engine.all) func withoutAutoReplyTheCustomerIsToldOnceAndWaits(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        try await kalamna.change(SettingsChanges(autoReply: false))
        let talk = try await Talk(kalamna)
        let notice = try await talk.ask(Shop.shippingQuestion)
        #expect(notice.outcome == .autoReplyOffNotice && notice.message?.sender == .system && notice.message?.replyTo == notice.question.id)
        #expect(try await notice.text == phrases(kalamna).autoReplyOff())
        #expect(try await talk.session().handling == .waiting)
        #expect(try await talk.ask("السلام عليكم").outcome == .silent)
        #expect(try await talk.ask(Shop.returnsQuestion).outcome == .silent)
        #expect(try await talk.answers().count == 1)
        // Another business's switch is its own.
        try await Shop.open(in: kalamna, for: kalamna.globex)
        #expect(try await Talk(kalamna, with: kalamna.globex).ask(Shop.shippingQuestion).outcome == .answered)
    }

    @Test(arguments: Engine.all) func outsideHoursTheCustomerIsToldOnce(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        try await kalamna.change(SettingsChanges(hours: Self.morning, awayMessage: "قافلين دلوقتي."))
        let talk = try await Talk(kalamna)
        let notice = try await talk.ask(Shop.shippingQuestion)
        #expect(notice.outcome == .awayNotice && notice.message?.sender == .system)
        // The business's own words, and when it opens: tomorrow.
        let lines = try #require(notice.text).split(separator: "\n")
        #expect(lines.first == "قافلين دلوقتي." && lines.count == 2)
        #expect(lines.last?.contains("الاثنين") == true && lines.last?.contains("9") == true)
        let session = try await talk.session()
        #expect(session.handling == .bot && session.noticed == .away)
        #expect(try await talk.ask("طيب").outcome == .silent)
        #expect(try await talk.answers().count == 1)
        // Who asks for a human waits for one, and is told that nobody is there.
        let handover = try await talk.ask("موظف")
        #expect(handover.outcome == .handedOver)
        #expect(try await handover.text == phrases(kalamna).handover(at: kalamna.clock.now))
        var open = try await phrases(kalamna).settings
        open.hours = .always
        #expect(handover.text != Phrases(settings: open, locale: .ar).handover(at: kalamna.clock.now))
    }

    @Test(arguments: Engine.all) func outsideHoursTheBotMayAnswer(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        try await kalamna.change(SettingsChanges(outsideHours: .answer, hours: Self.morning))
        let talk = try await Talk(kalamna)
        #expect(try await talk.ask(Shop.shippingQuestion).outcome == .answered)
        #expect(try await talk.ask("شكرا").outcome == .smallTalk)
    }

    /// "Once" means once for each time that the business is closed.
    @Test(arguments: Engine.all) func theNextNightIsAnotherNotice(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        try await kalamna.change(SettingsChanges(hours: Self.morning, idleMinutes: 10_080))
        let talk = try await Talk(kalamna)
        #expect(try await talk.ask(Shop.shippingQuestion).outcome == .awayNotice)
        #expect(try await talk.ask(Shop.shippingQuestion).outcome == .silent)
        kalamna.clock.advance(by: .hours(21))
        #expect(try await talk.ask(Shop.shippingQuestion).outcome == .answered)
        kalamna.clock.advance(by: .hours(3))
        #expect(try await talk.ask(Shop.returnsQuestion).outcome == .awayNotice)
        #expect(try await talk.ask(Shop.returnsQuestion).outcome == .silent)
    }

    /// The order of the rules: who speaks, what the customer wants, the switch, the clock.
    @Test func theRulesInTheirOrder() {
        var settings = BusinessSettings.defaults(businessName: "نور", locale: .ar)
        let now = Instant(milliseconds: 1_795_345_200_000)
        func decide(_ text: String, _ handling: ChatSession.Handling = .bot, noticed: ChatSession.Notice? = nil) -> Policy.Decision {
            let session = ChatSession(
                id: ChatSessionID(at: now), endUserID: EndUserID(at: now), apiKeyID: nil, channel: .widget, status: .active, handling: handling,
                locale: .ar, startedAt: now, lastActivityAt: now, lastSeq: 2, unanswered: 0, noticed: noticed,
                lease: TurnLease(owner: nil, until: nil, fence: 0))
            return Policy.decide(session: session, settings: settings, understanding: Understanding(of: text), now: now)
        }
        #expect(decide(Shop.shippingQuestion) == .answer)
        #expect(decide("شكرا") == .smallTalk(.thanks))
        #expect(decide("موظف") == .handOver)
        for text in [Shop.shippingQuestion, "شكرا", "موظف"] {
            #expect(decide(text, .agent) == .silent)
            #expect(decide(text, .waiting) == .notice(.waiting, outcome: .waitingNotice, waits: true))
            #expect(decide(text, .waiting, noticed: .waiting) == .silent)
        }
        settings.outsideHours = .notice
        settings.hours = OperatingHours(weekly: [:])
        #expect(decide(Shop.shippingQuestion) == .notice(.away, outcome: .awayNotice, waits: false))
        #expect(decide("شكرا", noticed: .away) == .silent)
        #expect(decide("موظف", noticed: .away) == .handOver)
        settings.autoReply = false
        #expect(decide(Shop.shippingQuestion, noticed: .away) == .notice(.autoReplyOff, outcome: .autoReplyOffNotice, waits: true))
        #expect(decide("موظف") == .handOver)
        #expect(decide("شكرا", .agent) == .silent)
    }
}
