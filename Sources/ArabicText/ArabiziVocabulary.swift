/// Arabic words by their consonant skeletons, so that all words that a Latin spelling may mean are found at once.
struct ArabiziVocabulary: Sendable {
    struct Entry: Sendable {
        let word: Letters
        /// How common the word is, 0…1.
        var prior: Double
    }

    private var entries: [Entry] = []
    private var index: [UInt64: [Int32]] = [:]
    private var known: [UInt64: Int32] = [:]

    var isEmpty: Bool { entries.isEmpty }

    /// The dictionary's words, the forms of its verbs and the Arabic words of the lexicon.
    static let everyday: ArabiziVocabulary = {
        var vocabulary = ArabiziVocabulary()
        let dictionary = ArabicDictionary.shared
        for (word, wordClass, isLemma) in dictionary.words {
            let prior: Double = wordClass == .function ? 1 : wordClass == .verbs ? 0.75 : 0.8
            vocabulary.add(word, prior: isLemma ? prior : prior - 0.05)
        }
        for verb in dictionary.verbs { vocabulary.addForms(of: verb) }
        for word in Lexicon.embedded.words { vocabulary.add(word.letters, prior: 0.7) }
        return vocabulary
    }()

    mutating func add(_ word: Letters, prior: Double) {
        guard (1...16).contains(word.count), word.allSatisfy(\.isArabicLetter) else { return }
        if let packed = PackedWord.pack(word[...]) {
            if let number = known[packed] {
                entries[Int(number)].prior = max(entries[Int(number)].prior, prior)
                return
            }
            known[packed] = Int32(entries.count)
        }
        entries.append(Entry(word: word, prior: prior))
        for key in Set(ArabicSounds.keys(of: word).map(Self.key)) { index[key, default: []].append(Int32(entries.count - 1)) }
    }

    /// Persons of the present (`بيوصل`), the future (`هيوصل`), the bare imperfect, the imperative and the past.
    private mutating func addForms(of verb: ArabicDictionary.Verb) {
        for (tense, prior) in [("", 0.7), ("ب", 0.75), ("ه", 0.7), ("ح", 0.4)] {
            if tense == "ح" && verb.imperfect.first == "ح" { continue }
            for person in ["ي", "ت", "ن", "ا"] {
                let prefix = person == "ا" && !tense.isEmpty ? tense.letters : (tense + person).letters
                let form = prefix + verb.imperfect
                add(form, prior: prior)
                if person == "ي" || person == "ت" { add(form + ["و"], prior: prior - 0.1) }
            }
        }
        for start in ["", "ا"] {
            for ending in ["", "ي", "و"] { add(start.letters + verb.imperfect + ending.letters, prior: 0.55) }
        }
        for ending in ["ت", "نا", "و", "تو", "وا"] { add(verb.past + ending.letters, prior: 0.65) }
    }

    /// Words whose skeleton the spelling may have, each with how well it fits, 0…1; those below `least` may be left out.
    /// - Parameter effort: grows by the number of words compared.
    func matches(_ latin: Letters, least: Double, effort: inout Int) -> [(word: Letters, weight: Double)] {
        let limit = min(ArabiziAlignment.limit, Self.cost(weight: least))
        guard limit > 0 else { return [] }
        var found: [(word: Letters, weight: Double)] = []
        for skeleton in LatinSounds.skeletons(of: latin, limit: 6) {
            for number in index[Self.key(skeleton)] ?? [] {
                let entry = entries[Int(number)]
                // Written vowels alone never make up for this much difference.
                guard entry.word.count <= latin.count + 3, latin.count <= entry.word.count * 3 + 2 else { continue }
                effort += 1
                let cost = ArabiziAlignment.cost(latin: latin, arabic: entry.word, limit: limit)
                if cost < limit { found.append((entry.word, ArabiziVocabulary.weight(cost: cost, prior: entry.prior))) }
            }
        }
        return found
    }

    static func weight(cost: Double, prior: Double) -> Double { exponential(-cost) * (0.75 + 0.25 * prior) }

    /// e to the power of a small negative number, to about 1 in 1000: no need of the C library.
    private static func exponential(_ exponent: Double) -> Double {
        var result = 1 + exponent / 256
        for _ in 0..<8 { result *= result }
        return max(result, 0)
    }

    /// The cost beyond which not even the commonest word has this weight, at most a step more.
    private static func cost(weight: Double) -> Double {
        weights.firstIndex { $0 < weight }.map { Double($0) * step } ?? ArabiziAlignment.limit
    }

    private static let step = 0.02
    private static let weights = stride(from: 0, through: ArabiziAlignment.limit, by: step).map { weight(cost: $0, prior: 1) }

    static func key(_ skeleton: Letters) -> UInt64 {
        var key: UInt64 = 1
        for sound in skeleton { key = (key &* 32) &+ UInt64(sound.value & 31) }
        return key
    }
}

/// Latin words by their skeletons: brands that customers write in Arabic letters (`ريبوك`).
struct LatinVocabulary: Sendable {
    private var words: [Letters] = []
    private var index: [UInt64: [Int32]] = [:]

    var isEmpty: Bool { words.isEmpty }

    mutating func add(_ word: Letters) {
        guard (3...20).contains(word.count), word.allSatisfy({ $0.isBasicLatinLetter || $0.isDigit }) else { return }
        words.append(word)
        for key in Set(LatinSounds.skeletons(of: word, limit: 6).map(ArabiziVocabulary.key)) {
            index[key, default: []].append(Int32(words.count - 1))
        }
    }

    func matches(_ arabic: Letters) -> [(word: Letters, weight: Double)] {
        guard (3...16).contains(arabic.count), !words.isEmpty else { return [] }
        var found: [(word: Letters, weight: Double)] = []
        for key in Set(ArabicSounds.keys(of: arabic).map(ArabiziVocabulary.key)) {
            for number in index[key] ?? [] {
                let word = words[Int(number)]
                let cost = ArabiziAlignment.cost(latin: word, arabic: arabic)
                if cost < ArabiziAlignment.limit { found.append((word, ArabiziVocabulary.weight(cost: cost, prior: 1))) }
            }
        }
        return found.sorted { $0.weight > $1.weight }
    }
}
