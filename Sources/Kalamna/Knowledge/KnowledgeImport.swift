/// What a file brings, read and checked, before anything is stored. A file with one bad row is not taken at all, so that
/// nobody has to find out which half of it arrived.
package struct KnowledgeImport: Sendable {
    package static let mostBytes = 20 << 20

    package struct Row: Sendable {
        /// As a spreadsheet shows it (its header is row 1); in JSON the entry's place, from 1.
        package let number: Int
        package let draft: KnowledgeDraft
    }

    package struct Rejection: Sendable, Hashable {
        package let row: Int
        package let field: String
        package let message: LocalizedText
    }

    /// Checked, each with an external id.
    package let rows: [Row]
    /// By row.
    package let rejected: [Rejection]

    package init(_ drafts: [KnowledgeDraft]) {
        self.init(rows: drafts.enumerated().map { Row(number: $0.offset + 1, draft: $0.element) }, rejected: [])
    }

    /// JSON when it begins like JSON, else CSV.
    package init(file bytes: [UInt8]) throws {
        guard bytes.count <= Self.mostBytes else {
            throw Failure(
                .tooLarge,
                code: "file_too_large",
                ar: "الملف أكبر من 20 ميجا: قسمه على أكتر من ملف.",
                en: "The file is larger than 20 MB: split it into several."
            )
        }
        let text = try FileText.decode(bytes)
        let isJSON = text.unicodeScalars.first { !$0.properties.isWhitespace }.map { $0 == "{" || $0 == "[" } ?? false
        if isJSON { try self.init(json: text) } else { try self.init(csv: text) }
    }

    /// Checks each row and gives those without an id one that is made from their title, so that the same file again
    /// meets the items that it made.
    init(rows unchecked: [Row], rejected unreadable: [Rejection]) {
        var rows: [Row] = []
        var rejected = unreadable
        var rowOfID: [String: Int] = [:]
        var timesOfTitle: [String: Int] = [:]
        for row in unchecked {
            do throws(Failure) {
                var draft = row.draft
                if draft.title.trimmed.isEmpty { draft.title = Self.title(from: draft.content) }
                draft = try draft.checked()
                let id: String
                if let given = draft.externalID {
                    id = given
                } else {
                    let times = timesOfTitle[draft.title, default: 0] + 1
                    timesOfTitle[draft.title] = times
                    id = Self.externalID(forTitle: draft.title, times: times)
                    draft.externalID = id
                }
                if let first = rowOfID[id] {
                    throw Failure.invalid(
                        "id",
                        ar: "المعرّف «\(id)» مكرر: موجود في الصف \(first) كمان. خلّي لكل صف معرّف مختلف.",
                        en: "The id “\(id)” is also that of row \(first): give every row its own."
                    )
                }
                rowOfID[id] = row.number
                rows.append(Row(number: row.number, draft: draft))
            } catch {
                rejected += error.fields.map { Rejection(row: row.number, field: $0.field, message: $0.message) }
            }
        }
        self.rows = rows
        self.rejected = rejected.sorted { $0.row < $1.row }
    }

    /// The first words, at most 80 characters.
    static func title(from content: KnowledgeContent) -> String {
        let text: String
        switch content {
        case .text(let whole): text = whole
        case .faq(let pairs): text = pairs.first?.question ?? ""
        }
        var title = ""
        var length = 0
        // Five hundred characters hold eighty in words, also of a text that begins with white space.
        let start = String(String.UnicodeScalarView(text.trimmed.unicodeScalars.prefix(500)))
        for word in start.split(whereSeparator: \.isWhitespace) {
            let added = word.unicodeScalars.count + (title.isEmpty ? 0 : 1)
            if length + added > 80 { break }
            title += (title.isEmpty ? "" : " ") + word
            length += added
        }
        return title.isEmpty ? String(start.prefix(80)) : title
    }

    private static func externalID(forTitle title: String, times: Int) -> String {
        let hash = Secrets.hash(PreparedKnowledge.folded(title)).prefix(24)
        return times == 1 ? "title:\(hash)" : "title:\(hash):\(times)"
    }
}

package struct ImportCounts: Sendable, Hashable {
    package var created = 0
    package var updated = 0
    package var unchanged = 0

    package init(created: Int = 0, updated: Int = 0, unchanged: Int = 0) {
        self.created = created
        self.updated = updated
        self.unchanged = unchanged
    }

    static func + (left: ImportCounts, right: ImportCounts) -> ImportCounts {
        ImportCounts(created: left.created + right.created, updated: left.updated + right.updated, unchanged: left.unchanged + right.unchanged)
    }
}

/// What an import did, or would do.
package struct ImportReport: Sendable {
    package let counts: ImportCounts
    /// When there is one, nothing was stored.
    package let rejected: [KnowledgeImport.Rejection]
    package let isDryRun: Bool

    package var created: Int { counts.created }
    package var updated: Int { counts.updated }
    package var unchanged: Int { counts.unchanged }
}
