/// The text of a page that a person would copy: headings, paragraphs, lists and tables, without menus, headers, footers, scripts and what is hidden.
struct HTMLReader {
    private static let dropped: Set<String> = [
        "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "canvas", "video", "audio", "select", "button", "nav", "aside",
        "dialog", "textarea", "head",
    ]
    private static let void: Set<String> = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    ]
    private static let inline: Set<String> = [
        "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "em", "font", "i", "ins", "kbd", "label", "mark", "q", "s", "samp", "small",
        "span", "strong", "sub", "sup", "time", "u", "var", "wbr", "img",
    ]
    private static let menuRoles: Set<String> = ["navigation", "banner", "contentinfo", "menu", "menubar", "search", "dialog", "complementary"]
    private static let menuWords: Set<String> = [
        "nav", "navbar", "navigation", "sidebar", "breadcrumb", "breadcrumbs", "cookie", "cookies", "footer",
    ]
    /// A restaurant's menu is what its page is for; a site's is not.
    private static let siteWords: Set<String> = ["main", "top", "site", "mobile", "primary", "header"]

    /// How a page is read: strictly first, and with everything when that leaves nothing.
    private let dropsMenus: Bool
    private var blocks: [DocumentBlock] = []
    private var mainBlocks: [DocumentBlock] = []
    private var title: String?
    private var line = ""
    /// The element that is being left out, and how deep in elements of its name we are.
    private var skipping: (name: String, depth: Int)?
    private var mainDepth = 0
    private var articleDepth = 0
    private var heading: Int?
    private var isItem = false
    private var preDepth = 0
    private var table: [[String]]?
    private var tableDepth = 0
    private var row: [String]?
    private var isInCell = false
    private var isInTitle = false

    static func read(_ text: String) throws(Failure) -> ExtractedDocument {
        var reader = HTMLReader(dropsMenus: true)
        try reader.run(text)
        if reader.document.text.isEmpty {
            let title = reader.title
            reader = HTMLReader(dropsMenus: false)
            try reader.run(text)
            reader.title = reader.title ?? title
        }
        return reader.document
    }

    private init(dropsMenus: Bool) { self.dropsMenus = dropsMenus }

    private var document: ExtractedDocument {
        let main = DocumentBlock.text(of: mainBlocks)
        return ExtractedDocument(title: title, text: main.isEmpty ? DocumentBlock.text(of: blocks) : main)
    }

    private mutating func run(_ text: String) throws(Failure) {
        var scanner = MarkupScanner(text, as: .html)
        while let token = try scanner.token() {
            switch token {
            case .open(let name, let attributes, let isClosed): open(name, attributes, isClosed: isClosed || Self.void.contains(name))
            case .close(let name): close(name)
            case .text(let text): add(text)
            }
        }
        endLine()
        endTable()
    }

    private mutating func open(_ name: String, _ attributes: [String: String], isClosed: Bool) {
        if let skipped = skipping, skipped.depth == 1, Self.ends(skipped.name, before: name) { skipping = nil }
        if let skipped = skipping {
            if name == "title", skipped.name == "head" { isInTitle = true }
            if name == skipped.name, !isClosed { skipping?.depth += 1 }
            // A page that forgot to close its head.
            if skipped.name == "head", name == "body" { skipping = nil }
            return
        }
        if !isClosed, isDropped(name, attributes) {
            if !Self.inline.contains(name) { endLine() }
            skipping = (name, 1)
            return
        }
        switch name {
        case "br", "hr": line += "\n"
        case "main": mainDepth += 1
        case "article", "section": articleDepth += 1
        case "table":
            tableDepth += 1
            if tableDepth == 1 {
                endLine()
                table = []
            }
        case "tr" where tableDepth == 1:
            endRow()
            row = []
        case "td", "th":
            if tableDepth == 1 { openCell() }
        case "pre": preDepth += 1
        default: break
        }
        if attributes["role"] == "main", name != "main" { mainDepth += 1 }
        guard !Self.inline.contains(name), name != "br", table == nil else {
            if table != nil, !Self.inline.contains(name) { line += " " }
            return
        }
        endLine()
        if let level = Self.level(of: name) { heading = level }
        if name == "li" || name == "dd" { isItem = true }
    }

    private mutating func close(_ name: String) {
        if name == "title" { isInTitle = false }
        if let skipped = skipping {
            if name == skipped.name { skipping = skipped.depth == 1 ? nil : (name, skipped.depth - 1) }
            return
        }
        switch name {
        case "table":
            guard tableDepth > 0 else { return }
            tableDepth -= 1
            if tableDepth == 0 { endTable() }
            return
        case "tr" where tableDepth == 1: return endRow()
        case "td", "th":
            if tableDepth == 1 { closeCell() }
            return
        default: break
        }
        if table != nil || Self.inline.contains(name) { return }
        endLine()
        switch name {
        case "main": mainDepth = max(0, mainDepth - 1)
        case "article", "section": articleDepth = max(0, articleDepth - 1)
        case "pre": preDepth = max(0, preDepth - 1)
        default: break
        }
        heading = nil
        isItem = false
    }

    private mutating func add(_ text: String) {
        if isInTitle {
            title = title ?? (text.onOneLine.isEmpty ? nil : text.onOneLine)
            return
        }
        if skipping != nil { return }
        // Soft hyphens are for breaking lines only.
        let text = text.replacing("\u{AD}", with: "")
        line += preDepth > 0 ? text : Self.collapsed(text)
    }

    // MARK: ends

    private mutating func endLine() {
        if table != nil { return }
        let lines = line.split(separator: "\n", omittingEmptySubsequences: true).map { preDepth > 0 ? String($0) : String($0).onOneLine }
        let text = lines.filter { !$0.isEmpty }.joined(separator: "\n").trimmed
        line = ""
        if text.isEmpty { return }
        let block: DocumentBlock = heading.map { .heading($0, text) } ?? (isItem ? .item(text) : .paragraph(text))
        append(block)
    }

    private mutating func append(_ block: DocumentBlock) {
        blocks.append(block)
        if mainDepth > 0 { mainBlocks.append(block) }
    }

    private mutating func openCell() {
        closeCell()
        // What stands in a table outside its cells is its caption.
        if !line.onOneLine.isEmpty { append(.paragraph(line.onOneLine)) }
        line = ""
        isInCell = true
    }

    private mutating func closeCell() {
        guard isInCell else { return }
        row = (row ?? []) + [line.onOneLine]
        line = ""
        isInCell = false
    }

    private mutating func endRow() {
        closeCell()
        if let cells = row, !cells.isEmpty { table?.append(cells) }
        row = nil
    }

    private mutating func endTable() {
        endRow()
        if let rows = table, !rows.isEmpty { append(.table(rows)) }
        table = nil
        tableDepth = 0
    }

    // MARK: what an element is

    private func isDropped(_ name: String, _ attributes: [String: String]) -> Bool {
        if name == "head" || name == "script" || name == "style" || name == "template" || name == "svg" || name == "noscript" { return true }
        if attributes["hidden"] != nil || attributes["aria-hidden"] == "true" { return true }
        if let style = attributes["style"]?.lowercased().filter({ !$0.isWhitespace }) {
            if style.contains("display:none") || style.contains("visibility:hidden") { return true }
        }
        guard dropsMenus, name != "body", name != "html", name != "main" else { return false }
        if Self.dropped.contains(name) { return true }
        if name == "header" || name == "footer" { return mainDepth == 0 && articleDepth == 0 }
        if let role = attributes["role"], Self.menuRoles.contains(role) { return true }
        let names = (attributes["class"] ?? "") + " " + (attributes["id"] ?? "")
        let words = Set(names.lowercased().split { $0 == " " || $0 == "-" || $0 == "_" }.map(String.init))
        return !words.isDisjoint(with: Self.menuWords) || words.contains("menu") && !words.isDisjoint(with: Self.siteWords)
    }

    /// Elements whose end is often left out, and what ends them.
    private static func ends(_ open: String, before name: String) -> Bool {
        switch open {
        case "p": name == "p" || !inline.contains(name) && !void.contains(name) && !dropped.contains(name)
        case "li", "dd", "dt", "tr", "td", "th": name == open
        default: false
        }
    }

    private static func level(of name: String) -> Int? {
        guard name.count == 2, name.hasPrefix("h"), let level = name.last?.wholeNumberValue, (1...6).contains(level) else { return nil }
        return level
    }

    private static func collapsed(_ text: String) -> String {
        var result = ""
        var wasBlank = false
        for scalar in text.unicodeScalars {
            let isBlank = scalar.value == 0x20 || (0x09...0x0D).contains(scalar.value)
            if !isBlank { result.unicodeScalars.append(scalar) } else if !wasBlank { result.append(" ") }
            wasBlank = isBlank
        }
        return result
    }
}
