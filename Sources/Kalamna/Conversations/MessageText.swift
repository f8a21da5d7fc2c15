/// What a customer or an agent may send.
package enum MessageText {
    package static let longest = 4000

    /// Trimmed, in Unicode's composed form of whoever sent it, without bidi embeddings (phones wrap copied numbers in
    /// them: U+202A and U+202D … U+202C). A right-to-left override has no honest use in a message and is refused.
    package static func clean(_ text: String) throws(Failure) -> String {
        var validation = Validation()
        if text.unicodeScalars.contains("\u{202E}") {
            validation.refuse(
                "text", ar: "الرسالة فيها رمز بيعكس اتجاه الكلام: امسحه وابعتها تاني.",
                en: "The message contains a character that reverses text (U+202E): remove it and send again.")
        }
        let clean = validation.text(
            "text", String(String.UnicodeScalarView(text.unicodeScalars.filter { !$0.isBidiControl })), atLeast: 1, atMost: longest)
        try validation.check()
        return clean
    }

    /// 1…64 printable ASCII characters, chosen by the client.
    package static func checkClientMessageID(_ id: String) throws(Failure) {
        guard (1...64).contains(id.utf8.count), id.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .invalid(
                "client_message_id", ar: "client_message_id لازم يكون من 1 لـ 64 حرف إنجليزي أو رقم من غير مسافات.",
                en: "client_message_id must be 1 to 64 printable ASCII characters without spaces.")
        }
    }
}
