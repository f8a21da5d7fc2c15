import ArabicText
import Testing

@Suite struct ArabiziTests {
    static let transliterator = ArabiziTransliterator(vocabulary: ["فودافون", "ترابيزات", "noon", "انتركم"])

    /// The first candidate.
    @Test(arguments: [
        ("3ayez", "عايز"), ("bkam", "بكام"), ("sha7n", "شحن"), ("tawseel", "توصيل"), ("tawsil", "توصيل"), ("feen", "فين"), ("el7sab", "الحساب"),
        ("flos", "فلوس"), ("floosy", "فلوسي"),
        ("mawa3eed", "مواعيد"), ("3onwan", "عنوان"), ("elmandoob", "المندوب"), ("talabt", "طلبت"), ("msh", "مش"), ("mesh", "مش"), ("ezay", "ازاي"),
        ("dlwa2ty", "دلوقتي"), ("bokra", "بكره"),
        ("sho8l", "شغل"), ("shoghl", "شغل"), ("5asm", "خصم"), ("khasm", "خصم"), ("be3t", "بعت"), ("7agz", "حجز"), ("doktor", "دكتور"),
        ("elfar3", "الفرع"), ("mawgood", "موجود"), ("mawgoda", "موجوده"),
        ("fatora", "فاتوره"), ("elfatoora", "الفاتوره"), ("ba2a", "بقي"), ("s3r", "سعر"), ("se3r", "سعر"), ("elas3ar", "الاسعار"),
        ("taksit", "تقسيط"), ("mokhtalef", "مختلف"), ("vodafone", "فودافون"),
        ("btwsl", "بتوصل"), ("haywsal", "هيوصل"), ("hatewsal", "هتوصل"), ("arkhas", "ارخص"), ("gedeed", "جديد"), ("gdeed", "جديد"),
        ("tarabezat", "ترابيزات"), ("noon", "noon"), ("order", "order"),
    ])
    func best(latin: String, expected: String) { #expect(Self.transliterator.candidates(for: latin).first?.word == expected) }

    @Test func weightsFall() {
        for word in ["3ayez", "sa3a", "elsha7n", "zzzz", "bkam"] {
            let weights = Self.transliterator.candidates(for: word, limit: 6).map(\.weight)
            #expect(weights == weights.sorted(by: >))
            #expect(weights.allSatisfy { (0...1).contains($0) })
        }
    }

    @Test func nothingForOtherScripts() {
        #expect(Self.transliterator.candidates(for: "سعر").isEmpty)
        #expect(Self.transliterator.candidates(for: "123").isEmpty)
        #expect(Self.transliterator.candidates(for: "").isEmpty)
    }
}
