import ArabicText
import Testing

@Suite struct NormalizerTests {
    @Test(arguments: [
        ("جداااا", "جدا"), ("أهلاً وسهلاً", "اهلا وسهلا"), ("مدرسة", "مدرسه"), ("على", "علي"), ("مســؤول", "مسوول"), ("شئ", "شي"),
        ("٠١٢٣٤٥٦٧٨٩", "0123456789"), ("۰۱۲۳", "0123"), ("ﻣﺮﺣﺒﺎ", "مرحبا"), ("ﻻ", "لا"), ("ﷲ", "الله"), ("پیتزا", "بيتزا"), ("ڤيزا", "فيزا"),
        ("چينز", "جينز"),
        ("Café ÀÉÎ", "cafe aei"), ("HELLOOOO", "hello"), ("1000", "1000"), ("a\u{202E}b\u{200F}c", "abc"), ("لو\u{00A0}سمحت", "لو سمحت"),
        ("ＡＢ１２", "ab12"),
        ("كم؟ ٥٠٪", "كم? 50%"), ("www.test.com", "www.test.com"), ("اووووى", "اوي"), ("شكراا", "شكرا"), ("مُحَمَّد", "محمد"), ("\u{FEFF}سعر", "سعر"),
    ])
    func folds(text: String, expected: String) { #expect(Normalizer.normalize(text).text == expected) }

    @Test func leadsBackToTheSource() {
        let source = "السِّعْر كاااام"
        let normalized = Normalizer.normalize(source)
        #expect(normalized.text == "السعر كام")
        let utf8 = Array(normalized.text.utf8)
        let word = Array("كام".utf8)
        let start = utf8.count - word.count
        let range = normalized.sourceRange(of: start..<utf8.count)
        #expect(String(decoding: Array(source.utf8)[range], as: UTF8.self) == "كاااام")
        let first = normalized.sourceRange(of: 0..<Array("السعر".utf8).count)
        #expect(String(decoding: Array(source.utf8)[first], as: UTF8.self) == "السِّعْر")
        #expect(normalized.sourceRange(of: 0..<10_000).upperBound == source.utf8.count)
    }

    @Test func bidiControls() {
        #expect(Bidi.hasControls("abc\u{202E}def"))
        #expect(Bidi.hasControls("\u{2066}x\u{2069}"))
        #expect(!Bidi.hasControls("سعر iPhone 15"))
        #expect(Bidi.safe("a\u{202E}b") == "\u{2068}ab\u{2069}")
        #expect(Bidi.removingControls("a\u{202E}b") == "ab")
    }

    /// Nothing that can be typed may crash or take long.
    @Test(arguments: [
        "", "\0", "\0\0سعر\0", "\u{064B}\u{064C}", "\u{200D}\u{200D}", "👨‍👩‍👧‍👦", "🇪🇬🇪🇬🇪", "\u{FFFD}", "ـــــ", "\u{202E}\u{2066}", "'''", "2'", "3'", "+",
        "+20", "٠", "-----", "@@@", "a@b", "a@b.c.",
        "..", "://", "http://", "www.", "%", "1,", "1.", "1:", "1/", "1-", "ﷺ", "\u{10FFFF}", "\u{1F1EA}", "e\u{0301}\u{0301}\u{0301}", "ءءء",
        "لالالا", "ههههههه",
    ])
    func survives(text: String) {
        let analyzed = TextAnalyzer().analyze(text)
        for token in analyzed.tokens {
            #expect(token.range.upperBound <= text.utf8.count)
            #expect(token.range.lowerBound < token.range.upperBound)
        }
    }

    @Test(arguments: [
        "ا", "a", "1", "a.", "1-", "a-", "1,", "0 ", "مش ", "3a", "@", "a@", "👍", "\u{064B}", "اب", "ab", "+", "1:", "w.", "ل ا", "el ", "hi ",
    ])
    func isNotQuadratic(unit: String) {
        let text = String(repeating: unit, count: 40_000 / unit.utf8.count)
        let clock = ContinuousClock()
        let time = clock.measure { _ = TextAnalyzer().analyze(text) }
        #expect(time < .seconds(5))
    }

    @Test func randomScalars() {
        var state: UInt64 = 42
        func next(_ bound: UInt32) -> UInt32 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt32(truncatingIfNeeded: state >> 33) % bound
        }
        let analyzer = TextAnalyzer()
        for _ in 0..<300 {
            var view = String.UnicodeScalarView()
            for _ in 0..<next(60) {
                let value: UInt32 =
                    switch next(6) {
                    case 0: next(0x80)
                    case 1: 0x600 + next(0x100)
                    case 2: 0x2000 + next(0x100)
                    case 3: 0xFB50 + next(0x4A0)
                    case 4: 0x1F000 + next(0xB00)
                    default: next(0x11_0000)
                    }
                if let scalar = Unicode.Scalar(value) { view.append(scalar) }
            }
            let text = String(view)
            let analyzed = analyzer.analyze(text)
            var last = 0
            for token in analyzed.tokens {
                #expect(token.range.lowerBound >= last)
                last = token.range.upperBound
            }
            #expect(last <= text.utf8.count)
        }
    }
}
