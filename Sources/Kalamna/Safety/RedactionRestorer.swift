/// Puts personal data back into a model's answer as it is written. Holds back what may be the beginning of a placeholder.
package struct RedactionRestorer: Sendable, CustomReflectable {
    private let redaction: Redaction
    private var held: [Unicode.Scalar] = []
    /// The end of the run without blanks that is being written, to see links.
    private var run: [Unicode.Scalar] = []
    private var isInLink = false

    package init(_ redaction: Redaction) { self.redaction = redaction }

    package var customMirror: Mirror { Mirror(self, children: []) }

    /// What of the answer can be shown now.
    package mutating func add(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "[" {
                flush(to: &result)
                held = [scalar]
            } else if held.isEmpty {
                write(scalar, to: &result)
            } else {
                held.append(scalar)
                if scalar == "]" { close(to: &result) } else if !Placeholder.mayBegin(held) { flush(to: &result) }
            }
        }
        return String(result)
    }

    /// What was held back when nothing more comes.
    package mutating func finish() -> String {
        var result = String.UnicodeScalarView()
        flush(to: &result)
        return String(result)
    }

    private mutating func flush(to result: inout String.UnicodeScalarView) {
        for scalar in held { write(scalar, to: &result) }
        held = []
    }

    private mutating func close(to result: inout String.UnicodeScalarView) {
        if !isInLink, let name = Placeholder.name(of: held), let original = redaction.original(of: name) {
            held = []
            for scalar in original.unicodeScalars { write(scalar, to: &result) }
        } else {
            flush(to: &result)
        }
    }

    private mutating func write(_ scalar: Unicode.Scalar, to result: inout String.UnicodeScalarView) {
        result.append(scalar)
        if scalar.properties.isWhitespace {
            run = []
            isInLink = false
            return
        }
        run.append(scalar)
        if run.count > 4 { run.removeFirst() }
        if run.suffix(3) == [":", "/", "/"] || run == ["w", "w", "w", "."] || run.suffix(2) == ["]", "("] { isInLink = true }
    }
}

/// The form of placeholders. Read forgivingly, since models write them in their own way: `[phone 1]`, `[PHONE\_1]`, `[PHONE_١]`.
enum Placeholder {
    private static let longest = 24

    /// Whether the scalars, the first of them `[`, can become a placeholder.
    static func mayBegin(_ scalars: [Unicode.Scalar]) -> Bool {
        guard scalars.count <= longest else { return false }
        let letters = folded(scalars.dropFirst())
        return PersonalData.Kind.allCases.contains { kind in
            let name = Array("\(kind.rawValue)_".unicodeScalars)
            return letters.count <= name.count
                ? name.starts(with: letters) : letters.starts(with: name) && letters.dropFirst(name.count).allSatisfy(isDigit)
        }
    }

    /// `PHONE_1` of `[Phone_1]`; nil for all else in brackets.
    static func name(of scalars: [Unicode.Scalar]) -> String? {
        guard scalars.first == "[", scalars.last == "]", scalars.count <= longest else { return nil }
        let letters = folded(scalars.dropFirst().dropLast())
        for kind in PersonalData.Kind.allCases {
            let name = Array("\(kind.rawValue)_".unicodeScalars)
            let number = letters.dropFirst(name.count)
            if letters.starts(with: name), !number.isEmpty, number.allSatisfy(isDigit) { return String(String.UnicodeScalarView(letters)) }
        }
        return nil
    }

    /// Placeholders that stand in a text before redaction were typed by somebody: their brackets become round.
    static func defused(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "[")) else { return text }
        var scalars = Array(text.unicodeScalars)
        for start in scalars.indices where scalars[start] == "[" {
            guard let end = scalars[start...].prefix(longest).firstIndex(of: "]"), name(of: Array(scalars[start...end])) != nil else { continue }
            scalars[start] = "("
            scalars[end] = ")"
        }
        return String(String.UnicodeScalarView(scalars))
    }

    /// Whether a text has something of a placeholder's form.
    static func range(in text: String) -> Range<String.Index>? {
        var start = text.startIndex
        while let open = text[start...].firstIndex(of: "[") {
            let rest = text[open...].prefix(longest)
            if let close = rest.firstIndex(of: "]"), name(of: Array(rest[...close].unicodeScalars)) != nil { return open..<text.index(after: close) }
            start = text.index(after: open)
        }
        return nil
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    private static func folded(_ scalars: some Sequence<Unicode.Scalar>) -> [Unicode.Scalar] {
        scalars.compactMap { scalar in
            switch scalar.value {
            case 0x5C: nil
            case 0x20, 0x2D: "_"
            case 0x61...0x7A: Unicode.Scalar(scalar.value - 32)
            case 0x660...0x669: Unicode.Scalar(scalar.value - 0x660 + 0x30)
            default: scalar
            }
        }
    }
}
