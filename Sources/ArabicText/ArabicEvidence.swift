/// Whether an Arabic word is Egyptian or of the standard language.
enum ArabicEvidence {
    /// Positive for Egyptian, negative for the standard language; 0 for what both have.
    static func score(_ word: Letters) -> Double {
        if egyptian.contains(word) { return 1.5 }
        if standard.contains(word) { return -1.2 }
        return morphology(word)
    }

    private static func morphology(_ word: Letters) -> Double {
        let dictionary = ArabicDictionary.shared
        guard word.count > 3, !dictionary.contains(word[...]) else { return 0 }
        // مبيوصلش, معرفش, موصلنيش
        if word.count > 4, word[0] == "م", word[word.count - 1] == "ش" { return 1.3 }
        if word[word.count - 1] == "ش", word.count > 4, isPresentOrFuture(word) { return 1.3 }
        if isPresentOrFuture(word) { return 1.2 }
        for start in articles where word.count > start.count + 2 && word.hasPrefix(start) { return 1 }
        for end in endings where word.count > end.count + 2 && word.hasSuffix(end) { return 0.8 }
        // سيصل, ستقوم
        if word[0] == "س", "يتن".unicodeScalars.contains(word[1]), word.count > 4, dictionary.contains(word[2...]) { return -1.2 }
        if word.count > 5, word.hasSuffix(["و", "ن"]), "يت".unicodeScalars.contains(word[0]) { return -0.8 }
        return 0
    }

    /// ب for the present and ه or ح for the future before a person, behind it a verb that the dictionary has, or enough letters.
    private static func isPresentOrFuture(_ word: Letters) -> Bool {
        guard "بهح".unicodeScalars.contains(word[0]), "يتن".unicodeScalars.contains(word[1]) else { return false }
        let dictionary = ArabicDictionary.shared
        if dictionary.contains(word[2...]) || dictionary.contains(word[1...]) { return true }
        return word[0] != "ح" && word.count > 4 && word[1] != "ن" && !dictionary.contains(word[1..<(word.count - 1)])
            && Stemmer.stemAndRoot(word).stem != word
    }

    private static let articles = ["عال".letters, "فال".letters, "هال".letters]
    private static let endings = ["كو".letters, "هولي".letters, "هالي".letters, "لكو".letters, "تولي".letters]

    private static let egyptian = words(.egyptian)
    private static let standard = words(.standard)

    private static func words(_ file: WordFile) -> WordSet {
        var words = WordSet()
        for word in file.lines.joined() { words.insert(String(word).normalizedWord.letters) }
        return words
    }
}
