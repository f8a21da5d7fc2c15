package import ArabicText

extension TextAnalyzer {
    /// One for all: its vocabulary of Egyptian words is built once.
    package static let standard = TextAnalyzer()
}

/// What a lexical index keeps of a text: stems, and roots as a weaker second.
struct TextFeatures {
    let all: [String]
    /// How many words the text has, for the length norm.
    let words: Int

    static func indexed(_ text: String) -> TextFeatures {
        var all: [String] = []
        var words = 0
        for term in TextAnalyzer.standard.indexTerms(of: text) {
            all.append(key(term.kind, term.text))
            if term.kind == .stem { words += 1 }
        }
        return TextFeatures(all: all, words: words)
    }

    /// Families don't meet: the root كتب is not the word كتب.
    static func key(_ kind: IndexTerm.Kind, _ text: String) -> String {
        switch kind {
        case .stem: "s" + text
        case .root: "r" + text
        case .concept: "c" + text
        }
    }
}

/// What a question asks of the index: for each word the terms that it may be, with weights.
package struct QueryFeatures {
    struct Variant {
        let term: String
        let weight: Float
    }

    struct Word {
        let original: String
        /// The first reading, for telling questions apart.
        let key: String
        let importance: Float
        let variants: [Variant]
    }

    /// A match by root alone says less than one by stem.
    private static let rootWeight: Float = 0.5
    /// Words such as "in", "هو" carry little of the point.
    private static let functionWordImportance: Float = 0.1

    let words: [Word]

    package init(_ question: AnalyzedText) {
        var variants: [Int: [Variant]] = [:]
        for term in TextAnalyzer.standard.queryTerms(of: question) {
            let weight = Float(term.weight) * (term.kind == .root ? Self.rootWeight : 1)
            variants[term.position, default: []].append(Variant(term: TextFeatures.key(term.kind, term.text), weight: weight))
        }
        var seen: Set<String> = []
        self.words = question.tokens.enumerated().compactMap { position, token in
            guard let variants = variants[position], !variants.isEmpty else { return nil }
            let key = token.readings.first?.stem ?? token.stem
            guard seen.insert(key).inserted else { return nil }
            return Word(
                original: token.text, key: key, importance: token.isFunctionWord ? Self.functionWordImportance : 1, variants: variants)
        }
    }
}
