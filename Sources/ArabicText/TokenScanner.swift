/// A token as positions in the folded text: `range` is what it covers, `text` the part that is its text.
struct TokenSpan {
    var range: Range<Int>
    var text: Range<Int>
    var kind: Token.Kind
    var script: Token.Script

    init(_ range: Range<Int>, _ kind: Token.Kind, _ script: Token.Script) {
        self.range = range
        self.text = range
        self.kind = kind
        self.script = script
    }
}

/// Finds the tokens of a folded text in one pass.
struct TokenScanner {
    private let scalars: Letters
    private var position = 0
    /// Up to here it is known that no address starts.
    private var addressesChecked = 0
    private var spans: [TokenSpan] = []

    static func spans(in scalars: Letters) -> [TokenSpan] {
        var scanner = TokenScanner(scalars: scalars)
        scanner.scan()
        return scanner.spans
    }

    private init(scalars: Letters) {
        self.scalars = scalars
        spans.reserveCapacity(scalars.count / 6 + 1)
    }

    private mutating func scan() {
        while position < scalars.count {
            let scalar = scalars[position]
            if scalar.isBlank {
                position += 1
            } else if position >= addressesChecked, scalar.value < 0x7F, scanAddress() {
                continue
            } else if scalar.isDigit || (scalar == "+" && isDigit(position + 1)) {
                scanNumber()
            } else if scalar.isArabicLetter {
                scanRun(.word, .arabic) { $0.isArabicLetter }
            } else if scalar.isLatinLetter {
                scanLatin()
            } else if scalar.isEmoji {
                scanEmoji()
            } else if scalar.isOtherLetter {
                scanRun(.word, .other) { $0.isOtherLetter }
            } else {
                position += 1
            }
        }
    }

    private func isDigit(_ index: Int) -> Bool { index < scalars.count && scalars[index].isDigit }
    private func isLatin(_ index: Int) -> Bool { index < scalars.count && scalars[index].isLatinLetter }
    private func isAlphanumeric(_ index: Int) -> Bool { isDigit(index) || isLatin(index) }
    private func digitsEnd(from start: Int) -> Int {
        var end = start
        while isDigit(end) { end += 1 }
        return end
    }

    private mutating func append(_ end: Int, _ kind: Token.Kind, _ script: Token.Script) {
        var span = TokenSpan(position..<end, kind, script)
        joinClitics(to: &span)
        spans.append(span)
        position = end
    }

    private mutating func scanRun(_ kind: Token.Kind, _ script: Token.Script, while isPart: (Unicode.Scalar) -> Bool) {
        var end = position + 1
        while end < scalars.count, isPart(scalars[end]) { end += 1 }
        append(end, kind, script)
    }

    private mutating func scanEmoji() {
        let isFlag = scalars[position].isRegionalIndicator && position + 1 < scalars.count && scalars[position + 1].isRegionalIndicator
        append(position + (isFlag ? 2 : 1), .emoji, .emoji)
    }

    // MARK: Arabic glued to Latin or digits

    /// `الorder` is one token, `order`; so are `orderات` and `ب50`.
    private mutating func joinClitics(to span: inout TokenSpan) {
        guard let last = spans.last, last.range.upperBound == span.range.lowerBound else { return }
        if last.script == .arabic, span.script != .arabic, span.kind != .emoji,
            Clitics.gluedBefore.contains(scalars[last.range])
        {
            spans.removeLast()
            span.range = last.range.lowerBound..<span.range.upperBound
        } else if span.script == .arabic, last.kind == .word, last.script == .latin || last.script == .arabizi,
            Clitics.gluedAfter.contains(scalars[span.range])
        {
            spans.removeLast()
            span = TokenSpan(last.range.lowerBound..<span.range.upperBound, last.kind, last.script)
            span.text = last.text
        }
    }

    // MARK: Latin

    private mutating func scanLatin() {
        if let end = codeEnd() { return append(end, .code, .latin) }
        var end = position
        while true {
            if isAlphanumeric(end) {
                end += 1
            } else if end < scalars.count, scalars[end] == "'", end > position,
                isAlphanumeric(end + 1) || (scalars[end - 1].isDigit && end + 1 == scalars.count)
            {
                end += 1
            } else {
                break
            }
        }
        switch AlphanumericWord.classify(scalars[position..<end]) {
        case .latin: append(end, .word, .latin)
        case .arabizi: append(end, .word, .arabizi)
        case .code: append(end, .code, .latin)
        case .quantity(let digits):
            append(position + digits, .number, .digits)
            append(end, .word, .latin)
        }
    }

    /// Codes joined by hyphens: `a-123`, `ord-2024-55`. One part has two digits or more and no letter, another has a letter.
    private func codeEnd() -> Int? {
        var end = position
        var hasNumber = false
        var hasLetter = false
        var parts = 0
        // The bound keeps a long chain of hyphens from being read again at each of its parts.
        while isAlphanumeric(end), end - position < 64 {
            let start = end
            var letters = 0
            while isAlphanumeric(end) {
                if scalars[end].isLatinLetter { letters += 1 }
                end += 1
            }
            parts += 1
            if letters > 0 { hasLetter = true } else if end - start > 1 { hasNumber = true }
            guard end < scalars.count, scalars[end] == "-" || scalars[end] == "_", isAlphanumeric(end + 1) else { break }
            end += 1
        }
        return parts > 1 && hasNumber && hasLetter ? end : nil
    }

    // MARK: Numbers

    private mutating func scanNumber() {
        if let end = phoneEnd() { return append(end, .phone, .digits) }
        if scalars[position] == "+" { position += 1 }
        let end = digitsEnd(from: position)
        if isLatin(end) { return scanLatin() }
        if end < scalars.count, scalars[end] == "'", isLatin(end + 1) { return scanLatin() }
        if let timeEnd = timeEnd(end) { return append(timeEnd, .time, .digits) }
        if let dateEnd = dateEnd(end) { return append(dateEnd, .date, .digits) }
        if end < scalars.count, scalars[end] == "-", let codeEnd = codeEnd() { return append(codeEnd, .code, .latin) }
        var numberEnd = numberEnd(end)
        var percent = numberEnd
        while percent < scalars.count, percent < numberEnd + 2, scalars[percent] == " " { percent += 1 }
        if percent < scalars.count, scalars[percent] == "%" { numberEnd = percent + 1 }
        append(numberEnd, .number, .digits)
    }

    /// Thousands (`1,500,000`) and decimals (`2.5`).
    private func numberEnd(_ first: Int) -> Int {
        var end = first
        while end < scalars.count, scalars[end] == ",", digitsEnd(from: end + 1) == end + 4 { end += 4 }
        if end < scalars.count, scalars[end] == ".", isDigit(end + 1) { end = digitsEnd(from: end + 1) }
        return end
    }

    private func timeEnd(_ first: Int) -> Int? {
        guard first - position <= 2, first < scalars.count, scalars[first] == ":", isDigit(first + 1) else { return nil }
        let end = digitsEnd(from: first + 1)
        return end - first == 3 ? end : nil
    }

    /// `5/10`, `5/10/2026`, `2026-10-05`; `1/2` and the like are numbers, `3-5` is two numbers.
    private func dateEnd(_ first: Int) -> Int? {
        guard first - position <= 4, first < scalars.count, "/-.".unicodeScalars.contains(scalars[first]), isDigit(first + 1)
        else { return nil }
        let separator = scalars[first]
        let second = digitsEnd(from: first + 1)
        guard second - first <= 3 else { return nil }
        if second < scalars.count, scalars[second] == separator, isDigit(second + 1) {
            let third = digitsEnd(from: second + 1)
            return third - second <= 5 ? third : nil
        }
        return separator == "/" && first - position <= 2 ? second : nil
    }

    /// `01001234567`, `+20 100 123 4567`, `02-2345 6789`: 8 to 15 digits behind a `+` or a 0, in groups.
    private func phoneEnd() -> Int? {
        var index = position
        let hasPlus = scalars[index] == "+"
        if hasPlus { index += 1 }
        guard hasPlus || scalars[index] == "0" else { return nil }
        var count = 0
        var end = index
        var groups = 0
        while count <= 15 {
            let groupEnd = digitsEnd(from: index)
            let group = groupEnd - index
            if groups > 0 && group < (hasPlus ? 2 : 3) { break }
            count += group
            groups += 1
            end = groupEnd
            index = groupEnd
            var gap = 0
            while index < scalars.count, gap < 2, " -.()".unicodeScalars.contains(scalars[index]) {
                index += 1
                gap += 1
            }
            guard gap > 0, isDigit(index) else { break }
        }
        return (8...15).contains(count) && !isLatin(end) && !isDigit(end) ? end : nil
    }

    // MARK: Addresses

    /// Looks at the run of address characters that starts here; takes an e-mail address or URL out of it.
    private mutating func scanAddress() -> Bool {
        var end = position
        while end < scalars.count, AddressScanner.isPart(scalars[end]) { end += 1 }
        addressesChecked = max(end, position + 1)
        guard let found = AddressScanner.address(in: scalars, position..<end) else { return false }
        position = found.range.lowerBound
        append(found.range.upperBound, found.kind, .latin)
        addressesChecked = position
        return true
    }
}

enum Clitics {
    static let gluedBefore: Set<ArraySlice<Unicode.Scalar>> = set("ال لل بال وال فال كال عال هال ب ل و ف ك ه ع وب ول بل ولل وبال")
    static let gluedAfter: Set<ArraySlice<Unicode.Scalar>> = set("ات ي ك ه ها هم نا كم كو ين ايه هات يه")

    private static func set(_ words: String) -> Set<ArraySlice<Unicode.Scalar>> {
        Set(words.unicodeScalars.split(separator: " ").map { Array($0)[...] })
    }
}
