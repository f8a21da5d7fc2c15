/// Where sentences end, in Arabic and in English.
enum Sentences {
    private static let enders: Set<Unicode.Scalar> = [".", "!", "?", "…", "؟", "؛", "۔", "。"]
    /// These end a sentence even without a blank behind them, as people type them.
    private static let certain: Set<Unicode.Scalar> = ["؟", "؛", "۔", "。"]
    private static let closers: Set<Unicode.Scalar> = ["\"", "'", ")", "]", "}", "»", "”", "’", "\u{200E}", "\u{200F}", "\u{202C}", "\u{2069}"]
    private static let titles: Set<String> = ["dr", "mr", "mrs", "ms", "prof", "eng", "st", "vs", "inc", "ltd", "approx"]
    private static let beforeNumbers: Set<String> = ["no", "tel", "ext", "fig", "vol", "ch"]

    /// The sentences of `range`, without a gap between them: each with the white space behind it.
    static func ranges(in scalars: [Unicode.Scalar], _ range: Range<Int>) -> [Range<Int>] {
        var sentences: [Range<Int>] = []
        var start = range.lowerBound
        var index = start
        while index < range.upperBound {
            let scalar = scalars[index]
            guard scalar == "\n" || enders.contains(scalar) else {
                index += 1
                continue
            }
            // A run like "؟!" or ".»" is one end; it is passed as a whole, also when it ends nothing.
            var end = index + 1
            var isCertain = scalar == "\n" || certain.contains(scalar)
            while end < range.upperBound, enders.contains(scalars[end]) || closers.contains(scalars[end]) {
                isCertain = isCertain || certain.contains(scalars[end])
                end += 1
            }
            let isEnd =
                end == range.upperBound
                || (isCertain && !scalars[end].joinsPrevious)
                || (scalars[end].isGap && !(scalar == "." && end == index + 1 && isAbbreviation(scalars, start..<index, next: end, range.upperBound)))
            index = end
            if isEnd {
                while index < range.upperBound, scalars[index].isGap { index += 1 }
                if index < range.upperBound, scalars[index].joinsPrevious { continue }
                sentences.append(start..<index)
                start = index
            }
        }
        if start < range.upperBound { sentences.append(start..<range.upperBound) }
        return sentences
    }

    /// Whether the full stop behind `sentence` belongs to its last word: "د.", "ج.م.", "Dr.", "No. 5", or numbers a line ("1.").
    private static func isAbbreviation(_ scalars: [Unicode.Scalar], _ sentence: Range<Int>, next: Int, _ end: Int) -> Bool {
        var start = sentence.upperBound
        while start > sentence.lowerBound, sentence.upperBound - start < 12, !scalars[start - 1].isGap, scalars[start - 1] != "(" { start -= 1 }
        let word = scalars[start..<sentence.upperBound]
        guard let first = word.first else { return false }
        if word.allSatisfy({ $0.properties.numericType == .decimal }) { return start == sentence.lowerBound }
        if word.count == 1 { return first.properties.isAlphabetic }
        if word.contains(".") { return word.allSatisfy { $0 == "." || $0.properties.isAlphabetic } && word.count <= 6 }
        guard first.isASCII else { return false }
        let text = String(String.UnicodeScalarView(word)).lowercased()
        if titles.contains(text) { return true }
        let following = scalars[next..<end].first { !$0.isGap }
        return beforeNumbers.contains(text) && following?.properties.numericType == .decimal
    }
}
