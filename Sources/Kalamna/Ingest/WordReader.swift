/// The text of a DOCX file (ECMA-376 part 1 §17): paragraphs with their headings and lists, and tables.
struct WordReader {
    private var blocks: [DocumentBlock] = []
    private let levelOfStyle: [String: Int]
    private var text = ""
    private var level: Int?
    private var isItem = false
    private var isInText = false
    private var skipDepth = 0
    private var tableDepth = 0
    private var rows: [[String]] = []
    private var cells: [String] = []
    private var cell = ""

    /// Alternatives of what was read already, and what a change took out.
    private static let skipped: Set<String> = ["mc:Fallback", "w:del", "w:moveFrom"]

    static func read(_ bytes: [UInt8]) throws(Failure) -> ExtractedDocument {
        var archive = try ZipArchive(bytes)
        guard let document = try archive.read("word/document.xml") else { throw Failure.OfFile.broken }
        let styles = try archive.read("word/styles.xml")
        var reader = WordReader(levelOfStyle: try styles.map { bytes throws(Failure) in try Self.levels(try FileText.decode(bytes)) } ?? [:])
        try reader.run(try FileText.decode(document))
        return ExtractedDocument(title: nil, text: DocumentBlock.text(of: reader.blocks))
    }

    private init(levelOfStyle: [String: Int]) { self.levelOfStyle = levelOfStyle }

    private mutating func run(_ xml: String) throws(Failure) {
        var scanner = MarkupScanner(xml, as: .xml)
        while let token = try scanner.token() {
            switch token {
            case .open(let name, let attributes, let isClosed):
                if Self.skipped.contains(name), !isClosed { skipDepth += 1 }
                if skipDepth == 0 { open(name, attributes, isClosed: isClosed) }
            case .close(let name):
                if skipDepth == 0 { close(name) }
                if Self.skipped.contains(name) { skipDepth = max(0, skipDepth - 1) }
            case .text(let piece): if isInText, skipDepth == 0 { text += piece }
            }
        }
        endParagraph()
    }

    private mutating func open(_ name: String, _ attributes: [String: String], isClosed: Bool) {
        switch name {
        case "w:p" where !isClosed:
            // A text box stands inside the paragraph that holds it.
            if !text.isEmpty { endParagraph() }
            (level, isItem) = (nil, false)
        case "w:t": isInText = !isClosed
        case "w:tab": if tableDepth > 0 || !text.isEmpty { text += " " }
        case "w:br", "w:cr": text += "\n"
        case "w:noBreakHyphen": text += "-"
        case "w:pStyle": level = levelOfStyle[attributes["w:val"] ?? ""] ?? Self.level(named: attributes["w:val"] ?? "") ?? level
        case "w:outlineLvl": if let number = attributes["w:val"].flatMap({ Int($0) }), number < 6 { level = number + 1 }
        case "w:numId": isItem = attributes["w:val"] != "0"
        case "w:tbl" where !isClosed:
            endParagraph()
            tableDepth += 1
        default: break
        }
    }

    private mutating func close(_ name: String) {
        switch name {
        case "w:t": isInText = false
        case "w:p": endParagraph()
        case "w:tc" where tableDepth == 1:
            cells.append(cell)
            cell = ""
        case "w:tr" where tableDepth == 1:
            rows.append(cells)
            cells = []
        case "w:tbl":
            tableDepth = max(0, tableDepth - 1)
            if tableDepth == 0 {
                blocks.append(.table(rows))
                rows = []
            }
        default: break
        }
    }

    private mutating func endParagraph() {
        let paragraph = text.trimmed
        text = ""
        if paragraph.isEmpty { return }
        if tableDepth > 0 {
            cell += (cell.isEmpty ? "" : " ") + paragraph
        } else {
            blocks.append(level.map { .heading($0, paragraph) } ?? (isItem ? .item(paragraph) : .paragraph(paragraph)))
        }
    }

    // MARK: styles

    /// Styles are named in English inside a file, in whatever language Word runs; their ids may be anything.
    private static func levels(_ xml: String) throws(Failure) -> [String: Int] {
        var levels: [String: Int] = [:]
        var style: String?
        var scanner = MarkupScanner(xml, as: .xml)
        while let token = try scanner.token() {
            guard case .open(let name, let attributes, _) = token else { continue }
            if name == "w:style" { style = attributes["w:styleId"] }
            if name == "w:name", let id = style, let level = level(named: attributes["w:val"] ?? "") { levels[id] = level }
        }
        return levels
    }

    private static func level(named name: String) -> Int? {
        let folded = name.lowercased().filter { !$0.isWhitespace }
        if folded == "title" { return 1 }
        guard folded.hasPrefix("heading"), let level = Int(folded.dropFirst(7)), (1...9).contains(level) else { return nil }
        return min(level, 6)
    }
}
