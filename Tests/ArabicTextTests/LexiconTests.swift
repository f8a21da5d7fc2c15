import ArabicText
import Testing

@Suite struct LexiconTests {
    static let lexicon = Lexicon([
        """
        # a comment
        price\t1\tسعر | بكام | price | كام سعره
        delivery\t1\tتوصيل | شحن | دليفري | delivery
        delivery\t0.5\tمندوب
        card\t1\tبطاقة الائتمان | فيزا | credit card
        broken line
        bad\tx\tكلمة
        zero\t0\tكلمة
        """,
        "duration\t0.9\tقد ايه | كام يوم\r\nwhere\t0.9\tفين | feen\r\n",
    ])
    static let analyzer = TextAnalyzer(lexicon: lexicon)

    private func concepts(_ text: String) -> [String] { Self.analyzer.analyze(text).concepts.map(\.concept) }

    @Test(arguments: [
        ("بكام الشحن", ["price", "delivery"]), ("الأسعار", ["price"]), ("بطاقة الائتمان", ["card"]), ("بطاقات الائتمان", ["card"]), ("بطاقة", []),
        ("credit cards?", ["card"]), ("هيوصل في قد ايه", ["delivery", "duration"]),
        ("el sha7n bkam", ["delivery", "price"]), ("feen elmandoob", ["where", "delivery"]), ("كلمة", []), ("", []), ("deliveries", ["delivery"]),
    ])
    func finds(text: String, expected: [String]) { #expect(concepts(text) == expected) }

    @Test func weights() throws {
        let matches = Self.analyzer.analyze("مندوب الشحن").concepts
        #expect(matches.map(\.weight) == [0.5, 0.9])
        #expect(matches.map(\.tokens) == [0..<1, 1..<2])
        #expect(Self.lexicon.conceptCount == 5)
        #expect(Lexicon.empty.conceptCount == 0)
    }

    @Test func expansions() {
        let tokens = Self.analyzer.analyze("بكام").tokens
        let terms = Self.lexicon.expansions(of: tokens)
        #expect(Set(terms.map(\.term)) == ["سعر", Stemmer.stem("price")])
        #expect(terms.allSatisfy { $0.concept == "price" && $0.weight == 1 })
    }

    /// What must never fail, whatever else the lexicon says.
    @Test(arguments: [
        ("الشحن بكام", "كم سعر التوصيل"), ("عايز ارجع الاوردر", "i want to return my order"), ("فين الاوردر", "where is my order"),
        ("بتقبلوا فيزا", "do you take visa"), ("مواعيد الشغل", "working hours"), ("الفرع فين", "branch location"),
        ("el sha7n bkam", "مصاريف التوصيل"), ("عايز اكلم حد", "talk to agent"),
    ])
    func embeddedConceptsMeet(left: String, right: String) {
        let analyzer = TextAnalyzer()
        let first = Set(analyzer.analyze(left).concepts.map(\.concept))
        let second = Set(analyzer.analyze(right).concepts.map(\.concept))
        #expect(!first.isDisjoint(with: second))
    }
}

@Suite struct AnalyzerTests {
    static let analyzer = TextAnalyzer(vocabulary: ["فاليو", "نفرتيتا", "الضمان", "noon", "كوتشي", "Reebok"])

    @Test func tokensCarryAll() throws {
        let analyzed = Self.analyzer.analyze("عايز أرجّع الطلبات")
        #expect(analyzed.tokens.map(\.stem) == ["عاز", "رجع", "طلب"])
        #expect(analyzed.tokens.map(\.root) == ["عوز", "رجع", "طلب"])
        #expect(analyzed.language == .egyptian)
        #expect(analyzed.normalized.text == "عايز ارجع الطلبات")
        #expect(analyzed.tokens.allSatisfy { $0.readings.isEmpty })
    }

    /// A question's terms meet those of the text that answers it.
    @Test(arguments: [
        ("3ayez arga3 el talab", "استرجاع الطلبات"), ("التوصبل بكام", "رسوم التوصيل"), ("kam se3r el daman", "أسعار الضمان"),
        ("reebok shoes", "حذاء Reebok"), ("١٥٠٠ جنيه", "1,500 EGP"), ("رقم 0100 123 4567", "+201001234567"), ("A-123", "كود a123"),
    ])
    func termsMeet(question: String, text: String) {
        let asked = Set(Self.analyzer.queryTerms(of: Self.analyzer.analyze(question)).filter { $0.kind == .stem }.map(\.text))
        let given = Set(Self.analyzer.indexTerms(of: text).filter { $0.kind == .stem }.map(\.text))
        #expect(!asked.isDisjoint(with: given))
    }

    @Test func weightsAndPositions() {
        let terms = Self.analyzer.queryTerms(of: Self.analyzer.analyze("el daman kam sana"))
        #expect(terms.allSatisfy { $0.weight > 0 && $0.weight <= 1 && (0..<4).contains($0.position) })
        #expect(Self.analyzer.indexTerms(of: "الضمان سنة").allSatisfy { $0.kind == .concept || $0.weight == 1 })
    }

    @Test(arguments: [
        ("ريبوك", "reebok"), ("nefertita", "نفرتيتا"), ("التوصبل", "توصيل"), ("التقصيط", "تقسيط"), ("الفاتورره", "فاتوره"), ("كوتسي", "كوتشي"),
        ("مواعيدد", "مواعيد"), ("تليفوون", "تليفون"), ("الضمام", "ضمان"), ("المضمونن", "مضمون"),
    ])
    func corrects(word: String, expected: String) {
        #expect(Self.analyzer.analyze("عايز " + word).tokens[1].readings.map(\.word).contains(expected))
    }

    @Test(arguments: ["فاليو", "التوصيل", "هيوصلكم", "reebok", "delivery", "01001234567", "مش", "noon", "بطاقتي"])
    func leavesAlone(word: String) { #expect(Self.analyzer.analyze("عايز " + word).tokens[1].readings.isEmpty) }

    @Test func isDeterministic() {
        let text = "3ayez a3raf mawa3eed el tawseel w el as3ar w التوصبل"
        let first = TextAnalyzer().analyze(text)
        for _ in 0..<3 { #expect(TextAnalyzer().analyze(text) == first) }
    }
}
