import ArabicText

/// What names or reaches a person, and must not leave for a model as it is.
package struct PersonalData: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        case nationalID = "NATIONAL_ID"
        case phone = "PHONE"
        case card = "CARD"
        case email = "EMAIL"
        case iban = "IBAN"
    }

    package let kind: Kind
    /// Equal for all spellings of a value: digits only, Egyptian numbers as dialled at home, addresses in small letters.
    package let value: String
    /// UTF-8 offsets in the source.
    package let range: Range<Int>

    /// In the order of the text, none over another.
    package static func all(in text: String) -> [PersonalData] {
        let normalized = Normalizer.normalize(text)
        var scanner = PersonalDataScanner(normalized.text)
        return scanner.scan().map {
            // Invisible marks right behind it, which vanish in the folded text, belong to it.
            PersonalData(kind: $0.kind, value: $0.value, range: normalized.sourceRange(of: $0.range))
        }
    }
}

/// Reads the folded text, where all digits are `0`…`9` and letters are small.
private struct PersonalDataScanner {
    typealias Found = (kind: PersonalData.Kind, value: String, range: Range<Int>)

    private let bytes: [UInt8]
    private var position = 0
    private var found: [Found] = []

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func scan() -> [Found] {
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "@") {
                if let email = email() { add(email) } else { position += 1 }
            } else if isBoundary(position), let iban = iban() {
                add(iban)
            } else if isNumberStart(position) {
                readNumber()
            } else {
                position += 1
            }
        }
        return found
    }

    private mutating func add(_ one: Found) {
        // An address may reach back over a number: `01001234567@mail.com`.
        while let last = found.last, last.range.upperBound > one.range.lowerBound { found.removeLast() }
        found.append(one)
        position = max(one.range.upperBound, position + 1)
    }

    // MARK: Characters

    private func at(_ index: Int) -> UInt8 { bytes.indices.contains(index) ? bytes[index] : 0 }
    private func isDigit(_ index: Int) -> Bool { (0x30...0x39).contains(at(index)) }
    private func isLetter(_ index: Int) -> Bool { (0x61...0x7A).contains(at(index)) }
    private func isBoundary(_ index: Int) -> Bool { !isDigit(index - 1) && !isLetter(index - 1) }

    private func isNumberStart(_ index: Int) -> Bool {
        if at(index) == UInt8(ascii: "+") { return isDigit(index + 1) || (at(index + 1) == UInt8(ascii: "(") && isDigit(index + 2)) }
        return isDigit(index) && !isDigit(index - 1)
    }

    // MARK: Addresses

    /// Around the `@` at `position`; one blank on each side is forgiven, as phones put it there.
    private func email() -> Found? {
        var start = position
        if at(start - 1) == 0x20, isMailPart(start - 2) { start -= 1 }
        let localEnd = start
        while start > 0, isMailPart(start - 1), localEnd - start < 64 { start -= 1 }
        while start < localEnd, !isDigit(start), !isLetter(start) { start += 1 }
        guard start < localEnd else { return nil }
        var end = position + 1
        if at(end) == 0x20 { end += 1 }
        let hostStart = end
        while isDigit(end) || isLetter(end) || at(end) == UInt8(ascii: "-")
            || (at(end) == UInt8(ascii: ".") && (isDigit(end + 1) || isLetter(end + 1)))
        {
            end += 1
        }
        let labels = bytes[hostStart..<end].split(separator: UInt8(ascii: "."))
        guard labels.count > 1, let top = labels.last, top.count > 1, top.allSatisfy({ (0x61...0x7A).contains($0) }) else { return nil }
        let value = String(decoding: bytes[start..<localEnd] + [UInt8(ascii: "@")] + bytes[hostStart..<end], as: UTF8.self)
        return (.email, value, start..<end)
    }

    private func isMailPart(_ index: Int) -> Bool { isDigit(index) || isLetter(index) || "._%+-".utf8.contains(at(index)) }

    // MARK: Bank accounts

    /// Country, check digits and 11 to 30 letters or digits, in groups or not, with a right checksum.
    private func iban() -> Found? {
        guard isLetter(position), isLetter(position + 1) else { return nil }
        var digits = position + 2
        if isGap(digits), isDigit(digits + 1) { digits += 1 }
        guard isDigit(digits), isDigit(digits + 1) else { return nil }
        let isEgyptian = at(position) == UInt8(ascii: "e") && at(position + 1) == UInt8(ascii: "g")
        var account = Array(bytes[position..<(position + 2)])
        var index = digits
        var best: Int?
        while account.count < (isEgyptian ? 29 : 34) {
            if isDigit(index) || (isLetter(index) && !isEgyptian) {
                account.append(at(index))
                index += 1
                if account.count >= 15, isBoundaryAfter(index), isIBAN(account), !isEgyptian || account.count == 29 { best = index }
            } else if isGap(index), isDigit(index + 1) || (isLetter(index + 1) && !isEgyptian) {
                index += 1
            } else {
                break
            }
        }
        // A mistyped Egyptian account is as private as a right one.
        if isEgyptian, account.count == 29, isBoundaryAfter(index) { best = index }
        guard let best else { return nil }
        let value = bytes[position..<best].filter { $0 != 0x20 && $0 != UInt8(ascii: "-") }
        return (.iban, String(decoding: value, as: UTF8.self), position..<best)
    }

    private func isGap(_ index: Int) -> Bool { at(index) == 0x20 || at(index) == UInt8(ascii: "-") }
    private func isBoundaryAfter(_ index: Int) -> Bool { !isDigit(index) && !isLetter(index) }

    private func isIBAN(_ account: [UInt8]) -> Bool {
        var rest = 0
        for byte in account[4...] + account[..<4] {
            rest = (0x30...0x39).contains(byte) ? (rest * 10 + Int(byte - 0x30)) % 97 : (rest * 100 + Int(byte - 0x61) + 10) % 97
        }
        return rest == 1
    }

    // MARK: Numbers

    /// The groups of digits from here on; the most of them that are something together are taken.
    private mutating func readNumber() {
        let start = position
        var digits: [UInt8] = []
        /// Behind each group: digits so far, and where it ends.
        var ends: [(count: Int, end: Int)] = []
        var index = at(start) == UInt8(ascii: "+") ? start + 1 : start
        if at(index) == UInt8(ascii: "(") { index += 1 }
        while ends.count < 10, digits.count < 40 {
            while isDigit(index) {
                digits.append(at(index))
                index += 1
            }
            ends.append((digits.count, index))
            var gap = index
            while gap - index < 3, " -.()/_".utf8.contains(at(gap)) { gap += 1 }
            guard gap > index, isDigit(gap) else { break }
            index = gap
        }
        // The number may be of Arabic letters' neighbour, never part of a Latin code.
        let isCode = isLetter(start - 1)
        for (count, end) in ends.reversed() where !isLetter(end) || count > 9 {
            let number = NumberOfPerson(digits: Array(digits[..<count]), hasPlus: at(start) == UInt8(ascii: "+"), isSolid: count == ends[0].count)
            if let kind = number.kind(isNamedPhone: { isNamedPhone(before: start) }), !isCode || kind != .phone {
                // The bracket of `(+20) 100…` stays outside, that of `+(20)…` inside.
                return add((kind, number.value(of: kind), start..<end))
            }
        }
        position = max(ends[0].end, start + 1)
    }

    private static let phoneWords = [
        "موبايل", "موبيل", "تليفون", "تلفون", "واتس", "فون", "phone", "mobile", "mobayl", "telephone", "telefon", "whatsapp", "cell",
    ]

    /// Whether the words just before call it a phone number.
    private func isNamedPhone(before start: Int) -> Bool {
        var lower = max(0, start - 40)
        while lower < start, at(lower) & 0xC0 == 0x80 { lower += 1 }
        let before = String(decoding: bytes[lower..<start], as: UTF8.self)
        return Self.phoneWords.contains { before.contains($0) }
    }
}
