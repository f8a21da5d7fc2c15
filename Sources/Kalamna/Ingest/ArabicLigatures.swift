/// Mends `لا` where it came out of a PDF as `ال`. One glyph stands for both letters; poppler turns the letters of a line round one
/// by one, these two with the others (`خالل` for `خلال`, `األسعار` for `الأسعار`).
enum ArabicLigatures {
    private static let alefs: Set<Unicode.Scalar> = ["ا", "أ", "إ", "آ"]

    /// - Parameter commonness: how often people write a word; 0 when it is not known.
    static func mend(_ text: String, commonness: (String) -> Float = commonness) -> String {
        let scalars = Array(text.unicodeScalars)
        guard isTurned(scalars) else { return text }
        var result = String.UnicodeScalarView()
        var index = 0
        while index < scalars.count {
            var end = index
            while end < scalars.count, isLetter(scalars[end]) { end += 1 }
            if end == index {
                result.append(scalars[index])
                index += 1
            } else {
                result.append(contentsOf: word(Array(scalars[index..<end]), commonness))
                index = end
            }
        }
        return String(result)
    }

    /// No word has `ا` before `ال` or `أل`, and nearly every text has `لا`: where the first is and the second is not, it is turned.
    private static func isTurned(_ scalars: [Unicode.Scalar]) -> Bool {
        var turned = 0
        var right = 0
        for (index, scalar) in scalars.enumerated().dropFirst() {
            if scalar == "ل", index > 1, alefs.contains(scalars[index - 1]), scalars[index - 2] == "ا" { turned += 1 }
            if alefs.contains(scalar), scalars[index - 1] == "ل" { right += 1 }
        }
        return turned > right
    }

    private static func word(_ letters: [Unicode.Scalar], _ commonness: (String) -> Float) -> [Unicode.Scalar] {
        var letters = letters
        var index = 1
        /// Where both ways are words.
        var doubtful: [Int] = []
        let articleEnd = articleEnd(of: letters)
        while index < letters.count {
            defer { index += 1 }
            guard letters[index] == "ل", alefs.contains(letters[index - 1]) else { continue }
            let startsWithFor = index == 2 || index == 3 && ["و", "ف"].contains(letters[0])
            if index > 1, letters[index - 2] == "ا" || letters[index - 2] == "ل" && startsWithFor && letters.count > 4 {
                // `اال` is `الا`, and `لال` is `للا`: after ل the article loses its alef.
                letters.swapAt(index, index - 1)
                index += 1
            } else if index + 1 < letters.count, letters[index + 1] == "ء", index > 1 {
                letters.swapAt(index, index - 1)
            } else if index != articleEnd - 1 || letters.count == articleEnd {
                doubtful.append(index)
            }
        }
        let stemStart = self.articleEnd(of: letters)
        for place in doubtful {
            var other = letters
            other.swapAt(place, place - 1)
            let (now, then) = (commonness(text(letters[stemStart...])), commonness(text(other[stemStart...])))
            if then > now { letters = other }
        }
        return letters
    }

    /// Behind `ال`, `وال`, `بال` …; 0 without an article.
    private static func articleEnd(of letters: [Unicode.Scalar]) -> Int {
        let start = letters.count > 3 && ["و", "ف", "ب", "ك"].contains(letters[0]) ? 1 : 0
        guard letters.count >= start + 2, letters[start] == "ا", letters[start + 1] == "ل" else { return 0 }
        return start + 2
    }

    private static func text(_ letters: ArraySlice<Unicode.Scalar>) -> String { String(String.UnicodeScalarView(letters)) }
    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool { (0x0620...0x064A).contains(scalar.value) }
}
