import ArabicText
import Testing

@Suite struct NumbersTests {
    static let analyzer = TextAnalyzer()

    static let amounts: [(String, Quantity.Kind, Double, String?)] = [
        ("خمسميت جنيه", Quantity.Kind.money, 500.0, "EGP"), ("ألف ونص", .number, 1500, nil), ("ألف وخمسمية جنيه", .money, 1500, "EGP"),
        ("تلت تيام", .duration, 4320, nil), ("٣ أيام", .duration, 4320, nil),
        ("two days", .duration, 2880, nil), ("يومين", .duration, 2880, nil), ("48 ساعة", .duration, 2880, nil), ("بكرة", .day, 1, nil),
        ("بعد بكرة", .day, 2, nil), ("يوم الجمعة", .weekday, 5, nil),
        ("٥٠٪", .percent, 50, nil), ("خمسين في المية", .percent, 50, nil), ("20 percent", .percent, 20, nil), ("1,500 جنيه", .money, 1500, "EGP"),
        ("١٬٢٥٠٫٥٠ جنيه", .money, 1250.5, "EGP"), ("500egp", .money, 500, "EGP"),
        ("الساعة خمسة ونص", .time, 330, nil), ("الساعة 5 مساء", .time, 1020, "pm"), ("10 am", .time, 600, "am"), ("9:30 الصبح", .time, 570, "am"),
        ("5/10/2026", .date, 20_261_005, nil), ("15 مارس", .date, 315, nil),
        ("تلت تلاف جنيه", .money, 3000, "EGP"), ("خمسة وعشرين جنيه", .money, 25, "EGP"), ("مية وخمسين جنيه", .money, 150, "EGP"),
        ("ميتين وخمسين", .number, 250, nil), ("one hundred and fifty pounds", .money, 150, "EGP"),
        ("twenty five", .number, 25, nil), ("اتناشر شهر", .duration, 518_400, nil), ("1 سنة ونص", .duration, 788_400, nil),
        ("خلال أسبوع", .duration, 10_080, nil), ("2 كيلو", .measure, 2, "kg"),
        ("20 جيجا", .measure, 20, "gb"), ("3gb", .measure, 3, "gb"), ("نص ساعة", .duration, 30, nil), ("ربع ساعة", .duration, 15, nil),
        ("5 آلاف جنيه", .money, 5000, "EGP"), ("مليون ونص جنيه", .money, 1_500_000, "EGP"),
        ("tamam 500 geneh", .money, 500, "EGP"), ("5amsa w 3eshreen gneh", .money, 25, "EGP"), ("100 ج.م", .money, 100, "EGP"),
        ("الساعة 5:30", .time, 330, nil), ("ساعة ونص", .duration, 90, nil), ("ألف ومتين جنيه", .money, 1200, "EGP"),
        ("نص مليون", .number, 500_000, nil), ("خمسة وسبعين ألف جنيه", .money, 75_000, "EGP"),
        ("5 كيلو ونص", .measure, 5.5, "kg"), ("march 5", .date, 305, nil), ("للخميس", .weekday, 4, nil), ("100 جنيه", .money, 100, "EGP"),
        ("الساعة ٥ ونص العصر", .time, 1050, "pm"),
    ]

    /// Kind, value and unit of the only quantity.
    @Test(arguments: amounts)
    func one(text: String, kind: Quantity.Kind, value: Double, unit: String?) {
        let found = Numbers.extract(from: Self.analyzer.analyze(text))
        #expect(found.count == 1)
        #expect(found.first?.kind == kind)
        #expect(found.first.map { abs($0.value - value) < 0.01 } == true)
        #expect(found.first?.unit == unit)
    }

    @Test func ranges() {
        let days = Numbers.extract("التوصيل من 3 إلى 5 أيام عمل")
        #expect(days.map(\.kind) == [.duration, .duration])
        #expect(days.map(\.value) == [4320, 7200])
        #expect(Numbers.extract("3-5 days").map(\.value) == [4320, 7200])
        let times = Numbers.extract("من الساعة 9 صباحا للساعة 5 مساء")
        #expect(times.map(\.value) == [540, 1020])
    }

    @Test(arguments: ["مفيش حاجة", "عايز ازازة ميه", "في واحد كلمني", "which one", "الست قالتلي", "24/7", ""])
    func none(text: String) { #expect(Numbers.extract(text).isEmpty) }

    @Test(arguments: [
        ("يومين", "48 ساعة", true), ("500", "خمسميت جنيه", true), ("500 جنيه", "500 دولار", false), ("الساعة 5", "5 pm", true),
        ("5 pm", "5 am", false), ("5/10", "5/10/2026", true), ("3 أيام", "3 ساعات", false), ("50%", "50", true),
        ("3 أيام", "3", false),
    ])
    func agreement(left: String, right: String, expected: Bool) throws {
        let first = try #require(Numbers.extract(left).first)
        let second = try #require(Numbers.extract(right).first)
        #expect(first.agrees(with: second) == expected)
        #expect(second.agrees(with: first) == expected)
    }

    @Test func rangeIsOfTheSource() {
        let source = "التمن خمسميت جنيه بس"
        let range = Numbers.extract(source)[0].range
        #expect(String(decoding: Array(source.utf8)[range], as: UTF8.self) == "خمسميت جنيه")
    }
}
