/// Finds the quantities of a text, to compare those of a question with those of an answer.
public enum Numbers {
    /// Arabic and English; Arabizi number words only by way of an analysed text.
    public static func extract(_ text: String) -> [Quantity] {
        extract(Tokenizer.tokenize(text).map { (word: $0.text, token: $0) })
    }

    /// As `extract`, with Arabizi words read as the analyser reads them.
    public static func extract(from text: AnalyzedText) -> [Quantity] {
        extract(text.tokens.map { (word: $0.language == .arabizi ? $0.readings.first?.word ?? $0.text : $0.text, token: $0.token) })
    }

    private static func extract(_ tokens: [(word: String, token: Token)]) -> [Quantity] {
        var reader = QuantityReader(tokens: tokens)
        return reader.read()
    }
}

private struct QuantityReader {
    let tokens: [Token]
    let words: [String]
    private var found: [Quantity] = []
    /// Of each found quantity.
    private var places: [Range<Int>] = []

    init(tokens: [(word: String, token: Token)]) {
        self.tokens = tokens.map(\.token)
        words = tokens.map(\.word)
    }

    mutating func read() -> [Quantity] {
        var index = 0
        while index < tokens.count { index = readOne(index) ?? index + 1 }
        shareUnits()
        return found
    }

    private mutating func append(_ kind: Quantity.Kind, _ value: Double, _ unit: String? = nil, _ place: Range<Int>) -> Int {
        let range = tokens[place.lowerBound].range.lowerBound..<tokens[place.upperBound - 1].range.upperBound
        found.append(Quantity(kind: kind, value: value, unit: unit, range: range))
        places.append(place)
        return place.upperBound
    }

    private func word(_ index: Int) -> String { words.indices.contains(index) ? words[index] : "" }

    /// `للساعة`, `والجمعة`: without what is written together with the word.
    private func bare(_ index: Int) -> String {
        let word = word(index)
        for prefix in ["و", "ل", "ب"] where word.hasPrefix(prefix) && word.utf8.count > 6 {
            let rest = String(word.dropFirst())
            if QuantityUnits.weekdays[rest] != nil || QuantityUnits.days[rest] != nil || rest == "الساعه" { return rest }
            if prefix == "ل", rest.hasPrefix("ل") { return "ا" + rest }
        }
        return word
    }

    /// The index behind what starts here, `nil` for nothing.
    private mutating func readOne(_ index: Int) -> Int? {
        switch tokens[index].kind {
        case .time: return readTime(index, minutes(words[index]), index + 1)
        case .date: return readDate(index)
        case .number where words[index].hasSuffix("%"):
            guard let value = Double(words[index].dropLast()) else { return nil }
            return append(.percent, value, nil, index..<(index + 1))
        case .number, .word: break
        default: return nil
        }
        return readDay(index) ?? readClock(index) ?? readAmount(index)
    }

    // MARK: Days and dates

    private mutating func readDay(_ index: Int) -> Int? {
        let word = bare(index)
        if let day = QuantityUnits.days[word] {
            let before = self.word(index - 1)
            if day == 1 && before == "بعد" { return append(.day, 2, nil, (index - 1)..<(index + 1)) }
            if day == -1 && before == "اول" { return append(.day, -2, nil, (index - 1)..<(index + 1)) }
            return append(.day, day, nil, index..<(index + 1))
        }
        if word == "يوم", let day = QuantityUnits.weekdays[bare(index + 1)] ?? QuantityUnits.weekdays["ال" + bare(index + 1)] {
            return append(.weekday, day, nil, index..<(index + 2))
        }
        if let day = QuantityUnits.weekdays[word], QuantityUnits.sureWeekdays.contains(word) {
            return append(.weekday, day, nil, index..<(index + 1))
        }
        if let month = QuantityUnits.months[word], let day = Double(self.word(index + 1)), (1...31).contains(day) {
            return append(.date, month * 100 + day, nil, index..<(index + 2))
        }
        return nil
    }

    private mutating func readDate(_ index: Int) -> Int? {
        let parts = words[index].split(separator: "/").compactMap { Double($0) }
        // `24/7` is always open, not a day.
        guard parts.count > 1, words[index] != "24/7" else { return nil }
        let place = index..<(index + 1)
        if parts.count == 2 {
            if parts[0] == 1, (2...4).contains(parts[1]), QuantityUnits.units[word(index + 1)] != nil { return readUnit(parts[0] / parts[1], place) }
            return (1...31).contains(parts[0]) && (1...12).contains(parts[1]) ? append(.date, parts[1] * 100 + parts[0], nil, place) : nil
        }
        let (year, month, day) = parts[0] > 31 ? (parts[0], parts[1], parts[2]) : (parts[2] < 100 ? parts[2] + 2000 : parts[2], parts[1], parts[0])
        guard (1...12).contains(month), (1...31).contains(day) else { return nil }
        return append(.date, year * 10_000 + month * 100 + day, nil, place)
    }

    // MARK: Time of day

    private func minutes(_ time: String) -> Double {
        let parts = time.split(separator: ":").compactMap { Double($0) }
        return parts.count > 1 ? parts[0] * 60 + parts[1] : 0
    }

    /// `الساعة خمسة ونص`, `5 pm`.
    private mutating func readClock(_ index: Int) -> Int? {
        let isAfterHour = ["الساعه", "ساعه"].contains(bare(index)) && bare(index).hasPrefix("ال") || word(index) == "at"
        let start = isAfterHour ? index + 1 : index
        if isAfterHour, start < tokens.count, tokens[start].kind == .time { return readTime(index, minutes(words[start]), start + 1) }
        guard start < tokens.count, let number = NumberWords.number(in: words, from: start), number.value > 0, number.value < 24 else { return nil }
        let end = start + number.count
        let isHalfOfDay = QuantityUnits.morning.contains(word(end)) || QuantityUnits.evening.contains(word(end))
        guard isHalfOfDay || (isAfterHour && word(index) != "at") else { return nil }
        return readTime(index, number.value * 60, end)
    }

    private mutating func readTime(_ index: Int, _ minutes: Double, _ end: Int) -> Int {
        if QuantityUnits.morning.contains(word(end)) {
            return append(.time, minutes >= 720 ? minutes - 720 : minutes, "am", index..<(end + 1))
        }
        if QuantityUnits.evening.contains(word(end)) {
            return append(.time, minutes < 720 ? minutes + 720 : minutes, "pm", index..<(end + 1))
        }
        return append(.time, minutes, minutes >= 780 ? "pm" : nil, index..<end)
    }

    // MARK: Amounts

    private mutating func readAmount(_ index: Int) -> Int? {
        if let dual = QuantityUnits.duals[word(index)] {
            // `يومين ونص`
            if word(index + 1) == "ونص" { return append(dual.kind, 2.5 * dual.factor, dual.name, index..<(index + 2)) }
            return append(dual.kind, 2 * dual.factor, dual.name, index..<(index + 1))
        }
        if QuantityUnits.beforeOne.contains(word(index)), let unit = QuantityUnits.units[word(index + 1)], unit.kind == .duration {
            return append(.duration, unit.factor, nil, (index + 1)..<(index + 2))
        }
        // `ساعة ونص`
        if let unit = QuantityUnits.units[word(index)], let fraction = ["ونص": 0.5, "ونصف": 0.5, "وربع": 0.25][word(index + 1)] {
            return append(unit.kind, (1 + fraction) * unit.factor, unit.name, index..<(index + 2))
        }
        // `تلت تيام`, `ست ساعات`: numbers only before what is counted.
        if let small = ["تلت": 3.0, "ست": 6.0][word(index)], let unit = QuantityUnits.units[word(index + 1)] {
            return append(unit.kind, small * unit.factor, unit.name, index..<(index + 2))
        }
        if word(index) == "تلت", ["تلاف", "الاف"].contains(word(index + 1)) {
            return readUnit(3000, index..<(index + 2))
        }
        guard let number = NumberWords.number(in: words, from: index) else { return nil }
        let place = index..<(index + number.count)
        if number.count == 1, isAmbiguous(index) { return nil }
        if let month = QuantityUnits.months[word(place.upperBound)], (1...31).contains(number.value) {
            return append(.date, month * 100 + number.value, nil, index..<(place.upperBound + 1))
        }
        return readUnit(number.value, place)
    }

    /// Words that are numbers only with something counted: ميه is water too, واحد "someone", ربع and عشر parts of names.
    private func isAmbiguous(_ index: Int) -> Bool {
        guard tokens[index].kind == .word,
            ["ميه", "واحد", "واحده", "one", "الف", "k", "ربع", "تلت", "سبع", "ten", "quarter", "half"].contains(words[index])
        else { return false }
        return QuantityUnits.units[word(index + 1)] == nil && !(word(index + 1) == "في" && word(index + 2).hasPrefix("الم"))
    }

    private mutating func readUnit(_ value: Double, _ place: Range<Int>) -> Int {
        let end = place.upperBound
        if word(end) == "في" && ["الميه", "المايه", "الميا", "المئه"].contains(word(end + 1)) {
            return append(.percent, value, nil, place.lowerBound..<(end + 2))
        }
        if ["بالميه", "بالمايه", "فالميه"].contains(word(end)) { return append(.percent, value, nil, place.lowerBound..<(end + 1)) }
        if word(end) == "ج" {
            return append(.money, value, "EGP", place.lowerBound..<(end + (word(end + 1) == "م" ? 2 : 1)))
        }
        guard let unit = QuantityUnits.units[word(end)] else { return append(.number, value, nil, place) }
        // `5 ساعات ونص`, `سنة ونص`
        var total = value
        var last = end + 1
        if ["ونص", "ونصف"].contains(word(last)) {
            total += 0.5
            last += 1
        } else if word(last) == "وربع" {
            total += 0.25
            last += 1
        }
        return append(unit.kind, total * unit.factor, unit.name, place.lowerBound..<last)
    }

    /// `من 3 ل 5 أيام`, `3-5 أيام`: the first number has the unit of the second.
    private mutating func shareUnits() {
        let between: Set<String> = ["الي", "ل", "او", "لحد", "حتي", "to", "or"]
        for index in found.indices.dropLast() where found[index].kind == .number {
            let next = found[index + 1]
            let gap = places[index].upperBound..<places[index + 1].lowerBound
            guard gap.count < 2, gap.allSatisfy({ between.contains(words[$0]) }), next.range.lowerBound - found[index].range.upperBound < 12 else {
                continue
            }
            guard [.duration, .money, .percent, .measure].contains(next.kind) else { continue }
            let factor = QuantityUnits.units[words[places[index + 1].upperBound - 1]]?.factor ?? 1
            found[index] = Quantity(kind: next.kind, value: found[index].value * factor, unit: next.unit, range: found[index].range)
        }
    }
}
