import ArabicText
import Testing

@Suite struct DetectorTests {
    @Test(arguments: [
        ("el order feen?", Script.arabizi, Language.arabizi), ("where is my order", .latin, .english), ("okay thanks", .latin, .english), ("3ayez a3raf el sha7n bkam", .arabizi, .arabizi),
        ("mesh 3aref a3mel eh", .arabizi, .arabizi), ("ana talabt order mn yomen", .arabizi, .arabizi), ("do you have iphone15 pro?", .latin, .english), ("hi, can i return the shoes?", .latin, .english),
        ("b2b 5g 2024", .other, .other), ("mafish delivery l giza?", .arabizi, .arabizi), ("bkam", .arabizi, .arabizi), ("msh sha8al", .arabizi, .arabizi), ("shokran gedan", .arabizi, .arabizi),
        ("عايز أعرف سعر الشحن", .arabic, .egyptian), ("ازيك عامل ايه", .arabic, .egyptian), ("الأوردر لسه موصلش", .arabic, .egyptian), ("مبيشتغلش خالص", .arabic, .egyptian), ("بتفتحوا الساعة كام", .arabic, .egyptian),
        ("هتوصلوا امتى", .arabic, .egyptian), ("لماذا لم يصل طلبي", .arabic, .msa), ("كيف يمكنني إرجاع المنتج", .arabic, .msa), ("هل لديكم فرع في الجيزة", .arabic, .msa), ("ما هي طرق الدفع المتاحة", .arabic, .msa),
        ("أريد استرداد المبلغ", .arabic, .msa), ("سيتم توصيل طلبكم خلال ثلاثة أيام", .arabic, .msa), ("عايز iphone 15 pro max", .mixed, .egyptian), ("الorder فين", .mixed, .egyptian), ("12345", .other, .other),
        ("😡😡", .other, .other), ("привет как дела", .other, .other), ("my order lesa mawaslsh", .arabizi, .arabizi), ("thank you so much", .latin, .english), ("hello", .latin, .english), ("cancel my order", .latin, .english),
        ("الشحن بيوصل في كام يوم", .arabic, .egyptian), ("ممكن رقم خدمة العملاء لو سمحت", .arabic, .egyptian), ("i want to talk to a human agent", .latin, .english), ("fe 3andoko taksit?", .arabizi, .arabizi),
    ])
    func messages(text: String, script: Script, language: Language) {
        let detection = ScriptDetector.detect(text)
        #expect(detection.script == script)
        #expect(detection.language == language)
    }

    @Test func englishWordsInArabizi() {
        #expect(ScriptDetector.detect("el order feen").tokenLanguages == [.arabizi, .english, .arabizi])
    }
}
