/// Words that could be some, by the thousand: what dictionaries, spellers and readers of Arabizi work hardest on.
extension HostileText {
    mutating func arabicWord() -> String {
        let prefixes = ["", "", "", "ال", "وال", "بال", "لل", "بي", "هي", "مش", "ما", "و", "ف", "ب", "ل", "ح", "هت", "بت", "بن"]
        let suffixes = ["", "", "", "ها", "هم", "كم", "نا", "ني", "ات", "ين", "ه", "ية", "ش", "هاش", "تها", "وا", "ولكم", "لكم", "تي"]
        var word = pick(prefixes)
        for _ in 0..<number(in: one(in: 6) ? 6...14 : 2...6) { word += letter(of: Alphabet.arabic) }
        return word + pick(suffixes) + (one(in: 10) ? String(repeating: letter(of: Alphabet.arabic), count: number(in: 2...12)) : "")
    }

    mutating func latinWord() -> String {
        var word = ""
        for _ in 0..<number(in: one(in: 6) ? 8...24 : 2...9) { word += letter(of: Alphabet.latin) }
        return word + pick(["", "", "", "s", "ed", "ing", "'s", "tion", "ies"])
    }

    mutating func arabiziWord() -> String {
        var word = pick(["", "", "el", "el-", "el ", "bel", "w", "we", "ma", "m", "7a", "ha", "b", "msh", "fel", "3al"])
        for _ in 0..<number(in: one(in: 6) ? 7...24 : 2...8) { word += letter(of: Alphabet.arabizi) }
        return word + pick(["", "", "", "sh", "ha", "hom", "ak", "ek", "na", "ko", "at", "een", "ly", "tly", "hash"])
    }

    /// Little between much that may be taken off: `bela2ly`, `wethly`. Such words have the most ways to be read.
    mutating func arabiziClitics() -> String {
        let core = Array("aeiouywh23ltdsn".unicodeScalars)
        var word = pick(["be", "we", "w", "b", "bel", "wel", "l", "le", "ma", "ha", "f"])
        for _ in 0..<number(in: 1...4) { word += letter(of: core) }
        return word + pick(["ly", "ly", "ha", "na", "ny", "ni", "li", "tly", "y", "lha", "sh", "ak"])
    }

    mutating func longDigits() -> String {
        var text = ""
        for _ in 0..<number(in: one(in: 8) ? 20...600 : 1...16) { text += letter(of: Alphabet.digits) }
        return text + pick(["", "", " ", ",", ".", ":", "/", "-", "--", "+", "%", "'", "e", "k", "ج", "gb", " - ", "(", ")", "/1/", ",000"])
    }

    /// `a-1-bb-22-…`, `a.b.c.…`, `1:2:3…`: one sign between short parts, for hundreds of parts.
    mutating func chain() -> String {
        let sign = pick(["-", ".", "_", "/", ":", "'", "@", "+", ",", "~", "%", "--", "..", "://", "-.", "\u{2010}"])
        let alphabet = pick([Alphabet.digits, Alphabet.latin, Alphabet.arabizi, Alphabet.arabic])
        var text = ""
        for _ in 0..<number(in: one(in: 5) ? 50...800 : 2...30) {
            for _ in 0..<number(in: 1...3) { text += letter(of: alphabet) }
            text += sign
        }
        return text + (one(in: 2) ? " " : "")
    }

    mutating func address() -> String {
        var host = latinWord().lowercased()
        for _ in 0..<number(in: 0...4) { host += pick([".", ".", "-", "..", "@"]) + letter(of: Alphabet.latin) + letter(of: Alphabet.digits) }
        let top = pick([".com", ".eg", ".com.eg", ".c", ".", "", ".مصر", ".\u{200D}com", ".xn--wgbh1c"])
        switch number(in: 0...6) {
        case 0: return latinWord() + "@" + host + top
        case 1: return pick(["http://", "https://", "HTTP://", "ftp://", "//", "http:/", "javascript:"]) + host + top + path()
        case 2: return "www." + host + top + path()
        case 3: return host + top + path()
        case 4: return latinWord() + "@@" + host + "@" + top
        case 5: return "(" + host + top + ")." + pick(["", "؟", "،"])
        default: return "+" + longDigits() + "@" + host + top
        }
    }

    private mutating func path() -> String {
        var path = ""
        for _ in 0..<number(in: one(in: 6) ? 10...200 : 0...5) {
            path += pick(["/", "?", "&", "=", "#", "%", "%D8", "."]) + letter(of: Alphabet.arabizi)
        }
        return path
    }

    /// One to a few scalars wrong, missing, doubled, swapped or strange, or joined with another sentence in the middle.
    mutating func mutated(_ sentence: String) -> String {
        var scalars = Array(sentence.unicodeScalars)
        for _ in 0..<number(in: 1...6) where scalars.count > 1 {
            let place = number(in: 0...(scalars.count - 1))
            switch number(in: 0...9) {
            case 0: scalars.remove(at: place)
            case 1: scalars.insert(scalars[place], at: place)
            case 2: scalars.swapAt(place, number(in: 0...(scalars.count - 1)))
            case 3: scalars[place] = pick(Alphabet.arabic)
            case 4: scalars.insert(contentsOf: Array(repeating: scalars[place], count: number(in: 2...40)), at: place)
            case 5: scalars.removeAll { $0 == " " }
            case 6: scalars.insert(contentsOf: bidiControls().unicodeScalars, at: place)
            case 7: scalars.insert(contentsOf: combiningStack().unicodeScalars, at: place)
            case 8: scalars.replaceSubrange(place..., with: self.sentence().unicodeScalars)
            default: scalars.insert(contentsOf: scalar(of: .anyScalar).unicodeScalars, at: place)
            }
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    // MARK: What importers and the chunker look for

    mutating func tableCell() -> String {
        let name = pick(["title", "content", "question", "answer", "العنوان", "النص", "id", "category"])
        let cell = one(in: 4) ? name : mutated(sentence())
        let quoted = one(in: 3) ? "\"\(cell.replacing("\"", with: one(in: 4) ? "\"" : "\"\""))\"" : cell
        return quoted + pick([",", ",", ",", ";", "\t", "\n", "\r\n", "\r", "\"", "\"\""])
    }

    mutating func objectPart() -> String {
        pick([
            "{", "}", "[", "]", "[[[[[[[[", "{\"entries\":[", "{\"id\":", "\"title\":\"", "\"content\":\"", "\"also\":[", "\",", "\"}", "]}", ",",
            ":", "\\",
            "\\u0000", "\\uD800", "\\uDC00\\uD800", "\\\"", "1e999", "-0", "123456789012345678901234567890", "null", "true", "\u{0}",
            mutated(sentence()),
        ])
    }

    mutating func outlineLine() -> String {
        let start = pick([
            "", "", "", "# ", "## ", "###### ", "#", "- ", "* ", "• ", "1. ", "1) ", "١- ", "| ", "> ", "```", "---", "===", "\t", "    - ", "س: ",
            "ج: ", "أولاً: ",
        ])
        return start + (one(in: 5) ? "" : mutated(sentence())) + pick(["\n", "\n", "\n\n", "\r\n", ":\n", " |\n", " | "])
    }
}
