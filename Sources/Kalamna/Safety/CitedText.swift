/// A model's answer without the marks of its sources, and the passages that it names.
package struct CitedText: Sendable, Hashable {
    package let text: String
    /// From 1; those that were not given to the model are left out.
    package let cited: Set<Int>

    /// - Parameter passages: how many the model was given.
    package init(parsing answer: String, passages: Int) {
        var reader = CitedTextReader(passages: passages)
        text = reader.add(answer) + reader.finish()
        cited = reader.cited
    }
}

/// `CitedText` of an answer that is still being written: holds back what may be a mark, and blanks that may stand before one.
package struct CitedTextReader: Sendable {
    package private(set) var cited: Set<Int> = []
    private let passages: Int
    private var blanks: [Unicode.Scalar] = []
    private var mark: [Unicode.Scalar] = []
    private var isAtStart = true
    /// A mark was just taken out: `[1] ,` and `[1] [2]` leave no blank behind.
    private var isBehindMark = false

    /// - Parameter passages: how many the model was given.
    package init(passages: Int) { self.passages = passages }

    /// What of the answer can be shown now.
    package mutating func add(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "[" || scalar == "【" {
                flushMark(to: &result)
                mark = [scalar]
            } else if !mark.isEmpty {
                mark.append(scalar)
                if scalar == "]" || scalar == "】" { closeMark(to: &result) } else if !mayBeMark { flushMark(to: &result) }
            } else if scalar == " " || scalar == "\n" || scalar == "\t" {
                addBlank(scalar)
            } else {
                write(scalar, to: &result)
            }
        }
        return String(result)
    }

    /// What was held back when nothing more comes; blanks at the end are not part of an answer.
    package mutating func finish() -> String {
        var result = String.UnicodeScalarView()
        flushMark(to: &result)
        return String(result)
    }

    private mutating func addBlank(_ blank: Unicode.Scalar) {
        if isBehindMark, blanks.allSatisfy({ $0 == " " }) {
            // Of the blanks around a mark the stronger one stays.
            blanks = blank == " " && !blanks.isEmpty ? blanks : [blank]
        } else {
            blanks.append(blank)
        }
    }

    private mutating func write(_ scalar: Unicode.Scalar, to result: inout String.UnicodeScalarView) {
        let closes = isBehindMark && ".,،؛؟!?:)».".unicodeScalars.contains(scalar)
        if !isAtStart && !closes { result.append(contentsOf: blanks) }
        blanks = []
        isAtStart = false
        isBehindMark = false
        result.append(scalar)
    }

    private mutating func flushMark(to result: inout String.UnicodeScalarView) {
        let scalars = mark
        mark = []
        for scalar in scalars {
            if scalar == " " || scalar == "\n" || scalar == "\t" { addBlank(scalar) } else { write(scalar, to: &result) }
        }
    }

    /// `[1`, `[1, 2`, `[١، ٢`, `[مصدر 3`, `【4†source`.
    private var mayBeMark: Bool {
        let inside = mark.dropFirst()
        if mark.first == "【" { return inside.count <= 24 }
        return inside.count <= 20 && inside.allSatisfy { Self.digit($0) != nil || " ,،-–^".unicodeScalars.contains($0) || Self.labels.contains($0) }
    }

    /// The letters of the words that models write before the number: مصدر, مقطع, source, passage, ref.
    private static let labels = Set("المصدرقطعsourcepagf".unicodeScalars)
    private static let words: Set<String> = ["", "مصدر", "المصدر", "مقطع", "source", "passage", "ref"]

    private mutating func closeMark(to result: inout String.UnicodeScalarView) {
        guard let numbers = Self.numbers(in: mark) else { return flushMark(to: &result) }
        mark = []
        cited.formUnion(numbers.filter { (1...max(passages, 1)).contains($0) && passages > 0 })
        isBehindMark = true
    }

    /// The numbers of a mark, nil for other things in brackets. Years and prices have more digits than a mark.
    private static func numbers(in mark: [Unicode.Scalar]) -> [Int]? {
        var numbers: [Int] = []
        var digits = 0
        var value = 0
        var word = String.UnicodeScalarView()
        for scalar in mark.dropFirst() {
            // What stands behind the dagger of `【4†source】` or `【4:0†…】` says nothing.
            if scalar == "†" || scalar == ":" { break }
            if let digit = digit(scalar) {
                digits += 1
                value = value * 10 + digit
                if digits > 2 { return nil }
                continue
            }
            if digits > 0 { numbers.append(value) }
            (digits, value) = (0, 0)
            if scalar.properties.isAlphabetic { word.append(scalar) }
        }
        if digits > 0 { numbers.append(value) }
        return numbers.isEmpty || !words.contains(String(word)) ? nil : numbers
    }

    private static func digit(_ scalar: Unicode.Scalar) -> Int? {
        switch scalar.value {
        case 0x30...0x39: Int(scalar.value) - 0x30
        case 0x660...0x669: Int(scalar.value) - 0x660
        case 0x6F0...0x6F9: Int(scalar.value) - 0x6F0
        default: nil
        }
    }
}
