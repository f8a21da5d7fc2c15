import Testing

@testable import Kalamna

@Suite struct CitedTextTests {
    @Test(arguments: [
        ("السعر 50 جنيه [1].", "السعر 50 جنيه.", [1]), ("[2] أيوه", "أيوه", [2]), ("كذا [1][3] وكذا", "كذا وكذا", [1, 3]),
        ("كذا [1, 2] و [٣]، تمام", "كذا و، تمام", [1, 2, 3]), ("رقم [9] غلط", "رقم غلط", []), ("سنة [2024] باقية", "سنة [2024] باقية", []),
        ("قايمة [حمرا] و[a]", "قايمة [حمرا] و[a]", []), ("شرح 【1†source】 هنا", "شرح هنا", [1]), ("سطر [1]\nسطر [2]", "سطر\nسطر", [1, 2]),
        ("[مصدر 2] نص [source 1]", "نص", [1, 2]), ("ناقص [1", "ناقص [1", []), ("رقمك [PHONE_1] [1]", "رقمك [PHONE_1]", [1]),
    ])
    func marks(answer: String, text: String, cited: [Int]) {
        let result = CitedText(parsing: answer, passages: 3)
        #expect(result.text == text)
        #expect(result.cited == Set(cited))
        // In pieces it is the same.
        let scalars = Array(answer.unicodeScalars)
        for size in 1...4 {
            var reader = CitedTextReader(passages: 3)
            var whole = ""
            for start in stride(from: 0, to: scalars.count, by: size) {
                whole += reader.add(String(String.UnicodeScalarView(scalars[start..<min(start + size, scalars.count)])))
            }
            #expect(whole + reader.finish() == text)
            #expect(reader.cited == Set(cited))
        }
    }

    @Test func withoutPassagesNothingIsCited() { #expect(CitedText(parsing: "كذا [1]", passages: 0).cited.isEmpty) }
}
