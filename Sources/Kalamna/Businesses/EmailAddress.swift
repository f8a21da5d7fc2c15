import Foundation

/// An e-mail address of plausible form. Whether it exists only a letter can tell.
package struct EmailAddress: Sendable, Hashable {
    /// As it was written, without blanks around it.
    package let text: String
    /// What decides whether two addresses are the same.
    package let folded: String

    package init?(_ text: String) {
        let trimmed = text.trimmed.precomposedStringWithCanonicalMapping
        guard Self.isPlausible(trimmed) else { return nil }
        self.text = trimmed
        self.folded = Self.fold(trimmed)
    }

    /// Trimmed, lower-cased, in Unicode's composed form.
    package static func fold(_ text: String) -> String {
        // Lower-casing can take a text out of the composed form again.
        text.trimmed.precomposedStringWithCanonicalMapping.lowercased().precomposedStringWithCanonicalMapping
    }

    private static func isPlausible(_ text: String) -> Bool {
        guard text.utf8.count <= 254, text.unicodeScalars.allSatisfy(isAllowed) else { return false }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return false }
        let local = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        return parts[0].utf8.count <= 64 && local.allSatisfy { !$0.isEmpty } && labels.count >= 2 && labels.allSatisfy(isLabel)
            && labels[labels.count - 1].contains { !$0.isNumber }
    }

    /// Invisible characters make two addresses look like one.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        !scalar.isControl && !scalar.isBidiControl && !scalar.properties.isWhitespace && !scalar.properties.isDefaultIgnorableCodePoint
            && !"<>()[],;:\\\"".unicodeScalars.contains(scalar)
    }

    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
            && label.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" }
    }
}

extension Validation {
    /// Nil when it was refused.
    package mutating func email(_ field: String, _ value: String) -> EmailAddress? {
        let address = EmailAddress(value)
        if address == nil {
            refuse(field, ar: "الإيميل مش مظبوط، اكتبه زي name@example.com.", en: "This is not an e-mail address: write it like name@example.com.")
        }
        return address
    }
}
