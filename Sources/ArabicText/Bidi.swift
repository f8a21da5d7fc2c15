/// Bidirectional text shown next to other text.
public enum Bidi {
    /// Whether the text has embedding, override or isolate controls, which can make it read otherwise than it is.
    public static func hasControls(_ text: String) -> Bool {
        text.unicodeScalars.contains(where: isControl)
    }

    /// For display inside other text: such controls removed, the whole in an isolate of its own direction (U+2068 … U+2069).
    public static func safe(_ text: String) -> String {
        var view = String.UnicodeScalarView()
        view.append("\u{2068}")
        view.append(contentsOf: text.unicodeScalars.lazy.filter { !isControl($0) })
        view.append("\u{2069}")
        return String(view)
    }

    /// Without such controls, and else as it is.
    public static func removingControls(_ text: String) -> String {
        hasControls(text) ? String(String.UnicodeScalarView(text.unicodeScalars.filter { !isControl($0) })) : text
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }
}
