import ArabicText
import Testing
import TextFuzzing

/// The short form of `make fuzz`: the same hostile texts, fewer and shorter, always the same.
@Suite struct FuzzTests {
    private static let analyzer = TextAnalyzer(vocabulary: ["فاليو", "ريبوك", "Reebok", "valU", "انستاباي", "iPhone"])
    private static let sentences = [
        "عايز أعرف الشحن بكام لحد إسكندرية", "el order lessa mawaslsh we ana mestany men 5 ayam", "ممكن أرجّع الحاجه اللي اشتريتهااا؟؟",
        "do you deliver to Alexandria on Friday, 10:30 am?", "دفعت 1,500 جنيه بفاليو يوم 5/10 ومجاش حاجة", "info@shop.com.eg أو 01001234567",
    ]

    @Test(arguments: HostileText.Kind.allCases)
    func keepsItsPromises(kind: HostileText.Kind) {
        var maker = HostileText(seed: 3, sentences: Self.sentences)
        for number in 0..<10 {
            maker.reseed(UInt64(number))
            let text = maker.text(kind, length: number * number)
            let analyzed = Self.analyzer.analyze(text)
            let terms = Self.analyzer.indexTerms(of: text)
            var problems = TextChecks.problems(of: analyzed) + TextChecks.backwards(analyzed.normalized, source: text)
            problems += TextChecks.problems(of: terms, positions: analyzed.tokens.count)
            problems += TextChecks.problems(of: Self.analyzer.queryTerms(of: analyzed), positions: analyzed.tokens.count)
            if Self.analyzer.analyze(text) != analyzed || Self.analyzer.indexTerms(of: text) != terms { problems.append("two runs differ") }
            if Bidi.hasControls(Bidi.removingControls(text)) { problems.append("a control is left") }
            #expect(problems.isEmpty, "\(kind.rawValue):\(number * number):\(number)")
        }
    }

    /// Otherwise a seed in a report is worth nothing.
    @Test func repeatsItself() {
        for kind in HostileText.Kind.allCases {
            var first = HostileText(seed: 8, sentences: Self.sentences)
            var second = HostileText(seed: 9, sentences: Self.sentences)
            second.reseed(8)
            let text = first.text(kind, length: 40)
            #expect(text == second.text(kind, length: 40))
            #expect(text.unicodeScalars.count == 40)
        }
    }
}
