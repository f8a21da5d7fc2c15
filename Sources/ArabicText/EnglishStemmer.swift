/// Light English stems: plural, -ing, -ed, -ly, -ment, -ation and the final e and y; doubled letters are one.
enum EnglishStemmer {
    static func stem(_ word: Letters) -> Letters {
        guard (3...32).contains(word.count), word.allSatisfy(\.isBasicLatinLetter) else { return word }
        var rest = word
        plural(&rest)
        if cut(&rest, "ability", to: "abl") || cut(&rest, "able", to: "abl") { return finish(rest) }
        if cut(&rest, "isation", to: "iz") || cut(&rest, "ization", to: "iz") || cut(&rest, "ation", keep: 4) { return finish(rest) }
        for ending in ["ly", "ing", "ed", "ment"] where cut(&rest, ending) { break }
        return finish(rest)
    }

    private static func plural(_ word: inout Letters) {
        guard word.last == "s", word.count > 3, !word.hasSuffix("ss".letters), !word.hasSuffix("us".letters), !word.hasSuffix("is".letters) else {
            return
        }
        if word.hasSuffix("ies".letters), word.count > 4 {
            word.removeLast(3)
            word.append("y")
        } else if ["sses", "xes", "ches", "shes", "zes"].contains(where: { word.hasSuffix($0.letters) }) {
            word.removeLast(2)
        } else {
            word.removeLast()
        }
    }

    private static func cut(_ word: inout Letters, _ ending: String, to replacement: String = "", keep: Int = 3) -> Bool {
        let letters = ending.letters
        guard word.count >= letters.count + keep, word.hasSuffix(letters), word.dropLast(letters.count).contains(where: isVowel) else {
            return false
        }
        word.removeLast(letters.count)
        word.append(contentsOf: replacement.unicodeScalars)
        return true
    }

    private static func finish(_ word: Letters) -> Letters {
        var result = Letters()
        for letter in word where letter != result.last { result.append(letter) }
        if result.count > 3, result.last == "e" { result.removeLast() }
        if result.count > 4, result.last == "y" || result.last == "i" { result.removeLast() }
        return result
    }

    private static func isVowel(_ letter: Unicode.Scalar) -> Bool {
        switch letter {
        case "a", "e", "i", "o", "u", "y": true
        default: false
        }
    }
}
