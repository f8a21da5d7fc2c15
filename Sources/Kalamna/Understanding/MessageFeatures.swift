package import ArabicText

/// What the classifiers see of a message: numbered features with values, the numbers being hashes.
///
/// Features come in families (words, stems, letters …). Each family has length 1 times its weight, so that a long message
/// and a short one, and a family of three and one of three hundred, weigh alike.
package struct MessageFeatures: Sendable {
    package struct Feature: Sendable, Hashable {
        /// 0..<`bucketCount`.
        package let bucket: UInt32
        package let value: Float
    }

    /// A power of two. Two features that fall together cost little: most features are rare.
    package static let bucketCount = 1 << 16

    /// Raised with every change of the features: weights that were trained for others are refused.
    static let version: UInt32 = 2

    package let features: [Feature]

    package init(_ text: AnalyzedText) { self.init(text, weights: FeatureFamily.weights) }

    /// - Parameter weights: one for each family; 0 leaves it out.
    init(_ text: AnalyzedText, weights: [Float]) {
        var collector = FeatureCollector(weights: weights)
        let slots = text.tokens.map(MessageSlot.init)
        collector.addWords(text.tokens, slots)
        collector.addPhrases(slots)
        collector.addConcepts(text.concepts)
        collector.addShape(of: text, wordCount: slots.count)
        features = collector.features()
    }
}

/// The kinds of features.
enum FeatureFamily: Int, CaseIterable {
    case word, stem, root
    /// Two words in a row, as written and as stems; two with one between them.
    case pair, stemPair, gapPair
    case concept, conceptPair
    /// 2–5 letters in a row within a word; 4 and 6 over the edge of words.
    case letters, acrossLetters
    case emoji, shape
    /// The first and the last words.
    case edge
    case negation
    /// The message as a whole, when it is short.
    case whole
    case language

    /// Found by cross-validation over `Training`.
    static let weights: [Float] = [1, 1, 0.7, 0.7, 0.7, 0.5, 1, 0.5, 1.2, 0.5, 1, 1.4, 0.7, 0.5, 0.5, 0.3]
}

/// What stands at one place of a message: of an Arabizi word its reading in Arabic letters, so that both spellings share their features.
struct MessageSlot {
    let word: String
    let wordHash: UInt64
    let stemHash: UInt64
    let isWord: Bool

    init(_ token: AnalyzedToken) {
        isWord = token.token.kind == .word
        switch token.token.kind {
        case .word:
            // A misspelt word keeps its letters; its stem is that of the word that it was most likely meant to be.
            let isRead = token.language == .arabizi
            let reading = token.readings.first.flatMap { isRead || $0.weight > 0.6 ? $0 : nil }
            word = isRead ? reading?.word ?? token.text : token.text
            stemHash = FeatureHash.of(reading?.stem ?? token.stem)
        case .number:
            // Prices, sizes and counts are short, order numbers long; which one it is says nothing.
            word = Self.numbers[min(token.text.utf8.count, Self.numbers.count) - 1]
            stemHash = FeatureHash.of(word)
        case .emoji:
            word = token.text
            stemHash = FeatureHash.of("emoji")
        default:
            word = token.token.kind.rawValue
            stemHash = FeatureHash.of(word)
        }
        wordHash = FeatureHash.of(word)
    }

    private static let numbers = (1...8).map { "number of \($0)" }
}

/// FNV-1a over UTF-8, with a last stir so that the low bits depend on all.
enum FeatureHash {
    static let start: UInt64 = 0xCBF2_9CE4_8422_2325

    @inline(__always)
    static func add(_ value: UInt64, to hash: UInt64) -> UInt64 { (hash ^ value) &* 0x100_0000_01B3 }

    static func of(_ text: some StringProtocol) -> UInt64 {
        var hash = start
        for byte in text.utf8 { hash = add(UInt64(byte), to: hash) }
        return hash
    }

    static func of(_ first: UInt64, _ second: UInt64) -> UInt64 { stir(first) &* 31 &+ stir(second) }

    @inline(__always)
    static func stir(_ hash: UInt64) -> UInt64 {
        var mixed = hash
        mixed ^= mixed >> 33
        mixed &*= 0xFF51_AFD7_ED55_8CCD
        mixed ^= mixed >> 33
        return mixed
    }
}
