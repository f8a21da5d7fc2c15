/// Collects every problem of a request before it is refused, so that a person corrects a form once.
package struct Validation {
    package private(set) var problems: [Failure.Field] = []

    package init() {}

    package mutating func refuse(_ field: String, ar: String, en: String) {
        problems.append(Failure.Field(field, LocalizedText(ar: ar, en: en)))
    }

    /// Throws when anything was refused.
    package func check() throws(Failure) {
        if !problems.isEmpty { throw Failure.invalid(problems) }
    }

    /// A name or a title: one line, trimmed, without control or bidi-control characters.
    package mutating func line(_ field: String, _ value: String, atLeast least: Int = 1, atMost most: Int) -> String {
        let text = value.trimmed
        let scalars = text.unicodeScalars.count
        if scalars < least {
            refuse(
                field, ar: "اكتب \(least > 1 ? "\(least) حروف على الأقل" : "قيمة") في \(field).",
                en: "\(field) must not be empty\(least > 1 ? " (at least \(least) characters)" : "").")
        } else if scalars > most {
            refuse(field, ar: "\(field) أطول من \(most) حرف.", en: "\(field) is longer than \(most) characters.")
        } else if text.unicodeScalars.contains(where: { $0.isControl || $0.isBidiControl }) {
            refuse(field, ar: "\(field) فيه رموز تحكم مخفية، امسحها واكتبه تاني.", en: "\(field) contains hidden control characters: remove them.")
        }
        return text
    }

    /// A text of many lines: line breaks and tabs stay, other control characters are refused.
    package mutating func text(_ field: String, _ value: String, atLeast least: Int = 0, atMost most: Int) -> String {
        let text = value.trimmed
        let scalars = text.unicodeScalars.count
        if scalars < least {
            refuse(field, ar: "اكتب نص في \(field).", en: "\(field) must not be empty.")
        } else if scalars > most {
            refuse(field, ar: "\(field) أطول من \(most) حرف، قسمه على أكتر من جزء.", en: "\(field) is longer than \(most) characters: split it.")
        } else if text.unicodeScalars.contains(where: { $0.isControl && !$0.isLayout }) {
            refuse(
                field, ar: "\(field) فيه رموز تحكم ممنوعة (زي NUL).", en: "\(field) contains control characters that are not allowed (such as NUL).")
        }
        return text
    }
}

extension Unicode.Scalar {
    /// Embeddings, overrides and isolates: they can make a text look like another one (CVE-2021-42574).
    package var isBidiControl: Bool { (0x202A...0x202E).contains(value) || (0x2066...0x2069).contains(value) }
    package var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }
    package var isLayout: Bool { value == 0x09 || value == 0x0A || value == 0x0D }
    fileprivate var isBlank: Bool {
        properties.isWhitespace || value == 0x200B || value == 0xFEFF || value == 0x2060
    }
}

extension String {
    /// Without white space and invisible spaces at both ends.
    package var trimmed: String {
        let scalars = unicodeScalars
        guard let start = scalars.firstIndex(where: { !$0.isBlank }), let end = scalars.lastIndex(where: { !$0.isBlank }) else { return "" }
        return String(scalars[start...end])
    }
}
