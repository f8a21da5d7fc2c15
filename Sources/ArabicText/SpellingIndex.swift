/// Finds the words that a misspelt one may have been meant to be: one wrong, missing, doubled or swapped letter, two in long words.
///
/// Each word stands in the index under itself and under what is left when one letter is left out; so does what is looked up.
struct SpellingIndex: Sendable {
    private var words: [Letters] = []
    /// Hash of a word or remainder and the number of its word, sorted.
    private let keys: [(hash: UInt64, word: Int32)]

    init(_ vocabulary: some Sequence<Letters>) {
        var keys: [(hash: UInt64, word: Int32)] = []
        var seen: Set<UInt64> = []
        for word in vocabulary where Self.lengths.contains(word.count) && seen.insert(Self.hash(word, without: nil)).inserted {
            words.append(word)
            for hash in Self.hashes(word) { keys.append((hash, Int32(words.count - 1))) }
        }
        keys.sort { ($0.hash, $0.word) < ($1.hash, $1.word) }
        self.keys = keys
    }

    static let lengths = 4...14

    /// Best first, at most three, with how sure each is, 0…1.
    func matches(_ word: Letters) -> [(word: Letters, weight: Double)] {
        guard Self.lengths.contains(word.count) else { return [] }
        var candidates: Set<Int32> = []
        for hash in Self.hashes(word) {
            var index = firstIndex(hash)
            while index < keys.count, keys[index].hash == hash {
                candidates.insert(keys[index].word)
                index += 1
            }
        }
        let limit = word.count < 5 ? 0.8 : word.count < 8 ? 1.05 : 1.6
        var found: [(word: Letters, weight: Double)] = []
        for number in candidates.sorted() {
            let cost = SpellingDistance.cost(word, words[Int(number)])
            if cost <= limit { found.append((words[Int(number)], 0.9 - 0.3 * cost)) }
        }
        found.sort { $0.weight > $1.weight }
        return Array(found.prefix(3))
    }

    private func firstIndex(_ hash: UInt64) -> Int {
        var lower = 0
        var upper = keys.count
        while lower < upper {
            let middle = (lower + upper) / 2
            if keys[middle].hash < hash { lower = middle + 1 } else { upper = middle }
        }
        return lower
    }

    private static func hashes(_ word: Letters) -> Set<UInt64> {
        var hashes: Set<UInt64> = [hash(word, without: nil)]
        for index in word.indices { hashes.insert(hash(word, without: index)) }
        return hashes
    }

    private static func hash(_ word: Letters, without skipped: Int?) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in word.indices where index != skipped { hash = (hash ^ UInt64(word[index].value)) &* 0x100_0000_01B3 }
        return hash
    }
}

/// How far two spellings are apart, in wrong letters; letters that are confused or beside each other on the keyboard count less.
enum SpellingDistance {
    static func cost(_ a: Letters, _ b: Letters) -> Double {
        var before = [Double](repeating: 0, count: b.count + 1)
        var row = before
        for column in 1...b.count { row[column] = row[column - 1] + insertion(b, column - 1) }
        for line in 1...a.count {
            var next = [Double](repeating: 0, count: b.count + 1)
            next[0] = row[0] + insertion(a, line - 1)
            for column in 1...b.count {
                var best = row[column - 1] + substitution(a[line - 1], b[column - 1])
                best = min(best, row[column] + insertion(a, line - 1), next[column - 1] + insertion(b, column - 1))
                if line > 1, column > 1, a[line - 1] == b[column - 2], a[line - 2] == b[column - 1] { best = min(best, before[column - 2] + 0.6) }
                next[column] = best
            }
            before = row
            row = next
        }
        return row[b.count]
    }

    /// Of a letter that only one of the words has.
    private static func insertion(_ word: Letters, _ index: Int) -> Double {
        if index > 0, word[index] == word[index - 1] { return 0.1 }
        switch word[index] {
        case "ا", "و", "ي", "ه", "ء", "e": return 0.6
        default: return 0.9
        }
    }

    private static func substitution(_ a: Unicode.Scalar, _ b: Unicode.Scalar) -> Double {
        if a == b { return 0 }
        for group in confused where group.contains(a) && group.contains(b) { return 0.35 }
        return isBeside(a, b) ? 0.75 : 1
    }

    /// Letters that sound alike or differ in dots.
    private static let confused: [Letters] = [
        "ذزدظ", "ضظد", "ثستص", "طت", "قكا", "جغش", "حهخ", "جحخ", "بتثني", "سش", "صض", "عغ", "فق", "رز", "اعه", "وا", "يا", "cks", "iey", "ao", "ou",
        "pb", "fv", "zs", "gj",
    ].map(\.letters)

    private static func isBeside(_ a: Unicode.Scalar, _ b: Unicode.Scalar) -> Bool {
        guard let first = places[a], let second = places[b], first.row == second.row || abs(first.row - second.row) == 1 else { return false }
        return abs(first.column - second.column) <= 1
    }

    private static let places: [Unicode.Scalar: (row: Int, column: Int)] = {
        var places: [Unicode.Scalar: (row: Int, column: Int)] = [:]
        for (row, keys) in ["ضصثقفغعهخحجد", "شسيبلاتنمكط", "ذءورىةوزظ", "qwertyuiop", "asdfghjkl", "zxcvbnm"].enumerated() {
            for (column, key) in keys.unicodeScalars.enumerated() where places[key] == nil { places[key] = (row < 3 ? row : row + 10, column) }
        }
        return places
    }()
}
