/// Common English words, to tell English from Arabizi.
enum EnglishWords {
    /// Words that carry grammar, not a subject.
    static let function = list(.englishFunction)
    static let words = function.union(list(.english))
    private static let stems = Set(words.map(Stemmer.stem))

    static func contains(_ word: String) -> Bool {
        words.contains(word) || (word.utf8.count > 3 && stems.contains(Stemmer.stem(word)))
    }

    private static func list(_ file: WordFile) -> Set<String> {
        Set(file.lines.joined().map { $0.filter { $0 != "'" && $0 != "-" } })
    }
}
