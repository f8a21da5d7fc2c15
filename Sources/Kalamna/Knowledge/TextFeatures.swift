package import ArabicText

extension TextAnalyzer {
    /// One for all: its vocabulary of Egyptian words is built once.
    package static let standard = TextAnalyzer()
}

/// What an index knows a word by: a 64-bit hash of its kind and letters (FNV-1a), so that indexes hold no strings. Kinds don't
/// meet: the root كتب is not the word كتب.
struct Term: Hashable, Sendable {
    let hash: UInt64

    init(_ kind: IndexTerm.Kind, _ text: String) {
        let seed: UInt64 =
            switch kind {
            case .stem: 1
            case .root: 2
            case .concept: 3
            }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ seed
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        self.hash = hash
    }

    init(_ term: IndexTerm) { self.init(term.kind, term.text) }
}

/// What a lexical index keeps of a text.
struct IndexedText {
    let terms: [Term]

    init(_ text: String) { terms = TextAnalyzer.standard.indexTerms(of: text).map(Term.init) }
}

/// What a question asks of the index: for each word the terms that it may be, with weights.
package struct QueryFeatures: Sendable {
    struct Variant: Sendable {
        let term: Term
        /// What a match adds, the word's importance included.
        let weight: Float
        /// 0…1, that the word means this.
        let certainty: Float
        let isConcept: Bool
    }

    struct Word: Sendable {
        let original: String
        /// The first reading, for telling questions apart.
        let key: String
        let importance: Float
        let isFunctionWord: Bool
        /// 0…1: how much it tells, by itself or by its concept.
        let specificity: Float
        /// Whether the lexicon knows it.
        let hasConcept: Bool
        let variants: [Variant]
        /// Concepts of several words that this one goes on: "رقم سري" is met by its concept as a whole.
        let partOf: [Term]
    }

    /// A match by root alone says less than one by stem.
    private static let rootWeight: Float = 0.5
    /// Words such as "in", "هو" carry little of the point.
    private static let functionWordWeight: Float = 0.2
    /// From this certainty on a variant counts as the word itself.
    static let sure: Float = 0.5

    let words: [Word]
    /// "Do you have …?", "is there …?"
    let asksForExistence: Bool

    package init(_ question: AnalyzedText) {
        let importance = WordImportance.standard
        var terms: [Int: [IndexTerm]] = [:]
        for term in TextAnalyzer.standard.queryTerms(of: question) { terms[term.position, default: []].append(term) }
        self.asksForExistence = question.concepts.contains { $0.concept == "is_there" }
        var parts: [Int: [Lexicon.Match]] = [:]
        for match in question.concepts where match.weight >= Double(Self.sure) {
            for position in match.tokens.dropFirst() { parts[position, default: []].append(match) }
        }
        var seen: Set<String> = []
        self.words = question.tokens.enumerated().compactMap { position, token -> Word? in
            guard let terms = terms[position], !terms.isEmpty else { return nil }
            let key = token.readings.first?.stem ?? token.stem
            guard seen.insert(key).inserted else { return nil }
            let share: Float = token.isFunctionWord ? Self.functionWordWeight : 1
            let ofWord = share * importance.ofStem(key)
            let variants = terms.map { term in
                let certainty = Float(term.weight)
                let weight =
                    switch term.kind {
                    case .stem: ofWord
                    case .root: ofWord * Self.rootWeight
                    case .concept: share * importance.ofConcept(term.text)
                    }
                return Variant(term: Term(term), weight: certainty * weight, certainty: certainty, isConcept: term.kind == .concept)
            }
            return Word(
                original: token.text, key: key, importance: ofWord, isFunctionWord: token.isFunctionWord,
                specificity: max(importance.ofStem(key), terms.lazy.filter { $0.kind == .concept }.map { importance.ofConcept($0.text) }.max() ?? 0),
                hasConcept: parts[position] != nil || terms.contains { $0.kind == .concept }, variants: variants,
                partOf: parts[position, default: []].map { Term(.concept, $0.concept) })
        }
    }
}
