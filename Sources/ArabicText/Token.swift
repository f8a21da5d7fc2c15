/// One word, number, address or emoji of a text.
public struct Token: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
        case word, number, time, date, phone, code, email, url, emoji
    }

    public enum Script: String, Sendable, Hashable {
        case arabic, latin, digits, emoji, other
        /// Latin letters with digits that stand for Arabic ones (`3ayez`, `sha7n`). Words without such digits are `latin` here;
        /// `ScriptDetector` decides about those from the whole message.
        case arabizi
    }

    /// Normalised for matching: `"أوردررر"` → `"اوردر"`, `"١٬٥٠٠"` → `"1500"`, `"+20 100 123 4567"` → `"01001234567"`.
    public let text: String
    /// UTF-8 offsets in the source.
    public let range: Range<Int>
    public let kind: Kind
    public let script: Script
    /// A letter was repeated three times or more (`"جداااا"`).
    public let isElongated: Bool

    public init(text: String, range: Range<Int>, kind: Kind, script: Script, isElongated: Bool = false) {
        self.text = text
        self.range = range
        self.kind = kind
        self.script = script
        self.isElongated = isElongated
    }
}

/// Splits a text into tokens.
public enum Tokenizer {
    public static func tokenize(_ text: String) -> [Token] {
        let folded = FoldedText(text)
        return tokens(of: TokenScanner.spans(in: folded.scalars), in: folded)
    }

    static func tokens(of spans: [TokenSpan], in folded: FoldedText) -> [Token] {
        spans.map { span in
            let scalars = folded.scalars[span.text]
            let range = folded.offsets[span.range.lowerBound]..<folded.offsets[span.range.upperBound]
            let text: Letters
            var isElongated = false
            switch span.kind {
            case .word: (text, isElongated) = Elongation.collapse(scalars)
            case .number: text = Digits.plainNumber(scalars)
            case .phone: text = Digits.nationalPhone(scalars)
            case .code: text = scalars.filter { $0.isDigit || $0.properties.isAlphabetic }
            case .date: text = scalars.map { $0 == "-" || $0 == "." ? "/" : $0 }
            case .time, .email, .url, .emoji: text = Array(scalars)
            }
            return Token(
                text: String(letters: text), range: range, kind: span.kind, script: span.script, isElongated: isElongated)
        }
    }
}

enum Elongation {
    /// Three or more of a letter become one; `اا` is never two letters in Arabic; laughter of any length becomes `ههه`.
    static func collapse(_ word: ArraySlice<Unicode.Scalar>) -> (Letters, isElongated: Bool) {
        var result = Letters()
        result.reserveCapacity(word.count)
        var isElongated = false
        var index = word.startIndex
        while index < word.endIndex {
            var end = index + 1
            while end < word.endIndex, word[end] == word[index] { end += 1 }
            let run = end - index
            if run > 2 && !word[index].isDigit {
                isElongated = true
                if run == word.count && (word[index] == "ه" || word[index] == "خ") { return (["ه", "ه", "ه"], true) }
                result.append(word[index])
            } else if run == 2 && word[index] == "ا" {
                result.append("ا")
            } else {
                result.append(contentsOf: word[index..<end])
            }
            index = end
        }
        return (result, isElongated)
    }
}

enum Digits {
    /// Without thousands separators: `1,500` → `1500`, `1.500` → `1500`, `2.50` stays.
    static func plainNumber(_ number: ArraySlice<Unicode.Scalar>) -> Letters {
        var result = number.filter { $0 != "," && !$0.isBlank }
        if let point = result.firstIndex(of: "."), number.firstIndex(of: ",") == nil, (1...3).contains(point), result[0] != "0" {
            let decimals = result[(point + 1)...].prefix { $0.isDigit }
            if decimals.count == 3 { result.remove(at: point) }
        }
        return result
    }

    /// Egyptian numbers as dialled at home, all others with their digits only: `+20 100…` → `0100…`.
    static func nationalPhone(_ number: ArraySlice<Unicode.Scalar>) -> Letters {
        let digits = number.filter(\.isDigit)
        let isInternational = number.first == "+"
        for prefix in [Letters("0020".unicodeScalars), Letters("20".unicodeScalars)] where digits.hasPrefix(prefix) {
            guard prefix.count == 4 || isInternational else { continue }
            let rest = digits.dropFirst(prefix.count)
            return rest.first == "0" ? Array(rest) : ["0"] + rest
        }
        return digits
    }
}
