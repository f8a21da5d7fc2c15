/// A guess at the root of an Arabic stem: its two to four letters that are not part of a word pattern.
enum ArabicRoot {
    /// `nil` where no pattern fits, as with most loan words.
    static func root(ofStem word: Letters) -> Letters? {
        guard word.count > 1, word.allSatisfy(\.isArabicLetter) else { return nil }
        let stem = word.last == "ء" ? Array(word.dropLast()) : word.map { $0 == "ء" ? "ا" : $0 }
        // و is hidden in اتصل, اتصال.
        if stem.count == 4 || (stem.count == 5 && stem[3] == "ا"), stem[0] == "ا", stem[1] == "ت", !isWeak(stem[2]), !isWeak(stem[stem.count - 1]) {
            return ["و", stem[2], stem[stem.count - 1]]
        }
        if let root = match(stem) { return settled(root) }
        // A feminine or plural ending or preposition that the stemmer left.
        if stem.count > 4, stem[stem.count - 1] == "ه" || stem[stem.count - 1] == "ي" || stem[stem.count - 1] == "ا",
            let root = match(Array(stem.dropLast()))
        {
            return settled(root)
        }
        if stem.count > 4, "وفبلك".unicodeScalars.contains(stem[0]), let root = match(Array(stem.dropFirst())) { return settled(root) }
        return nil
    }

    private static func match(_ word: Letters) -> Letters? {
        switch word.count {
        case 2: return word
        case 3: return word
        case 4...7:
            for pattern in patterns[word.count] {
                if let root = pattern.root(in: word) { return root }
            }
            // Roots of four letters: ترجم, مهندس.
            let core = word.count == 5 && (word[0] == "م" || word[0] == "ت") ? Array(word.dropFirst()) : word
            return core.count == 4 && !core.contains(where: isWeak) ? core : nil
        default: return nil
        }
    }

    private static func isWeak(_ letter: Unicode.Scalar) -> Bool { letter == "ا" || letter == "و" || letter == "ي" }

    /// Weak letters change with the form (قال، يقول), so each place gets one letter for all: و first and in the middle, ي last.
    private static func settled(_ root: Letters) -> Letters {
        guard root.count == 3 else { return root }
        var result = root
        if result[0] == "ي" { result[0] = "و" }
        if isWeak(result[1]) { result[1] = "و" }
        if isWeak(result[2]) || result[2] == "ه" { result[2] = "ي" }
        if result[1] == result[2] { result.removeLast() }
        return result
    }

    private struct Pattern {
        let letters: Letters

        /// ف ع ل stand for the letters of the root, all others for themselves.
        func root(in word: Letters) -> Letters? {
            var root = Letters()
            for (letter, slot) in zip(word, letters) {
                switch slot {
                case "ف", "ع", "ل": root.append(letter)
                default: if letter != slot { return nil }
                }
            }
            return root
        }
    }

    /// By length; of two that fit the first wins.
    private static let patterns: [[Pattern]] = {
        let list = """
            فاعل فعال تفعل فعيل فعول مفعل افعل يفعل نفعل فعله فعلا فعلي فوعل فيعل \
            افتعل انفعل مفعول تفعيل مفاعل تفاعل افعال مفعال فعايل فواعل فاعول مفتعل منفعل متفعل يفتعل تفتعل افعول افعيل اتفعل ستفعل \
            فعلان فعاله مفعله افعله تفعله فاعله يتفعل يفاعل مفعيل فعلاي \
            استفعل مستفعل يستفعل تستفعل استفعا مفاعيل افتعال انفعال متفاعل اتفاعل تفاعيل افاعيل فواعيل فعاليل مفعولي افعلاي مفاعله \
            استفعال مستفعله
            """
        var table = [[Pattern]](repeating: [], count: 8)
        for word in list.unicodeScalars.split(separator: " ") { table[word.count].append(Pattern(letters: Array(word))) }
        return table
    }()
}
