import ArabicText

/// Promises as groups of words that mean the same, each known by its place in the list.
enum Claim {
    /// The promises that a text makes with the word at `place` (and those behind it).
    static func all(at place: Int, in text: ReadText) -> [Int] {
        let word = text.word(place)
        var found = words[word] ?? []
        let bare = bare(text, place)
        if bare != word, let more = words[bare] { found += more }
        for candidate in runs[word] ?? runs[bare] ?? []
        where candidate.words.indices.dropFirst().allSatisfy({ candidate.words[$0] == text.word(place + $0) }) {
            found.append(candidate.claim)
        }
        return found
    }

    /// Whether sources that only deny it make it false: `مفيش تقسيط`. Not where terms are set by denying: `لا يرد ولا يستبدل بعد …`.
    static func canBeDenied(_ claim: Int) -> Bool { !groups[claim].hasPrefix("~") }

    /// Whether the promise at `place` is denied; `من غير رسوم` promises by denying.
    static func isDenied(at place: Int, in text: ReadText) -> Bool {
        !["من", "بدون", "صفر"].contains(text.word(place)) && text.isDenied(place)
    }

    /// Whether it holds only for what it is said of: shipping is free, not the shop.
    static func isOfOneThing(_ claim: Int) -> Bool { groups[claim].hasPrefix("!") }

    /// The stems next to the word that makes the promise: of what it is said.
    static func subjects(around place: Int, in text: ReadText) -> Set<String> {
        var stems: Set<String> = []
        for index in max(0, place - 4)..<min(text.tokens.count, place + 4) where index != place && text.sentences[index] == text.sentences[place] {
            let token = text.tokens[index]
            guard token.kind == .word, !Stemmer.isFunctionWord(token.text), GroundingWords.singleUnits[text.bares[index]] == nil else { continue }
            let stem = Stemmer.stem(token.text)
            if !anyVerbs.contains(stem) { stems.insert(stem) }
        }
        return stems
    }

    /// Verbs and words that go with anything.
    private static let anyVerbs = Set(
        "خد ياخد بياخد وخد قدر تقدر عندنا عمل هتدفع تدفع جنيه ليك لأي مجاني free get".split(separator: " ").flatMap { word in
            Tokenizer.tokenize(String(word)).map { Stemmer.stem($0.text) }
        })

    /// Without the particles and the article before it.
    private static func bare(_ text: ReadText, _ place: Int) -> String {
        var noun = text.bares[place]
        if noun.utf8.count > 7, noun == text.word(place), noun.hasPrefix("و") || noun.hasPrefix("ف") {
            noun = GroundingWords.withoutArticle(String(noun.dropFirst()))
        }
        if noun.utf8.count > 7, words[noun] == nil, noun.hasPrefix("ب") || noun.hasPrefix("ل") { noun.removeFirst() }
        return noun
    }

    private static let words: [String: [Int]] = table.words
    private static let runs: [String: [(words: [String], claim: Int)]] = table.runs

    private static let table: (words: [String: [Int]], runs: [String: [(words: [String], claim: Int)]]) = {
        var words: [String: [Int]] = [:]
        var runs: [String: [(words: [String], claim: Int)]] = [:]
        for (number, group) in groups.enumerated() {
            for form in group.split(separator: "|") {
                let parts = Tokenizer.tokenize(String(form)).map(\.text)
                if parts.count == 1, words[parts[0]]?.contains(number) != true { words[parts[0], default: []].append(number) }
                if parts.count > 1 { runs[parts[0], default: []].append((parts, number)) }
            }
        }
        return (words, runs)
    }()

    /// Forms by `|`; `~` before those that denying sources don't make false, `!` before those of one thing.
    private static let groups: [String] = [
        "!|مجاني|مجانا|مجانية|مجانيه|ببلاش|ببلاشه|مجان|free|من غير مصاريف|من غير رسوم|بدون رسوم|بدون مصاريف|من غير ما تدفع|"
            + "على حسابنا|علينا التوصيل|صفر مصاريف",
        "ضمان|مضمون|بضمان|ضمانه|ضمانات|كفالة|warranty|guarantee|guaranteed",
        "خصم|خصومات|تخفيض|تخفيضات|الخصومات|discount|discounts|off",
        "كوبون|كوبونات|برومو كود|بروموكود|كود خصم|voucher|coupon",
        "عروض|أوفر|العروض|offers|sale|أوكازيون",
        "هدية|هدايا|هديه|gift|كاش باك|كاشباك|cashback|نقاط|مكافأة",
        "تقسيط|قسط|أقساط|بالتقسيط|تقسط|installments|instalments|installment",
        "فيزا|ماستركارد|ماستر كارد|كريدت|كارت|بالكارت|كروت|visa|mastercard|credit card|بطاقات|بطاقة ائتمان",
        "الدفع عند الاستلام|دفع عند الاستلام|كاش عند الاستلام|تدفع عند الاستلام|عند الاستلام|cash on delivery|كاش",
        "محفظة|محافظ إلكترونية|المحفظة|فودافون كاش|wallet",
        "~|تحويل بنكي|التحويل البنكي|bank transfer",
        "~|استرداد|استرجاع|ترجع فلوسك|نرجعلك فلوسك|نرجع فلوسك|ترجعلك فلوسك|هنرجعلك|فلوسك كاملة|refund|refunds|رد المبلغ|رجوع|"
            + "إرجاع|مرتجع|ترجع|ترجعه|ترجعها|ترجيع|المرتجعات|return|returns|بيترجع|بنرجع|يرجع|ترجعيه|ترجعيها",
        "~|استبدال|تبديل|تبدل|تبدله|تبدلها|نبدل|نبدله|بيتبدل|تستبدل|exchange|exchanges|بدل|يتبدل|نستبدل|استبداله|يستبدل|تستبدله",
        "توصيل|شحن|نوصل|بنوصل|دليفري|delivery|shipping|بنشحن|يوصل|بيوصل|هيوصل|يوصلك|بيوصلك|هيوصلك|نوصلك|التوصيلة|مندوب",
        "نفس اليوم|في نفس اليوم|same day|فوري|فورا|حالا|instantly",
        "تعويض|نعوضك|هنعوضك|compensation",
        "فرع|فروع|فرعين|branch|branches",
        "تطبيق|ابلكيشن|أبلكيشن|application",
        "تأمين|التأمين|insurance",
        "تركيب|بنركب|نركب|التركيب|installation",
        "صيانة|صيانه|maintenance|بنصلح|تصليح",
        "دولي|بره مصر|خارج مصر|برا مصر|international|internationally|abroad|الخليج|أوروبا|كل دول",
        "جراج|باركنج|ركنة|parking|garage",
        "واي فاي|wifi|wi fi|إنترنت مجاني",
        "حمام سباحة|بسين|pool",
        "سبا|مساج|جاكوزي|ساونا|spa|sauna|massage",
        "حضانة|منطقة أطفال|ركن أطفال|كيدز إيريا|kids area",
        "كلاب|كلب|كلبك|قطط|قطة|قطتك|حيوانات|pets",
        "مطعم|كافيه|كافيتيريا|بوفيه|breakfast|buffet|فطار",
        "جملة|بالجملة|wholesale",
        "شهادة|شهادات|certificate|معتمدة دوليا",
        "وكالة|توكيل|الوكيل|agent",
        "أونلاين|اونلاين|online|من البيت",
        "تجربة مجانية|حصة تجريبية|فترة تجريبية|trial",
        "بنوقف|تجميد|freeze",
        "عضوية|اشتراك|membership|subscription",
        "طوارئ|إسعاف|emergency",
        "~|روشتة|روشته|وصفة|prescription",
        "نباتي|نباتيين|vegan|vegetarian|جلوتين|gluten|كيتو|keto",
        "حلال|عضوي|أورجانيك|organic",
        "نسلفك|قرض|قروض|سلفة|loan|loans",
        "مستعمل|مستعملة|used|refurbished",
        "أصلي|أصلية|اوريجينال|original|مستورد|مستوردة|imported",
        "بيتكوين|كريبتو|عملات رقمية|bitcoin|crypto",
        "قاعة|حفلات|أعياد ميلاد|parties",
        "سواق|سائق|أتوبيس|ليموزين|transfer|airport",
        "نفسية|استشارة|استشارات|consultation",
        "زيارة منزلية|كشف منزلي|home visit|بنجيلك البيت|نجيلك البيت",
        "مدى الحياة|lifetime",
        "وظيفة|توظيف|نوظفك|وظايف|job|jobs",
    ]
}
