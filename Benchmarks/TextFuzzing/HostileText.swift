/// Makes texts that nobody types but somebody sends: the same seed and sentences, the same texts.
package struct HostileText {
    package enum Kind: String, CaseIterable, Sendable {
        // Characters.
        case anyScalar, arabicBlocks, presentationForms, latinBlocks, otherScripts, digitsOfAllKinds, combiningStacks, emojiSequences, bidiControls
        case brokenBytes, nonCharacters, privateUse, variationSelectors, tags, spacesOnly, punctuationOnly
        // Words.
        case longArabicWord, longLatinWord, repeatedPattern, arabicWords, latinWords, arabiziWords, arabiziClitics, functionWords, longDigits,
            numberWords
        case chains, addresses
        // Sentences.
        case mutatedSentences, shuffledWords, joinedSentences, mixture
        // What importers and the chunker look for.
        case tables, objects, outlines
    }

    var random: SplitMix64
    private let sentences: [String]
    private let words: [String]

    /// - Parameter sentences: real ones, to be torn apart; some kinds are made of nothing else.
    package init(seed: UInt64, sentences: [String]) {
        random = SplitMix64(seed: seed)
        self.sentences = sentences.isEmpty ? ["بكام"] : sentences
        words = Array(Set(sentences.flatMap { $0.split(separator: " ").map(String.init) })).sorted()
    }

    /// The same sentences, other texts: cheaper than making a new one.
    package mutating func reseed(_ seed: UInt64) { random = SplitMix64(seed: seed) }

    /// - Parameter length: in Unicode scalars, exactly.
    package mutating func text(_ kind: Kind, length: Int) -> String {
        let pattern = kind == .repeatedPattern ? repeatedPattern() : kind == .spacesOnly ? pieceOfSpaces() : ""
        var view = String.UnicodeScalarView()
        var count = 0
        while count < length {
            for scalar in piece(kind, pattern).unicodeScalars where count < length {
                view.append(scalar)
                count += 1
            }
        }
        return String(view)
    }

    private mutating func piece(_ kind: Kind, _ pattern: String) -> String {
        switch kind {
        case .anyScalar, .arabicBlocks, .presentationForms, .latinBlocks, .otherScripts, .nonCharacters, .privateUse, .punctuationOnly:
            scalar(of: kind)
        case .digitsOfAllKinds: digits()
        case .combiningStacks: combiningStack()
        case .emojiSequences: emojiSequence()
        case .bidiControls: bidiControls()
        case .brokenBytes: brokenBytes()
        case .variationSelectors: variationSelectors()
        case .tags: tagSequence()
        case .spacesOnly: one(in: 4) ? pieceOfSpaces() : pattern
        case .longArabicWord: letter(of: Alphabet.arabic)
        case .longLatinWord: letter(of: Alphabet.latin)
        case .repeatedPattern: pattern
        case .arabicWords: arabicWord() + gap()
        case .latinWords: latinWord() + gap()
        case .arabiziWords: arabiziWord() + gap()
        case .arabiziClitics: arabiziClitics() + gap()
        case .functionWords: pick(Alphabet.functionWords) + gap()
        case .longDigits: longDigits()
        case .numberWords: pick(Alphabet.numberWords) + gap()
        case .chains: chain()
        case .addresses: address() + gap()
        case .mutatedSentences: mutated(pick(sentences)) + gap()
        case .shuffledWords: (words.isEmpty ? "بكام" : pick(words)) + gap()
        case .joinedSentences: pick(sentences).filter { !$0.isWhitespace }
        case .mixture: mixture()
        case .tables: tableCell()
        case .objects: objectPart()
        case .outlines: outlineLine()
        }
    }

    private mutating func mixture() -> String {
        let others = Kind.allCases.filter { $0 != .mixture }
        let kind = pick(others)
        return text(kind, length: number(in: 1...24)) + gap()
    }

    /// One to four letters, now and then with a blank, as in `هههه` and `لا لا لا`.
    private mutating func repeatedPattern() -> String {
        let alphabet = pick([Alphabet.arabic, Alphabet.latin, Alphabet.arabizi, Alphabet.signs])
        var pattern = ""
        for _ in 0..<number(in: 1...4) { pattern += letter(of: alphabet) }
        return one(in: 3) ? pattern + " " : pattern
    }

    /// Mostly a blank, at times what breaks words in other ways, or does not.
    mutating func gap() -> String {
        switch number(in: 0...15) {
        case 0: ""
        case 1: "\n"
        case 2: ", "
        case 3: "؟ "
        case 4: "\u{200F}"
        case 5: "\u{A0}"
        default: " "
        }
    }

    // MARK: Choices

    mutating func number(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    mutating func one(in times: Int) -> Bool { number(in: 1...times) == 1 }
    /// Of a list that is not empty.
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[number(in: 0...(elements.count - 1))] }
    mutating func letter(of alphabet: [Unicode.Scalar]) -> String { String(Character(pick(alphabet))) }
    mutating func sentence() -> String { pick(sentences) }
}

/// SplitMix64: the same seed, the same choices.
package struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
