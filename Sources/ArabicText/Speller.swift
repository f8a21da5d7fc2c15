/// Leads misspelt words to those of the knowledge, the dictionary and the lexicon.
struct Speller: Sendable {
    private let known: Set<String>
    private let business: SpellingIndex

    init(vocabulary: some Sequence<String>) {
        let words = vocabulary.map(\.normalizedWord)
        known = Set(words)
        business = SpellingIndex(words.lazy.map { ArabicStemmer.withoutArticle($0.letters) })
    }

    /// Empty for words that are known, and for those that nothing known resembles.
    func corrections(of token: Token) -> [(word: Letters, weight: Double)] {
        guard token.kind == .word, token.script == .arabic || token.script == .latin, !known.contains(token.text), !Self.everydayWords.contains(token.text)
        else { return [] }
        let letters = token.text.letters
        guard token.script == .arabic ? !Stemmer.isKnown(letters) : !EnglishWords.contains(token.text) else { return [] }
        let word = token.script == .arabic ? ArabicStemmer.withoutArticle(letters) : letters
        if word.count < letters.count, Self.everydayWords.contains(String(letters: word)) { return [] }
        var found = business.matches(word)
        for match in Self.everyday.matches(word) where !found.contains(where: { $0.word == match.word }) {
            found.append((match.word, match.weight - 0.05))
        }
        found.sort { $0.weight > $1.weight }
        return Array(found.prefix(3))
    }

    private static let everydayWords = Set(Lexicon.embedded.words)
    private static let everyday = SpellingIndex(
        ArabicDictionary.shared.words.map(\.word) + Lexicon.embedded.words.map(\.letters) + EnglishWords.words.sorted().map(\.letters))
}
