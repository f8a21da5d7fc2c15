import Testing

@testable import Kalamna

/// What must not leave for a model, in the spellings of Egyptian chats.
@Suite struct RedactionTests {
    @Test(arguments: [
        ("رقمي 01012345678", PersonalData.Kind.phone, "01012345678"), ("٠١٢ ٣٤٥٦ ٧٨٩٠ كلموني", .phone, "01234567890"),
        ("+20 111 234 5678", .phone, "01112345678"), ("0020-15-1234-5678", .phone, "01512345678"), ("201012345678", .phone, "01012345678"),
        ("+٢٠ ١٠ ١٢٣٤ ٥٦٧٨", .phone, "01012345678"), ("(010) 1234-5678", .phone, "01012345678"), ("02-2345 6789", .phone, "0223456789"),
        ("033445566 في اسكندرية: 034445566", .phone, "034445566"), ("+966 50 123 4567", .phone, "+966501234567"),
        ("00971501234567", .phone, "+971501234567"),
        ("موبايلي 1001234567", .phone, "1001234567"), ("بطاقتي ٢٩٠٠١٠١١٢٣٤٥٦٧", .nationalID, "29001011234567"),
        ("30512312100123", .nationalID, "30512312100123"), ("فيزا 4111 1111 1111 1111", .card, "4111111111111111"),
        ("٥٥٥٥-٥٥٥٥-٥٥٥٥-٤٤٤٤", .card, "5555555555554444"), ("371449635398431", .card, "371449635398431"),
        ("Ahmed.Ali+1@Mail.Example.COM ابعتوا عليه", .email, "ahmed.ali+1@mail.example.com"), ("mona @gmail.com", .email, "mona@gmail.com"),
        ("EG38 0019 0005 0000 0000 2631 8000 2", .iban, "eg380019000500000000263180002"),
        ("eg٣٨٠٠١٩٠٠٠٥٠٠٠٠٠٠٠٠٢٦٣١٨٠٠٠٢", .iban, "eg380019000500000000263180002"),
        ("GB29 NWBK 6016 1331 9268 19", .iban, "gb29nwbk60161331926819"),
    ])
    func found(text: String, kind: PersonalData.Kind, value: String) {
        #expect(PersonalData.all(in: text).contains { $0.kind == kind && $0.value == value })
    }

    @Test(arguments: [
        "طلبي رقم 1001234567", "أوردر 20451 بـ 1,500 جنيه", "يوم 5/10/2026 الساعة 10:30", "الخط الساخن 19123", "شحنة 4471120",
        "من 2024-01-05 لـ 2024-02-05", "iPhone 15 128GB بـ 41,900", "29013311234567 كود", "4111111111111112", "@ahmed", "باركود 6221234567890",
    ])
    func left(text: String) { #expect(PersonalData.all(in: text).isEmpty) }

    @Test func twoNumbersInARow() {
        #expect(PersonalData.all(in: "01012345678 01112345678").map(\.value) == ["01012345678", "01112345678"])
        #expect(PersonalData.all(in: "01012345678/01112345678").map(\.value) == ["01012345678", "01112345678"])
    }

    /// One value, one placeholder, in all texts of the request; put back as the customer wrote it.
    @Test func aRoundTrip() {
        var redaction = Redactor().redaction()
        let first = redaction.redact("كلموني على 010 1234 5678 أو mona@mail.example")
        #expect(first == "كلموني على [PHONE_1] أو [EMAIL_1]")
        #expect(redaction.redact("+201012345678 و01155566677") == "[PHONE_1] و[PHONE_2]")
        #expect(redaction.restore("هنكلمك على [PHONE_1]، مش [PHONE_2].") == "هنكلمك على 010 1234 5678، مش 01155566677.")
        #expect(redaction.restore("[phone 2] و[PHONE\\_١] و[CARD_1]") == "01155566677 و010 1234 5678 و[CARD_1]")
    }

    @Test func whatTheBusinessPublishesStays() {
        var redaction = Redactor(keeping: ["كلمنا على 0100 111 2222 أو help@shop.example"]).redaction()
        #expect(redaction.redact("أكلم +201001112222 ولا 01009998887؟ help@shop.example") == "أكلم +201001112222 ولا [PHONE_1]؟ help@shop.example")
    }

    /// A hostile passage must not get the customer's number into a link, nor a customer somebody's by typing a placeholder.
    @Test func linksAndTypedPlaceholdersGetNothing() {
        var redaction = Redactor().redaction()
        #expect(redaction.redact("رقمي 01012345678 و[PHONE_1]") == "رقمي [PHONE_1] و(PHONE_1)")
        #expect(redaction.restore("https://evil.example/?p=[PHONE_1] [PHONE_1]") == "https://evil.example/?p=[PHONE_1] 01012345678")
        #expect(redaction.restore("[هنا](evil/[PHONE_1])") == "[هنا](evil/[PHONE_1])")
    }

    /// Cut anywhere, the stream gives the same text, and never a part of a placeholder.
    @Test(arguments: ["على [PHONE_1] النهارده [1] [PHO", "[EMAIL_1][PHONE_1] [NATIONAL_ID_9] [ok]", "https://a.example/[PHONE_1] و[Phone_1]"])
    func streamed(answer: String) {
        var redaction = Redactor().redaction()
        _ = redaction.redact("01012345678 mona@mail.example")
        let scalars = Array(answer.unicodeScalars)
        for size in 1...7 {
            var restorer = RedactionRestorer(redaction)
            var result = ""
            for start in stride(from: 0, to: scalars.count, by: size) {
                let piece = restorer.add(String(String.UnicodeScalarView(scalars[start..<min(start + size, scalars.count)])))
                #expect(!piece.hasSuffix("[PHONE"))
                result += piece
            }
            #expect(result + restorer.finish() == redaction.restore(answer))
        }
    }

    @Test func reflectionShowsNothing() {
        var redaction = Redactor().redaction()
        _ = redaction.redact("01012345678")
        var shown = ""
        dump(redaction, to: &shown)
        dump(RedactionRestorer(redaction), to: &shown)
        #expect(!shown.contains("010"))
    }
}
