import Foundation

/// Mends Arabic that came out of a PDF wrongly: letters as positional forms instead of letters, and lines whose letters stand in
/// the order in which they were painted instead of the order in which they are read.
enum ArabicRepair {
    static func mend(_ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
            String.UnicodeScalarView($0.unicodeScalars.filter { !$0.isDirection })
        }
        let evidence = lines.map { Evidence(of: letters(of: $0)) }
        // A line with too little in it to tell follows the others.
        let whole = evidence.reduce(Evidence()) { $0 + $1 }
        for index in lines.indices where evidence[index].says(otherwise: whole) { lines[index] = reversed(lines[index]) }
        return ArabicLigatures.mend(lines.map { spaced(String(letters(of: $0))) }.joined(separator: "\n"))
    }

    /// Poppler puts both blanks around a number on one side of it, and the blank after a comma before it.
    private static func spaced(_ line: String) -> String {
        guard line.unicodeScalars.contains(where: isLetter) else { return line }
        var line = line
        // Painted brackets look at the letters that they hold: read the other way, they look away.
        if let first = line.firstIndex(of: ")"), let last = line.lastIndex(of: "("), first < last, line.firstIndex(of: "(") ?? first >= first {
            line = String(line.map { $0 == ")" ? "(" : $0 == "(" ? ")" : $0 })
        }
        return
            line
            .replacing(/^[ ]*([0-9][0-9.,:\/%]*)(?=[\u0621-\u064A])/) { "\($0.1) " }
            .replacing(/([\u0621-\u064A]) ([،؛]) ?(?=[\u0621-\u064A0-9])/) { "\($0.1)\($0.2) " }
            .replacing(/[ ]{2}([0-9A-Za-z@][0-9A-Za-z@.,:\/_%+-]*)(?=[\u0621-\u064A])/) { " \($0.1) " }
            .replacing(/([\u0621-\u064A])([0-9A-Za-z@][0-9A-Za-z@.,:\/_%+-]*)[ ]{2}(?=[\u0621-\u064A])/) { "\($0.1) \($0.2) " }
            .replacing(/([\u0621-\u064A])([0-9A-Za-z@][0-9A-Za-z@.,:\/_%+-]*)[ ]*$/) { "\($0.1) \($0.2)" }
            .replacing(/([^ ])[ ]{2,}(?=[^ ])/) { "\($0.1) " }
    }

    // MARK: order

    /// How much speaks for the right order of letters and how much for the other one.
    private struct Evidence {
        var right = 0
        var wrong = 0

        init() {}

        /// An article begins a word and ة or ى ends it; in reverse the article's two letters end it.
        init(of line: String.UnicodeScalarView) {
            for word in line.split(whereSeparator: { !ArabicRepair.isLetter($0) }) where word.count > 2 {
                let letters = Array(word)
                let last = letters.count - 1
                if letters[last] == "ة" || letters[last] == "ى" { right += 2 }
                if letters[0] == "ة" || letters[0] == "ى" { wrong += 2 }
                guard last > 2 else { continue }
                if letters[0] == "ا" && letters[1] == "ل" { right += 1 }
                if letters[last] == "ا" && letters[last - 1] == "ل" { wrong += 1 }
            }
        }

        static func + (left: Evidence, right: Evidence) -> Evidence {
            var sum = left
            sum.right += right.right
            sum.wrong += right.wrong
            return sum
        }

        /// Whether to turn the line round: it says so, or it says nothing and its document is clearly reversed.
        func says(otherwise whole: Evidence) -> Bool {
            if wrong > right { return wrong - right > 1 || whole.wrong > whole.right }
            return wrong == right && whole.wrong > 2 * whole.right + 1
        }
    }

    /// The line in the other order. Latin words and numbers are painted in the order in which they are read: they stay.
    private static func reversed(_ line: String.UnicodeScalarView) -> String.UnicodeScalarView {
        guard line.contains(where: isArabic) else { return line }
        var units: [[Unicode.Scalar]] = []
        var kept: [Unicode.Scalar] = []
        // What joins figures or Latin letters belongs to them only between two of them.
        var joiners: [Unicode.Scalar] = []
        func flush(_ units: inout [[Unicode.Scalar]]) {
            if !kept.isEmpty { units.append(kept) }
            units += joiners.map { [$0] }
            (kept, joiners) = ([], [])
        }
        for scalar in line {
            if isLeftToRight(scalar) {
                kept += joiners + [scalar]
                joiners = []
            } else if !kept.isEmpty, ".,:/-_@+%'&".unicodeScalars.contains(scalar) {
                joiners.append(scalar)
            } else if !kept.isEmpty, joiners.isEmpty, scalar == " ", isLatin(kept[kept.count - 1]) {
                joiners.append(scalar)
            } else {
                flush(&units)
                // Marks stay behind their letter.
                if scalar.properties.isGraphemeExtend, let last = units.indices.last { units[last].append(scalar) } else { units.append([scalar]) }
            }
        }
        flush(&units)
        var result = String.UnicodeScalarView()
        for unit in units.reversed() { result.append(contentsOf: unit) }
        return result
    }

    // MARK: letters

    /// Positional forms and ligatures as the letters that they show (Unicode's compatibility decompositions).
    private static func letters(of line: String.UnicodeScalarView) -> String.UnicodeScalarView {
        guard line.contains(where: isForm) else { return line }
        var result = String.UnicodeScalarView()
        for scalar in line {
            if isForm(scalar) {
                result.append(contentsOf: String(Character(scalar)).precomposedStringWithCompatibilityMapping.unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return result
    }

    private static func isForm(_ scalar: Unicode.Scalar) -> Bool {
        (0xFB50...0xFDFF).contains(scalar.value) && !(0xFD3E...0xFD3F).contains(scalar.value) || (0xFE70...0xFEFC).contains(scalar.value)
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        (0x0620...0x064A).contains(scalar.value) || (0x066E...0x06D3).contains(scalar.value)
    }
    private static func isArabic(_ scalar: Unicode.Scalar) -> Bool { isLetter(scalar) || isForm(scalar) }
    private static func isLatin(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isAlphabetic && !isArabic(scalar) }
    private static func isLeftToRight(_ scalar: Unicode.Scalar) -> Bool {
        isLatin(scalar) || scalar.properties.numericType == .decimal
    }
}

extension Unicode.Scalar {
    /// Marks that steer direction; in extracted text they only stand between letters.
    fileprivate var isDirection: Bool { isBidiControl || value == 0x200E || value == 0x200F || value == 0x061C }
}
