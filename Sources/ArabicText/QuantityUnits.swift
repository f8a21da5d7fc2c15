/// Units and names behind, before or instead of a number.
enum QuantityUnits {
    struct Unit {
        let kind: Quantity.Kind
        let name: String?
        let factor: Double
    }

    /// By normalised word.
    static let units: [String: Unit] = {
        var units: [String: Unit] = [:]
        func add(_ kind: Quantity.Kind, _ name: String?, _ factor: Double, _ words: String) {
            for word in words.split(separator: " ") { units[String(word).normalizedWord] = Unit(kind: kind, name: name, factor: factor) }
        }
        add(.money, "EGP", 1, "جنيه جنية جنيهات جنيها جني جنيهاً egp le pound pounds gneh geneh")
        add(.money, "EGP", 0.01, "قرش قروش")
        add(.money, "USD", 1, "دولار دولارات usd dollar dollars")
        add(.money, "EUR", 1, "يورو eur euro euros")
        add(.money, "SAR", 1, "ريال ريالات sar riyal riyals")
        add(.money, "AED", 1, "درهم دراهم aed dirham dirhams")
        add(.percent, nil, 1, "percent")
        add(.duration, nil, 1.0 / 60, "ثانية ثواني ثوان second seconds sec")
        add(.duration, nil, 1, "دقيقة دقايق دقائق minute minutes min mins")
        add(.duration, nil, 60, "ساعة ساعات hour hours hr hrs h")
        add(.duration, nil, 1440, "يوم أيام تيام يوما day days")
        add(.duration, nil, 10_080, "أسبوع أسابيع تسابيع week weeks")
        add(.duration, nil, 43_200, "شهر شهور أشهر تشهر شهرا month months")
        add(.duration, nil, 525_600, "سنة سنين سنوات عام أعوام year years")
        add(.measure, "kg", 1, "كيلو كجم كيلوجرام كيلوجرامات kg kgs kilo kilos")
        add(.measure, "kg", 0.001, "جرام جرامات gm gram grams")
        add(.measure, "m", 1, "متر أمتار meter meters metre metres")
        add(.measure, "m", 0.01, "سم سنتيمتر سنتي cm")
        add(.measure, "km", 1, "كيلومتر كم km")
        add(.measure, "l", 1, "لتر لترات liter liters litre litres ltr")
        add(.measure, "gb", 1, "جيجا جيجابايت جيجات gb giga gigabyte gigabytes")
        add(.measure, "mb", 1, "ميجا ميجابايت ميجات mb mega megabyte megabytes")
        add(.measure, "piece", 1, "قطعة قطع حتة حتت piece pieces pcs item items")
        add(.measure, "time", 1, "مرة مرات times")
        add(.measure, "person", 1, "فرد أفراد شخص أشخاص person persons people")
        return units
    }()

    /// Two of a unit in one word.
    static let duals: [String: Unit] = {
        var duals: [String: Unit] = [:]
        for (word, unit) in [
            ("يومين", "يوم"), ("ساعتين", "ساعه"), ("شهرين", "شهر"), ("سنتين", "سنه"), ("عامين", "عام"), ("اسبوعين", "اسبوع"), ("دقيقتين", "دقيقه"),
            ("ثانيتين", "ثانيه"), ("مرتين", "مره"), ("قطعتين", "قطعه"), ("مترين", "متر"), ("جنيهين", "جنيه"), ("فردين", "فرد"), ("شخصين", "شخص"),
        ] {
            duals[word] = units[unit]
        }
        return duals
    }()

    /// Before a unit without a number, which then is one of it: `خلال يوم`.
    static let beforeOne: Set<String> = ["خلال", "بعد", "لمده", "مده", "كل", "within", "in", "a", "an", "per", "every", "after", "one"]

    static let weekdays: [String: Double] = [
        "الاتنين": 1, "الاثنين": 1, "monday": 1, "التلات": 2, "الثلاثاء": 2, "التلاتاء": 2, "tuesday": 2, "الاربع": 3, "الاربعاء": 3, "wednesday": 3,
        "الخميس": 4, "thursday": 4,
        "الجمعه": 5, "friday": 5, "السبت": 6, "saturday": 6, "الحد": 7, "الاحد": 7, "sunday": 7,
    ]
    /// These say a day even without يوم before them; الاتنين is also "both".
    static let sureWeekdays: Set<String> = [
        "الاثنين", "الثلاثاء", "الاربعاء", "الخميس", "الجمعه", "السبت", "الاحد", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
        "sunday",
    ]

    static let months: [String: Double] = {
        var months: [String: Double] = [:]
        let names = [
            "يناير january jan", "فبراير february feb", "مارس march", "ابريل april apr", "مايو", "يونيو يونيه june", "يوليو يوليه july",
            "اغسطس august aug", "سبتمبر september sep sept",
            "اكتوبر october oct", "نوفمبر november nov", "ديسمبر december dec",
        ]
        for (index, line) in names.enumerated() {
            for name in line.split(separator: " ") { months[String(name)] = Double(index + 1) }
        }
        return months
    }()

    static let days: [String: Double] = [
        "النهارده": 0, "انهارده": 0, "النهاردا": 0, "اليوم": 0, "today": 0, "بكره": 1, "بكرا": 1, "غدا": 1, "tomorrow": 1, "امبارح": -1, "امس": -1,
        "yesterday": -1,
    ]

    static let morning: Set<String> = ["صباحا", "الصبح", "الصبحيه", "ص", "am", "فجرا", "الفجر"]
    static let evening: Set<String> = [
        "مساء", "بالليل", "بليل", "ليلا", "المغرب", "العصر", "الضهر", "الظهر", "ظهرا", "عصرا", "م", "pm", "العشا", "المسا",
    ]
}
