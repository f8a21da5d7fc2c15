package import ArabicText

/// What must hold of every text, however strange: each function names what does not, in a few words without the text.
package enum TextChecks {
    /// Tokens stand in the source one behind the other, at whole characters, and all that is said of them is within bounds.
    package static func problems(of analyzed: AnalyzedText) -> [String] {
        var problems: [String] = []
        let bytes = Array(analyzed.source.utf8)
        var last = 0
        for token in analyzed.tokens {
            let range = token.range
            if range.isEmpty { problems.append("a \(token.token.kind) covers nothing") }
            if range.lowerBound < last { problems.append("a \(token.token.kind) begins before the one before it ends") }
            if range.upperBound > bytes.count {
                problems.append("a \(token.token.kind) ends behind the source")
            } else if !isBoundary(range.lowerBound, in: bytes) || !isBoundary(range.upperBound, in: bytes) {
                problems.append("a \(token.token.kind) cuts a character")
            }
            if token.text.isEmpty { problems.append("a \(token.token.kind) has no text") }
            if token.readings.contains(where: { $0.word.isEmpty || !isShare($0.weight) }) { problems.append("a reading is empty or weighs wrongly") }
            last = range.upperBound
        }
        if !isShare(analyzed.confidence) { problems.append("the confidence in the language is \(analyzed.confidence)") }
        for match in analyzed.concepts {
            if match.tokens.isEmpty || match.tokens.upperBound > analyzed.tokens.count {
                problems.append("a concept stands on tokens that are not there")
            }
            if !isShare(match.weight) { problems.append("a concept weighs \(match.weight)") }
        }
        return problems + self.problems(of: analyzed.normalized, source: bytes)
    }

    package static func problems(of terms: [IndexTerm], positions: Int) -> [String] {
        var problems: [String] = []
        if terms.contains(where: { $0.text.isEmpty }) { problems.append("a term is empty") }
        if terms.contains(where: { !isShare($0.weight) || $0.weight == 0 }) { problems.append("a term weighs wrongly") }
        if terms.contains(where: { !(0..<max(positions, 1)).contains($0.position) }) { problems.append("a term stands at no token") }
        return problems
    }

    /// Folding twice is folding once; every character of the result leads to a place in the source that folds to it, in order.
    private static func problems(of normalized: NormalizedText, source: [UInt8]) -> [String] {
        var problems: [String] = []
        if Normalizer.normalize(normalized.text).text != normalized.text { problems.append("normalised twice is not normalised once") }
        var offset = 0
        var last = 0
        for scalar in normalized.text.unicodeScalars {
            let end = offset + UTF8.width(scalar)
            let range = normalized.sourceRange(of: offset..<end)
            if range.lowerBound < last || range.upperBound > source.count {
                problems.append("a normalised character leads out of order or out of the source")
            }
            if !isBoundary(range.lowerBound, in: source) || !isBoundary(range.upperBound, in: source) {
                problems.append("a normalised character leads into the middle of one")
            }
            last = range.lowerBound
            offset = end
        }
        if normalized.sourceRange(of: 0..<offset).upperBound != source.count {
            problems.append("the end of the normalised text is not that of the source")
        }
        return problems
    }

    /// Whether the characters of a normalised text are found where they lead to. Slow: it folds each of those places again.
    package static func backwards(_ normalized: NormalizedText, source: String) -> [String] {
        let bytes = Array(source.utf8)
        var offset = 0
        for scalar in normalized.text.unicodeScalars {
            let end = offset + UTF8.width(scalar)
            var range = normalized.sourceRange(of: offset..<end)
            // Of a ligature that became several letters, the first ones lead to its beginning.
            if range.isEmpty { range = range.lowerBound..<scalarEnd(range.lowerBound, in: bytes) }
            let place = String(decoding: bytes[range], as: UTF8.self)
            if !Normalizer.normalize(place).text.unicodeScalars.contains(scalar) { return ["a normalised character leads to another one"] }
            offset = end
        }
        return []
    }

    private static func isShare(_ value: Double) -> Bool { value >= 0 && value <= 1 }

    private static func isBoundary(_ offset: Int, in bytes: [UInt8]) -> Bool {
        offset == bytes.count || (offset >= 0 && offset < bytes.count && bytes[offset] & 0xC0 != 0x80)
    }

    private static func scalarEnd(_ start: Int, in bytes: [UInt8]) -> Int {
        var end = start + 1
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        return min(end, bytes.count)
    }
}
