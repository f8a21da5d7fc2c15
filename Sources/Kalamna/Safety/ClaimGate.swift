import ArabicText

/// Lets a model's text through to the customer while it is written, as far as nothing is claimed in it: "بكل سرور" passes at once, "بخمسين
/// جنيه" waits for the end of its clause and for the check. So a customer sees an answer begin at once and never sees an invented price.
///
/// What waits begins at a word that can be a part of what `GroundingCheck` looks at; this is the coarser of the two.
struct ClaimGate: Sendable {
    /// The text says something that its sources don't.
    struct Refusal: Error {}

    /// A clause that goes on for longer is looked at before its end.
    private static let longestClause = 160
    private let isGrounded: @Sendable (String) -> Bool
    private var text: [Unicode.Scalar] = []
    private var shown = 0
    /// Where what waits begins, once that is known.
    private var held: Int?

    /// - Parameter isGrounded: whether all that a text claims stands in its sources; asked with the beginning of the answer.
    init(isGrounded: @escaping @Sendable (String) -> Bool) { self.isGrounded = isGrounded }

    /// All that was written, shown or not.
    var whole: String { String(String.UnicodeScalarView(text)) }
    var hasShown: Bool { shown > 0 }

    /// What can be shown now.
    mutating func add(_ piece: String) throws(Refusal) -> String {
        text.append(contentsOf: piece.unicodeScalars)
        return show(upTo: try safeEnd())
    }

    /// The rest.
    mutating func finish() throws(Refusal) -> String {
        guard isGrounded(whole) else { throw Refusal() }
        return show(upTo: text.count)
    }

    private mutating func show(upTo end: Int) -> String {
        defer { shown = max(shown, end) }
        return end > shown ? String(String.UnicodeScalarView(text[shown..<end])) : ""
    }

    private mutating func safeEnd() throws(Refusal) -> Int {
        var index = held ?? shown
        while index < text.count {
            guard !text[index].properties.isWhitespace else {
                index += 1
                continue
            }
            let end = text[index...].firstIndex { $0.properties.isWhitespace } ?? text.count
            let isWhole = end < text.count
            if held != index {
                let isFirst = index == 0 || endsClause(before: index)
                guard ClaimWords.canBegin(text[index..<end], isWhole: isWhole, isFirst: isFirst) else {
                    index = end
                    continue
                }
                if isWhole { held = index }
            }
            guard let close = endOfClause(from: index) else { return index }
            held = nil
            guard isGrounded(String(String.UnicodeScalarView(text[..<close]))) else { throw Refusal() }
            index = close
        }
        return index
    }

    /// Behind the blank after a full stop and the like; nil when the clause is still being written.
    private func endOfClause(from start: Int) -> Int? {
        var index = start
        while index + 1 < text.count {
            let isLong = index - start > Self.longestClause
            if Self.closers.contains(text[index]) || text[index] == "،" || isLong, text[index + 1].properties.isWhitespace { return index + 2 }
            if text[index] == "\n" { return index + 1 }
            index += 1
        }
        return nil
    }

    private func endsClause(before index: Int) -> Bool {
        text[..<index].last { !$0.properties.isWhitespace }.map { Self.closers.contains($0) } ?? true
    }

    private static let closers = Set(".!?؟:;؛".unicodeScalars)
}

/// Words that are, or begin, something that can be true or false: numbers, money, times, places, names in Latin letters, addresses.
enum ClaimWords {
    /// - Parameters:
    ///   - isWhole: false when letters of it may still come.
    ///   - isFirst: of its sentence, where English writes a capital letter anyway.
    static func canBegin(_ word: ArraySlice<Unicode.Scalar>, isWhole: Bool, isFirst: Bool) -> Bool {
        if word.contains(where: { $0.properties.numericType != nil || $0 == "@" || $0 == "%" || $0 == "٪" || $0 == "/" || $0 == "$" }) { return true }
        let letters = word.drop { !$0.properties.isAlphabetic }
        if let first = letters.first, first.isASCII {
            // A point inside: an address.
            if letters.dropLast().contains(".") { return true }
            if first.properties.isUppercase && !(isFirst && isWhole) { return true }
        }
        let folded = Normalizer.normalize(String(String.UnicodeScalarView(word))).text.filter { $0.isLetter }
        guard !folded.isEmpty else { return !isWhole }
        return forms(of: folded).contains { form in
            guard let first = form.unicodeScalars.first, let words = words[first] else { return false }
            return isWhole ? words.contains { form.hasPrefix($0) } : words.contains { form.hasPrefix($0) || $0.hasPrefix(form) }
        }
    }

    /// With and without the particles that Arabic writes together with a word.
    private static func forms(of word: String) -> [String] {
        var forms = [word]
        var rest = Substring(word)
        for particles in [["و", "ف"], ["ب", "ل", "ك", "ع"], ["ال", "ل"]] {
            if let particle = particles.first(where: { rest.hasPrefix($0) && rest.count > $0.count }) {
                rest = rest.dropFirst(particle.count)
                forms.append(String(rest))
            }
        }
        return forms
    }

    /// Folded beginnings, by their first letter. Too many of them cost a moment's waiting, too few let a claim be seen before it is checked.
    private static let words = Dictionary(grouping: list) { $0.unicodeScalars.first ?? " " }
    private static let list: [String] =
        (
        // Numbers.
        "واحد اتنين اثنين اثنان تلات ثلاث تلت ثلث اربع ربع خمس ست سبع تمن تمان ثمن ثمان تسع عشر حداشر احد اتناشر اثنا عشرين ميه مايه مئه ميت "
        + "الف تلاف الاف مليون نص نصف ضعف صفر مره مرتين "
        + "one two three four five six seven eight nine ten eleven twelve thirt fourt fift sixt sevent eight ninet twent hundred thousand "
        + "million half quarter double zero free "
        // Money, shares, measures.
        + "جنيه قرش دولار ريال درهم يورو خصم تخفيض عرض عروض مجان بلاش كاش ضمان قسط اقساط فايده نسبه في المايه كيلو جرام متر لتر سنتي "
        + "pound egp dollar percent discount offer warranty "
        // Time.
        + "يوم يومين ايام اسبوع شهر شهور سنه سنين سنوات ساعه ساعتين ساعات دقيق ثاني سبت حد احد اثنين تلات ثلاثاء اربعاء خميس جمعه "
        + "يناير فبراير مارس ابريل مايو يونيو يوليو اغسطس سبتمبر اكتوبر نوفمبر ديسمبر رمضان عيد الصبح الضهر العصر المغرب بالليل النهارده بكره "
        + "day week month year hour minute monday tuesday wednesday thursday friday saturday sunday january february march april may june "
        + "july august september october november december today tomorrow "
        // Places, names.
        + "فرع فروع شارع ميدان محافظ مدينه منطق حي مول برج عماره دور شركه ماركه موديل براند تليفون موبايل رقم خط واتس ايميل موقع لينك "
        + "القاهره الجيزه اسكندر الدقهل المنصور طنطا اسيوط اسوان الاقصر سوهاج المنيا بورسعيد السويس الاسماعيل دمياط الزقازيق المعادي نصر "
        + "الدقي المهندسين الزمالك التجمع اكتوبر الشيخ هليوبوليس الرحاب حلوان شبرا الهرم فيصل "
        + "branch street phone website email").split(separator: " ").map(String.init)
}
