/// Common English words, to tell English from Arabizi.
enum EnglishWords {
    static let words: Set<String> = Set(WordFile.english.lines.joined().map { $0.filter { $0 != "'" && $0 != "-" } })
    private static let stems: Set<String> = Set(words.map(Stemmer.stem))

    static func contains(_ word: String) -> Bool {
        words.contains(word) || (word.utf8.count > 3 && stems.contains(Stemmer.stem(word)))
    }

    /// The first lines of the file, down to the verbs, are grammar.
    static let function: Set<String> = Set(
        WordFile.english.lines.prefix(8).joined().map(String.init).filter { !["thanks", "thank", "hello", "hi", "sorry", "bye"].contains($0) })
}
