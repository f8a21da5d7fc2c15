import Kalamna
import Testing

@Suite struct MessageTextTests {
    @Test(
        arguments: [
            (" الشحن بكام؟ \n", "الشحن بكام؟"),
            ("سطر\nسطر\tتاني", "سطر\nسطر\tتاني"),
            // A number that was copied from a phone's contacts.
            ("كلموني على \u{202A}+20 100 123 4567\u{202C} شكرا", "كلموني على +20 100 123 4567 شكرا"),
            ("\u{2066}AB-12\u{2069}", "AB-12"),
            ("\u{202D}0100\u{202C}", "0100"),
            ("👨‍👩‍👧 ❤️", "👨‍👩‍👧 ❤️"),
            ("\u{200F}اهلا", "\u{200F}اهلا"),
        ])
    func takesWhatPeopleSend(text: String, stored: String) throws {
        #expect(try MessageText.clean(text) == stored)
    }

    @Test func fourThousandCharactersAreTheLongest() throws {
        let longest = String(repeating: "ش", count: 4000)
        #expect(try MessageText.clean(longest) == longest)
        #expect(try MessageText.clean("  \(longest)\n") == longest)
        // Counted as code points: one family is five.
        #expect(try MessageText.clean(String(repeating: "👨‍👩‍👧", count: 800)).count == 800)
        for long in [longest + "ش", String(repeating: "👨‍👩‍👧", count: 801)] {
            let failure = try #require(throws: Failure.self) { try MessageText.clean(long) }
            #expect(failure.kind == .invalid && failure.fields.map(\.field) == ["text"])
        }
    }

    @Test(arguments: ["", "   ", "\n\t ", "\u{200B}\u{FEFF}", "\u{202A}\u{202C}", "a\u{0}b", "\u{7}", "a\u{9B}b", "ali\u{202E}gpj.exe"])
    func refusesWhatIsNoMessage(text: String) throws {
        let failure = try #require(throws: Failure.self) { try MessageText.clean(text) }
        #expect(failure.kind == .invalid && failure.code == "invalid_input" && failure.fields.map(\.field) == ["text"])
    }

    @Test(arguments: ["a", "018f3c9e-6d1c-7b1a-8c77-0123456789ab", "!~", String(repeating: "x", count: 64)])
    func takesAnyPrintableClientMessageID(id: String) throws {
        #expect(throws: Never.self) { try MessageText.checkClientMessageID(id) }
    }

    @Test(arguments: ["", "a b", "رقم", "a\n", "\u{7F}", String(repeating: "x", count: 65)])
    func refusesOtherClientMessageIDs(id: String) throws {
        let failure = try #require(throws: Failure.self) { try MessageText.checkClientMessageID(id) }
        #expect(failure.kind == .invalid && failure.fields.map(\.field) == ["client_message_id"])
    }
}
