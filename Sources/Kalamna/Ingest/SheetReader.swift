/// The rows of an XLSX file (ECMA-376 part 1 §18), or of CSV: each as a line that says its columns' names, so that it is found by
/// itself and read without the rest.
struct SheetReader {
    static func read(_ bytes: [UInt8]) throws(Failure) -> ExtractedDocument {
        var archive = try ZipArchive(bytes)
        guard let workbook = try Self.part("xl/workbook.xml", of: &archive) else { throw Failure.OfFile.broken }
        let targets = try Self.targets(try Self.part("xl/_rels/workbook.xml.rels", of: &archive) ?? "")
        let strings = try Self.strings(try Self.part("xl/sharedStrings.xml", of: &archive) ?? "")
        let formats = try SheetFormats(try Self.part("xl/styles.xml", of: &archive) ?? "")
        let sheets = try Self.sheets(workbook)
        var blocks: [DocumentBlock] = []
        var room = FileLimits.cells
        for sheet in sheets {
            guard let target = targets[sheet.relation], let xml = try Self.part(target, of: &archive) else { continue }
            var reader = SheetRows(strings: strings, formats: formats, room: room)
            let rows = try reader.read(xml)
            room = reader.room
            let body = Self.blocks(of: rows)
            if body.isEmpty { continue }
            if sheets.count > 1 { blocks.append(.heading(1, sheet.name)) }
            blocks += body
        }
        return ExtractedDocument(text: DocumentBlock.text(of: blocks), pages: sheets.count)
    }

    static func read(csv text: String) throws(Failure) -> ExtractedDocument {
        ExtractedDocument(text: DocumentBlock.text(of: Self.blocks(of: try CSVTable(text).records.map { $0.fields.map(\.onOneLine) })))
    }

    // MARK: rows

    /// Titles above the head stay text; the head is the first row with two or more words and no number.
    static func blocks(of rows: [[String]]) -> [DocumentBlock] {
        let rows = rows.filter { $0.contains { !$0.isEmpty } }
        func filled(_ row: [String]) -> [String] { row.filter { !$0.isEmpty } }
        let place = rows.prefix(20).firstIndex { row in filled(row).count > 1 && !filled(row).contains(where: isNumber) }
        guard let place, place + 1 < rows.count else { return rows.isEmpty ? [] : [.rows(rows.map { filled($0).joined(separator: " | ") })] }
        var blocks: [DocumentBlock] = rows[..<place].map { .paragraph(filled($0).joined(separator: " ")) }
        let head = rows[place]
        var lines: [String] = []
        for row in rows[(place + 1)...] {
            let values = filled(row)
            if values.count == 1, filled(head).count > 2, !isNumber(values[0]) {
                // One word across a price list names the rows below it.
                if !lines.isEmpty { blocks.append(.rows(lines)) }
                lines = []
                blocks.append(.heading(2, values[0]))
                continue
            }
            lines.append(
                row.enumerated().filter { !$0.element.isEmpty }.map { column, value in
                    head.indices.contains(column) && !head[column].isEmpty ? "\(head[column]): \(value)" : value
                }.joined(separator: " | "))
        }
        if !lines.isEmpty { blocks.append(.rows(lines)) }
        return blocks
    }

    private static func isNumber(_ text: String) -> Bool {
        let digits = text.filter(\.isWholeNumber).count
        return digits > 0 && digits * 2 >= text.filter { !$0.isWhitespace }.count
    }

    // MARK: parts

    private static func part(_ name: String, of archive: inout ZipArchive) throws(Failure) -> String? {
        guard let bytes = try archive.read(name) else { return nil }
        return try FileText.decode(bytes)
    }

    private static func sheets(_ xml: String) throws(Failure) -> [(name: String, relation: String)] {
        var sheets: [(String, String)] = []
        var scanner = MarkupScanner(xml, as: .xml)
        while let token = try scanner.token() {
            guard case .open(let name, let attributes, _) = token, name.withoutPrefix == "sheet", let relation = attributes["r:id"] else { continue }
            // What its author has hidden is not for customers.
            if attributes["state"] == nil || attributes["state"] == "visible" { sheets.append((attributes["name"] ?? "", relation)) }
        }
        return sheets
    }

    private static func targets(_ xml: String) throws(Failure) -> [String: String] {
        var targets: [String: String] = [:]
        var scanner = MarkupScanner(xml, as: .xml)
        while let token = try scanner.token() {
            guard case .open("Relationship", let attributes, _) = token, let id = attributes["Id"], let target = attributes["Target"] else {
                continue
            }
            targets[id] = target.hasPrefix("/") ? String(target.dropFirst()) : "xl/" + target
        }
        return targets
    }

    private static func strings(_ xml: String) throws(Failure) -> [String] {
        var strings: [String] = []
        var text = ""
        var isInText = false
        var isPhonetic = false
        var scanner = MarkupScanner(xml, as: .xml)
        while let token = try scanner.token() {
            switch token {
            case .open(let name, _, let isClosed):
                switch name.withoutPrefix {
                case "si": text = ""
                case "rPh": isPhonetic = !isClosed
                case "t": isInText = !isClosed && !isPhonetic
                default: break
                }
                if name.withoutPrefix == "si", isClosed { strings.append("") }
            case .close(let name):
                switch name.withoutPrefix {
                case "t": isInText = false
                case "rPh": isPhonetic = false
                case "si": strings.append(text.onOneLine)
                default: break
                }
            case .text(let piece): if isInText { text += piece }
            }
        }
        return strings
    }
}

/// The cells of one sheet, as a person sees them.
struct SheetRows {
    let strings: [String]
    let formats: SheetFormats
    /// How many more cells may be read.
    var room: Int
    private static let mostColumns = 200

    init(strings: [String], formats: SheetFormats, room: Int) {
        self.strings = strings
        self.formats = formats
        self.room = room
    }

    mutating func read(_ xml: String) throws(Failure) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var column = 0
        var (type, style) = ("n", 0)
        var value = ""
        var isInValue = false
        var isHidden = false
        var scanner = MarkupScanner(xml, as: .xml)
        while let token = try scanner.token() {
            switch token {
            case .open(let name, let attributes, let isClosed):
                switch name.withoutPrefix {
                case "row":
                    row = []
                    isHidden = attributes["hidden"] == "1"
                case "c":
                    column = attributes["r"].flatMap(Self.column) ?? row.count
                    (type, style, value) = (attributes["t"] ?? "n", attributes["s"].flatMap { Int($0) } ?? 0, "")
                case "v", "t": isInValue = !isClosed
                default: break
                }
            case .close(let name):
                switch name.withoutPrefix {
                case "v", "t": isInValue = false
                case "c":
                    room -= 1
                    if room < 0 { throw Failure.OfFile.expands }
                    guard column < Self.mostColumns else { continue }
                    if row.count <= column { row += [String](repeating: "", count: column + 1 - row.count) }
                    row[column] = shown(value, type: type, style: style)
                case "row": if !isHidden { rows.append(row) }
                default: break
                }
            case .text(let piece): if isInValue { value += piece }
            }
        }
        return rows
    }

    private func shown(_ value: String, type: String, style: Int) -> String {
        switch type {
        case "s": Int(value.trimmed).flatMap { strings.indices.contains($0) ? strings[$0] : nil } ?? ""
        case "b": value == "1" ? "✓" : "✗"
        case "e": ""
        case "inlineStr", "str", "d": value.onOneLine
        default: formats.shown(value.trimmed, style: style)
        }
    }

    /// `BC12` is column 54.
    private static func column(_ reference: String) -> Int? {
        let letters = reference.utf8.prefix { (0x41...0x5A).contains($0) }
        guard (1...3).contains(letters.count) else { return nil }
        return letters.reduce(0) { $0 * 26 + Int($1 - 0x40) } - 1
    }
}

extension String {
    /// `x:row` is `row`.
    fileprivate var withoutPrefix: String { split(separator: ":").last.map(String.init) ?? self }
}
