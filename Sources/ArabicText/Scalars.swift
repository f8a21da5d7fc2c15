/// Letters in work: a word as an array of scalars, so that every position is one step away.
typealias Letters = [Unicode.Scalar]

extension Unicode.Scalar {
    /// A letter of the Arabic block, as it stands after folding.
    var isArabicLetter: Bool { (0x0620...0x064A).contains(value) || (0x0671...0x06D3).contains(value) || value == 0x06D5 }
    /// `a`–`z`: all that is left of Latin letters after folding, but for rare ones such as `ə`.
    var isBasicLatinLetter: Bool { (0x61...0x7A).contains(value) || (0x41...0x5A).contains(value) }
    var isLatinLetter: Bool { isBasicLatinLetter || (0x00C0...0x024F).contains(value) }
    var isDigit: Bool { (0x30...0x39).contains(value) }
    var isBlank: Bool { value == 0x20 || value == 0x0A }

    /// Letters of all other scripts. Asked last: the property look-up is slow.
    var isOtherLetter: Bool { value > 0x24F && !isArabicLetter && properties.isAlphabetic }

    /// A pictograph that people type as an emoji; `#`, digits and `©` are not.
    var isEmoji: Bool {
        switch value {
        case 0..<0x203C: false
        case 0x1F000...0x1FAFF: true
        case 0x2190...0x21FF, 0x2300...0x23FF, 0x2460...0x24FF, 0x25A0...0x27BF, 0x2900...0x297F, 0x2B00...0x2BFF,
            0x203C, 0x2049, 0x2122, 0x2139, 0x3030, 0x303D, 0x3297, 0x3299:
            properties.isEmoji
        default: false
        }
    }

    var isRegionalIndicator: Bool { (0x1F1E6...0x1F1FF).contains(value) }
}

extension String {
    init(letters: some Collection<Unicode.Scalar>) {
        self.init(unsafeUninitializedCapacity: letters.count * 4) { buffer in
            var count = 0
            for letter in letters {
                for byte in UTF8.encode(letter)! {
                    buffer[count] = byte
                    count += 1
                }
            }
            return count
        }
    }

    var letters: Letters { Array(unicodeScalars) }
}

extension [Unicode.Scalar] {
    func hasPrefix(_ other: Letters) -> Bool { count >= other.count && self[..<other.count].elementsEqual(other) }
    func hasSuffix(_ other: Letters) -> Bool { count >= other.count && self[(count - other.count)...].elementsEqual(other) }
}
