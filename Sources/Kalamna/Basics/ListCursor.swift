import Store

/// A place in a list that is ordered by a time and an id, newest first. On the wire: `milliseconds.id`.
package struct ListCursor: Sendable, CustomStringConvertible {
    let time: Instant
    let id: String

    package init(time: Instant, id: String) {
        self.time = time
        self.id = id
    }

    package init(_ text: String) throws(Failure) {
        let parts = text.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let milliseconds = Int64(parts[0]), ID<Void>(String(parts[1])) != nil else {
            throw .invalid("cursor", ar: "مؤشر الصفحة مش صحيح: ابدأ من أول القائمة.", en: "The cursor is not one of ours: start from the first page.")
        }
        self.time = Instant(milliseconds: milliseconds)
        self.id = String(parts[1])
    }

    package var description: String { "\(time.milliseconds).\(id)" }

    /// ` AND (time, id) < (…)`, or nothing for the first page. `time` is a column's name, never input.
    static func condition(_ cursor: ListCursor?, time column: String) -> Query {
        guard let cursor else { return "" }
        return " AND (\(.verbatim(column)), id) < (\(cursor.time), \(cursor.id))"
    }
}
