import Store

/// Words to be found in a customer's name, phone, e-mail or id, or in what was said; each of them somewhere.
package struct InboxSearch: Sendable {
    /// Only the newest conversations are looked through: what an agent looks for is rarely old, and texts have no index of their own.
    package static let depth = 500
    private static let mostWords = 5

    private let words: [String]

    /// Nil when there is nothing to look for.
    package init?(_ text: String) {
        words = text.split(whereSeparator: \.isWhitespace).prefix(Self.mostWords).map { Self.fold(String($0)) }.filter { !$0.isEmpty }
        if words.isEmpty { return nil }
    }

    /// Of the joined rows of `InboxEntries`.
    var condition: Query { words.map(Self.condition).reduce("", +) }

    private static func condition(_ word: String) -> Query {
        let pattern = "%" + word.replacing("!", with: "!!").replacing("%", with: "!%").replacing("_", with: "!_") + "%"
        func holds(_ column: String) -> Query { "\(folded(column)) LIKE \(pattern) ESCAPE '!'" }
        return """
             AND (\(holds("u.name")) OR \(holds("u.phone")) OR \(holds("u.email")) OR \(holds("u.external_id"))
              OR EXISTS (SELECT 1 FROM chat_messages f
                         WHERE f.business_id = s.business_id AND f.session_id = s.id AND \(holds("f.content"))))
            """
    }

    /// Letters that people write for one another. Done by the database for the column and here for the word, so it must stay this simple.
    private static let same = [("أ", "ا"), ("إ", "ا"), ("آ", "ا"), ("ى", "ي"), ("ة", "ه"), ("ـ", "")]

    private static func fold(_ word: String) -> String {
        same.reduce(word.lowercased()) { $0.replacing($1.0, with: $1.1) }
    }

    private static func folded(_ column: String) -> Query {
        .verbatim(same.reduce("LOWER(\(column))") { "REPLACE(\($0), '\($1.0)', '\($1.1)')" })
    }
}
