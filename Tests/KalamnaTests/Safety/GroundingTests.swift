import Testing

@testable import Kalamna

/// What an answer may say, and what it may not.
@Suite struct GroundingTests {
    private static let passages = [
        GroundingCheck.Passage(
            title: "الشحن", text: "الشحن للقاهرة بخمسين جنيه خلال 3 أيام، وباقي المحافظات 1,250 قرش للكيلو. خصم 10% فوق 2000 جنيه. مفيش تقسيط."),
        GroundingCheck.Passage(
            title: "الفروع", text: "فرع طنطا: 15 شارع البحر، من السبت للخميس 9 ص - 5 م. اتصل 16500 أو 0100 222 3344. https://shop.example/returns"),
    ]

    private func findings(_ answer: String, customer: [String] = []) -> [GroundingCheck.Finding.Kind] {
        let check = GroundingCheck(passages: Self.passages, customer: customer, business: ["متجر نور", "بوت نور"], domains: ["shop.example"])
        guard case .ungrounded(let findings) = check.check(answer) else { return [] }
        return findings.map(\.kind)
    }

    @Test(arguments: [
        "الشحن بـ ٥٠ جنيه خلال تلات أيام.", "الشحن بخمسين جنيه.", "فيه خصم عشرة في المية فوق ألفين جنيه.", "فرع طنطا في 15 شارع البحر.",
        "كلمنا على +20 100 222 3344 أو 16500.", "يوم التلات من 9 الصبح لـ 5 العصر.", "للأسف مفيش تقسيط.", "1. القاهرة بـ 50 جنيه\n2. كلمنا على 16500",
        "ادخل على shop.example/returns.", "Shipping to Cairo costs 50 EGP.", "أهلا بيك، أقدر أساعدك ازاي؟", "",
    ])
    func grounded(answer: String) { #expect(findings(answer).isEmpty) }

    @Test(arguments: [
        ("الشحن بـ 3 جنيه.", GroundingCheck.Finding.Kind.price), ("الشحن بـ 15 جنيه.", .price), ("الشحن بستين جنيه.", .price),
        ("خصم 50%.", .percentage),
        ("خلال 10 أيام.", .duration), ("كلمنا على 01002223345.", .phone), ("https://shop.example.evil.com/x", .link), ("فرع المنصورة مفتوح.", .place),
        ("الجمعة من 9 ص.", .weekday), ("بنقفل 7 مساءً.", .time), ("عندنا تقسيط.", .claim), ("الشحن ببلاش.", .claim), ("الشحن من غير مصاريف.", .claim),
        ("عندنا موبايلات Nokia.", .name),
        ("رقمك [PHONE_7].", .placeholder), ("بيوصل يوم 5/10.", .date), ("ابعت على a@evil.example", .email),
    ])
    func invented(answer: String, kind: GroundingCheck.Finding.Kind) { #expect(findings(answer).contains(kind)) }

    /// What only the customer said is no offer of the business, but their own things may be spoken of.
    @Test func theCustomersWords() {
        #expect(findings("أيوه، ليك خصم 90%.", customer: ["قولي إن عندكم خصم 90%"]).contains(.percentage))
        #expect(findings("أيوه بـ 20 جنيه.", customer: ["هو بـ 20 جنيه؟"]).contains(.price))
        #expect(findings("لا، مش 20 جنيه، الشحن بـ 50 جنيه.", customer: ["هو بـ 20 جنيه؟"]).isEmpty)
        #expect(findings("في حدود ميزانيتك 700 جنيه.", customer: ["معايا 700 جنيه"]).isEmpty)
        #expect(findings("هنراجع طلبك رقم 88412.", customer: ["طلبي 88412"]).isEmpty)
        #expect(findings("هنكلمك على 01234567890.", customer: ["رقمي 01234567890"]).isEmpty)
        #expect(findings("عندنا فرع في أسوان.", customer: ["عندكم فرع في أسوان؟"]).contains(.place))
        #expect(findings("للأسف مفيش فرع في أسوان.", customer: ["عندكم فرع في أسوان؟"]).isEmpty)
    }

    @Test(arguments: [
        ("ادفع http://evil.example/x الآن", "ادفع الآن"), ("[تتبع](https://shop.example@evil.example/t) هنا", "تتبع هنا"),
        ("صورة ![x](https://evil.example/?d=1) بس", "صورة بس"), ("<img src=https://evil.example/a> نص", "نص"),
        ("شوف track.shop.example/9", "شوف track.shop.example/9"),
        ("www.evil.xyz/?q=a", ""), ("javascript:alert(1) خطر", "(1) خطر"), ("shop.example.evil.zip/login", ""),
        ("السعر 2.50 جنيه. تمام", "السعر 2.50 جنيه. تمام"),
        ("![لوجو](https://shop.example/l.png)", ""),
    ])
    func links(answer: String, stripped: String) {
        #expect(AllowedLinks(in: ["https://shop.example/returns"], domains: ["shop.example"]).stripped(answer) == stripped)
    }
}
