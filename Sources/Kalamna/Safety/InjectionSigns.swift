import ArabicText

/// How much a text looks like an attempt to give the model orders, 0…1. For logs and analytics only: nothing is refused for it,
/// since who means it can always write it otherwise, and customers say `انسى` too.
package enum InjectionSigns {
    package static func score(_ text: String) -> Double {
        let words = Tokenizer.tokenize(text).filter { $0.kind == .word || $0.kind == .code }
            .map { $0.script == .arabic ? bare($0.text) : $0.text }
        var innocence = 1.0
        func see(_ weight: Double) { innocence *= 1 - weight }
        if isNear(words, overriding, orders, within: 6) { see(0.75) }
        if isNear(words, revealing, secrets, within: 6) { see(0.7) }
        if isNear(words, becoming, roles, within: 6) { see(0.45) }
        if isNear(words, claiming, authorities, within: 4) { see(0.4) }
        if isNear(words, taking, others, within: 6) { see(0.5) }
        let joined = " " + words.joined(separator: " ") + " "
        for (phrase, weight) in phrases where joined.contains(" \(phrase) ") { see(weight) }
        // What cleaning takes out has no honest use in a message; joiners and selectors come with emoji.
        if UntrustedText.cleaned(text).unicodeScalars.count + 4 < text.unicodeScalars.count, hasControlStrings(text) { see(0.7) }
        if text.unicodeScalars.contains(where: { (0xE0000...0xE007F).contains($0.value) }) { see(0.8) }
        return 1 - innocence
    }

    private static func hasControlStrings(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        return scalars.indices.contains { scalars[$0] == "<" || scalars[$0] == "[" ? ControlString.end(in: scalars, from: $0) != nil : false }
            || scalars.indices.contains { ($0 == 0 || scalars[$0 - 1] == "\n") && ControlString.roleEnd(in: scalars, from: $0) != nil }
    }

    private static func isNear(_ words: [String], _ first: Set<String>, _ second: Set<String>, within: Int) -> Bool {
        for (index, word) in words.enumerated() where first.contains(word) {
            if words[max(0, index - 2)..<min(words.count, index + within + 1)].contains(where: second.contains) { return true }
        }
        return false
    }

    /// Without the article and what is written together with it.
    private static func bare(_ word: String) -> String {
        for prefix in ["وال", "بال", "ال", "لل"] where word.hasPrefix(prefix) && word.unicodeScalars.count > prefix.unicodeScalars.count + 2 {
            return String(word.dropFirst(prefix.count))
        }
        return word
    }

    private static func set(_ words: String) -> Set<String> {
        Set(words.split(separator: " ").flatMap { word in Tokenizer.tokenize(String(word)).map { bare($0.text) } })
    }

    private static let overriding = set(
        """
        ignore disregard forget override bypass skip انسى انسي انسوا انس تجاهل اتجاهل تجاهلي اتجاهلي سيبك سيب الغي الغى امسح تخطى اتخطى خالف ارمي \
        ensa ensy ensi insa etgahel tgahal tgahel etgahal sebak sibak elghy msa7 emsa7
        """)
    private static let orders = set(
        """
        instruction instructions rules rule prompt guidelines directions restrictions filters policy system تعليمات تعليماتك التعليمات تعليمة اوامر اوامرك قواعد \
        قواعدك قوانين برومبت البرومبت شروط سياسة كلام اللي فات اتقالك قالوهولك ta3limat ta3lemat talimat t3limat awamer 2awamer kawa3ed qawa3ed prompt kalam
        """)
    private static let revealing = set(
        """
        reveal show print repeat output leak dump tell send copy paste write translate summarize display ابعت ابعتلي ابعتيلي وريني اكتب اكتبلي اطبع قول قولي \
        اعرض هات كرر اكشف ترجم لخص انسخ eb3at eb3atly ab3atly warini warry katebly ektebly 2oly oly hat etba3
        """)
    private static let secrets = set(
        """
        prompt instructions system configuration hidden secret secrets password api token برومبت البرومبت تعليماتك تعليمات سرية اسرار سر باسورد توكن اعداداتك \
        ta3limatak ta3limat ta3lemat talimat prompt sistem password bassword
        """)
    private static let becoming = set(
        "now pretend act roleplay become behave دلوقتي اتصرف مثل العب تقمص اعتبر كانك بقيت هتبقى delwa2ty delwaty etsaraf e3tebr kaenak ba2et")
    private static let roles = set(
        """
        dan jailbreak unrestricted unfiltered developer hacker pirate admin root evil robot روبوت هكر مطور ادمن قرصان مالكش حدود قيود شخصية مساعد مدير \
        developer admin hacker 7odood koyood modeer
        """)
    private static let claiming = set("i'm am as this انا معاك احنا ana m3ak message رسالة from من")
    private static let authorities = set(
        "developer administrator ceo openai anthropic google engineer owner مطور مبرمج صاحب المالك ادارة الادارة مهندس سيستم mobarmeg motawer sa7eb edara"
    )
    private static let taking = set(
        "show give list tell send change cancel refund هات اديني وريني ابعت ابعتلي غير الغي حول قول قولي eb3at eb3atly hat edini warini el8y")
    private static let others = set(
        """
        another other else's customers users everyone تاني تانيين تانية عملاء العملاء زباين الزباين جاري ناس كل عميل customer_id user_id \
        tany tanyeen tanya 3omala zabayen 3ameel
        """)
    private static let phrases: [(String, Double)] = [
        ("system prompt", 0.6), ("developer mode", 0.6), ("وضع مطور", 0.6), ("do anything now", 0.7), ("new instructions", 0.5),
        ("تعليمات جديدة".normalized, 0.5),
        ("you are now", 0.35), ("انت دلوقتي", 0.3), ("enta delwa2ty", 0.3), ("enta delwaty", 0.3), ("from now on", 0.3), ("من دلوقتي", 0.2),
        ("end of passage", 0.5), ("جزء سري", 0.4), ("بالحرف واحد", 0.3), ("word for word", 0.3), ("verbatim", 0.3), ("mode debug", 0.4),
        ("debug mode", 0.4),
        ("important system", 0.4), ("admin override", 0.6), ("jailbreak", 0.5), ("no restrictions", 0.4), ("من غير قيود", 0.4),
        ("ta3limat gdeeda", 0.5),
        ("ta3limat gedida", 0.5),
    ]
}

extension String {
    fileprivate var normalized: String { Normalizer.normalize(self).text }
}
