import Testing

@testable import Kalamna

/// What customers want, in plain messages that the training sentences don't have.
@Suite struct IntentTests {
    @Test(arguments: [
        ("يا صباح الورد يا جماعة", Intent.greeting), ("ahlan beko ya gama3a", .greeting), ("good morning team", .greeting),
        ("الف شكر ليكم والله", .thanks), ("shokran ya bashmohandes", .thanks), ("thanks a lot!", .thanks),
        ("طب سلام بقى واشوفكم قريب", .goodbye), ("bye bye, talk tomorrow", .goodbye), ("yalla salam", .goodbye),
        ("عايز اتكلم مع موظف حقيقي", .humanAgent), ("momken akalem 7ad men el support?", .humanAgent), ("connect me to an agent", .humanAgent),
    ])
    func smallTalkAndHumans(text: String, intent: Intent) { #expect(Understanding(of: text).intent == intent) }

    @Test(arguments: [
        ("الكنبة دي بكام بعد الخصم", Intent.price), ("bkam el set da?", .price), ("how much for two?", .price), ("كم سعر الاشتراك السنوي؟", .price),
        ("بتاخدوا فيزا ولا كاش بس", .payment), ("fe ta2seet 3ala sana?", .payment), ("can I pay by credit card?", .payment),
        ("اتخصم مني المبلغ مرتين", .payment), ("فيه منه لون رمادي؟", .productAvailability), ("do you have this in size 40?", .productAvailability),
        ("متوفر عندكم شاحن لابتوب ديل؟", .productAvailability), ("el gazma di mawgooda?", .productAvailability),
    ])
    func shopping(text: String, intent: Intent) { #expect(Understanding(of: text).intent == intent) }

    @Test(arguments: [
        ("الشحن لبنها كام", Intent.delivery), ("btwaslo el fayoum?", .delivery), ("how long does shipping take?", .delivery),
        ("بتوصلوا لحد العريش ولا لأ", .delivery), ("طلبي رقم ٣٣٢ وصل لفين", .orderStatus), ("fen el order bta3y", .orderStatus),
        ("where is my package?", .orderStatus), ("المندوب اتأخر، الاوردر جاي امتى؟", .orderStatus),
        ("الفرع فين في المنصورة؟", .location), ("ab3at el location", .location), ("بتفتحوا الساعة كام يوم السبت", .workingHours),
        ("what time do you close today?", .workingHours),
    ])
    func deliveriesAndPlaces(text: String, intent: Intent) { #expect(Understanding(of: text).intent == intent) }

    @Test(arguments: [
        ("عايزة ارجع البلوزة واخد فلوسي", Intent.returnRefund), ("3ayez araga3 el telefon", .returnRefund), ("I want my money back", .returnRefund),
        ("الغوا الحجز بتاعي من فضلكم", .cancel), ("elghy el order law sama7t", .cancel), ("please cancel my booking", .cancel),
        ("الابلكيشن بيقفل لوحده", .technicalProblem), ("el net mesh sha8al", .technicalProblem), ("the app keeps crashing", .technicalProblem),
        ("اسوأ خدمة شفتها في حياتي، نصابين", .complaint), ("el mo3amla zebala w mafeesh e7teram", .complaint),
        ("terrible service, never again", .complaint), ("هي عاصمة فرنسا ايه؟", .other), ("عندكم وظايف للمحاسبين؟", .other),
    ])
    func troubles(text: String, intent: Intent) { #expect(Understanding(of: text).intent == intent) }

    /// The bot answers small talk without a search and calls a human: with a question behind it, it must do neither.
    @Test(arguments: [
        "السلام عليكم، الشحن بكام؟", "صباح الخير بتفتحوا امتى", "شكرا، طب فيه تقسيط؟", "hello, where is my order?", "salam 3aleko, bkam da?",
        "مساء الخير عايز الغي الطلب", "تسلم، وهو الضمان كام سنة؟", "كود خصم الموظفين كام؟", "thanks but the app still doesn't open",
    ])
    func aQuestionBehindCourtesyIsAQuestion(text: String) {
        let understanding = Understanding(of: text)
        #expect(!understanding.isSmallTalk && ![.greeting, .thanks, .goodbye].contains(understanding.intent))
    }

    @Test(arguments: ["السلام عليكم", "شكرا", "مع السلامة", "عايز اكلم موظف", "hello", "thanks", "bye", "agent", "shokran"])
    func plainSmallTalkIsSure(text: String) { #expect(Understanding(of: text).isSmallTalk) }

    @Test(arguments: ["", " ", "؟", "\u{0}", "....", "قظقظ ضغضغ", String(repeating: "ط", count: 5000), "𓀀𓀁", "\u{202E}\u{2066}"])
    func whatSaysNothingIsNoSmallTalk(text: String) {
        let understanding = Understanding(of: text)
        #expect((0...1).contains(understanding.intentConfidence) && (0...1).contains(understanding.emotionConfidence))
        #expect(!understanding.isSmallTalk)
    }
}
