/// Leads misspelt words to those of the knowledge, the dictionary and the lexicon.
struct Speller: Sendable {
    private let known: KnownWords
    private let business: SpellingIndex

    init(vocabulary: some Sequence<String>) {
        let words = vocabulary.map(\.normalizedWord)
        known = KnownWords(words)
        business = SpellingIndex(words.lazy.map { ArabicStemmer.withoutArticle($0.letters) })
    }

    /// Whether the knowledge, the dictionary or the lexicon has the word, as it stands or without its article.
    func isKnown(_ token: Token) -> Bool {
        guard token.script == .arabic else {
            return known.contains(token.text) || KnownWords.everyday.contains(token.text) || EnglishWords.contains(token.text)
        }
        let word = token.text.letters
        if Stemmer.isKnown(word) || known.contains(word) || KnownWords.everyday.contains(word) { return true }
        let bare = ArabicStemmer.withoutArticle(word)
        return bare.count < word.count && (known.contains(bare) || KnownWords.everyday.contains(bare))
    }

    /// What an unknown word may have been meant to be, best first.
    func corrections(of token: Token) -> [(word: Letters, weight: Double)] {
        let word = token.script == .arabic ? ArabicStemmer.withoutArticle(token.text.letters) : token.text.letters
        var found = business.matches(word)
        for match in Self.everyday.matches(word) where !found.contains(where: { $0.word == match.word }) {
            found.append((match.word, match.weight - 0.05))
        }
        found.sort { $0.weight > $1.weight }
        // Far behind the best it is noise.
        let least = (found.first?.weight ?? 0) * 0.9
        return Array(found.prefix { $0.weight >= least }.prefix(3))
    }

    private static let everyday = SpellingIndex(
        ArabicDictionary.shared.words.map(\.word) + Lexicon.embedded.words.map(\.letters) + EnglishWords.words.sorted().map(\.letters))
}

private struct KnownWords: Sendable {
    static let everyday = KnownWords(Lexicon.embedded.words)

    private var arabic = WordSet()
    private var others: Set<String> = []

    init(_ words: [String]) {
        for word in words {
            if word.unicodeScalars.first?.isArabicLetter == true { arabic.insert(word.letters) } else { others.insert(word) }
        }
    }

    func contains(_ word: Letters) -> Bool { arabic.contains(word) }
    func contains(_ word: String) -> Bool { others.contains(word) }
}
