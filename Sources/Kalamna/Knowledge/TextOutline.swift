/// A run of lines that belong together. All ranges count scalars of the outline.
struct TextBlock {
    let range: Range<Int>
    /// The line that leads into a list, or the head of a table.
    var lead: Range<Int>?
    /// The items of a list or the rows of a table, which stay whole; nil for running text.
    var lines: [Range<Int>]?
}

struct TextSection {
    /// The headings above, the highest first.
    let path: [String]
    var blocks: [TextBlock] = []
    var hasSubsections = false

    var isBare: Bool { blocks.isEmpty && !hasSubsections && !path.isEmpty }
}

/// The structure of a text as people write it in a form: headings (`#`, `**bold**` or a short line ending in a colon),
/// paragraphs, lists and tables. Reads each line once.
struct TextOutline {
    private static let longestHeading = 200
    private static let longestColonHeading = 60

    let scalars: [Unicode.Scalar]
    private(set) var sections: [TextSection] = [TextSection(path: [])]

    private let lines: [Range<Int>]
    /// Columns of white space before each line.
    private let indents: [Int]
    /// For each line the first one from it on that is not blank; the number of lines at the end.
    private let nextFilled: [Int]
    private var headings: [(level: Int, text: String)] = []
    private var paragraph: [Range<Int>] = []

    init(_ text: String) {
        self.scalars = Self.scalars(of: text)
        (self.lines, self.indents) = Self.lines(of: scalars)
        var next = [Int](repeating: lines.count, count: lines.count + 1)
        for index in lines.indices.reversed() { next[index] = lines[index].isEmpty ? next[index + 1] : index }
        self.nextFilled = next
        read()
    }

    /// With one kind of line break.
    static func scalars(of text: String) -> [Unicode.Scalar] {
        var scalars: [Unicode.Scalar] = []
        scalars.reserveCapacity(text.utf8.count)
        var afterReturn = false
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A: if !afterReturn { scalars.append("\n") }
            case 0x0D, 0x85, 0x2028, 0x2029: scalars.append("\n")
            default: scalars.append(scalar)
            }
            afterReturn = scalar == "\r"
        }
        return scalars
    }

    private static func lines(of scalars: [Unicode.Scalar]) -> ([Range<Int>], [Int]) {
        var lines: [Range<Int>] = []
        var indents: [Int] = []
        var start = 0
        for index in 0...scalars.count where index == scalars.count || scalars[index] == "\n" {
            var (first, end) = (start, index)
            while first < end, scalars[first].isGap { first += 1 }
            while end > first, scalars[end - 1].isGap { end -= 1 }
            lines.append(first..<end)
            indents.append(first - start)
            start = index + 1
        }
        return (lines, indents)
    }

    private mutating func read() {
        var index = 0
        while index < lines.count {
            let line = lines[index]
            if line.isEmpty || isRule(line) {
                // A lead-in keeps its list across blank lines.
                let next = nextFilled[index]
                let leadsIn = next < lines.count && isListItem(lines[next]) && paragraph.last.map(endsInColon) == true
                if !leadsIn { closeParagraph() }
                index = max(next, index + 1)
            } else if let (level, text) = heading(at: index) {
                closeParagraph()
                openSection(level, text)
                index += 1
            } else if isListItem(line) {
                index = readList(from: index)
            } else if isTableRow(line) {
                index = readTable(from: index)
            } else {
                paragraph.append(line)
                index += 1
            }
        }
        closeParagraph()
    }

    private mutating func closeParagraph() {
        if let first = paragraph.first, let last = paragraph.last { add(TextBlock(range: first.lowerBound..<last.upperBound)) }
        paragraph = []
    }

    private mutating func add(_ block: TextBlock) { sections[sections.count - 1].blocks.append(block) }

    private mutating func openSection(_ level: Int, _ text: String) {
        headings.removeAll { $0.level >= level }
        if !headings.isEmpty, sections[sections.count - 1].path == headings.map(\.text) { sections[sections.count - 1].hasSubsections = true }
        headings.append((level, text))
        sections.append(TextSection(path: headings.map(\.text)))
    }

    // MARK: lists and tables

    private mutating func readList(from first: Int) -> Int {
        let lead = paragraph.popLast()
        closeParagraph()
        var items: [Range<Int>] = []
        var index = first
        while index < lines.count {
            let line = lines[index]
            if line.isEmpty {
                let next = nextFilled[index]
                guard next < lines.count, isListItem(lines[next]) else { break }
                index = next
            } else if isListItem(line) {
                items.append(line)
                index += 1
            } else if indents[index] > 0, let item = items.last, heading(at: index) == nil, !isRule(line) {
                // An indented line goes on with its item.
                items[items.count - 1] = item.lowerBound..<line.upperBound
                index += 1
            } else {
                break
            }
        }
        if let last = items.last { add(TextBlock(range: (lead ?? items[0]).lowerBound..<last.upperBound, lead: lead, lines: items)) }
        return index
    }

    private mutating func readTable(from first: Int) -> Int {
        let title = paragraph.last.map(endsInColon) == true ? paragraph.popLast() : nil
        closeParagraph()
        var index = first
        while index < lines.count, !lines[index].isEmpty, isTableRow(lines[index]) { index += 1 }
        let rows = lines[first..<index]
        let hasRule = rows.count > 1 && rows[first + 1].allSatisfy { "|-: +".unicodeScalars.contains(scalars[$0]) }
        let head = (title ?? rows[first]).lowerBound..<rows[hasRule ? first + 1 : first].upperBound
        add(
            TextBlock(
                range: head.lowerBound..<rows[index - 1].upperBound,
                lead: head,
                lines: Array(rows.dropFirst(hasRule ? 2 : 1))
            )
        )
        return index
    }

    // MARK: what a line is

    private func heading(at index: Int) -> (level: Int, text: String)? {
        let line = lines[index]
        guard line.count <= Self.longestHeading else { return nil }
        let marks = line.prefix { scalars[$0] == "#" }.count
        if (1...6).contains(marks), marks < line.count, scalars[line.lowerBound + marks].isGap {
            let text = cleaned(line.dropFirst(marks))
            return text.isEmpty ? nil : (marks, text)
        }
        let isBold = line.count > 4 && line.prefix(2).allSatisfy { scalars[$0] == "*" } && line.suffix(2).allSatisfy { scalars[$0] == "*" }
        if isBold, !line.dropFirst(2).dropLast(2).contains(where: { scalars[$0] == "*" }) {
            let text = cleaned(line.dropFirst(2).dropLast(2))
            return text.isEmpty ? nil : (7, text)
        }
        guard endsInColon(line), line.count <= Self.longestColonHeading, !isListItem(line), !isTableRow(line), !goesOn(line) else { return nil }
        // A list or a table takes the line as its lead-in; with nothing below it is no heading.
        let next = nextFilled[index + 1]
        guard next < lines.count, !isListItem(lines[next]), !isTableRow(lines[next]), scalars[lines[next].lowerBound] != "#" else { return nil }
        let text = cleaned(line)
        return text.isEmpty ? nil : (8, text)
    }

    /// Whether the paragraph before the line was only wrapped at it.
    private func goesOn(_ line: Range<Int>) -> Bool {
        guard let last = paragraph.last, let end = last.last, last.count > 40 else { return false }
        return !".!?؟؛:…".unicodeScalars.contains(scalars[end])
    }

    private func cleaned(_ range: Range<Int>) -> String {
        let text = scalars.text(range)
        let scalars = text.unicodeScalars.reversed().drop { $0 == "#" || $0 == ":" || $0 == "*" || $0.isGap }.reversed()
        return String(String.UnicodeScalarView(scalars)).trimmed
    }

    private func endsInColon(_ line: Range<Int>) -> Bool { line.last.map { scalars[$0] == ":" || scalars[$0] == "：" } ?? false }

    /// `---`, `***`, `===`, `___`
    private func isRule(_ line: Range<Int>) -> Bool {
        guard line.count >= 3, "-*=_".unicodeScalars.contains(scalars[line.lowerBound]) else { return false }
        return line.allSatisfy { scalars[$0] == scalars[line.lowerBound] }
    }

    private func isListItem(_ line: Range<Int>) -> Bool {
        guard line.count > 1 else { return false }
        let first = scalars[line.lowerBound]
        let second = scalars[line.lowerBound + 1]
        if "•●▪◦‣⁃✓✔☑➤►".unicodeScalars.contains(first) { return true }
        if "-*+–—·".unicodeScalars.contains(first) { return second.isGap }
        let digits = line.prefix(3).prefix { scalars[$0].properties.numericType == .decimal }.count
        let mark = line.lowerBound + max(digits, 1)
        guard digits > 0 || first.properties.isAlphabetic, mark + 1 < line.upperBound else { return false }
        // "1. ", "١- ", "2)", "أ) ", but not "1.5 كجم" and "2-3 أيام".
        let next = scalars[mark + 1]
        switch scalars[mark] {
        case ")": return true
        case ".", "-": return digits > 0 && (next.isGap || (0x620...0x64A).contains(next.value))
        default: return false
        }
    }

    private func isTableRow(_ line: Range<Int>) -> Bool {
        var bars = 0
        for index in line {
            if scalars[index] == "\t" { return true }
            if scalars[index] == "|" { bars += 1 }
            if bars == 2 { return true }
        }
        return false
    }
}
