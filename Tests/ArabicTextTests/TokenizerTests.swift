import ArabicText
import Testing

@Suite struct TokenizerTests {
    @Test(arguments: [
        ("عايز أوردر", ["عايز", "اوردر"]), ("الorder فين", ["order", "فين"]), ("الـiPhone بكام", ["iphone", "بكام"]), ("orderات", ["order"]),
        ("1,500 جنيه", ["1500", "جنيه"]), ("١٬٥٠٠", ["1500"]), ("١،٥٠٠", ["1500"]), ("خصم ٥٠٪", ["خصم", "50%"]), ("50 %", ["50%"]),
        ("2.5 كيلو", ["2.5", "كيلو"]),
        ("الساعة ٥:٣٠", ["الساعه", "5:30"]), ("01001234567", ["01001234567"]), ("+20 100 123 4567", ["01001234567"]),
        ("0100-123-4567", ["01001234567"]),
        ("٠١٠٠١٢٣٤٥٦٧", ["01001234567"]), ("0020 1001234567", ["01001234567"]), ("خط ساخن 19999", ["خط", "ساخن", "19999"]),
        ("كود A-123", ["كود", "a123"]), ("ORD-2024-55", ["ord202455"]), ("me@shop.com.eg", ["me@shop.com.eg"]), ("(www.shop.com)", ["www.shop.com"]),
        ("https://x.co/a?b=1.", ["https://x.co/a?b=1"]), ("shop.com/sale", ["shop.com/sale"]), ("5جنيه", ["5", "جنيه"]), ("500egp", ["500", "egp"]),
        ("3gb", ["3", "gb"]),
        ("iphone15", ["iphone15"]), ("5g", ["5g"]), ("3-5 أيام", ["3", "5", "ايام"]), ("5/10/2026", ["5/10/2026"]), ("2026-10-05", ["2026/10/05"]),
        ("don't", ["don't"]), ("3'areb", ["3'areb"]), ("el-order", ["el", "order"]), ("#عرض_جديد", ["عرض", "جديد"]), ("تمام👍🏽", ["تمام", "👍"]),
        ("🇪🇬", ["🇪🇬"]),
        ("ب50", ["50"]), ("ال20", ["20"]), ("كام؟؟؟", ["كام"]), ("ههههههه", ["ههه"]), ("wi-fi", ["wi", "fi"]), ("привет", ["привет"]),
    ])
    func splits(text: String, expected: [String]) { #expect(Tokenizer.tokenize(text).map(\.text) == expected) }

    @Test(arguments: [
        ("3ayez", Token.Kind.word, Token.Script.arabizi), ("7aga", .word, .arabizi), ("sha7n", .word, .arabizi), ("sa7", .word, .arabizi),
        ("2olt", .word, .arabizi),
        ("ma3ak", .word, .arabizi), ("3'ali", .word, .arabizi), ("la2", .word, .arabizi), ("me77tag", .word, .arabizi), ("b2b", .code, .latin),
        ("iphone15", .code, .latin),
        ("iphone7", .code, .latin), ("ps5", .code, .latin), ("5g", .code, .latin), ("mp3", .code, .latin), ("covid19", .code, .latin),
        ("s23", .code, .latin), ("order", .word, .latin),
        ("سعر", .word, .arabic), ("😡", .emoji, .emoji), ("12:30", .time, .digits), ("5/10", .date, .digits), ("01112223334", .phone, .digits),
        ("a@b.co", .email, .latin),
    ])
    func classifies(text: String, kind: Token.Kind, script: Token.Script) {
        let tokens = Tokenizer.tokenize(text)
        #expect(tokens.count == 1)
        #expect(tokens.first?.kind == kind)
        #expect(tokens.first?.script == script)
    }

    @Test func rangesAreOfTheSource() {
        let source = "عايز الorder بـ ٥٠٪ دلوقتيييي"
        let bytes = Array(source.utf8)
        let parts = Tokenizer.tokenize(source).map { String(decoding: bytes[$0.range], as: UTF8.self) }
        #expect(parts == ["عايز", "الorder", "بـ", "٥٠٪", "دلوقتيييي"])
        #expect(Tokenizer.tokenize(source).last?.isElongated == true)
    }
}
