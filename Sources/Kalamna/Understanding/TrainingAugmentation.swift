/// More forms of a training sentence, as customers type: with a greeting before it or a word of thanks behind it, and with slips of the finger.
enum Augmentation {
    /// Different forms of one sentence; none that equals it.
    /// - Parameter keepsCourtesy: whether the sentence stays what it is behind a greeting; small talk does not.
    static func variants(of sentence: String, count: Int, keepsCourtesy: Bool, _ random: inout SeededRandom) -> [String] {
        (0..<count).compactMap { _ in
            let variant = variant(of: sentence, keepsCourtesy, &random)
            return variant == sentence ? nil : variant
        }
    }

    private static let openings = [
        "السلام عليكم", "السلام عليكم ورحمة الله", "سلام عليكم", "صباح الخير", "مساء الخير", "لو سمحت", "يا فندم", "بعد اذنك", "معلش", "طيب",
        "يا جماعة", "حضرتك", "اهلا", "هاي", "salam", "hello", "hi", "low sam7t", "please", "excuse me", "ممكن سؤال", "كنت عايز اسأل", "عايز اعرف",
    ]
    private static let closings = [
        "شكرا", "وشكرا", "لو سمحت", "يا فندم", "بعد اذنك", "ردوا عليا", "ياريت رد", "please", "plz", "thanks", "shokran", "مع الشكر", "ارجو الرد",
    ]

    private static func variant(of sentence: String, _ keepsCourtesy: Bool, _ random: inout SeededRandom) -> String {
        var words = sentence.split(separator: " ").map { Array($0.unicodeScalars) }
        if random.unit() < 0.6 {
            for index in words.indices where words[index].count > 3 && random.unit() < 0.25 { words[index] = slipped(words[index], &random) }
        }
        var text = words.map { String(String.UnicodeScalarView($0)) }.joined(separator: " ")
        if keepsCourtesy {
            if random.unit() < 0.4 { text = openings[random.below(openings.count)] + [" ", "، ", "\n", " "][random.below(4)] + text }
            if random.unit() < 0.2 { text += [" ", "، ", " ", " "][random.below(4)] + closings[random.below(closings.count)] }
        }
        return text
    }

    /// One letter is missing, doubled, drawn out, swapped with the next or replaced by its neighbour on the keyboard.
    private static func slipped(_ word: [Unicode.Scalar], _ random: inout SeededRandom) -> [Unicode.Scalar] {
        var word = word
        let place = random.below(word.count - 1)
        guard word[place].properties.isAlphabetic, word[place + 1].properties.isAlphabetic else { return word }
        switch random.below(5) {
        case 0: word.remove(at: place + 1)
        case 1: word.insert(word[place], at: place)
        case 2: word.swapAt(place, place + 1)
        case 3: word.insert(contentsOf: repeatElement(word[place], count: 2 + random.below(4)), at: place)
        default: word[place] = neighbour(of: word[place], &random)
        }
        return word
    }

    private static func neighbour(of letter: Unicode.Scalar, _ random: inout SeededRandom) -> Unicode.Scalar {
        for row in rows {
            guard let place = row.firstIndex(of: letter) else { continue }
            let near = place + (random.below(2) == 0 ? 1 : -1)
            return row.indices.contains(near) ? row[near] : letter
        }
        return letter
    }

    private static let rows = ["ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤرىةوزظ", "qwertyuiop", "asdfghjkl", "zxcvbnm"].map { Array($0.unicodeScalars) }
}
