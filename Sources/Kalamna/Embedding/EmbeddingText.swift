/// What every embedder does to texts before, and to vectors after.
enum EmbeddingText {
    /// Refuses texts without a word: servers answer them with an error, and their vector would mean nothing.
    static func check(_ texts: [String]) throws(Failure) {
        guard texts.allSatisfy({ !$0.trimmed.isEmpty }) else {
            throw .invalid("text", ar: "اكتب نص الأول: مفيش معنى لنص فاضي.", en: "The text is empty: there is nothing to embed.")
        }
    }

    /// The longest beginning of at most `bytes` UTF-8 bytes, without half a character. A token is a byte at least, so this
    /// bounds the tokens too, whatever the language.
    static func cut(_ text: String, toUTF8 bytes: Int) -> String {
        if text.utf8.count <= bytes { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: bytes)
        while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
        return String(text[..<end])
    }

    /// Ranges of neighbouring texts for one call each: at most `count` texts, and at most `bytes` unless one alone is longer.
    static func batches(of texts: [String], count: Int, bytes: Int) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = 0
        var size = 0
        for (index, text) in texts.enumerated() {
            let length = text.utf8.count
            if index > start, index - start == count || size + length > bytes {
                ranges.append(start..<index)
                start = index
                size = 0
            }
            size += length
        }
        if start < texts.count { ranges.append(start..<texts.count) }
        return ranges
    }

    /// The vector at length 1. Nil when it has none: not finite, or all zero.
    static func unit(_ vector: [Float]) -> [Float]? {
        let squares = vector.reduce(0.0) { $0 + Double($1) * Double($1) }
        guard squares.isFinite, squares > 0 else { return nil }
        let scale = 1 / squares.squareRoot()
        return vector.map { Float(Double($0) * scale) }
    }
}
