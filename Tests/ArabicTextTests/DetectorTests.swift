import ArabicText
import Testing

@Suite struct DetectorTests {
    @Test(arguments: [
        ("el order feen?", Script.arabizi, Language.arabizi), ("where is my order", .latin, .english), ("okay thanks", .latin, .english),
        ("3ayez a3raf el sha7n bkam", .arabizi, .arabizi),
        ("mesh 3aref a3mel eh", .arabizi, .arabizi), ("ana talabt order mn yomen", .arabizi, .arabizi),
        ("do you have iphone15 pro?", .latin, .english), ("hi, can i return the shoes?", .latin, .english),
        ("b2b 5g 2024", .other, .other), ("mafish delivery l giza?", .arabizi, .arabizi), ("bkam", .arabizi, .arabizi),
        ("msh sha8al", .arabizi, .arabizi), ("shokran gedan", .arabizi, .arabizi),
        ("عايز أعرف سعر الشحن", .arabic, .egyptian), ("ازيك عامل ايه", .arabic, .egyptian), ("الأوردر لسه موصلش", .arabic, .egyptian),
        ("مبيشتغلش خالص", .arabic, .egyptian), ("بتفتحوا الساعة كام", .arabic, .egyptian),
        ("هتوصلوا امتى", .arabic, .egyptian), ("لماذا لم يصل طلبي", .arabic, .msa), ("كيف يمكنني إرجاع المنتج", .arabic, .msa),
        ("هل لديكم فرع في الجيزة", .arabic, .msa), ("ما هي طرق الدفع المتاحة", .arabic, .msa),
        ("أريد استرداد المبلغ", .arabic, .msa), ("سيتم توصيل طلبكم خلال ثلاثة أيام", .arabic, .msa), ("عايز iphone 15 pro max", .mixed, .egyptian),
        ("الorder فين", .mixed, .egyptian), ("12345", .other, .other),
        ("😡😡", .other, .other), ("привет как дела", .other, .other), ("my order lesa mawaslsh", .arabizi, .arabizi),
        ("thank you so much", .latin, .english), ("hello", .latin, .english), ("cancel my order", .latin, .english),
        ("الشحن بيوصل في كام يوم", .arabic, .egyptian), ("ممكن رقم خدمة العملاء لو سمحت", .arabic, .egyptian),
        ("i want to talk to a human agent", .latin, .english), ("fe 3andoko taksit?", .arabizi, .arabizi),
    ])
    func messages(text: String, script: Script, language: Language) {
        let detection = ScriptDetector.detect(text)
        #expect(detection.script == script)
        #expect(detection.language == language)
    }

    /// Language alone, over many short messages.
    @Test(arguments: [
        (
            Language.egyptian,
            "عندكم فرع في مدينة نصر ولا لأ|الاوردر اتأخر اوي ومحدش بيرد|فلوسي راحت فين|بتاع التوصيل مجاش|عاوزة ألغي الطلب|هو الضمان كام سنة|ينفع ادفع كاش|مفيش حد رد عليا|ممكن اعرف حسابي فيه كام|النت بطيء جدا النهاردة|انا مستني بقالي ساعة|الموبايل مش بيفتح|شكلكم نصابين بجد|تسلم ايدك يا باشا|وصلني حاجة غير اللي طلبتها|ازاي اسجل حساب جديد|قافلين الجمعة ولا فاتحين|معرفتش ادخل على الابلكيشن|جبتلي مقاس غلط|هتبعتولي الفاتورة امتى"
        ),
        (
            .msa,
            "ما هي ساعات العمل|أين يقع مقر الشركة|متى سيصل الطلب الذي قمت بشرائه|أرغب في إلغاء الحجز|هل يمكن الدفع بالبطاقة الائتمانية|يرجى إرسال الفاتورة إلى بريدي الإلكتروني|كيف أستطيع تغيير كلمة المرور|لم أستلم المنتج حتى الآن|تتوفر خدمة التوصيل في جميع المحافظات خلال يومين|ما المدة اللازمة لاسترداد المبلغ|لقد تأخرت الشحنة كثيرا|لدي مشكلة في تسجيل الدخول|أود الاستفسار عن الأسعار"
        ),
        (
            .english,
            "how much is delivery to cairo|is this available in black|my package didnt arrive yet|can you help me please|i need a refund asap|what are your opening hours|do you accept visa|thank you|good morning|worst service ever|i forgot my password|price?|size 42 available?|hi"
        ),
        (
            .arabizi,
            "el delivery bkam l maadi|3ndko branch fe tagamo3?|ana mesh 3aref a login|momken refund|el app msh by2fel|fen el order bta3y|3aml eh|sabah el kheer|tamam shokran|ezay a3mel return|bted3o cash wala visa|el website wa2e3|ma7adesh byrod 3alaya|lw sama7t|3ayza a8yr el size|elmandob etakhar awy|hwa el so2al da leh|mafesh|aywa|la2 msh 3ayez|bkam el tshirt da"
        ),
    ])
    func languages(expected: Language, messages: String) {
        for message in messages.split(separator: "|") { #expect(ScriptDetector.detect(String(message)).language == expected, "\(message)") }
    }

    @Test func englishWordsInArabizi() {
        #expect(ScriptDetector.detect("el order feen").tokenLanguages == [.arabizi, .english, .arabizi])
    }
}
