/// Light stems of Egyptian and standard Arabic: clitics, persons, number and possession are taken off, the word is left.
///
/// First all ways to take prefixes and suffixes off are tried against the dictionary, and the way that takes off least wins.
/// A word that the dictionary cannot explain loses only affixes that are rarely part of a word.
struct ArabicStemmer: Sendable {
    let dictionary: ArabicDictionary

    func stem(_ word: Letters) -> Letters { ArabicStemmer.finish(core(word)) }

    /// The stem with its doubled letters.
    func core(_ word: Letters) -> Letters {
        guard (3...24).contains(word.count) else { return word }
        return explained(word) ?? light(word)
    }

    /// Whether the dictionary has the word in some form.
    func isKnown(_ word: Letters) -> Bool { !(3...24).contains(word.count) || explained(word) != nil }

    /// Without article, conjunction and preposition before it: what a misspelt word is compared by.
    static func withoutArticle(_ word: Letters) -> Letters {
        for prefix in ["وبال", "وال", "بال", "فال", "كال", "عال", "ولل", "لل", "ال"].map(\.letters)
        where word.count > prefix.count + 2 && word.hasPrefix(prefix) {
            return Array(word.dropFirst(prefix.count))
        }
        return word
    }

    // MARK: With the dictionary

    private func explained(_ word: Letters) -> Letters? {
        if let lemma = dictionary.lemma(of: word[...]) { return lemma }
        let isNegated = word.count > 4 && word[0] == "م" && word[word.count - 1] == "ش"
        if isNegated {
            let start = word[1] == "ا" && word.count > 5 ? 2 : 1
            if let lemma = best(word[start..<(word.count - 1)]) ?? best(word[1..<(word.count - 1)]) { return lemma }
        }
        if let lemma = best(word[...]) { return lemma }
        // `بيوصلش` behind a separate ما.
        return word.count > 4 && word[word.count - 1] == "ش" ? best(word[..<(word.count - 1)], isVerb: true) : nil
    }

    private func best(_ word: ArraySlice<Unicode.Scalar>, isVerb: Bool = false) -> Letters? {
        var best: Letters?
        var bestScore = 0
        for prefix in ArabicAffixes.prefixes(of: word) where !isVerb || prefix.kind == .person || prefix.kind == .none {
            let rest = word.dropFirst(prefix.length)
            for suffix in ArabicAffixes.suffixes(of: rest) {
                let core = rest.dropLast(suffix)
                // Of two as long, the one behind an article: المهم is ال and مهم.
                let score = core.count * 2 + (prefix.kind == .article ? 1 : 0)
                guard score > bestScore, core.count > 1, let lemma = lemma(of: core, prefix, rest.suffix(suffix), isVerb) else { continue }
                best = lemma
                bestScore = score
            }
        }
        return best
    }

    /// The lemma of what is left between a prefix and a suffix that may stand together.
    private func lemma(
        of core: ArraySlice<Unicode.Scalar>, _ prefix: ArabicAffixes.Found, _ suffix: ArraySlice<Unicode.Scalar>, _ isVerb: Bool
    ) -> Letters? {
        let ending = ArabicAffixes.ending(suffix)
        switch prefix.kind {
        case .passive:
            return ending == .noun || core.count == 2 ? nil : dictionary.lemma(of: core, as: .verb)
        case .person:
            if ending == .past || ending == .noun { return nil }
            // Two letters are a verb (رد، حب), and only its prefix shows that.
            if core.count == 2 && (prefix.isJoined || prefix.isFuture) { return nil }
            return dictionary.lemma(of: core, as: [.verb, .imperfect])
        case .article, .preposition:
            if ending == .past || ending == .plural || ending == .dative || (core.count == 2 && prefix.kind != .article) { return nil }
            return dictionary.lemma(of: core, as: .noun) ?? dictionary.noun(before: suffix, core)
        case .none:
            // المتهم is not ألم and هم.
            if core.count == 2 || (core.count < 5 && !suffix.isEmpty && core.starts(with: ["ا", "ل"])) { return nil }
            if ending == .dative || isVerb { return dictionary.lemma(of: core, as: prefix.isJoined ? .verb : [.verb, .imperfect]) }
            // كتبت is of كتب "he wrote" and not of كتب "books".
            if ending == .past || ending == .plural, let lemma = dictionary.lemma(of: core, as: .verb) { return lemma }
            if prefix.isJoined { return dictionary.lemma(of: core, as: suffix.isEmpty ? [.noun, .verb, .function] : [.noun, .verb]) }
            return dictionary.lemma(of: core, as: [.noun, .verb, .imperfect]) ?? dictionary.noun(before: suffix, core)
        }
    }

    // MARK: Without

    private func light(_ word: Letters) -> Letters {
        var rest = word[...]
        if rest.count > 5, rest.first == "م", rest.last == "ش" {
            rest = rest.dropFirst().dropLast()
            if rest.first == "ا", rest.count > 4 { rest = rest.dropFirst() }
        }
        rest = rest.dropFirst(ArabicAffixes.lightPrefix(of: rest))
        for suffixes in ArabicAffixes.lightSuffixes {
            if let suffix = suffixes.first(where: { rest.count >= $0.count + 3 && rest.suffix($0.count).elementsEqual($0) }) {
                rest = rest.dropLast(suffix.count)
            }
        }
        // ة before an ending.
        if rest.count > 4, rest.count < word.count, rest.last == "ت" { rest = rest.dropLast() }
        return Array(rest)
    }

    /// Doubled letters are one, ء is dropped: `شيء` and `شي`, `ممكن` and `مكن` are matched.
    static func finish(_ word: Letters) -> Letters {
        var result = Letters()
        result.reserveCapacity(word.count)
        for letter in word where letter != "ء" && letter != result.last { result.append(letter) }
        return result.isEmpty ? word : result
    }
}

enum ArabicAffixes {
    enum Kind {
        case none, article, preposition, person, passive
    }

    struct Found {
        let length: Int
        let kind: Kind
        /// Behind a conjunction.
        let isJoined: Bool
        /// س of the standard language.
        var isFuture = false
    }

    enum Ending {
        /// The past is of persons with ت, the plural وا of past and present.
        case none, other, past, plural, dative, noun
    }

    static func ending(_ suffix: ArraySlice<Unicode.Scalar>) -> Ending {
        guard let first = suffix.first else { return .none }
        if first == "ت" { return .past }
        if suffix.elementsEqual(["و", "ا"]) { return .plural }
        if first == "ل" { return .dative }
        return suffix.elementsEqual(["ي", "ه"]) || (first == "ا" && suffix.count > 1) || (first == "ي" && suffix.last == "ت") ? .noun : .other
    }

    struct Prefix {
        let letters: Letters
        let kind: Kind
    }

    /// Lengths of all prefixes that the word may have, with none first. A conjunction may stand before each.
    static func prefixes(of word: ArraySlice<Unicode.Scalar>) -> [Found] {
        var found = [Found(length: 0, kind: .none, isJoined: false)]
        collect(word, offset: 0, into: &found)
        if let first = word.first, first == "و" || first == "ف", word.count > 3 {
            found.append(Found(length: 1, kind: .none, isJoined: true))
            collect(word.dropFirst(), offset: 1, into: &found)
        }
        return found
    }

    private static func collect(_ word: ArraySlice<Unicode.Scalar>, offset: Int, into found: inout [Found]) {
        guard let first = word.first else { return }
        for prefix in prefixes[Int(first.value & 0x3F)] where word.count > prefix.letters.count + 1 {
            guard word.starts(with: prefix.letters) else { continue }
            let isFuture = prefix.kind == .person && first == "س"
            found.append(Found(length: offset + prefix.letters.count, kind: prefix.kind, isJoined: offset > 0, isFuture: isFuture))
        }
    }

    /// Lengths of all suffixes that the word may have, 0 first.
    static func suffixes(of word: ArraySlice<Unicode.Scalar>) -> [Int] {
        var found = [0]
        guard let last = word.last else { return found }
        for suffix in suffixes[Int(last.value & 0x3F)] where word.count > suffix.count + 1 {
            if word.suffix(suffix.count).elementsEqual(suffix) { found.append(suffix.count) }
        }
        return found
    }

    static func lightPrefix(of word: ArraySlice<Unicode.Scalar>) -> Int {
        for prefix in lightPrefixes where word.count >= prefix.count + (prefix == ["ا", "ل"] ? 2 : 3) && word.starts(with: prefix) {
            return prefix.count
        }
        return word.count > 4 && word.first == "ي" ? 1 : 0
    }

    /// By the low bits of their first letter.
    private static let prefixes: [[Prefix]] = {
        var table = [[Prefix]](repeating: [], count: 64)
        func add(_ kind: Kind, _ list: String) {
            for prefix in words(list) { table[Int(prefix[0].value & 0x3F)].append(Prefix(letters: prefix, kind: kind)) }
        }
        // فال and عال are Egyptian for في ال and على ال, مال for من ال.
        add(.article, "ال بال كال لل عال مال")
        add(.preposition, "ب ل ك")
        // ب is the present, ه ح س the future, ل with a person "in order to", ت behind the person the passive.
        add(.person, "ي ت ن ا ب بي بت بن با ه هي هت هن ها ح حي حت حن حا سي ست سن سا لي لت لن لا يت تت نت بيت بتت بنت هيت هتت هنت")
        add(.passive, "ات")
        return table
    }()

    /// By the low bits of their last letter.
    private static let suffixes: [[Letters]] = {
        let persons = "ت نا وا و توا تو تي"
        let objects = "ه ها هم هن ك كي كم كو كوا نا ني ي يا"
        let datives = "لي لك لكي له لها لهم لنا لكم لكو لكوا ليا ليك ليه ليها ليهم ليكم ليكو ليكوا لينا"
        let nouns = "ات ين ون ان تين تان يه يات يين ايه هم ا"
        var all: Set<Letters> = []
        for suffix in words(persons + " " + objects + " " + datives + " " + nouns) { all.insert(suffix) }
        for person in words("ت نا و تو تي ي ات ته ها ه هو ين هم يه") {
            for object in words(objects + " " + datives) { all.insert(person + object) }
        }
        var table = [[Letters]](repeating: [], count: 64)
        for suffix in all { table[Int(suffix[suffix.count - 1].value & 0x3F)].append(suffix) }
        return table
    }()

    private static let lightPrefixes = words("وبال وال بال كال فال ولل عال لل ال بي بت بن هي هت هن حي حت حن")
    /// Possession, then number and gender, then the relative ي; at most one of each.
    static let lightSuffixes = [words("هما ها هم هن كم نا وا"), words("ات ين ون ان يه ه"), words("ي")]

    private static func words(_ list: String) -> [Letters] {
        list.unicodeScalars.split(separator: " ").map(Array.init)
    }
}
