/// A key of a provider. Printing, interpolating or dumping it shows dots; only `reveal` gives the text, to be put in a header.
package struct ProviderKey: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let text: String

    /// Nil when it can't stand in a header: empty, or with spaces or characters outside ASCII.
    package init?(_ text: String) {
        let text = text.trimmed
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        self.text = text
    }

    package func reveal() -> String { text }

    package var description: String { "•••" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
