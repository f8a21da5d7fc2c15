/// Stems, roots and skeletons of single normalised words, Arabic or Latin.
public enum Stemmer {
    private static let arabic = ArabicStemmer(dictionary: .shared)

    /// The word without its affixes: `هيوصلكم` → `وصل`, `deliveries` → `deliver`. Equal for forms of one word, not always a word itself.
    public static func stem(_ word: String) -> String {
        let letters = word.letters
        guard let first = letters.first else { return word }
        if first.isArabicLetter { return String(letters: arabic.stem(letters)) }
        return first.isBasicLatinLetter ? String(letters: EnglishStemmer.stem(letters)) : word
    }

    /// A guess at the Arabic root, a weaker feature than the stem; `nil` where none is seen.
    public static func root(_ word: String) -> String? {
        let letters = word.letters
        guard let first = letters.first, first.isArabicLetter else { return nil }
        return ArabicRoot.root(ofStem: arabic.core(letters)).map { String(letters: $0) }
    }

    /// The consonants, confusable sounds made one; for typing errors and Arabizi. Empty when there are none.
    public static func skeleton(_ word: String) -> String {
        String(letters: Skeleton.of(word.letters))
    }

    static func stemAndRoot(_ letters: Letters) -> (stem: Letters, root: Letters?) {
        let core = arabic.core(letters)
        return (ArabicStemmer.finish(core), ArabicRoot.root(ofStem: core))
    }

    static func isKnown(_ letters: Letters) -> Bool { arabic.isKnown(letters) }

    /// A word that carries grammar and no subject, in Arabic or English.
    public static func isFunctionWord(_ word: String) -> Bool {
        guard let first = word.unicodeScalars.first else { return false }
        return first.isArabicLetter ? ArabicDictionary.shared.functionWords.contains(word.letters) : EnglishWords.function.contains(word)
    }
}
