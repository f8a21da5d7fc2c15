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

    /// Words that no list has do not score beyond this.
    static let spellingLimit = 1.1

    private static func orthography(_ word: Letters) -> Double {
        guard word.count > 1, word.count < 32 else { return 0 }
        var score = 0.0
        var hasVowel = false
        for start in word.indices {
            switch word[start] {
            case "a", "e", "i", "o", "u", "y": hasVowel = true
            default: break
            }
            var cue: UInt64 = 0
            for end in start..<min(start + 5, word.count) {
                cue = cue << 8 | UInt64(word[end].value & 0xFF)
                score += parts[cue] ?? 0
                if start == 0 { score += starts[cue] ?? 0 }
                if end == word.count - 1 { score += ends[cue] ?? 0 }
            }
        }
        if !hasVowel && word.count < 8 { score += 0.7 }
        return max(-spellingLimit, min(spellingLimit, score))
    }

    private static let parts = cues(
        0.5, "kh gh aa iy yy uw sht shm shn hm hs td tk bt tl mt wsh", -0.5, "ck wh qu th ough tion sion ight ou ea pp ct rd ll ff oo v p x")
    private static let starts = cues(
        0.5, "el bt by bn bey bet ht hn hy hay hat nf mb mt ms mn ml fl lh rg wl tl ts ma ez es sh ay aw mo", 0, "")
    private static let ends = cues(
        0.4, "een ak ek ko kom ha ny ni ly li sh ah a i o y at et na ash esh",
        -0.6, "ing ed er ly ness ment able ful less ous ive al ic ity ship age ance ence e ty nt st ch")

    private static func cues(_ arabizi: Double, _ arabiziCues: String, _ english: Double, _ englishCues: String) -> [UInt64: Double] {
        var table: [UInt64: Double] = [:]
        for (score, list) in [(arabizi, arabiziCues), (english, englishCues)] {
            for cue in list.split(separator: " ") {
                table[cue.utf8.reduce(0) { $0 << 8 | UInt64($1) }, default: 0] += score
            }
        }
        return table
    }
}
