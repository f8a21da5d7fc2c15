/// How well a Latin spelling fits an Arabic word, letter by letter.
enum ArabiziAlignment {
    /// From here on a spelling does not mean a word.
    static let limit = 1.6

    /// 0 is a perfect fit; each vowel that is not written costs a little, each wrong consonant more than 1. At least `limit` is infinite.
    static func cost(latin: Letters, arabic: Letters, limit: Double = limit) -> Double {
        let (rows, columns) = (latin.count + 1, arabic.count + 1)
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: rows * columns) { costs in
            costs.initialize(repeating: .infinity)
            costs[0] = 0
            func relax(_ row: Int, _ column: Int, _ cost: Double) {
                let cell = row * columns + column
                if cost < costs[cell] { costs[cell] = cost }
            }
            var deadRows = 0
            for row in 0..<rows {
                var isDead = true
                for column in 0..<columns {
                    let cost = costs[row * columns + column]
                    guard cost < limit else { continue }
                    isDead = false
                    if column < arabic.count { relax(row, column + 1, cost + skip(arabic: arabic, column)) }
                    guard row < latin.count else { continue }
                    relax(row + 1, column, cost + skip(latin: latin, row))
                    guard column < arabic.count else { continue }
                    relax(row + 1, column + 1, cost + match(latin, row, arabic, column))
                    if row + 1 < latin.count {
                        relax(row + 2, column + 1, cost + matchPair(latin[row], latin[row + 1], arabic[column]))
                    }
                    if latin[row] == "x", column + 1 < arabic.count, arabic[column] == "ك", arabic[column + 1] == "س" {
                        relax(row + 1, column + 2, cost)
                    }
                }
                // No step is longer than two rows.
                deadRows = isDead ? deadRows + 1 : 0
                if deadRows == 2 { return .infinity }
            }
            return costs[rows * columns - 1]
        }
    }

    private static func skip(latin: Letters, _ index: Int) -> Double {
        let isLast = index == latin.count - 1
        if index > 0, latin[index] == latin[index - 1] { return 0.04 }
        // A vowel at the beginning is written in Arabic too.
        if index == 0, "aeiou".unicodeScalars.contains(latin[0]) { return 0.3 }
        switch latin[index] {
        case "a": return isLast ? 0.35 : isLongA(latin, index) ? 0.15 : 0.05
        case "e": return isLast ? 0.2 : 0.07
        case "i": return isLast ? 0.35 : 0.1
        case "o", "u": return isLast ? 0.4 : 0.12
        case "'": return 0.02
        case "y": return 0.35
        case "w": return 0.6
        case "h": return isLast ? 0.1 : 1.3
        case "2": return 0.45
        case "3": return 0.9
        default: return 1.3
        }
    }

    /// `kateb`, `shahen`: an a before a consonant with e or i is mostly long, as in participles.
    private static func isLongA(_ latin: Letters, _ index: Int) -> Bool {
        index > 0 && index + 2 < latin.count && (latin[index + 2] == "e" || latin[index + 2] == "i")
    }

    /// `sha7n`, `3and`: an a before two consonants is short.
    private static func isShortA(_ latin: Letters, _ index: Int) -> Bool {
        index + 2 < latin.count && !isVowel(latin[index + 1]) && !isVowel(latin[index + 2])
    }

    private static func isVowel(_ letter: Unicode.Scalar) -> Bool {
        switch letter {
        case "a", "e", "i", "o", "u", "y", "w", "h": true
        default: false
        }
    }

    private static func skip(arabic: Letters, _ index: Int) -> Double {
        switch arabic[index] {
        case "ا": index == 0 ? 0.25 : 0.4
        case "و", "ي": index > 0 && arabic[index] == arabic[index - 1] ? 0.15 : 0.5
        case "ه": index == arabic.count - 1 ? 0.3 : 1
        case "ء": 0.1
        case "ع": 0.8
        case "ق": 1
        default: index > 0 && arabic[index] == arabic[index - 1] ? 0.15 : 1.3
        }
    }

    private static let impossible = Double.infinity

    private static func match(_ latin: Letters, _ row: Int, _ arabic: Letters, _ column: Int) -> Double {
        switch latin[row] {
        case "a", "e", "i", "o", "u":
            matchVowel(latin, row, arabic[column], isEnd: row == latin.count - 1 && column == arabic.count - 1)
        default: latin[row].value < 128 ? consonants[Int(latin[row].value) << 6 | Int(arabic[column].value & 63)] : impossible
        }
    }

    private static func matchVowel(_ latin: Letters, _ row: Int, _ letter: Unicode.Scalar, isEnd: Bool) -> Double {
        let isFirst = row == 0
        switch (latin[row], letter) {
        case ("a", "ا"): return isFirst || isLongA(latin, row) ? 0 : isShortA(latin, row) ? 0.12 : 0.06
        case ("a", "ه"): return isEnd ? 0.05 : impossible
        case ("a", "ي"): return isEnd ? 0.2 : 0.6
        case ("a", "ع"): return isFirst ? 0.3 : 0.45
        case ("e", "ا"): return isFirst ? 0.05 : 0.3
        case ("e", "ي"): return row == latin.count - 1 ? 0.08 : 0.13
        case ("e", "ه"): return isEnd ? 0.15 : impossible
        case ("i", "ا"): return isFirst ? 0.05 : 0.5
        case ("i", "ي"): return 0.05
        case ("i", "ه"): return isEnd ? 0.4 : impossible
        case ("o", "و"), ("u", "و"): return 0.06
        case ("o", "ا"), ("u", "ا"): return isFirst ? 0.1 : 0.6
        case ("o", "ه"): return isEnd ? 0.12 : impossible
        case (_, "ع"): return 0.5
        default: return impossible
        }
    }

    /// Cost of each consonant for each letter: Latin code × 64 + low bits of the Arabic one.
    private static let consonants: [Double] = {
        var table = [Double](repeating: impossible, count: 128 * 64)
        let groups: [(cost: Double, pairs: String)] = [
            (0, "bب tت gج 7ح 5خ dد rر zز sس $ش 6ط 3ع fف qق kك lل mم nن hه wو yي pب vف"),
            (0.05, "jج 9ص"), (0.06, "2ق"), (0.1, "2ا 2ء sص tط dض"), (0.12, "hح zظ zذ"), (0.08, "8غ"), (0.15, "9ق 8ق"), (0.2, "sث dذ tث"),
            (0.25, "2و 2ي kق gق cك"), (0.35, "dظ cس jش"), (0.5, "gغ 3غ 7خ"), (0.6, "zص zس"), (0.7, "kخ"), (1, "hا"),
        ]
        for group in groups {
            for pair in group.pairs.split(separator: " ") {
                let letters = Array(pair.unicodeScalars)
                table[Int(letters[0].value) << 6 | Int(letters[1].value & 63)] = group.cost
            }
        }
        return table
    }()

    private static func matchPair(_ first: Unicode.Scalar, _ second: Unicode.Scalar, _ letter: Unicode.Scalar) -> Double {
        guard first.value < 128, second.value < 128 else { return impossible }
        for pair in pairs[Int(second.value)] where pair.first == first && pair.letter == letter { return pair.cost }
        return impossible
    }

    /// Two Latin letters for one, by the second.
    private static let pairs: [[(first: Unicode.Scalar, letter: Unicode.Scalar, cost: Double)]] = {
        var table = [[(first: Unicode.Scalar, letter: Unicode.Scalar, cost: Double)]](repeating: [], count: 128)
        let groups: [(cost: Double, pairs: String)] = [
            (0, "shش chش khخ ghغ thث dhذ phف 3'غ 7'خ 5'خ 9'ض 6'ظ eeي ooو ouو aaا eyي eiي ieي aiي ayي owو auو"),
            (0.02, "wwو yyي iyي uwو"), (0.05, "ohو ehي ahه ehه ahا"), (0.1, "thذ dhض dhظ ckك chك"), (0.3, "thت thس thز"),
        ]
        for group in groups {
            for pair in group.pairs.split(separator: " ") {
                let letters = Array(pair.unicodeScalars)
                table[Int(letters[1].value)].append((letters[0], letters[2], group.cost))
            }
        }
        return table
    }()
}
