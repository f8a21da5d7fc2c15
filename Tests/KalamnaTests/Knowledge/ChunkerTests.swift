import Kalamna
import Testing

@Suite struct ChunkerTests {
    private func chunks(_ text: String, title: String = "") -> [ChunkDraft] { Chunker().chunks(of: .text(text), title: title) }

    @Test(arguments: ["", "  \n\t\n ", "\u{FEFF}"])
    func anEmptyTextHasNoChunk(text: String) { #expect(chunks(text).isEmpty) }

    @Test func headingsBecomeThePathAbove() {
        let text = """
            # سياسة الشحن
            ## المدة
            من 3 إلى 5 أيام عمل.

            ## التكلفة
            50 جنيه داخل القاهرة.
            # الاسترجاع
            خلال 14 يوم.
            """
        #expect(
            chunks(text) == [
                ChunkDraft(heading: "سياسة الشحن › المدة", content: "من 3 إلى 5 أيام عمل."),
                ChunkDraft(heading: "سياسة الشحن › التكلفة", content: "50 جنيه داخل القاهرة."),
                ChunkDraft(heading: "الاسترجاع", content: "خلال 14 يوم."),
            ]
        )
        #expect(chunks(text, title: "سياسة الشحن").map(\.heading) == ["المدة", "التكلفة", "الاسترجاع"])
    }

    @Test(arguments: [
        ("المواعيد:\nمن 10 لـ 6", "المواعيد", "من 10 لـ 6"), ("**Payment**\nCash or card.", "Payment", "Cash or card."),
        ("## الدفع ##\r\nكاش", "الدفع", "كاش"), ("العنوان:\n\n12 شارع التحرير", "العنوان", "12 شارع التحرير"),
        // These are no headings.
        ("طرق الدفع:\n- كاش\n- فيزا", "", "طرق الدفع:\n- كاش\n- فيزا"), ("السعر: 50 جنيه", "", "السعر: 50 جنيه"),
        ("#وسم مع كلام", "", "#وسم مع كلام"), ("تواصل معنا:", "", "تواصل معنا:"),
        ("# العنوان بس", "", "العنوان بس"),
    ])
    func shortLinesAreHeadingsWhenTextFollows(text: String, heading: String, content: String) {
        #expect(chunks(text) == [ChunkDraft(heading: heading, content: content)])
    }

    @Test func anEmptyHeadingIsNotLost() {
        #expect(
            chunks("# الفروع\n## القاهرة\n## الجيزة\nشارع الهرم") == [
                ChunkDraft(heading: "الفروع", content: "القاهرة"), ChunkDraft(heading: "الفروع › الجيزة", content: "شارع الهرم"),
            ]
        )
    }

    @Test func shortParagraphsShareAPassage() {
        #expect(chunks("أول فقرة.\n\nتاني فقرة.\n\nتالت فقرة.").map(\.content) == ["أول فقرة.\n\nتاني فقرة.\n\nتالت فقرة."])
        let long = String(repeating: "كلمة ", count: 120).trimmed
        #expect(chunks(long + "\n\n" + long).map(\.content) == [long, long])
    }

    @Test func aListStaysWithItsLeadInLine() {
        let before = String(repeating: "كلام قبل القايمة. ", count: 48).trimmed
        let list = "المستندات المطلوبة:\n\n- البطاقة\n• صورة شخصية\n1. إيصال\n٢- عقد"
        #expect(chunks(before + "\n" + list).map(\.content) == [before, list])
    }

    @Test func aLongListRepeatsItsLeadInLine() {
        let items = (1...60).map { "- فرع رقم \($0) في شارع الجمهورية بجوار البنك الأهلي" }
        let found = chunks("فروعنا:\n" + items.joined(separator: "\n"))
        #expect(found.count > 2)
        #expect(found.allSatisfy { $0.content.hasPrefix("فروعنا:\n- ") && $0.content.unicodeScalars.count <= 900 })
        #expect(found.flatMap { $0.content.split(separator: "\n").dropFirst().map(String.init) } == items)
    }

    @Test func tableRowsStayWholeUnderTheirHead() {
        let rows = (1...80).map { "| منتج رقم \($0) | \($0 * 10) جنيه | متوفر |" }
        let found = chunks("| المنتج | السعر | الحالة |\n|---|---|---|\n" + rows.joined(separator: "\n"))
        #expect(found.count > 1)
        #expect(found.allSatisfy { $0.content.hasPrefix("| المنتج | السعر | الحالة |\n|---|---|---|\n") })
        #expect(found.flatMap { $0.content.split(separator: "\n").dropFirst(2).map(String.init) } == rows)
    }

    @Test func aLongParagraphIsCutBetweenSentencesAndOverlapsByOne() {
        let sentences = (1...60).map { "دي الجملة رقم \($0) وفيها كلام عن سياسة المحل والاستبدال." }
        let found = chunks(sentences.joined(separator: " "))
        #expect(found.count > 2)
        #expect(found.allSatisfy { $0.content.unicodeScalars.count <= 900 })
        let cut = found.map { Chunker.sentences(of: $0.content) }
        for (one, next) in zip(cut, cut.dropFirst()) { #expect(one.last == next.first) }
        #expect(cut.flatMap(\.self).reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } } == sentences)
    }

    @Test func aParagraphWithinTheLimitStaysWhole() {
        let text = String(repeating: "جملة قصيرة هنا. ", count: 80).trimmed
        #expect((901...1400).contains(text.unicodeScalars.count))
        #expect(chunks(text).map(\.content) == [text])
    }

    @Test(arguments: [
        ("السعر 1.5 جنيه. التوصيل مجاني.", ["السعر 1.5 جنيه.", "التوصيل مجاني."]), ("إزيك؟عامل إيه؟", ["إزيك؟", "عامل إيه؟"]),
        ("اتصل بـ د. أحمد. شكرا", ["اتصل بـ د. أحمد.", "شكرا"]), ("الثمن 50 ج.م. للقطعة", ["الثمن 50 ج.م. للقطعة"]),
        ("Ask Dr. Ali! See No. 5. Bye", ["Ask Dr. Ali!", "See No. 5.", "Bye"]), ("موقعنا www.shop.com/?a=b هنا", ["موقعنا www.shop.com/?a=b هنا"]),
        ("الكمية 5. الحمد لله", ["الكمية 5.", "الحمد لله"]), ("1. افتح التطبيق\n2. اختار", ["1. افتح التطبيق", "2. اختار"]),
        ("قال: «تمام.» ومشي؛ وبعدين؟!", ["قال: «تمام.»", "ومشي؛", "وبعدين؟!"]), ("مين... معايا", ["مين...", "معايا"]), (" ", []),
    ])
    func sentencesEndWhereAReaderWouldSay(text: String, sentences: [String]) {
        #expect(Chunker.sentences(of: text) == sentences)
    }

    @Test func noWordAndNoCharacterIsCut() {
        let words = (1...600).map { "كَلِمَة\($0)👨‍👩‍👧‍👦" }
        let found = chunks(words.joined(separator: " "))
        #expect(found.count > 3)
        #expect(found.allSatisfy { $0.content.unicodeScalars.count <= 1400 })
        #expect(found.flatMap { $0.content.split(separator: " ").map(String.init) } == words)

        let family = [Character](repeating: "👨‍👩‍👧‍👦", count: 1000)
        let cut = chunks(String(family))
        #expect(cut.flatMap { Array($0.content) } == family)
        #expect(cut.allSatisfy { $0.content.unicodeScalars.count <= 1400 })
    }

    @Test func nothingIsLostWhateverIsWritten() {
        var generator = SplitMix(state: 7)
        let parts = [
            "كلمة", "word", "1.5", "؟", ".", "\n", "\n\n", "- ", "# ", "## ", ":\n", " ", "| ", "\t", "**", "1. ", "!", "---\n", "\r\n", "\u{301}",
            "👍🏽", "طويلة" + String(repeating: "جدا", count: 200), "   ", "«", "»",
        ]
        for _ in 0..<400 {
            let text = (0..<Int.random(in: 1...300, using: &generator)).map { _ in parts.randomElement(using: &generator) ?? "" }.joined()
            let found = chunks(text)
            #expect(found.allSatisfy { $0.content.unicodeScalars.count <= 1400 && !$0.content.trimmed.isEmpty })
            let everything = found.map { $0.heading + " " + $0.content }.joined(separator: " ").filter(\.isLetter)
            for letter in Set(text.filter(\.isLetter)) {
                #expect(everything.count { $0 == letter } >= text.count { $0 == letter } || found.contains { $0.heading.contains("›") })
            }
        }
    }

    @Test(arguments: ["كلمة ", "ا", "a.", "!", "\n", "x:\n", "- \n", "| | \n", "\u{301}", "؟", "# h\n"])
    func aMegabyteOfOneThingTakesLinearTime(unit: String) {
        let text = String(repeating: unit, count: (1 << 20) / unit.utf8.count)
        let clock = ContinuousClock()
        let time = clock.measure {
            let found = chunks(text)
            #expect(found.allSatisfy { $0.content.unicodeScalars.count <= 1400 })
        }
        #expect(time < .seconds(20))
    }

    @Test func aPairIsOnePassageWithItsAnswerWordForWord() {
        let answer = String(repeating: "جملة في الإجابة. ", count: 200)
        let found = Chunker().chunks(of: .faq([FAQPair(question: "بكام؟", also: ["السعر كام"], answer: answer)]), title: "أسئلة")
        #expect(found == [ChunkDraft(heading: "بكام؟", content: "بكام؟\nالسعر كام\n" + answer, answer: answer)])
    }
}

/// A fixed sequence, so that a failure comes again.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
