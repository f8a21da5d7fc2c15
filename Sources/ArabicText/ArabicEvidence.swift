/// Whether an Arabic word is Egyptian or of the standard language.
enum ArabicEvidence {
    /// Positive for Egyptian, negative for the standard language; 0 for what both have.
    static func score(_ word: Letters) -> Double {
        if egyptian.contains(word) { return 1.5 }
        if standard.contains(word) { return -1.2 }
        return morphology(word)
    }

    private static func morphology(_ word: Letters) -> Double {
        let dictionary = ArabicDictionary.shared
        guard word.count > 3, !dictionary.contains(word[...]) else { return 0 }
        // مبيوصلش, معرفش, موصلنيش
        if word.count > 4, word[0] == "م", word[word.count - 1] == "ش" { return 1.3 }
        if word[word.count - 1] == "ش", word.count > 4, isPresentOrFuture(word) { return 1.3 }
        if isPresentOrFuture(word) { return 1.2 }
        for start in articles where word.count > start.count + 2 && word.hasPrefix(start) { return 1 }
        for end in endings where word.count > end.count + 2 && word.hasSuffix(end) { return 0.8 }
        // سيصل, ستقوم
        if word[0] == "س", "يتن".unicodeScalars.contains(word[1]), word.count > 4, dictionary.contains(word[2...]) { return -1.2 }
        if word.count > 5, word.hasSuffix(["و", "ن"]), "يت".unicodeScalars.contains(word[0]) { return -0.8 }
        return 0
    }

    /// ب for the present and ه or ح for the future before a person, behind it a verb that the dictionary has, or enough letters.
    private static func isPresentOrFuture(_ word: Letters) -> Bool {
        guard "بهح".unicodeScalars.contains(word[0]), "يتن".unicodeScalars.contains(word[1]) else { return false }
        let dictionary = ArabicDictionary.shared
        if dictionary.contains(word[2...]) || dictionary.contains(word[1...]) { return true }
        return word[0] != "ح" && word.count > 4 && word[1] != "ن" && !dictionary.contains(word[1..<(word.count - 1)])
            && Stemmer.stemAndRoot(word).stem != word
    }

    private static let articles = ["عال".letters, "فال".letters, "هال".letters]
    private static let endings = ["كو".letters, "هولي".letters, "هالي".letters, "لكو".letters, "تولي".letters]

    static let egyptian = WordSet(
        """
        مش ايه ازاي ازيك ازيكم ازيكو فين امتى ليه مين كام بكام عايز عاوز عايزة عاوزة عايزين عاوزين عاوزه عايزه ده دي دول دا كده كدا كدة دلوقتي دلوقت دلوقتى \
        النهاردة انهاردة النهارده امبارح بكرة بكره لسه لسة لسا خالص اوي قوي كمان برضه برضو بردو بقى بقا عشان علشان اللي احنا انتو انتوا انتي هو هي هما \
        معايا معاك معاكي معاكم معاكو معانا عندكو عندكوا ليك ليا ليكو ليها ليهم مفيش مافيش فيه محدش حد حاجة حاجات بتاع بتاعت بتاعة بتاعي بتاعتي بتوع بتاعكم بتاعكو \
        كويس كويسة كويسين وحش وحشة شوية كتير حلو حلوة جامد تمام ماشي خلاص طب طيب يلا ايوه ايوة اه لأ معلش ياريت لو سمحت حضرتك حضرتكم \
        شايف شوفت شفت شوف جاي جه جت جبت جايب هات روحت رحت رايح ييجي يجي تيجي لقيت ملقيتش خدت خد اديني ادوني عملت قولت قولي قالولي استنى مستني استنيت \
        بايظ باظ بايظة باظت اشتغل شغال شغالة اتأخر اتأخرت اتأخروا بعت بعتوا بعتلي بعتولي ابعت ابعتلي ابعتولي اتصلت رجعت ارجع ارجعه جنيه فلوس فلوسي اوردر الاوردر \
        زعلان متضايق قرفان زهقت تعبت نصب نصابين حرامية حرام بجد اوف يا باشا يافندم فندم يا ريس حبيبي تسلم تسلموا ربنا ينفع منفعش مينفعش لازم عارف عارفة فاكر \
        ازى اد قد جوه بره ورا جنب برا جوا زي زى فاضي قفلتوا بتقفلوا فاتحين قافلين بتفتحوا نفسي خايف قلقان مبسوط فرحان انا متشكر متشكرين تليفون موبايل \
        كل ولا يعني اصل طبعا انهي انهو انهى تاني تانية النهاردا بدري عربية عيل عيال ست راجل اتنين تلاتة تلات تمن تمنها ببلاش
        """)
    .subtracting(WordSet("هو هي كل ولا يعني طبعا لو سمحت قد اد انا لازم نصب حرام طيب تمام فيه حد ورا جنب ست حبيبي ربنا فلوس يا رجعت ارجع حلو حلوة اشتغل عملت تعبت تسلم يجي عارف خد اصل انتي بعت نفسي اه موبايل تليفون لأ جنيه عيال قولي"))

    static let standard = WordSet(
        """
        لماذا هل كيف أريد نريد أود أرغب ماذا أين متى الذي التي الذين اللذين اللواتي سوف لم لن ليس ليست لست هذا هذه ذلك تلك هؤلاء إن لقد قد حيث إذ كما أيضا لدي لديكم لديك لدى لدينا \
        أستطيع يمكنني يمكن بإمكاني يرجى الرجاء أرجو نرجو كيفية سيتم يتم تم عبر لدينا نحن جميع خلال وفقا بالإضافة حتى إذا عندما بعدما منذ ثم حول أثناء عليكم ينبغي \
        يجب لكي كي سواء فقط أو أم كلما بأن بأنه فإن لأن لأنه أنه أنها أنهم الآن غدا أمس اليوم ثلاثة أربعة خمسة اثنين اثنان أكثر هنالك هناك نعم كم بكم ما مازال ثمن الحصول لديه لديها
        """)
    .subtracting(WordSet("حتى يمكن اليوم فقط هناك كم ما او ثلاثة اربعة خمسة عليكم اثنين تم قد اكثر حول ثم ام ان لان يجب اذا الان"))
}
