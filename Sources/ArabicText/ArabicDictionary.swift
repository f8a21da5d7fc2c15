/// Words of everyday life and the lemma each belongs to: `بيروحوا` is led back to `روح`, and this says that `روح` is `راح`.
struct ArabicDictionary: Sendable {
    struct Verb: Sendable {
        let past: Letters
        /// Without the ي of the third person.
        let imperfect: Letters
    }

    static let shared = ArabicDictionary()

    /// What a word may be, as bits.
    struct Role: OptionSet {
        let rawValue: UInt8
        /// Takes persons and tenses.
        static let verb = Role(rawValue: 1)
        /// Takes the article and prepositions.
        static let noun = Role(rawValue: 2)
        static let function = Role(rawValue: 4)
    }

    private var entries: [UInt64: (lemma: UInt64, role: Role)] = [:]
    private(set) var functionWords = WordSet()
    private(set) var verbs: [Verb] = []
    /// Lemmas and listed forms of all classes, function words first.
    private(set) var words: [(word: Letters, class: WordFile, isLemma: Bool)] = []

    private init() {
        for line in WordFile.function.lines {
            let forms = line.map { String($0).normalizedWord.letters }
            for form in forms { functionWords.insert(form) }
            add(forms, class: .function, role: .function)
        }
        for line in WordFile.verbs.lines where line.count > 1 {
            let forms = line.map { String($0).normalizedWord.letters }
            let imperfect = Array(forms[1].dropFirst())
            verbs.append(Verb(past: forms[0], imperfect: imperfect))
            add([forms[0]], class: .verbs, role: .verb)
            add(forms[2...], of: forms[0], class: .verbs, role: .noun)
            learn(forms[1], lemma: forms[0], role: .verb)
            learn(imperfect, lemma: forms[0], role: .verb)
        }
        for line in WordFile.nouns.lines {
            add(line.map { String($0).normalizedWord.letters }, class: .nouns, role: .noun)
        }
    }

    private mutating func add(_ forms: [Letters], class: WordFile, role: Role) {
        add(forms[...], of: forms[0], class: `class`, role: role)
    }

    private mutating func add(_ forms: ArraySlice<Letters>, of lemma: Letters, class: WordFile, role: Role) {
        for form in forms {
            words.append((form, `class`, form == lemma))
            learn(form, lemma: lemma, role: role)
        }
    }

    /// The first line that has a word decides about its lemma.
    private mutating func learn(_ form: Letters, lemma: Letters, role: Role) {
        guard let key = PackedWord.pack(form[...]), let value = PackedWord.pack(lemma[...]) else { return }
        entries[key] = entries[key].map { ($0.lemma, $0.role.union(role)) } ?? (value, role)
    }

    func lemma(of word: ArraySlice<Unicode.Scalar>) -> Letters? { entry(word).map { PackedWord.unpack($0.lemma) } }

    /// The lemma of a word that may have one of the roles.
    func lemma(of word: ArraySlice<Unicode.Scalar>, as roles: Role) -> Letters? {
        guard let entry = entry(word), !entry.role.isDisjoint(with: roles) else { return nil }
        return PackedWord.unpack(entry.lemma)
    }

    func contains(_ word: ArraySlice<Unicode.Scalar>) -> Bool { entry(word) != nil }

    private func entry(_ word: ArraySlice<Unicode.Scalar>) -> (lemma: UInt64, role: Role)? {
        PackedWord.pack(word).flatMap { entries[$0] }
    }
}

/// A set of Arabic words of up to twelve letters.
struct WordSet: Sendable {
    private var keys: Set<UInt64> = []

    init(_ words: String = "") {
        for word in words.split(separator: " ") { insert(String(word).normalizedWord.letters) }
    }

    mutating func insert(_ word: Letters) {
        if let key = PackedWord.pack(word[...]) { keys.insert(key) }
    }

    func contains(_ word: Letters) -> Bool {
        guard let key = PackedWord.pack(word[...]) else { return false }
        return keys.contains(key)
    }

    func subtracting(_ other: WordSet) -> WordSet {
        var result = self
        result.keys.subtract(other.keys)
        return result
    }
}

/// Up to twelve folded Arabic letters in one integer, five bits each, so that look-ups need no string.
enum PackedWord {
    private static let letters: Letters = Array("ابتثجحخدذرزسشصضطظعغفقكلمنهويء".unicodeScalars)
    private static let codes: [UInt8] = {
        var codes = [UInt8](repeating: 0, count: 0x40)
        for (index, letter) in letters.enumerated() { codes[Int(letter.value) - 0x610] = UInt8(index + 1) }
        return codes
    }()

    static func pack(_ word: ArraySlice<Unicode.Scalar>) -> UInt64? {
        guard word.count <= 12 else { return nil }
        var packed: UInt64 = 0
        for letter in word {
            guard letter.value >= 0x610, letter.value < 0x650 else { return nil }
            let code = codes[Int(letter.value) - 0x610]
            guard code != 0 else { return nil }
            packed = packed << 5 | UInt64(code)
        }
        return packed
    }

    static func unpack(_ packed: UInt64) -> Letters {
        var word = Letters()
        var rest = packed
        while rest != 0 {
            word.append(letters[Int(rest & 31) - 1])
            rest >>= 5
        }
        return word.reversed()
    }
}
