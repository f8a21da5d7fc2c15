import Testing

@testable import Kalamna

/// How customers feel, in plain messages that the training sentences don't have.
@Suite struct EmotionTests {
    @Test(arguments: [
        ("بكام الشنطة البني؟", Emotion.neutral), ("عايز اعرف عنوان الفرع", .neutral), ("what are your opening hours?", .neutral),
        ("3ayez as2al 3ala el as3ar", .neutral), ("الجهاز محتاج صيانة، ايه الخطوات؟", .neutral), ("هل يوجد توصيل للمنيا؟", .neutral),
        ("انا مبسوطة جدا بالفستان 😍", .happy), ("el akl kan to7fa begad", .happy), ("absolutely love it!", .happy), ("تجنن والله حبيتها", .happy),
    ])
    func calmAndGlad(text: String, emotion: Emotion) { #expect(Understanding(of: text).emotion == emotion) }

    @Test(arguments: [
        ("انتو نصابين وحرامية", Emotion.angry), ("zeh2t mnko, khedma zebala", .angry), ("this is ridiculous, worst company ever", .angry),
        ("ايه قلة الأدب دي 😡", .angry), ("شكرا على الخدمة الزبالة 👏", .angry), ("حسبي الله ونعم الوكيل فيكم", .angry),
        ("قلبي اتكسر والله 💔", .sad), ("يا خسارة كان نفسي اوي", .sad), ("I'm so disappointed :(", .sad), ("ana za3lan awi", .sad),
    ])
    func angryAndSad(text: String, emotion: Emotion) { #expect(Understanding(of: text).emotion == emotion) }

    @Test(arguments: [
        ("انا قلقانة جدا، الفلوس راحت؟", Emotion.worried), ("5ayef el order ykoon da3", .worried), ("I'm worried it won't arrive in time", .worried),
        ("طمنوني بالله عليكم 😰", .worried), ("ايه ده؟! بجد؟؟", .surprised), ("mesh ma32ool! begad?!", .surprised), ("wow, really?!", .surprised),
        ("كام؟! ٥ الاف؟!", .surprised), ("ربنا يبارك لكم على وقفتكم معايا", .grateful), ("thank you so much, you saved me", .grateful),
        ("shokran gedan rabena yekremko", .grateful), ("جميلكم ده مش هنساه", .grateful),
    ])
    func movedOtherwise(text: String, emotion: Emotion) { #expect(Understanding(of: text).emotion == emotion) }

    /// Words that are strong elsewhere.
    @Test(arguments: ["مش عايز شطة لو سمحت", "ضاع مني الكارت، اعمل بدل فاقد ازاي", "فيه عطل في الخط، محتاج فني", "no onions please"])
    func negativeWordsAloneAreNoAnger(text: String) { #expect(Understanding(of: text).emotion != .angry) }
}
