/// Reads Egyptian in Latin letters: `3ayez a3raf el sha7n bkam` → عايز اعرف ال شحن بكام.
///
/// A spelling is compared with the words of the vocabulary that have its consonants; what fits none is spelled out by rule.
public struct ArabiziTransliterator: Sendable {
    public struct Candidate: Sendable, Hashable {
        /// Normalised Arabic, or the Latin word itself where it is English or a brand.
        public let word: String
        /// 0…1, how sure.
        public let weight: Double
    }

    private let business: ArabiziVocabulary
    private let latinWords: Set<String>
    /// Those of the business's Latin words that are not plain English.
    private let names: LatinVocabulary

    /// - Parameter vocabulary: words beyond the everyday ones, as those of a business's knowledge, in any script.
    public init(vocabulary: some Sequence<String> = EmptyCollection<String>()) {
        var business = ArabiziVocabulary()
        var latinWords: Set<String> = []
        var names = LatinVocabulary()
        for word in vocabulary {
            let normalized = word.normalizedWord
            guard let first = normalized.unicodeScalars.first else { continue }
            if first.isArabicLetter {
                business.add(normalized.letters, prior: 0.85)
            } else if first.isLatinLetter {
                if latinWords.insert(normalized).inserted, !EnglishWords.contains(normalized) { names.add(normalized.letters) }
            }
        }
        self.names = names
        self.business = business
        self.latinWords = latinWords
    }

    /// Best first. Empty for a word without Latin letters.
    public func candidates(for word: String, limit: Int = 4) -> [Candidate] {
        var effort = 0
        return candidates(for: word, limit: limit, effort: &effort)
    }

    /// - Parameter effort: grows by the number of words compared: some fifty for most words, thousands where little is left between clitics.
    func candidates(for word: String, limit: Int = 4, effort: inout Int) -> [Candidate] {
        let spelling = word.normalizedWord
        let latin = spelling.letters
        guard limit > 0, (1...24).contains(latin.count), latin.contains(where: \.isBasicLatinLetter) else { return [] }
        var found = Readings(limit: limit + 1)
        defer { effort += found.effort }
        let listed = ArabiziWords.meanings[spelling]
        for match in matches(latin, &found) { found.add(match.word, match.weight * (listed == nil ? 1 : 0.5)) }
        for (rank, word) in (listed ?? []).enumerated() { found.add(word, 1 - 0.1 * Double(rank)) }
        if listed == nil, found.best < 0.8 { addWithClitics(latin, &found) }
        if found.best < 0.3 { found.add(ArabiziRules.spellOut(latin), 0.3) }
        var candidates = found.readings.map { Candidate(word: String(letters: $0.word), weight: min(1, $0.weight)) }
        if isLatinWord(spelling) {
            candidates = candidates.filter { $0.weight > 0.8 }.map { Candidate(word: $0.word, weight: $0.weight * (listed == nil ? 0.5 : 1)) }
            candidates.append(Candidate(word: spelling, weight: listed == nil ? 1 : 0.6))
        }
        candidates.sort { ($0.weight, $1.word) > ($1.weight, $0.word) }
        return Array(candidates.prefix(limit))
    }

    /// The likeliest reading in Arabic letters, words that are English or brands left as they are.
    public func transliterate(_ text: String) -> String {
        var known: [String: String] = [:]
        var effort = 0
        return Tokenizer.tokenize(text).map { token in
            guard token.kind == .word, token.script != .arabic else { return token.text }
            if let word = known[token.text] { return word }
            // As in `TextAnalyzer`: what goes on beyond this is no sentence.
            guard effort < Self.mostEffort else { return token.text }
            let word = candidates(for: token.text, limit: 1, effort: &effort).first?.word ?? token.text
            known[token.text] = word
            return word
        }.joined(separator: " ")
    }

    /// A name of the business's knowledge that the word may be in the other script: `ريبوك` for Reebok, `valu` for فاليو.
    func names(for word: Letters) -> [(word: Letters, weight: Double)] {
        var effort = 0
        let found =
            word.first?.isArabicLetter == true
            ? names.matches(word) : business.matches(word, least: 0, effort: &effort).sorted { $0.weight > $1.weight }
        return Array(found.prefix(2))
    }

    /// Comparisons that a text is worth: 200 words of a real message take about 11,000.
    static let mostEffort = 20_000

    var hasNames: Bool { !names.isEmpty || !business.isEmpty }

    /// English, or Latin in the business's own words.
    func isLatinWord(_ word: String) -> Bool { latinWords.contains(word) || EnglishWords.contains(word) }

    private func matches(_ latin: Letters, _ found: inout Readings, weight: Double = 1) -> [(word: Letters, weight: Double)] {
        let least = found.least / weight
        return ArabiziVocabulary.everyday.matches(latin, least: least, effort: &found.effort)
            + business.matches(latin, least: least, effort: &found.effort)
    }

    // MARK: Clitics

    private func addWithClitics(_ latin: Letters, _ found: inout Readings) {
        for prefix in Self.prefixes where latin.count > prefix.latin.count + 1 && latin.hasPrefix(prefix.latin) {
            let rest = Array(latin.dropFirst(prefix.latin.count))
            for match in matches(rest, &found, weight: prefix.weight) where match.word.count > 1 {
                found.add(prefix.arabic + match.word, match.weight * prefix.weight)
            }
            addWithSuffix(rest, prefix: prefix, &found)
        }
        addWithSuffix(latin, prefix: nil, &found)
    }

    private func addWithSuffix(_ latin: Letters, prefix: Clitic?, _ found: inout Readings) {
        for suffix in Self.suffixes where latin.count > suffix.latin.count + 2 && latin.hasSuffix(suffix.latin) {
            let weight = suffix.weight * (prefix?.weight ?? 1)
            for match in matches(Array(latin.dropLast(suffix.latin.count)), &found, weight: weight) where match.word.count > 1 {
                var word = match.word
                // ة before an ending is ت.
                if word.last == "ه" { word[word.count - 1] = "ت" }
                found.add((prefix?.arabic ?? []) + word + suffix.arabic, match.weight * weight)
            }
        }
    }

    private struct Clitic {
        let latin: Letters
        let arabic: Letters
        let weight: Double
    }

    private static func clitics(_ list: String, weight: Double) -> [Clitic] {
        list.split(separator: " ").map { pair in
            let parts = pair.split(separator: "=", omittingEmptySubsequences: false)
            return Clitic(latin: Array(parts[0].unicodeScalars), arabic: Array(parts[1].unicodeScalars), weight: weight)
        }
    }

    private static let prefixes =
        clitics("el=ال al=ال il=ال bel=بال bil=بال bl=بال fel=فال fil=فال fl=فال lel=لل lil=لل ll=لل 3al=عال 3l=عال wel=وال wl=وال", weight: 0.97)
        + clitics("w=و we=و b=ب be=ب l=ل le=ل f=ف ma=م m=م 7=ح ha=ه", weight: 0.85)
        // `msh3ayez`: the negation is left out, for the word is what is looked for.
        + clitics("msh= mesh= mish= mosh=", weight: 0.85)

    private static let suffixes =
        clitics("ha=ها hom=هم ko=كو kom=كم kum=كم na=نا ni=ني ny=ني ak=ك ek=ك ik=ك o=ه oh=ه y=ي i=ي at=ات een=ين in=ين sh=ش", weight: 0.9)
        + clitics(
            "ly=لي li=لي lak=لك lek=لك lko=لكو loko=لكو loh=له lo=له lha=لها laha=لها lna=لنا ty=تي ti=تي tak=تك tha=تها ty=تي tko=تكو etko=تكو oha=وها osh=وش hash=هاش nish=نيش tsh=تش etsh=تش",
            weight: 0.88)
}

/// The best readings of a word, each once, best first.
private struct Readings {
    private(set) var readings: [(word: Letters, weight: Double)] = []
    /// Words compared so far.
    var effort = 0
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    var best: Double { readings.first?.weight ?? 0 }
    /// Below this a reading changes nothing: there are better ones enough, or it is noise behind the best.
    var least: Double { max(0.1, best * 0.3, readings.count == limit ? readings[limit - 1].weight : 0) }

    mutating func add(_ word: Letters, _ weight: Double) {
        guard weight > 0.1, weight > best * 0.3, !word.isEmpty else { return }
        if let known = readings.firstIndex(where: { $0.word == word }) {
            if readings[known].weight >= weight { return }
            readings.remove(at: known)
        }
        let place = readings.firstIndex { $0.weight < weight } ?? readings.count
        if place == limit { return }
        if readings.count == limit { readings.removeLast() }
        readings.insert((word, weight), at: place)
    }
}

/// Frequent spellings whose meaning is known.
enum ArabiziWords {
    static let meanings: [String: [Letters]] = {
        var meanings: [String: [Letters]] = [:]
        for line in WordFile.arabizi.lines where line.count > 1 {
            meanings[String(line[0])] = line.dropFirst().map { String($0).normalizedWord.letters }
        }
        return meanings
    }()
}

/// Spelling out by rule.
enum ArabiziRules {
    static func spellOut(_ latin: Letters) -> Letters {
        var result = Letters()
        var index = 0
        while index < latin.count {
            let next = index + 1 < latin.count ? latin[index + 1] : " "
            let pair: Unicode.Scalar? =
                switch (latin[index], next) {
                case ("s", "h"), ("c", "h"): "ش"
                case ("k", "h"), ("7", "'"), ("5", "'"): "خ"
                case ("g", "h"), ("3", "'"): "غ"
                case ("t", "h"): "ث"
                case ("d", "h"): "ذ"
                case ("p", "h"): "ف"
                case ("9", "'"): "ض"
                case ("e", "e"), ("e", "i"), ("e", "y"), ("a", "y"), ("a", "i"), ("i", "e"): "ي"
                case ("o", "o"), ("o", "u"), ("o", "w"), ("a", "u"): "و"
                case ("a", "a"): "ا"
                default: nil
                }
            if let pair {
                result.append(pair)
                index += 2
                continue
            }
            if index == 0 || latin[index] != latin[index - 1] { append(latin, index, to: &result) }
            index += 1
        }
        return result
    }

    private static func append(_ latin: Letters, _ index: Int, to result: inout Letters) {
        let isFirst = index == 0
        let isLast = index == latin.count - 1
        switch latin[index] {
        case "a": if isFirst || !isLast { result.append("ا") } else { result.append("ه") }
        case "e": if isFirst { result.append("ا") } else if isLast { result.append("ي") }
        case "i": result.append(isFirst ? "ا" : "ي")
        case "o", "u": result.append(isFirst ? "ا" : "و")
        case "x": result += ["ك", "س"]
        case "h": if !(isLast && index > 0 && "aeo".unicodeScalars.contains(latin[index - 1])) { result.append("ه") }
        default: if let letter = consonants[latin[index]] { result.append(letter) }
        }
    }

    private static let consonants: [Unicode.Scalar: Unicode.Scalar] = [
        "b": "ب", "c": "ك", "d": "د", "f": "ف", "g": "ج", "j": "ج", "k": "ك", "l": "ل", "m": "م", "n": "ن", "p": "ب", "q": "ق", "r": "ر",
        "s": "س", "t": "ت", "v": "ف", "w": "و", "y": "ي", "z": "ز", "2": "ا", "3": "ع", "5": "خ", "6": "ط", "7": "ح", "8": "غ", "9": "ص",
    ]
}
