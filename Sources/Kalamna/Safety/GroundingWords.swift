import ArabicText

/// Words by which the grounding check reads answers. Written as people write them, folded once.
enum GroundingWords {
    static func folded(_ words: String) -> Set<String> { Set(Tokenizer.tokenize(words).map(\.text)) }

    static let negations = folded(
        """
        لا مش مفيش مافيش مفيهاش مفيهوش ليس ليست لسنا غير بدون للأسف معنديش معندناش مالوش ملوش ملهاش ماعندناش ماعنديش لم لن \
        ممنوع ممنوعة محظور مسموحش ماينفعش مينفعش not no never without don't doesn't isn't aren't cannot can't won't unfortunately sorry \
        unable didn't
        """)
    static let afterEmptyNegations = folded("مشكلة مشاكل قلق داعي بس فقط ما ازعاج شك problem worries only just doubt")
    /// Begin and end as a negated verb does.
    static let notNegated = folded("مفروش مشمش مدهش معاش منعش ماتش متوحش")

    // MARK: What a number is about

    static let price = folded(
        """
        سعر السعر سعره سعرها بسعر أسعار الأسعار تمن التمن تمنه تمنها ثمن بكام تكلفة التكلفة تكلفته رسوم الرسوم رسومه مصاريف المصاريف مصاريفه \
        اشتراك الاشتراك اشتراكه \
        بيبدأ تبدأ يبدأ بتبدأ مبلغ المبلغ هيكلفك بيكلف تكلف قيمة القيمة قسط القسط بيقف تدفع هتدفع بتدفع فلوس إيجار مقدم المقدم عربون العربون \
        غرامة الغرامة \
        price prices cost costs fee fees pay starts charge
        """)
    /// Numbers behind these are places or names.
    static let placeNumber = folded(
        "رقم شارع ش فرع دور الدور عمارة عماره شقة محل قطعة مبنى بلوك طريق محور كيلو ميدان خط number no street floor building gate بوابة موديل model")
    static let phone = folded(
        """
        اتصل اتصلي اتصلوا تتصل نتصل كلمنا كلمينا تكلمنا الساخن خط الخط واتس واتساب الواتس الواتساب تليفون تليفونيا تليفوننا موبايل تلفون \
        رقمنا أرقامنا أرقام \
        hotline call phone whatsapp contact
        """)
    static let coupon = folded("كود الكود كوبون الكوبون بروموكود برومو coupon code promo voucher")
    /// A customer's own money, in words of somebody who answers.
    static let ownMoney = folded("دفعت دفعتيه دفعته حولت حولته حولتي ميزانيتك ميزانية معاك معاكي اتخصم اتخصمت سددت paid budget transferred charged")
    /// A customer's own wish or order.
    static let own = folded(
        """
        قلت قلتي ذكرت كتبت طلبك طلبتك طلبت طلبتي طلبتيه أوردرك حجزك حجزت ميعادك معادك موعدك اشتريت اشتريته اشتريتي رقمك رقمكم نمرتك عندك \
        إيميلك بريدك شحنتك حضرتك \
        مشكلتك شكوتك نكلمك هنكلمك هيكلمك نتواصل هنتواصل هيتواصل your you
        """)
    static let asBranch = folded(
        "فرع الفرع فرعنا فروع فروعنا الفروع فرعين موجودين مقرنا عنواننا العنوان معرض المعرض معرضنا محلنا المحل branch branches located showroom store"
    )
    static let delivering = folded("بنوصل نوصل هنوصل يوصل بيوصل بيوصلك التوصيل توصيل الشحن شحن بنشحن متاح متاحة deliver delivery ship shipping")

    // MARK: Times

    static let everyDay = folded("يوميا يومياً يومي daily everyday")
    static let singleUnits: [String: Double] = {
        var units: [String: Double] = [:]
        for (words, minutes) in [
            ("دقيقة minute", 1.0), ("ساعة hour", 60), ("يوم day", 1440), ("أسبوع week", 10_080), ("شهر month", 43_200), ("سنة عام year", 525_600),
        ] {
            for word in folded(words) { units[word] = minutes }
        }
        return units
    }()
    static let spanWords = folded("ضمان الضمان بضمان خلال لمدة مدة مدته مدتها مهلة فترة within warranty for guarantee")
    static let eachWords = folded("كل في الـ لكل بال per every each a an in one")
    static let midnight = folded("منتصف الليل midnight")
    static let weekdays: [String: Int] = {
        var days: [String: Int] = [:]
        let names = [
            "الاتنين الاثنين اتنين اثنين monday mon", "التلات الثلاثاء التلاتاء تلات ثلاثاء tuesday tue", "الأربع الأربعاء أربعاء wednesday wed",
            "الخميس خميس thursday thu", "الجمعة جمعة friday fri", "السبت سبت saturday sat", "الحد الأحد حد أحد sunday sun",
        ]
        for (index, line) in names.enumerated() {
            for name in folded(line) { days[name] = index + 1 }
        }
        return days
    }()
    static let upTo = folded("ل إلى الي لحد لغاية حتى to till until through")

    // MARK: Names

    static let beforeNames = folded(
        """
        فرع بفرع الفرع فرعنا منطقة بمنطقة مدينة بمدينة محافظة بمحافظة شارع بشارع ميدان بميدان حي مول بمول كمبوند شركة بشركة شركات موديل \
        ماركة ماركات براند بنك ببنك \
        محطة مستشفى جامعة كلية معمل عيادة أستاذ أستاذة الأستاذ الأستاذة مهندس المهندس دكتور دكتورة الدكتور الدكتورة كابتن الكابتن مستر مس شيف الشيف
        """)
    /// Behind such a word these are no name.
    static let noNames = folded(
        """
        قريب قريبة القريب قريبين تاني تانية آخر أخرى واحد واحدة جديد جديدة الجديد الرئيسي الرئيسية رئيسي كبير كبيرة صغير معين معينة محدد \
        تانيين كتير متاح متاحة موجود موجودة \
        عندنا عندك معانا لينا بتاعنا بتاعتنا بتاعك بتاعتك خاص خاصة شغال شغالة فاتح مفتوح مفتوحة مقفول بيفتح بيقفل هيكون أول كل أي نفس بس \
        كمان لو اللي ده دي دول هنا هناك سكنك \
        حضرتك الشحن التوصيل شحن توصيل المبيعات الصيانة خدمة والعنوان والمحافظة والشارع وشارع ومنطقة ورقم والرقم بالتفصيل بالظبط قدامك تختاره \
        يناسبك تحبه مختلف مختلفة متخصص متخصصة \
        متخصصين معتمد معتمدة قدام جنب قصاد ورا أمام بجوار خلف داخل وسط أقرب فيها فيه وبنوصل وهنوصل وده عشان علشان يعني ليه ازاي مسافة مساحة
        """)
    /// Latin words of any shop's chat; what they promise is looked at elsewhere.
    static let ordinaryLatin = folded(
        """
        ok okay sms pdf app online email e-mail mail whatsapp wifi wi fi link web website site qr id pin otp faq vip chat bot hi hello hey \
        thanks welcome sorry please egp le \
        am pm gb mb kg cm mm ml km mg usb tv pc sim cv new in on the and or of a to for by at is it we our you your i s m l xl xxl xs no yes \
        size check page login account
        """)

    // MARK: Places

    /// Governorates, cities and districts without their article, each with the governorate that it lies in.
    static let places: [String: String] = {
        var places: [String: String] = [:]
        for line in [
            "القاهرة: المعادي مدينة_نصر مصر_الجديدة الزمالك التجمع المقطم شبرا العباسية الرحاب مدينتي حلوان عين_شمس المطرية وسط_البلد الزيتون السيدة_زينب النزهة الشروق بدر العبور جاردن_سيتي باب_اللوق هليوبوليس",
            "الجيزة: الدقي المهندسين الهرم فيصل العجوزة إمبابة حدائق_الأهرام الشيخ_زايد الحوامدية البدرشين حدائق_أكتوبر",
            "الإسكندرية: سموحة سيدي_جابر سيدي_بشر محرم_بك العجمي المنتزه ستانلي ميامي العصافرة لوران جليم سبورتنج رشدي كامب_شيزار برج_العرب",
            "الدقهلية: المنصورة ميت_غمر طلخا", "الغربية: طنطا المحلة كفر_الزيات", "الشرقية: الزقازيق العاشر بلبيس", "المنوفية: شبين_الكوم قويسنا",
            "القليوبية: بنها شبرا_الخيمة قليوب",
            "البحيرة: دمنهور كفر_الدوار", "كفر_الشيخ: دسوق", "دمياط: راس_البر", "بورسعيد: بورفؤاد", "الإسماعيلية: فايد", "السويس: العين_السخنة",
            "الفيوم:", "بني_سويف:", "المنيا: ملوي", "أسيوط:",
            "سوهاج: جرجا", "قنا: نجع_حمادي", "الأقصر:", "أسوان:", "البحر_الأحمر: الغردقة الجونة سفاجا", "جنوب_سيناء: شرم_الشيخ دهب نويبع",
            "شمال_سيناء: العريش", "مطروح: الساحل_الشمالي العلمين",
            "الوادي_الجديد:", "دبي:", "الرياض:", "الكويت:", "السعودية: جدة", "الإمارات: أبوظبي",
        ] {
            let parts = line.split(separator: ":")
            let province = key(of: parts[0])
            places[province] = province
            for place in parts.dropFirst().first?.split(separator: " ") ?? [] { places[key(of: place)] = province }
        }
        return places
    }()

    /// English names of governorates and cities, to the keys of `places`.
    static let englishPlaces: [String: String] = Dictionary(
        uniqueKeysWithValues: [
            ("cairo", "القاهرة"), ("giza", "الجيزة"), ("alexandria", "الإسكندرية"), ("alex", "الإسكندرية"), ("mansoura", "المنصورة"),
            ("tanta", "طنطا"),
            ("zagazig", "الزقازيق"), ("ismailia", "الإسماعيلية"), ("suez", "السويس"), ("damietta", "دمياط"), ("fayoum", "الفيوم"),
            ("minya", "المنيا"),
            ("assiut", "أسيوط"), ("asyut", "أسيوط"), ("sohag", "سوهاج"), ("qena", "قنا"), ("luxor", "الأقصر"), ("aswan", "أسوان"),
            ("hurghada", "الغردقة"),
            ("dahab", "دهب"), ("maadi", "المعادي"), ("dokki", "الدقي"), ("zamalek", "الزمالك"), ("mohandessin", "المهندسين"),
            ("heliopolis", "مصر_الجديدة"),
            ("helwan", "حلوان"), ("haram", "الهرم"), ("smouha", "سموحة"), ("zayed", "الشيخ_زايد"),
        ].map { ($0.0, key(of: Substring($0.1))) })
    static let placeBeginnings = Set(places.keys.compactMap { $0.contains(" ") ? $0.split(separator: " ").first.map(String.init) : nil })
    /// Places only with their article: `مهندسين` are engineers.
    static let unsurePlaces = folded("مهندسين هرم شروق بدر عاشر تجمع نزهة زيتون مدينتي أقصر")

    private static func key(of name: Substring) -> String {
        Tokenizer.tokenize(name.split(separator: "_").joined(separator: " ")).map { withoutArticle($0.text) }.joined(separator: " ")
    }

    /// `والمعادي`, `للمعادي`, `بالمعادي` → `معادي`.
    static func withoutArticle(_ word: String) -> String {
        // By bytes: comparing strings is many times slower, and each word of all passages comes by here.
        guard let first = word.utf8.first, first >= 0xD8, word.utf8.count > 6 else { return word }
        for prefix in articles where word.utf8.count > prefix.count + 3 && word.utf8.starts(with: prefix) {
            return String(decoding: word.utf8.dropFirst(prefix.count), as: UTF8.self)
        }
        return word
    }

    private static let articles = ["وبال", "ولل", "وال", "بال", "فال", "لل", "ال"].map { Array($0.utf8) }

    /// Of people; what follows may stand behind a full stop.
    static let shortTitles = folded("د م أ ا dr mr mrs ms eng")

    /// Number words that stand behind a ب or ل in one word: `بستين`, `لتسعمية`.
    static let numberWords = folded(
        """
        تلاتة تلات ثلاثة ثلاث أربعة خمسة خمس ستة ست سبعة سبع تمانية تمن تمان تسعة تسع عشرة عشر حداشر اتناشر تلتاشر تلاتاشر أربعتاشر خمستاشر \
        ستاشر سبعتاشر تمنتاشر تسعتاشر \
        عشرين تلاتين ثلاثين أربعين خمسين ستين سبعين تمانين ثمانين تسعين مية ميت مائة مئة ميتين متين مئتين مائتين تلتمية تلتميت ثلاثمائة \
        ربعمية ربعميت أربعمائة خمسمية \
        خمسميت خمسمائة ستمية ستميت ستمائة سبعمية سبعميت سبعمائة تمنمية تمنميت ثمانمائة تسعمية تسعميت تسعمائة ألف ألفين مليون
        """)

    /// Brands in Arabic letters that answers are tempted to name.
    static let brands = folded(
        """
        سامسونج سامسونغ ايفون آيفون أبل شاومي هواوي أوبو ريلمي نوكيا سوني توشيبا شارب كاريير باناسونيك بوش زانوسي وايت يونيون فريش هاير \
        ميديا تورنيدو كريازي يونيفرسال \
        فودافون اورنج أورانج اتصالات فوري انستاباي باي_بال تمارا فاليو سهولة أمان تابي كونتكت بريميوم ميزة بينانس بيتكوين كريبتو أرامكس \
        فيدكس بوسطة اوبر كريم طلبات \
        نايكي اديداس بوما زارا ايكيا كارفور سبينيز لولو هيلتون ماريوت شيراتون ميركيور بيبسي كوكاكولا نسكافيه نستله مرسيدس تويوتا هيونداي كيا \
        نيسان شيفروليه
        """)
}
