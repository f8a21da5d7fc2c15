import ArabicText

/// Gathers the features of one message.
struct FeatureCollector {
    private var found: [(bucket: UInt32, family: UInt8, value: Float)] = []
    private var squares: [Float]
    private let weights: [Float]
    private var hasQuestionWord = false

    init(weights: [Float]) {
        self.weights = weights
        squares = Array(repeating: 0, count: FeatureFamily.allCases.count)
        found.reserveCapacity(512)
    }

    @inline(__always)
    mutating func add(_ family: FeatureFamily, _ hash: UInt64, _ value: Float = 1) {
        let number = family.rawValue
        let stirred = FeatureHash.stir(hash &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
        found.append((UInt32(truncatingIfNeeded: stirred) & UInt32(MessageFeatures.bucketCount - 1), UInt8(number), value))
        squares[number] += value * value
    }

    mutating func add(_ family: FeatureFamily, _ text: String, _ value: Float = 1) { add(family, FeatureHash.of(text), value) }

    func features() -> [MessageFeatures.Feature] {
        let scales = zip(squares, weights).map { $0 > 0 ? $1 / $0.squareRoot() : 0 }
        return found.compactMap { feature in
            let scale = scales[Int(feature.family)]
            return scale == 0 ? nil : MessageFeatures.Feature(bucket: feature.bucket, value: feature.value * scale)
        }
    }
}

// MARK: Words

extension FeatureCollector {
    /// The rest of a longer message is left out: what a customer wants stands in the first words or the last.
    private static let mostWords = 120
    private static let longestWord = 24

    mutating func addWords(_ tokens: [AnalyzedToken], _ slots: [MessageSlot]) {
        for (token, slot) in zip(tokens, slots).prefix(Self.mostWords) {
            switch token.token.kind {
            case .word:
                addReadings(of: token)
                addLetters(of: slot.word)
                if token.token.isElongated { add(.shape, "elongated") }
                if Self.isNegatedVerb(slot.word) {
                    add(.negation, "ma…sh")
                    add(.negation, slot.stemHash)
                }
            case .emoji: addEmoji(token.text)
            default:
                add(.word, slot.wordHash)
                add(.shape, token.token.kind.rawValue)
            }
        }
    }

    private mutating func addReadings(of token: AnalyzedToken) {
        add(.word, token.text)
        add(.stem, token.stem)
        if let root = token.root { add(.root, root) }
        for (index, reading) in token.readings.enumerated() {
            let weight = Float(reading.weight)
            let earlier = token.readings[..<index]
            if reading.word != token.text { add(.word, reading.word, weight) }
            if reading.stem != token.stem, !earlier.contains(where: { $0.stem == reading.stem }) { add(.stem, reading.stem, weight) }
            if let root = reading.root, root != token.root, !earlier.contains(where: { $0.root == root }) { add(.root, root, weight) }
        }
    }

    private mutating func addLetters(of word: String) {
        var letters: [UInt32] = [0x3C]
        for scalar in word.unicodeScalars.prefix(Self.longestWord) { letters.append(scalar.value) }
        letters.append(0x3E)
        for start in letters.indices {
            var hash = FeatureHash.start
            for end in start..<min(start + 5, letters.count) {
                hash = FeatureHash.add(UInt64(letters[end]), to: hash)
                if end > start { add(.letters, hash) }
            }
        }
    }

    private mutating func addEmoji(_ emoji: String) {
        add(.emoji, emoji)
        if let scalar = emoji.unicodeScalars.first, let mood = EmojiMood.of(scalar) { add(.emoji, mood.rawValue) }
    }

    /// `مبيفتحش`, `ماوصلش`.
    private static func isNegatedVerb(_ word: String) -> Bool {
        word.utf8.count > 8 && word.utf8.starts(with: "م".utf8) && word.utf8.suffix(2).elementsEqual("ش".utf8)
    }
}

// MARK: Words together

extension FeatureCollector {
    mutating func addPhrases(_ slots: [MessageSlot]) {
        let slots = slots.prefix(Self.mostWords)
        for (index, slot) in slots.enumerated() {
            if index + 1 < slots.count {
                add(.pair, FeatureHash.of(slot.wordHash, slots[index + 1].wordHash))
                add(.stemPair, FeatureHash.of(slot.stemHash, slots[index + 1].stemHash))
            }
            if index + 2 < slots.count { add(.gapPair, FeatureHash.of(slot.stemHash, slots[index + 2].stemHash)) }
            if ShapeWords.negations.contains(slot.wordHash) {
                add(.negation, "negation")
                for next in slots[(index + 1)...].prefix(2) { add(.negation, next.stemHash) }
            }
            if ShapeWords.questions.contains(slot.wordHash) {
                hasQuestionWord = true
                add(.shape, slot.wordHash)
            }
        }
        addEdges(slots)
        addLettersAcross(slots)
    }

    private mutating func addEdges(_ slots: ArraySlice<MessageSlot>) {
        guard let first = slots.first, let last = slots.last else { return }
        add(.edge, FeatureHash.add(1, to: first.stemHash))
        add(.edge, FeatureHash.add(2, to: last.stemHash))
        if slots.count > 1 {
            add(.edge, FeatureHash.add(3, to: FeatureHash.of(first.stemHash, slots[1].stemHash)))
            add(.edge, FeatureHash.add(4, to: FeatureHash.of(slots[slots.count - 2].stemHash, last.stemHash)))
        }
        if slots.count <= 4 { add(.whole, slots.reduce(FeatureHash.start) { FeatureHash.of($0, $1.stemHash) }) }
    }

    /// What word pairs miss when blanks are set wrongly, or an ending is new: `تو صيل`, `عايزاعرف`.
    private mutating func addLettersAcross(_ slots: ArraySlice<MessageSlot>) {
        var letters: [UInt32] = [0x20]
        for slot in slots where letters.count < 400 {
            for scalar in slot.word.unicodeScalars.prefix(Self.longestWord) { letters.append(scalar.value) }
            letters.append(0x20)
        }
        for start in letters.indices {
            var hash = FeatureHash.start
            var hasEdge = false
            for length in 1...6 where start + length <= letters.count {
                let letter = letters[start + length - 1]
                hash = FeatureHash.add(UInt64(letter), to: hash)
                // Blanks at either end are no edge within.
                if (length == 4 || length == 6) && hasEdge { add(.acrossLetters, hash) }
                if letter == 0x20 && length > 1 { hasEdge = true }
            }
        }
    }
}

// MARK: The whole

extension FeatureCollector {
    mutating func addConcepts(_ matches: [Lexicon.Match]) {
        var concepts: [(hash: UInt64, weight: Float)] = []
        for match in matches {
            let hash = FeatureHash.of(match.concept)
            let weight = Float(match.weight)
            if let known = concepts.firstIndex(where: { $0.hash == hash }) {
                concepts[known].weight = max(concepts[known].weight, weight)
            } else {
                concepts.append((hash, weight))
            }
        }
        for concept in concepts { add(.concept, concept.hash, concept.weight) }
        guard concepts.count <= 12 else { return }
        for (index, one) in concepts.enumerated() {
            for other in concepts[(index + 1)...] {
                let (low, high) = one.hash < other.hash ? (one.hash, other.hash) : (other.hash, one.hash)
                add(.conceptPair, FeatureHash.of(low, high), one.weight * other.weight)
            }
        }
    }

    mutating func addShape(of text: AnalyzedText, wordCount: Int) {
        var questions = 0
        var exclamations = 0
        var dots = false
        var previous: UInt8 = 0
        var last: UInt8 = 0
        for byte in text.normalized.text.utf8 {
            if byte == UInt8(ascii: "?") { questions += 1 }
            if byte == UInt8(ascii: "!") { exclamations += 1 }
            if byte == UInt8(ascii: "."), previous == byte { dots = true }
            previous = byte
            if byte > 0x20 { last = byte }
        }
        let asking = questions == 0 ? "no ?" : questions == 1 ? "?" : "??"
        let calling = exclamations == 0 ? "no !" : exclamations == 1 ? "!" : "!!"
        let length = Self.lengths.first(where: { wordCount <= $0.most })?.name ?? "very long"
        add(.shape, asking)
        add(.shape, calling)
        add(.shape, length)
        add(.shape, asking + calling)
        add(.shape, asking + length)
        add(.shape, asking + (hasQuestionWord ? "question word" : "none"))
        if last == UInt8(ascii: "?") { add(.shape, "ends with ?") }
        if dots { add(.shape, "...") }
        add(.language, text.language.rawValue)
        add(.language, text.script.rawValue)
    }

    private static let lengths: [(most: Int, name: String)] = [(1, "one"), (2, "two"), (4, "few"), (7, "short"), (12, "usual"), (20, "long")]
}
