import Testing

@testable import Kalamna

@Suite struct ConversationSummaryTests {
    private static let item = KnowledgeItemID(at: Instant(milliseconds: 1_790_000_000_000))
    private static let exchanges = [
        Exchange(
            question: "انا اسمي منى حسن. الكنافة بكام؟", answer: "الكيلو 220 جنيه. وعندنا بالمكسرات.",
            sources: [.init(item: item, title: "أسعار الكنافة")]),
        Exchange(question: "رقم طلبي 4821 اتأخر"),
        Exchange(question: "طب التوصيل بكام", answer: "التوصيل 40 جنيه. ومجاني فوق 600.", sources: [.init(item: item, title: "التوصيل")]),
    ]

    @Test func itKeepsWhatTheCustomerGaveAskedAndWasTold() {
        let summary = ConversationSummary(of: Self.exchanges)
        #expect(summary.facts == ["انا اسمي منى حسن.", "رقم طلبي 4821 اتأخر"])
        #expect(summary.topics.contains("أسعار الكنافة") && summary.topics.last == "التوصيل")
        #expect(summary.lastAnswer == "التوصيل 40 جنيه.")
        let text = summary.text(atMost: 200, locale: .ar, cleaned: { $0 })
        #expect(text.contains("العميل قال: انا اسمي منى حسن.؛ رقم طلبي 4821 اتأخر") && text.contains("آخر رد: التوصيل 40 جنيه."))
        #expect(summary.text(atMost: 200, locale: .en, cleaned: { $0 }).contains("Asked about: "))
    }

    @Test func aPriceIsNoFactOfTheCustomers() {
        #expect(ConversationSummary(of: [Exchange(question: "عايز حاجة ب 300 جنيه")]).facts.isEmpty)
    }

    @Test(arguments: [0, 5, 20, 60, 140]) func itKeepsItsBound(tokens: Int) {
        let many = (0..<40).map { Exchange(question: "رقم طلبي \(48_000 + $0) فين\nوكلام كتير تاني", answer: "رد رقم \($0).") }
        let summary = ConversationSummary(of: Self.exchanges + many)
        let text = summary.text(atMost: tokens, locale: .ar, cleaned: { $0 })
        #expect(ModelUsage.estimate(text) <= tokens)
        // What was said last is kept longest.
        if tokens >= 60 { #expect(text.contains("48039")) }
    }

    @Test func ofTheSameThingAskedTwiceOneIsKept() {
        let same = Exchange(question: "التوصيل؟", answer: "40 جنيه.", sources: [.init(item: Self.item, title: "التوصيل")])
        #expect(ConversationSummary(of: [same, same]).topics == ["التوصيل"])
    }

    @Test func olderExchangesAreSummedUpAndNothingIsInBoth() {
        let exchanges = (1...12).map { Exchange(question: "سؤال رقم \(10_000 + $0) عن حاجة", answer: "رد \($0).") }
        let history = PromptHistory(exchanges, tokens: 450, locale: .ar, cleaned: { $0 })
        #expect(history.messages.count == 12 && history.summary.contains("10006") && !history.summary.contains("10007"))
        #expect(history.tokens <= 450)
        let short = PromptHistory(Array(exchanges.suffix(2)), tokens: 450, locale: .ar, cleaned: { $0 })
        #expect(short.messages.count == 4 && short.summary.isEmpty)
        #expect(PromptHistory([], tokens: 450, locale: .ar, cleaned: { $0 }).messages.isEmpty)
        let none = PromptHistory(exchanges, tokens: 0, locale: .ar, cleaned: { $0 })
        #expect(none.messages.isEmpty && none.summary.isEmpty)
    }
}
