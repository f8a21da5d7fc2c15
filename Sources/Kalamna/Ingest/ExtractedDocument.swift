/// What was read from a file or a page: its text in the form that `TextOutline` understands, ready to be cut into passages.
package struct ExtractedDocument: Sendable, Hashable, Codable {
    /// The document's own name for itself, if it has one.
    package var title: String?
    package var text: String
    /// How many pages or sheets it has, where that means something.
    package var pages: Int?

    package init(title: String? = nil, text: String, pages: Int? = nil) {
        self.title = title
        self.text = text
        self.pages = pages
    }
}

/// A part of a document in reading order.
enum DocumentBlock: Hashable {
    case heading(Int, String)
    case paragraph(String)
    case item(String)
    /// Rows of cells, of which the first is the head.
    case table([[String]])
    /// Rows that are found one by one: each says its columns' names.
    case rows([String])

    /// Blocks as one text. Items of a list stand together; between other blocks there is an empty line.
    static func text(of blocks: [DocumentBlock]) -> String {
        var text = ""
        var isInList = false
        for block in blocks {
            let written = block.written
            if written.isEmpty { continue }
            if case .item = block {
                text += (text.isEmpty ? "" : isInList ? "\n" : "\n\n") + written
                isInList = true
            } else {
                text += (text.isEmpty ? "" : "\n\n") + written
                isInList = false
            }
        }
        return text
    }

    private var written: String {
        switch self {
        case .heading(let level, let text):
            let line = text.onOneLine
            return line.isEmpty ? "" : String(repeating: "#", count: min(max(level, 1), 6)) + " " + line
        case .paragraph(let text): return text.trimmed
        case .item(let text):
            let line = text.onOneLine
            return line.isEmpty ? "" : "- " + line
        case .rows(let rows): return rows.map { "- " + $0.onOneLine }.joined(separator: "\n")
        case .table(let rows): return Self.table(rows)
        }
    }

    private static func table(_ rows: [[String]]) -> String {
        let rows = rows.map { $0.map { $0.onOneLine.replacing("|", with: "/") } }.filter { $0.contains { !$0.isEmpty } }
        guard let first = rows.first else { return "" }
        let width = rows.map(\.count).max() ?? 0
        // A frame around text is no table.
        if width < 2 { return rows.compactMap(\.first).joined(separator: "\n\n") }
        func line(_ cells: [String]) -> String {
            "| " + (cells + [String](repeating: "", count: width - cells.count)).joined(separator: " | ") + " |"
        }
        guard rows.count > 1 else { return first.filter { !$0.isEmpty }.joined(separator: "\n") }
        let rule = "|" + String(repeating: " --- |", count: width)
        return ([line(first), rule] + rows.dropFirst().map(line)).joined(separator: "\n")
    }
}

extension String {
    /// With single blanks where there was any white space.
    var onOneLine: String { split(whereSeparator: \.isWhitespace).joined(separator: " ").trimmed }
}
