import ArabicText

/// A quantity of a text with what stands around it, to be compared with those of other texts.
struct Amount: Sendable {
    let quantity: Quantity
    /// The number itself, `3` of `3 days`; nil where the text has only a word (`يومين`).
    let raw: Double?
    /// The stem of what is counted, when a noun stands right behind a bare number.
    let counted: String?
    /// A word for prices stands shortly before.
    let isPrice: Bool
    /// Part of an address or a name: `15 شارع`, `فرع 3`.
    let isPlace: Bool
    /// Numbers a line of a list.
    let isNumbering: Bool
    /// A unit and no span: `كل يوم`, `per month`.
    let isRate: Bool
    let token: Int

    var kind: Quantity.Kind { quantity.kind }
    var value: Double { quantity.value }

    static func all(in text: ReadText) -> [Amount] {
        text.quantities.map { quantity in
            let place = text.place(of: quantity)
            let number = place.first { text.tokens[$0].kind == .number }
            let raw = number.flatMap { Double(text.tokens[$0].text.filter { $0 != "%" }) } ?? (quantity.kind == .number ? quantity.value : nil)
            var counted: String?
            let next = place.upperBound
            if quantity.kind == .number, text.isAdjacent(next), text.tokens[next].kind == .word, !Stemmer.isFunctionWord(text.word(next)),
                !Self.beforeUnits.contains(text.word(next))
            {
                counted = Stemmer.stem(text.word(next))
            }
            let before = (max(0, place.lowerBound - 4)..<place.lowerBound).filter { text.sentences[$0] == text.sentences[place.lowerBound] }
            // `بـ250` and `ب 250` name a price too.
            let isBy =
                place.lowerBound > 0 && text.word(place.lowerBound - 1) == "ب" || text.source(text.tokens[place.lowerBound].range).hasPrefix("ب")
            let isPlace =
                before.last.map { GroundingWords.placeNumber.contains(text.word($0)) } ?? false
                || text.isAdjacent(next) && GroundingWords.placeNumber.contains(text.word(next))
            return Amount(
                quantity: quantity, raw: raw, counted: counted,
                isPrice: quantity.kind == .money
                    || quantity.kind == .number && !isPlace && (isBy || before.contains { GroundingWords.price.contains(text.word($0)) }),
                isPlace: isPlace, isNumbering: isNumbering(quantity, place, text),
                isRate: raw == nil && place.count == 1 && GroundingWords.singleUnits[text.word(place.lowerBound)] != nil
                    && GroundingWords.eachWords.contains(text.word(place.lowerBound - 1)),
                token: place.lowerBound)
        }
    }

    /// `3 working days`.
    private static let beforeUnits: Set<String> = ["working", "business", "full", "calendar"]

    private static func isNumbering(_ quantity: Quantity, _ place: Range<Int>, _ text: ReadText) -> Bool {
        guard quantity.kind == .number, quantity.value < 30, text.lineStarts.contains(place.lowerBound), place.count == 1 else { return false }
        let next = place.upperBound
        guard next < text.tokens.count else { return false }
        let gap = text.source(quantity.range.upperBound..<text.tokens[next].range.lowerBound)
        return gap.contains { ".)-:–ـ".contains($0) }
    }

    /// Whether `source` says what this says.
    func stands(in source: Amount) -> Bool {
        switch (kind, source.kind) {
        case (.money, .money): isSame(source) && (quantity.unit == source.quantity.unit || quantity.unit == nil || source.quantity.unit == nil)
        // A bare number is a price unless it counts something.
        case (.money, .number): isSame(source) && !source.isPlace && !source.isNumbering && (source.isPrice || source.counted == nil)
        case (.number, .money) where isPrice: isSame(source)
        case (.number, .number) where isPrice: isSame(source) && !source.isPlace && (source.isPrice || source.counted == nil)
        case (.number, .number): isSame(source)
        // `14` of `14 يوم`; not when something else is counted.
        case (.number, _) where isPrice: false
        case (.number, _): source.raw == value && (counted == nil || source.kind == .measure)
        case (.percent, .percent): isSame(source)
        case (.duration, .duration): !source.isRate && (isSame(source) || isSameInMonths(source))
        case (.measure, .measure): isSame(source) && quantity.unit == source.quantity.unit
        case (.measure, .number): isSame(source) && !source.isPlace
        case (.time, .time): isSameTime(source)
        // `من 9 لـ 5 مساءً`: the first has no more than its number.
        case (.time, .number):
            source.counted == nil && !source.isPrice && !source.isPlace && source.value <= 24 && Int(source.value * 60) % 720 == Int(value) % 720
        case (.date, .date): isSameDate(source)
        case (.day, .day): isSame(source)
        default: false
        }
    }

    private func isSame(_ other: Amount) -> Bool { abs(value - other.value) < 0.006 }

    /// A year is twelve months of thirty days here, not 365 days.
    private func isSameInMonths(_ other: Amount) -> Bool {
        func months(_ minutes: Double) -> Double? {
            if minutes >= 525_600, minutes.truncatingRemainder(dividingBy: 525_600 / 2) < 1 { return minutes / 525_600 * 12 }
            return minutes.truncatingRemainder(dividingBy: 43_200) < 1 ? minutes / 43_200 : nil
        }
        guard let one = months(value), let two = months(other.value) else { return false }
        return abs(one - two) < 0.01
    }

    private func isSameTime(_ other: Amount) -> Bool {
        let (one, two) = (Int(value), Int(other.value))
        guard one % 720 == two % 720 else { return false }
        // Twelve at noon and at night are told apart by words only, which people mix up.
        return one % 720 == 0 || quantity.unit == nil || other.quantity.unit == nil || one % 1440 == two % 1440
    }

    private func isSameDate(_ other: Amount) -> Bool {
        let (one, two) = (Int(value), Int(other.value))
        return one < 10_000 || two < 10_000 ? one % 10_000 == two % 10_000 : one == two
    }
}

/// Weekdays and times that belong together: `السبت للخميس من 9 لـ 5، الجمعة من 2`.
struct OpeningTimes: Sendable {
    /// Times in minutes modulo twelve hours, by weekday 1…7.
    private(set) var times: [Int: Set<Int>] = [:]
    private(set) var weekdays: Set<Int> = []

    /// Each pair with the token of the time.
    /// - Parameter readsBare: also numbers that may be hours, `من 4 لـ 9 مساءً`.
    static func pairs(in text: ReadText, _ amounts: [Amount], readsBare: Bool = false) -> [(days: Set<Int>, time: Int, token: Int)] {
        var pairs: [(Set<Int>, Int, Int)] = []
        var days: Set<Int> = []
        var sentence = -1
        var hasTime = false
        var timesByToken: [Int: Int] = [:]
        for amount in amounts {
            if amount.kind == .time {
                timesByToken[amount.token] = Int(amount.value) % 720
            } else if readsBare, amount.kind == .number, amount.counted == nil, !amount.isPrice, amount.value <= 24 {
                timesByToken[amount.token] = Int(amount.value * 60) % 720
            }
        }
        for index in text.tokens.indices {
            if text.sentences[index] != sentence { (sentence, days, hasTime) = (text.sentences[index], [], false) }
            if let found = Self.days(at: index, in: text) {
                // Days behind a time begin a new span.
                if hasTime { (days, hasTime) = ([], false) }
                days.formUnion(found)
            } else if let time = timesByToken[index] {
                if !days.isEmpty { pairs.append((days, time, index)) }
                hasTime = true
            }
        }
        return pairs
    }

    /// The weekdays that are named here; of a span (`من السبت للخميس`) all, at its second day.
    static func days(at index: Int, in text: ReadText) -> Set<Int>? {
        let word = text.word(index)
        if GroundingWords.everyDay.contains(word)
            || (word == "يوم" || word == "ايام") && ["كل", "طول"].contains(text.word(index - 1))
                && weekday(index + 1, in: text) == nil
        {
            return Set(1...7)
        }
        guard let day = weekday(index, in: text) else { return nil }
        var from = index - 1
        var isSpan = word.hasPrefix("لل") || word.hasPrefix("لحد")
        while from >= 0, index - from < 4 {
            let before = text.word(from)
            if GroundingWords.upTo.contains(before) { isSpan = true } else if before != "يوم" && before != "ايام" { break }
            from -= 1
        }
        // `sat-thu`, `السبت - الخميس`.
        if from == index - 1, index > 0,
            text.source(text.tokens[from].range.upperBound..<text.tokens[index].range.lowerBound).contains(where: { "-–—".contains($0) })
        {
            isSpan = true
        }
        guard isSpan, from >= 0, let first = weekday(from, in: text) else { return [day] }
        return Set((0..<7).map { (first - 1 + $0) % 7 + 1 }.prefix((day - first + 7) % 7 + 1))
    }

    /// الاتنين is "both" too, and حد "anybody": those need يوم before them or a neighbour.
    private static func weekday(_ index: Int, in text: ReadText) -> Int? {
        guard text.tokens.indices.contains(index) else { return nil }
        let word = text.word(index)
        let isGlued = text.bares[index] != word
        let day = GroundingWords.weekdays[word] ?? (isGlued ? GroundingWords.weekdays["ال" + text.bares[index]] : nil)
        guard let day else { return nil }
        let before = text.word(index - 1)
        if ["يوم", "ايام", "كل"].contains(before) { return day }
        if !isGlued, text.tokens[index].script == .arabic { return nil }
        if ["الاتنين", "التلات"].contains(word) { return GroundingWords.upTo.contains(before) || GroundingWords.weekdays[before] != nil ? day : nil }
        return day
    }

    static let closed = GroundingWords.folded("إجازة اجازة أجازة مقفول مقفولين قافلين مغلق بنقفل off closed عطلة")

    mutating func add(_ text: ReadText, _ amounts: [Amount]) {
        for index in text.tokens.indices where text.tokens[index].kind == .word {
            // `مفيش توصيل يوم الجمعة`, `الجمعة إجازة`.
            guard let days = Self.days(at: index, in: text), !text.isDenied(index), !Self.closed.contains(text.word(index + 1)) else { continue }
            weekdays.formUnion(days)
        }
        for pair in Self.pairs(in: text, amounts, readsBare: true) {
            for day in pair.days { times[day, default: []].insert(pair.time) }
        }
        if text.tokens.contains(where: { $0.kind == .date && $0.text == "24/7" }) { weekdays = Set(1...7) }
    }
}
