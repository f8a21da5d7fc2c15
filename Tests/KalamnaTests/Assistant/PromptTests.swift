import Testing

@testable import Kalamna

@Suite struct PromptTests {
    private static let now = Instant(milliseconds: 1_795_352_700_000)  // 2026-11-22 13:05 in UTC, 15:05 in Cairo

    private static func chunk(_ title: String, _ content: String) -> KnowledgeChunk {
        KnowledgeChunk(
            id: KnowledgeChunkID(at: now), item: KnowledgeItemID(at: now), version: 1, position: 0, title: title, heading: "", content: content,
            answer: nil)
    }

    private static func settings(_ change: (inout BusinessSettings) -> Void = { _ in }) -> BusinessSettings {
        var settings = BusinessSettings.defaults(businessName: "حلويات نظيرة", locale: .ar)
        settings.botName = "نظيرة"
        change(&settings)
        return settings
    }

    private static func prompt(
        _ question: String = "الكنافة بكام؟", passages: [KnowledgeChunk] = [chunk("أسعار الكنافة", "كيلو الكنافة 220 جنيه.")],
        exchanges: [Exchange] = [], locale: Kalamna.Locale = .ar, settings: BusinessSettings = settings(), callsTools: Bool = false,
        description: String = "حلويات شرقية", cleaned: (String) -> String = { $0 }, boundary: String? = "EDGE"
    ) -> Prompt {
        let business = Business(
            id: BusinessID(at: now), name: "حلويات نظيرة", email: "a@b.example", description: description, industry: "حلويات", createdAt: now)
        return Prompt(
            business: business, settings: settings, replyLocale: locale, passages: passages, exchanges: exchanges, question: question, now: now,
            callsTools: callsTools, cleaned: cleaned, boundary: boundary)
    }

    private func text(_ message: ModelMessage?) -> String {
        switch message?.content {
        case .customer(let text), .model(let text, _), .toolResult(let text, _): text
        case nil: ""
        }
    }

    private func tokens(_ request: ModelRequest) -> Int {
        request.messages.reduce(ModelUsage.estimate(request.system)) { $0 + ModelUsage.estimate(text($1)) }
            + (request.tools.isEmpty ? 0 : PromptTool.tokens)
    }

    @Test func theRulesNameWhoSpeaksWhenAndWhatIsForbidden() {
        let system = Self.prompt().request.system
        for words in ["«نظيرة»", "«حلويات نظيرة»", "حلويات شرقية", "الأحد 22 نوفمبر 2026، الساعة 3:05 مساءً", Prompt.noAnswer, "[1]", "<<<EDGE"] {
            #expect(system.contains(words), "\(words)")
        }
        #expect(!system.contains("220"))
    }

    @Test func theQuestionIsLastAndPassagesAreFencedAndNumbered() {
        let request = Self.prompt(passages: [Self.chunk("أ", "واحد."), Self.chunk("ب", "اتنين.")]).request
        let last = text(request.messages.last)
        #expect(request.messages.count == 1 && last.hasSuffix("الكنافة بكام؟"))
        #expect(last.contains("<<<EDGE\n[1] أ\nواحد.\n\n[2] ب\nاتنين.\nEDGE>>>"))
    }

    @Test func theBoundaryIsNewEachTimeAndHasNoDigits() throws {
        let systems = (0..<5).map { _ in Self.prompt(boundary: nil).request.system }
        let marks = try systems.map { try #require($0.firstMatch(of: /<<<([A-Z]{12})/)?.1) }
        #expect(Set(marks).count == 5)
    }

    @Test func everythingThatOthersWroteIsCleaned() {
        let exchange = Exchange(question: "EVIL سؤال", answer: "EVIL رد")
        let old = Exchange(question: "EVIL رقم طلبي 4821", answer: "EVIL قديم")
        let long = Exchange(question: String(repeating: "كلام ", count: 150), answer: String(repeating: "رد ", count: 200))
        let request = Self.prompt(
            "EVIL بكام", passages: [Self.chunk("EVIL عنوان", "EVIL نص")], exchanges: [old, long, long, exchange], description: "EVIL وصف",
            cleaned: { $0.replacing("EVIL", with: "") }
        ).request
        #expect(!(request.system + request.messages.map(text).joined()).contains("EVIL"))
    }

    @Test func historyIsInTurnsThatBeginWithTheCustomer() {
        let exchanges = [
            Exchange(question: "التوصيل بكام", answer: "40 جنيه"), Exchange(question: "بتقبلوا فيزا"),
            Exchange(question: "والمواعيد", answer: "من 9"),
        ]
        let messages = Self.prompt(exchanges: exchanges).request.messages
        #expect(
            Array(messages.dropLast()) == [
                ModelMessage(.customer("التوصيل بكام")), ModelMessage(.model("40 جنيه")), ModelMessage(.customer("بتقبلوا فيزا")),
                ModelMessage(.customer("والمواعيد")), ModelMessage(.model("من 9")),
            ])
    }

    @Test(arguments: [true, false], Kalamna.Locale.allCases) func nothingMakesItLongerThanItsBound(callsTools: Bool, locale: Kalamna.Locale) {
        let long = String(repeating: "جملة طويلة عن سعر الشحن والتوصيل لكل المحافظات. ", count: 60)
        let exchanges = (0..<30).map {
            Exchange(question: "\($0) " + long, answer: long, sources: [.init(item: KnowledgeItemID(at: Self.now), title: "عنوان \($0)")])
        }
        let request = Self.prompt(
            long, passages: (0..<8).map { Self.chunk("عنوان \($0)", long) }, exchanges: exchanges, locale: locale, callsTools: callsTools,
            description: long
        ).request
        #expect(tokens(request) <= Prompt.mostTokens && tokens(request) > Prompt.mostTokens / 2)
        // The best passage is there, and the question too.
        #expect(text(request.messages.last).contains("[1] عنوان 0"))
        #expect(request.messages.count > 1)
    }

    @Test func aUsualPromptLeavesOutNothing() {
        let passages = (1...5).map { Self.chunk("عنوان \($0)", String(repeating: "الشحن لكل المحافظات بسعر ثابت. ", count: 20) + "آخر \($0).") }
        let last = text(Self.prompt(passages: passages).request.messages.last)
        for number in 1...5 { #expect(last.contains("آخر \(number).")) }
    }

    @Test func toolsAreOfferedOnlyToModelsThatCallThem() {
        #expect(Self.prompt().request.tools.isEmpty && !Self.prompt().request.system.contains("search_again"))
        let request = Self.prompt(callsTools: true).request
        #expect(request.tools.map(\.name) == ["search_again", "hand_over", "close_politely"])
        #expect(request.tools.map { $0.parameters.map(\.name) } == [["query"], ["reason"], []] && request.system.contains("hand_over"))
    }

    @Test func toneLanguageAndScriptAreTold() {
        #expect(Self.prompt(settings: Self.settings { $0.tone = .formal }).request.system.contains("بالعربية الفصحى"))
        #expect(Self.prompt(settings: Self.settings { $0.tone = .neutral }).request.system.contains("حضرتك"))
        #expect(Self.prompt("how much?", locale: .en).request.system.contains("answer in English"))
        let same = Self.settings { $0.models.replyScript = .same }
        let arabizi = "عربي بحروف إنجليزي"
        #expect(Self.prompt("el konafa bekam?", settings: same).request.system.contains(arabizi))
        #expect(!Self.prompt("el konafa bekam?").request.system.contains(arabizi))
        #expect(!Self.prompt("الكنافة بكام؟", settings: same).request.system.contains(arabizi))
    }

    @Test func openingHoursAreInWords() throws {
        func span(_ from: String, _ to: String) throws -> OperatingHours.Span {
            OperatingHours.Span(from: try #require(TimeOfDay(from)), to: try #require(TimeOfDay(to)))
        }
        let day = try span("09:00", "20:30")
        let weekly: [Weekday: [OperatingHours.Span]] = [
            .sat: [day], .sun: [day], .mon: [day], .tue: [day], .wed: [day], .thu: [try span("12:00", "15:00"), try span("18:00", "02:00")],
        ]
        let holiday = OperatingHours.Holiday(date: try #require(LocalDate("2027-01-07")), name: "عيد")
        let settings = Self.settings { $0.hours = OperatingHours(weekly: weekly, holidays: [holiday]) }
        #expect(
            Prompt.hours(settings, locale: .ar)
                == "السبت لحد الأربعاء: من 9 صباحًا لحد 8:30 مساءً؛ الخميس: من 12 مساءً لحد 3 مساءً ومن 6 مساءً لحد 2 صباحًا؛ الجمعة: إجازة. أيام إجازة: 2027-01-07 (عيد)."
        )
        #expect(
            Prompt.hours(settings, locale: .en).hasPrefix(
                "Saturday to Wednesday: 9 am to 8:30 pm; Thursday: 12 pm to 3 pm and 6 pm to 2 am; Friday: closed."))
        let always = Self.settings { $0.hours = .always }
        #expect(Prompt.hours(always, locale: .en) == "always open.")
        let daily = Self.settings { $0.hours = .daily(day) }
        #expect(Prompt.hours(daily, locale: .ar).hasPrefix("كل يوم: "))
    }

    @Test func passagesOfASearchGoOnWithTheNumbers() throws {
        let text = Prompt.passages([Self.chunk("أ", "واحد."), Self.chunk("ب", "اتنين.")], from: 6, cleaned: { $0 })
        #expect(text.contains("[6] أ\nواحد.") && text.contains("[7] ب\nاتنين."))
        _ = try #require(text.wholeMatch(of: /(?s)<<<([A-Z]{12})\n.*\n\1>>>/))
        #expect(Prompt.passages([], from: 3, cleaned: { $0 }).contains("مفيش"))
    }

    @Test func cuttingKeepsWholeSentencesAndTheBound() {
        let text = String(repeating: "الجملة دي فيها كلام. ", count: 50)
        let cut = Prompt.cut(text, to: 60)
        #expect(ModelUsage.estimate(cut) <= 60 && cut.hasSuffix(".…") && text.hasPrefix(cut.dropLast()))
        #expect(Prompt.cut("قصير", to: 60) == "قصير")
        #expect(ModelUsage.estimate(Prompt.cut(String(repeating: "ا", count: 5000), to: 60)) <= 60)
    }
}
