import ArabicText

extension Understanding {
    /// First form: what can be told from a few words. The trained classifier of all intents takes this place.
    package init(of text: String) {
        let analyzed = TextAnalyzer.standard.analyze(text)
        let found = SmallTalk.intent(of: analyzed)
        self.init(analyzed: analyzed, intent: found, intentConfidence: found == nil ? nil : 0.9)
    }
}

/// Greetings, thanks, farewells and the wish for a human, by their words. A message is small talk only when nothing else
/// is left in it: "السلام عليكم، الشحن بكام؟" is a question.
private enum SmallTalk {
    private static let greeting = stems([
        "سلام", "السلام", "عليكم", "وعليكم", "ورحمة", "الله", "وبركاته", "اهلا", "أهلين", "مرحبا", "صباح", "مساء", "الخير", "النور", "الفل", "هاي",
        "هلو", "ازيك", "ازيكم", "ازي", "حضرتك", "عامل", "عاملين", "ايه", "اخبارك", "يا", "جماعة", "فندم", "salam", "slam", "alaikom", "hello", "hi",
        "hey", "good", "morning", "evening", "ahlan", "sabah", "elkheir", "masa2", "there",
    ])
    private static let greetingCore = stems([
        "سلام", "السلام", "اهلا", "مرحبا", "صباح", "مساء", "هاي", "هلو", "ازيك", "ازيكم", "salam", "slam", "hello", "hi", "hey", "ahlan", "morning",
        "evening", "sabah",
    ])
    private static let thanks = stems([
        "شكرا", "شكر", "متشكر", "متشكرين", "مشكور", "تسلم", "تسلمي", "ايدك", "ربنا", "يكرمك", "يخليك", "جزيلا", "جدا", "اوي", "خالص", "على", "كتير",
        "ليك",
        "ليكم", "يا", "فندم", "thanks", "thank", "you", "so", "much", "thx", "shokran", "teslam", "alf", "الف", "حضرتك", "ميرسي", "merci", "okay",
        "ok", "تمام", "طيب",
    ])
    private static let thanksCore = stems([
        "شكرا", "متشكر", "متشكرين", "مشكور", "تسلم", "تسلمي", "thanks", "thank", "thx", "shokran", "teslam", "ميرسي", "merci",
    ])
    private static let goodbye = stems([
        "مع", "السلامة", "سلامة", "باي", "وداعا", "bye", "goodbye", "في", "رعاية", "الله", "اشوفك", "بعدين", "يلا", "سلام", "see", "you",
    ])
    private static let goodbyeCore = stems(["السلامة", "باي", "وداعا", "bye", "goodbye", "رعاية"])
    private static let human = stems(["موظف", "موظفين", "انسان", "بشري", "ادمي", "agent", "human", "representative", "mowazaf", "mowazzaf"])
    private static let service = stems(["خدمة", "عملاء", "العملاء", "customer", "support"])
    private static let want = stems([
        "عايز", "عاوز", "عايزة", "اكلم", "كلم", "يكلمني", "كلموني", "حولني", "حولوني", "اتكلم", "محتاج", "ممكن", "talk", "speak", "want", "need",
        "3ayez",
        "akalem", "connect",
    ])

    static func intent(of text: AnalyzedText) -> Intent? {
        let words = text.tokens.filter { $0.token.kind == .word }.map { Set([$0.stem] + $0.readings.prefix(1).map(\.stem)) }
        guard !words.isEmpty, words.count <= 12 else { return nil }
        func all(of set: Set<String>) -> Bool { words.allSatisfy { !$0.isDisjoint(with: set) } }
        func any(of set: Set<String>) -> Bool { words.contains { !$0.isDisjoint(with: set) } }
        if any(of: human) && (words.count <= 3 || any(of: want)) { return .humanAgent }
        if any(of: service) && any(of: want) && words.count <= 8 { return .humanAgent }
        if any(of: thanksCore) && all(of: thanks) { return .thanks }
        if any(of: goodbyeCore) && all(of: goodbye) { return .goodbye }
        if any(of: greetingCore) && all(of: greeting) { return .greeting }
        return nil
    }

    private static func stems(_ words: [String]) -> Set<String> {
        Set(
            words.flatMap { word in
                let analyzed = TextAnalyzer.standard.analyze(word)
                return analyzed.tokens.flatMap { [$0.stem] + $0.readings.prefix(1).map(\.stem) }
            })
    }
}
