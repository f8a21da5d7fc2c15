/// Whether a Latin word is English or Arabizi, from its spelling alone.
enum LatinEvidence {
    /// Positive for Arabizi, negative for English, about -2…2; near 0 is open.
    static func score(_ token: Token) -> Double {
        if token.script == .arabizi { return 2 }
        let word = token.text
        let isListed = ArabiziWords.meanings[word] != nil
        let isEnglish = EnglishWords.contains(word)
        if isListed { return isEnglish ? 0 : 1.5 }
        if isEnglish { return EnglishWords.function.contains(word) ? -1.5 : -1.2 }
        return orthography(word.letters)
    }

    private static func orthography(_ word: Letters) -> Double {
        guard word.count > 1, word.count < 32 else { return 0 }
        var score = 0.0
        let vowels = word.filter { "aeiou".unicodeScalars.contains($0) }.count
        if vowels == 0 && !word.contains("y") && word.count < 8 { score += 0.7 }
        let text = String(letters: word)
        for cue in arabiziParts where text.contains(cue) { score += 0.5 }
        for cue in arabiziStarts where text.hasPrefix(cue) { score += 0.5 }
        for cue in arabiziEnds where text.hasSuffix(cue) { score += 0.4 }
        for cue in englishParts where text.contains(cue) { score -= 0.5 }
        for cue in englishEnds where text.hasSuffix(cue) { score -= 0.6 }
        return max(-1.1, min(1.1, score))
    }

    private static let arabiziParts = ["kh", "gh", "aa", "iy", "yy", "uw", "sht", "shm", "shn", "hm", "hs", "td", "tk", "bt", "tl", "mt", "wsh"]
    private static let arabiziStarts = [
        "el", "bt", "by", "bn", "bey", "bet", "ht", "hn", "hy", "hay", "hat", "nf", "mb", "mt", "ms", "mn", "ml", "fl", "lh", "rg", "wl", "tl", "ts", "ma",
        "ez", "es", "sh", "ay", "aw", "mo", "3",
    ]
    private static let arabiziEnds = ["een", "ak", "ek", "ko", "kom", "ha", "ny", "ni", "ly", "li", "sh", "ah", "a", "i", "o", "y", "at", "et", "na", "ash", "esh"]
    private static let englishParts = ["ck", "wh", "qu", "th", "ough", "tion", "sion", "ight", "ou", "ea", "pp", "ct", "rd", "ll", "ff", "oo", "v", "p", "x"]
    private static let englishEnds = ["ing", "ed", "er", "ly", "ness", "ment", "able", "ful", "less", "ous", "ive", "al", "ic", "ity", "ship", "age", "ance", "ence", "e", "ty", "nt", "st", "ch"]
}
