/// A token with all that searching and understanding need of it.
public struct AnalyzedToken: Sendable, Hashable {
    public let token: Token
    /// `Stemmer.stem` of the text.
    public let stem: String
    /// `Stemmer.root` of the text; `nil` for all but Arabic words.
    public let root: String?
    /// `other` for numbers, emoji and addresses.
    public let language: Language
    public let isFunctionWord: Bool
    /// What an Arabizi word reads in Arabic letters, or what a misspelt word may have been meant to be, best first.
    public let readings: [Reading]

    public struct Reading: Sendable, Hashable {
        public let word: String
        public let stem: String
        public let root: String?
        /// 0…1.
        public let weight: Double

        init(_ word: Letters, weight: Double) {
            self.word = String(letters: word)
            self.weight = weight
            if word.first?.isArabicLetter == true {
                let (stem, root) = Stemmer.stemAndRoot(word)
                self.stem = String(letters: stem)
                self.root = root.map { String(letters: $0) }
            } else {
                stem = Stemmer.stem(self.word)
                root = nil
            }
        }
    }

    public var text: String { token.text }
    public var range: Range<Int> { token.range }
}

/// A text read once, for searching and for understanding.
public struct AnalyzedText: Sendable, Hashable {
    public let source: String
    public let normalized: NormalizedText
    public let tokens: [AnalyzedToken]
    public let script: Script
    public let language: Language
    /// Of the language, 0…1.
    public let confidence: Double
    /// What it is about, in the lexicon's concepts.
    public let concepts: [Lexicon.Match]
}

/// What a lexical index keeps of a text.
public struct IndexTerm: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
        /// Stem of a word, or a number, code, phone, address as it is.
        case stem
        /// Arabic root.
        case root
        /// A concept of the lexicon.
        case concept
    }

    public let kind: Kind
    public let text: String
    /// How sure a query means it, 0…1; 1 in texts that are indexed.
    public let weight: Double
    /// The token that it comes from.
    public let position: Int

    public init(kind: Kind, text: String, weight: Double = 1, position: Int) {
        self.kind = kind
        self.text = text
        self.weight = weight
        self.position = position
    }
}

/// Reads texts: the one way in for indexing and for queries.
public struct TextAnalyzer: Sendable {
    public let transliterator: ArabiziTransliterator
    public let lexicon: Lexicon
    private let speller: Speller

    /// - Parameter vocabulary: the words of the knowledge to be searched, so that Arabizi finds them, its brands stay Latin and misspelt words
    ///   are led to them.
    public init(vocabulary: some Sequence<String> = EmptyCollection<String>(), lexicon: Lexicon = .embedded) {
        transliterator = ArabiziTransliterator(vocabulary: vocabulary)
        self.lexicon = lexicon
        speller = Speller(vocabulary: vocabulary)
    }

    public func analyze(_ text: String) -> AnalyzedText {
        let folded = FoldedText(text)
        let spans = TokenScanner.spans(in: folded.scalars)
        let tokens = Tokenizer.tokens(of: spans, in: folded)
        let detection = ScriptDetector.detect(tokens)
        var known: [String: [AnalyzedToken.Reading]] = [:]
        var effort = 0
        let analyzed = zip(tokens, detection.tokenLanguages).map { token, language in
            guard token.kind == .word, language != .other else { return analyze(token, language) }
            if known[token.text] == nil {
                known[token.text] =
                    known.count < Self.mostReadings && effort < ArabiziTransliterator.mostEffort ? readings(of: token, language, &effort) : []
            }
            return analyze(token, language, readings: known[token.text] ?? [])
        }
        return AnalyzedText(
            source: text, normalized: Normalizer.normalize(folded, spans), tokens: analyzed, script: detection.script,
            language: detection.language, confidence: detection.confidence, concepts: lexicon.matches(in: analyzed))
    }

    /// Messages with more different words than this are no questions; the rest of their words has no readings.
    private static let mostReadings = 200

    private func analyze(_ token: Token, _ language: Language, readings: [AnalyzedToken.Reading] = []) -> AnalyzedToken {
        guard token.kind == .word else {
            let stem = token.text.last == "%" ? String(token.text.dropLast()) : token.text
            return AnalyzedToken(token: token, stem: stem, root: nil, language: language, isFunctionWord: false, readings: [])
        }
        var stem = token.text
        var root: String?
        if token.script == .arabic {
            let (stemLetters, rootLetters) = Stemmer.stemAndRoot(token.text.letters)
            stem = String(letters: stemLetters)
            root = rootLetters.map { String(letters: $0) }
        } else if token.script == .latin {
            stem = Stemmer.stem(token.text)
        }
        let isFunctionWord =
            language == .arabizi
            ? readings.first.map { Stemmer.isFunctionWord($0.word) } ?? Stemmer.isFunctionWord(token.text) : Stemmer.isFunctionWord(token.text)
        return AnalyzedToken(token: token, stem: stem, root: root, language: language, isFunctionWord: isFunctionWord, readings: readings)
    }

    private func readings(of token: Token, _ language: Language, _ effort: inout Int) -> [AnalyzedToken.Reading] {
        let word = token.text
        if language != .arabizi {
            let isKnown = speller.isKnown(token)
            var found = isKnown ? [] : speller.corrections(of: token)
            if transliterator.hasNames, !Stemmer.isFunctionWord(word) {
                let bare = token.script == .arabic ? ArabicStemmer.withoutArticle(word.letters) : word.letters
                // A word that is known anyway must fit a name well to be it.
                found += transliterator.names(for: bare).filter { $0.weight >= (isKnown ? 0.75 : 0.5) && $0.word != bare }
            }
            if found.isEmpty { return [] }
            return found.sorted { $0.weight > $1.weight }.prefix(4).map { AnalyzedToken.Reading($0.word, weight: $0.weight) }
        }
        let candidates = transliterator.candidates(for: word, effort: &effort)
        // A reading far behind the best one is noise.
        let least = max(0.25, (candidates.first?.weight ?? 0) * 0.6)
        return candidates.filter { $0.word != word && $0.weight >= least }.map { AnalyzedToken.Reading($0.word.letters, weight: $0.weight) }
    }

    /// A token as indexes read it: without readings, whatever stands around it.
    public func indexed(_ token: Token) -> AnalyzedToken { analyze(token, .other) }

    /// The terms of a text that is to be found.
    public func indexTerms(of text: String) -> [IndexTerm] {
        let tokens = Tokenizer.tokenize(text).map(indexed)
        return terms(of: tokens, lexicon.matches(in: tokens))
    }

    /// The terms that a question asks for: those of its words, of the readings of its Arabizi words and of its concepts, weighted.
    public func queryTerms(of text: AnalyzedText) -> [IndexTerm] { terms(of: text.tokens, text.concepts) }

    private func terms(of tokens: [AnalyzedToken], _ concepts: [Lexicon.Match]) -> [IndexTerm] {
        var terms: [IndexTerm] = []
        terms.reserveCapacity(tokens.count * 3)
        for (position, token) in tokens.enumerated() where token.token.kind != .emoji {
            terms.append(IndexTerm(kind: .stem, text: token.stem, position: position))
            if let root = token.root { terms.append(IndexTerm(kind: .root, text: root, position: position)) }
            var stems: Set<String> = [token.stem]
            var roots = Set(token.root.map { [$0] } ?? [])
            for reading in token.readings {
                if stems.insert(reading.stem).inserted {
                    terms.append(IndexTerm(kind: .stem, text: reading.stem, weight: reading.weight, position: position))
                }
                if let root = reading.root, roots.insert(root).inserted {
                    terms.append(IndexTerm(kind: .root, text: root, weight: reading.weight, position: position))
                }
            }
        }
        for match in concepts {
            terms.append(IndexTerm(kind: .concept, text: match.concept, weight: match.weight, position: match.tokens.lowerBound))
        }
        return terms
    }
}
