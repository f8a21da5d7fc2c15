/// Replaces personal data in what goes to a model, and knows what to put back. One for each request, over all its texts.
package struct Redaction: Sendable, CustomReflectable {
    private let kept: Set<String>
    private var placeholders: [String: String] = [:]
    private var originals: [String: String] = [:]
    private var counts: [PersonalData.Kind: Int] = [:]

    fileprivate init(kept: Set<String>) { self.kept = kept }

    /// How many different values were replaced.
    package var count: Int { originals.count }
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// The text with `[PHONE_1]` and the like; the same value has the same placeholder in all texts of the session.
    package mutating func redact(_ text: String) -> String {
        let text = Placeholder.defused(text)
        let found = PersonalData.all(in: text).filter { !kept.contains(Redactor.key($0)) }
        guard !found.isEmpty else { return text }
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var end = 0
        for one in found {
            result += bytes[end..<one.range.lowerBound]
            result += placeholder(of: one, written: String(decoding: bytes[one.range], as: UTF8.self)).utf8
            end = one.range.upperBound
        }
        result += bytes[end...]
        return String(decoding: result, as: UTF8.self)
    }

    /// What the customer first wrote, for each placeholder in the text. Not inside links: there it would tell another server.
    package func restore(_ text: String) -> String {
        var restorer = RedactionRestorer(self)
        return restorer.add(text) + restorer.finish()
    }

    /// For `RedactionRestorer`: `PHONE_1` → the number.
    func original(of name: String) -> String? { originals[name] }

    private mutating func placeholder(of one: PersonalData, written: String) -> String {
        let key = Redactor.key(one)
        if let known = placeholders[key] { return known }
        counts[one.kind, default: 0] += 1
        let name = "\(one.kind.rawValue)_\(counts[one.kind, default: 0])"
        originals[name] = written
        placeholders[key] = "[\(name)]"
        return "[\(name)]"
    }
}

/// Starts redactions that leave what a business itself publishes: its hot line, its e-mail address.
package struct Redactor: Sendable {
    private let kept: Set<String>

    /// - Parameter passages: texts of the business; what they name is public.
    package init(keeping passages: some Sequence<String> = EmptyCollection<String>()) {
        kept = Set(passages.lazy.flatMap { PersonalData.all(in: $0) }.map(Self.key))
    }

    package func redaction() -> Redaction { Redaction(kept: kept) }

    fileprivate static func key(_ one: PersonalData) -> String { "\(one.kind.rawValue) \(one.value)" }
}
