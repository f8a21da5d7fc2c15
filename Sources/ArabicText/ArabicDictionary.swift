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
        /// Stands only behind a person, or alone as imperative.
        static let imperfect = Role(rawValue: 8)
    }

    /// Lemmas of nouns, participles and verbal nouns.
    private var nominal: [UInt64: UInt64] = [:]
    /// Lemmas of pasts and imperfects.
    private var verbal: [UInt64: (lemma: UInt64, isImperfect: Bool)] = [:]
    private var functional: [UInt64: UInt64] = [:]
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
        let lines = WordFile.verbs.lines.filter { $0.count > 1 }.map { $0.map { String($0).normalizedWord.letters } }
        let pasts = Set(lines.map { $0[0] })
        for forms in lines {
            let past = forms[0]
            let imperfect = Array(forms[1].dropFirst())
            // أرجع and رجع are written alike in most persons, تغيّر is what happens when one غيّر: one lemma.
            let isDerived = past.count == 4 && (past[0] == "ا" || past[0] == "ت") && pasts.contains(Array(past.dropFirst()))
            let lemma = isDerived ? Array(past.dropFirst()) : past
            verbs.append(Verb(past: past, imperfect: imperfect))
            add([past], of: lemma, class: .verbs, role: .verb)
            add(forms[2...], of: lemma, class: .verbs, role: .noun)
            learn(forms[1], lemma: lemma, role: .verb)
            learn(imperfect, lemma: lemma, role: imperfect == past ? .verb : .imperfect)
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
        switch role {
        case .function: if functional[key] == nil { functional[key] = value }
        // `عمال` belongs to `عامل`, and that to `عمل`.
        case .noun: if nominal[key] == nil { nominal[key] = nominal[value] ?? value }
        default: if verbal[key] == nil || (verbal[key]?.isImperfect == true && role == .verb) { verbal[key] = (value, role == .imperfect) }
        }
    }

    /// The lemma of a word that may have one of the roles.
    func lemma(of word: ArraySlice<Unicode.Scalar>, as roles: Role = [.function, .noun, .verb, .imperfect]) -> Letters? {
        guard let key = PackedWord.pack(word) else { return nil }
        if roles.contains(.function), let lemma = functional[key] { return PackedWord.unpack(lemma) }
        if roles.contains(.noun), let lemma = nominal[key] { return PackedWord.unpack(lemma) }
        if roles.contains(.verb), let verb = verbal[key], !verb.isImperfect || roles.contains(.imperfect) { return PackedWord.unpack(verb.lemma) }
        return nil
    }

    /// A noun as it is written before an ending: ة is ت (شركته, ساعتين) or gone (شركات), ى is ا (مستشفاها).
    func noun(before suffix: ArraySlice<Unicode.Scalar>, _ core: ArraySlice<Unicode.Scalar>) -> Letters? {
        guard !suffix.isEmpty, core.count > 2, let last = core.last else { return nil }
        if suffix.starts(with: ["ا", "ت"]), let lemma = lemma(of: core + ["ه"], as: .noun) { return lemma }
        if last == "ت" { return lemma(of: core.dropLast() + ["ه"], as: .noun) }
        if last == "ا" { return lemma(of: core.dropLast() + ["ي"], as: .noun) }
        return nil
    }

    func contains(_ word: ArraySlice<Unicode.Scalar>) -> Bool {
        guard let key = PackedWord.pack(word) else { return false }
        return functional[key] != nil || nominal[key] != nil || verbal[key] != nil
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
