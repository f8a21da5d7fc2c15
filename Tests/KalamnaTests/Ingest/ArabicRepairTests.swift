import Testing

@testable import Kalamna

/// Arabic that a PDF gave back wrongly.
@Suite struct ArabicRepairTests {
    private static let lines = [
        "سياسة الشحن والاسترجاع", "الشحن داخل القاهرة بسعر 45 جنيه والمحافظات 1,500", "ابعت رسالة على help@dukkan.example في أي وقت",
        "الفاتورة الأصلية (مع المنتج) مطلوبة",
    ]

    @Test func rightTextStaysAsItIs() {
        let text = Self.lines.joined(separator: "\n")
        #expect(ArabicRepair.mend(text) == text)
    }

    /// As a painter of letters leaves it: everything in the other order, but numbers and Latin.
    @Test func reversedLinesAreTurnedRound() {
        let reversed = [
            "عاجرتسالاو نحشلا ةسايس", "1,500 تاظفاحملاو هينج 45 رعسب ةرهاقلا لخاد نحشلا", "تقو يأ يف help@dukkan.example ىلع ةلاسر تعبا",
            "ةبولطم )جتنملا عم( ةيلصألا ةروتافلا",
        ]
        #expect(ArabicRepair.mend(reversed.joined(separator: "\n")) == Self.lines.joined(separator: "\n"))
    }

    @Test func positionalFormsBecomeLetters() {
        #expect(ArabicRepair.mend("ﺍﻟﺸﺤﻦ ﻣﺠﺎﻧﻲ") == "الشحن مجاني")
        #expect(ArabicRepair.mend("ﺍﻻﺳﺘﻼﻡ") == "الاستلام")
    }

    @Test func blanksAroundNumbersAreRestored() {
        #expect(ArabicRepair.mend("خلال  3أيام عمل ،والشحن بسعر  45جنيه فقط") == "خلال 3 أيام عمل، والشحن بسعر 45 جنيه فقط")
    }

    @Test func turnedLigaturesAreTurnedBack() {
        let words: [String: Float] = ["خلال": 1, "استلام": 1, "حالة": 1, "رسالة": 1]
        let mended = ArabicLigatures.mend("االسترجاع خالل األسبوع بحالة العمالء واإلرسال واالستالم رسالة") { words[$0] ?? 0 }
        #expect(mended == "الاسترجاع خلال الأسبوع بحالة العملاء والإرسال والاستلام رسالة")
        // Not turned: nothing is touched.
        #expect(ArabicLigatures.mend("المجال والعمال خلال الأسبوع") { _ in 1 } == "المجال والعمال خلال الأسبوع")
    }
}
