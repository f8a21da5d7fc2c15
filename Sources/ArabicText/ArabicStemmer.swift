/// Light stems of Egyptian and standard Arabic: clitics, persons, number and possession are taken off, the word is left.
///
/// First all ways to take prefixes and suffixes off are tried against the dictionary, and the way that takes off least wins.
/// A word that the dictionary cannot explain loses only affixes that are rarely part of a word.
struct ArabicStemmer: Sendable {
    let dictionary: ArabicDictionary

    func stem(_ word: Letters) -> Letters {
        guard (3...24).contains(word.count) else { return word }
        return ArabicStemmer.finish(explained(word) ?? light(word))
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
        return word.count > 4 && word[word.count - 1] == "ش" ? best(word[..<(word.count - 1)]) : nil
    }

    private func best(_ word: ArraySlice<Unicode.Scalar>) -> Letters? {
        var best: Letters?
        var bestScore = 0
        for prefix in ArabicAffixes.prefixes(of: word) {
            let rest = word.dropFirst(prefix.length)
            for suffix in ArabicAffixes.suffixes(of: rest) {
                let core = rest.dropLast(suffix)
                // Of two as long, the one behind an article: المهم is ال and مهم.
                let score = core.count * 2 + (prefix.kind == .article ? 1 : 0)
                guard score > bestScore, core.count > 1, let lemma = lemma(of: core, prefix.kind, suffix) else { continue }
                best = lemma
                bestScore = score
            }
        }
        return best
    }

    private func lemma(of core: ArraySlice<Unicode.Scalar>, _ prefix: ArabicAffixes.Kind, _ suffix: Int) -> Letters? {
        let roles: ArabicDictionary.Role =
            switch prefix {
            case .article, .preposition: .noun
            case .person: .verb
            case .none: suffix == 0 ? [.noun, .verb, .function] : [.noun, .verb]
            }
        // Two letters are a verb (رد، حب), and only its prefix shows that.
        if core.count == 2, prefix != .person { return nil }
        if let lemma = dictionary.lemma(of: core, as: roles) { return lemma }
        guard suffix > 0, prefix != .person, core.count > 2, let last = core.last else { return nil }
        // ة is written ت before an ending: شركته, ساعتين. ى is written ا: مستشفاها.
        if last == "ت" { return dictionary.lemma(of: core.dropLast() + ["ه"], as: .noun) }
        if last == "ا" { return dictionary.lemma(of: core.dropLast() + ["ي"], as: .noun) }
        return nil
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
        return result
    }
}

enum ArabicAffixes {
    enum Kind {
        case none, article, preposition, person
    }

    struct Prefix {
        let letters: Letters
        let kind: Kind
    }

    /// Lengths of all prefixes that the word may have, with none first. A conjunction may stand before each.
    static func prefixes(of word: ArraySlice<Unicode.Scalar>) -> [(length: Int, kind: Kind)] {
        var found: [(length: Int, kind: Kind)] = [(0, .none)]
        collect(word, offset: 0, into: &found)
        if let first = word.first, first == "و" || first == "ف", word.count > 3 {
            found.append((1, .none))
            collect(word.dropFirst(), offset: 1, into: &found)
        }
        return found
    }

    private static func collect(_ word: ArraySlice<Unicode.Scalar>, offset: Int, into found: inout [(length: Int, kind: Kind)]) {
        guard let first = word.first else { return }
        for prefix in prefixes[Int(first.value & 0x3F)] where word.count > prefix.letters.count + 1 {
            if word.starts(with: prefix.letters) { found.append((offset + prefix.letters.count, prefix.kind)) }
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
        for prefix in lightPrefixes where word.count >= prefix.count + (prefix == ["ا", "ل"] ? 2 : 3) && word.starts(with: prefix) { return prefix.count }
        return 0
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
        add(.person, "ي ت ن ا ب بي بت بن با ه هي هت هن ها ح حي حت حن حا سي ست سن سا لي لت لن لا ات يت تت نت بيت بتت بنت هيت هتت هنت")
        return table
    }()

    /// By the low bits of their last letter.
    private static let suffixes: [[Letters]] = {
        let persons = "ت نا وا و توا تو تي"
        let objects = "ه ها هم هن ك كي كم كو كوا نا ني ي يا"
        let datives = "لي لك لكي له لها لهم لنا لكم لكو ليا ليك ليه ليها ليهم ليكم ليكو لينا"
        let nouns = "ات ين ون ان تين تان يه يات يين ايه هم"
        var all: Set<Letters> = []
        for suffix in words(persons + " " + objects + " " + datives + " " + nouns) { all.insert(suffix) }
        for person in words("ت نا و تو تي ي ات ته ها ه هو ين هم يه") {
            for object in words(objects + " " + datives) { all.insert(person + object) }
        }
        var table = [[Letters]](repeating: [], count: 64)
        for suffix in all { table[Int(suffix[suffix.count - 1].value & 0x3F)].append(suffix) }
        return table
    }()

    private static let lightPrefixes = words("وبال وال بال كال فال ولل عال لل ال بي بت بن هي هت هن حي حت حن ي")
    /// Possession, then number and gender, then the relative ي; at most one of each.
    static let lightSuffixes = [words("هما ها هم هن كم نا وا"), words("ات ين ون ان يه ه"), words("ي")]

    private static func words(_ list: String) -> [Letters] {
        list.unicodeScalars.split(separator: " ").map(Array.init)
    }
}
