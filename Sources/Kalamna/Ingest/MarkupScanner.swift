/// One piece of HTML or XML.
enum MarkupToken: Equatable {
    /// Names in lower case for HTML, as written for XML.
    case open(String, attributes: [String: String], isClosed: Bool)
    case close(String)
    case text(String)
}

/// Reads HTML or XML from its beginning to its end, piece by piece, and never fails on what is badly nested. It knows no
/// entities but the fixed ones and loads nothing: an XML file with a DOCTYPE is refused, because that is where those attacks begin.
struct MarkupScanner {
    enum Language { case html, xml }

    private static let rawElements: Set<String> = ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"]

    private let bytes: [UInt8]
    private let language: Language
    private var next = 0
    /// The element whose text is no markup.
    private var raw: String?

    init(_ text: String, as language: Language) {
        self.bytes = Array(text.utf8)
        self.language = language
    }

    mutating func token() throws(Failure) -> MarkupToken? {
        while next < bytes.count {
            if let name = raw {
                raw = nil
                let text = readRaw(until: name)
                if !text.isEmpty { return .text(text) }
                continue
            }
            guard bytes[next] == UInt8(ascii: "<"), next + 1 < bytes.count else { return .text(readText()) }
            switch bytes[next + 1] {
            case UInt8(ascii: "!"):
                if let text = try readDeclaration() { return .text(text) }
            case UInt8(ascii: "?"): skip(past: language == .xml ? "?>" : ">")
            case UInt8(ascii: "/"):
                next += 2
                let name = readName()
                skip(past: ">")
                if !name.isEmpty { return .close(name) }
            case let first where Self.isNameStart(first):
                next += 1
                return readOpen()
            default: return .text(readText())
            }
        }
        return nil
    }

    // MARK: pieces

    private mutating func readText() -> String {
        let start = next
        next += 1
        while next < bytes.count, bytes[next] != UInt8(ascii: "<") { next += 1 }
        return decoded(start..<next)
    }

    private mutating func readRaw(until name: String) -> String {
        let end = Array("</\(name)".utf8)
        let start = next
        while next < bytes.count {
            if bytes[next] == end[0], next + end.count <= bytes.count, zip(bytes[next..<next + end.count], end).allSatisfy({ Self.lower($0) == $1 }) {
                break
            }
            next += 1
        }
        return decoded(start..<next)
    }

    /// A comment, a DOCTYPE or CDATA; only the last has text.
    private mutating func readDeclaration() throws(Failure) -> String? {
        if starts(with: "<!--") {
            next += 4
            skip(past: "-->")
        } else if starts(with: "<![CDATA[") {
            let start = next + 9
            skip(past: "]]>")
            return String(decoding: bytes[min(start, next)..<max(min(start, next), next - 3)], as: UTF8.self)
        } else if language == .xml {
            throw Failure.OfFile.dangerous
        } else {
            skip(past: ">")
        }
        return nil
    }

    private mutating func readOpen() -> MarkupToken {
        let name = readName()
        var attributes: [String: String] = [:]
        var isClosed = false
        while next < bytes.count, bytes[next] != UInt8(ascii: ">") {
            if bytes[next] == UInt8(ascii: "/") {
                isClosed = next + 1 < bytes.count && bytes[next + 1] == UInt8(ascii: ">")
                next += 1
            } else if Self.isBlank(bytes[next]) || bytes[next] == UInt8(ascii: "=") {
                next += 1
            } else {
                let start = next
                let key = readName()
                if next == start {
                    next += 1
                    continue
                }
                let value = readValue()
                if attributes[key] == nil, attributes.count < 64 { attributes[key] = value }
            }
        }
        next = min(next + 1, bytes.count)
        if language == .html, !isClosed, Self.rawElements.contains(name) { raw = name }
        return .open(name, attributes: attributes, isClosed: isClosed)
    }

    private mutating func readValue() -> String {
        var place = next
        while place < bytes.count, Self.isBlank(bytes[place]) { place += 1 }
        guard place < bytes.count, bytes[place] == UInt8(ascii: "=") else { return "" }
        place += 1
        while place < bytes.count, Self.isBlank(bytes[place]) { place += 1 }
        guard place < bytes.count else { return "" }
        let quote = bytes[place]
        var end: Int
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            place += 1
            end = place
            while end < bytes.count, bytes[end] != quote { end += 1 }
            next = min(end + 1, bytes.count)
        } else {
            end = place
            while end < bytes.count, !Self.isBlank(bytes[end]), bytes[end] != UInt8(ascii: ">") { end += 1 }
            next = end
        }
        return decoded(place..<end)
    }

    private mutating func readName() -> String {
        let start = next
        while next < bytes.count, !Self.isBlank(bytes[next]), !"/>=<\"'".utf8.contains(bytes[next]) { next += 1 }
        let name = String(decoding: bytes[start..<next], as: UTF8.self)
        return language == .html ? name.lowercased() : name
    }

    private func decoded(_ range: Range<Int>) -> String {
        guard bytes[range].contains(UInt8(ascii: "&")) else { return String(decoding: bytes[range], as: UTF8.self) }
        return MarkupEntities.decode(String(decoding: bytes[range], as: UTF8.self), isHTML: language == .html)
    }

    // MARK: places

    private mutating func skip(past end: String) {
        let end = Array(end.utf8)
        while next < bytes.count {
            if bytes[next] == end[0], next + end.count <= bytes.count, bytes[next..<next + end.count].elementsEqual(end) {
                next += end.count
                return
            }
            next += 1
        }
    }

    private func starts(with text: String) -> Bool { bytes[next...].starts(with: Array(text.utf8)) }

    private static func isNameStart(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(lower(byte)) || byte == UInt8(ascii: "_") || byte >= 0x80 }
    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    private static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte + 32 : byte }
}

/// `&amp;` and the like. No entity is ever made of others.
enum MarkupEntities {
    private static let xml: [String: String] = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]
    private static let html: [String: String] = [
        "nbsp": "\u{A0}", "copy": "©", "reg": "®", "trade": "™", "mdash": "—", "ndash": "–", "hellip": "…", "laquo": "«", "raquo": "»",
        "ldquo": "“", "rdquo": "”", "lsquo": "‘", "rsquo": "’", "times": "×", "divide": "÷", "bull": "•", "middot": "·", "deg": "°",
        "euro": "€", "pound": "£", "cent": "¢", "yen": "¥", "rlm": "\u{200F}", "lrm": "\u{200E}", "zwnj": "\u{200C}", "zwj": "\u{200D}",
        "shy": "\u{AD}", "frac12": "½", "frac14": "¼", "frac34": "¾", "eacute": "é", "egrave": "è", "ensp": " ", "emsp": " ", "thinsp": " ",
        "plusmn": "±", "le": "≤", "ge": "≥", "larr": "←", "rarr": "→", "check": "✓",
    ]

    static func decode(_ text: String, isHTML: Bool) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        var rest = text[...]
        while let mark = rest.firstIndex(of: "&") {
            result += rest[..<mark]
            rest = rest[mark...]
            let body = rest.dropFirst().prefix(12)
            if let end = body.firstIndex(of: ";"), let value = value(of: String(body[..<end]), isHTML: isHTML) {
                result += value
                rest = rest[rest.index(after: end)...]
            } else {
                result += "&"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }

    private static func value(of name: String, isHTML: Bool) -> String? {
        if name.hasPrefix("#") {
            let digits = name.dropFirst()
            let isHex = digits.hasPrefix("x") || digits.hasPrefix("X")
            guard let code = UInt32(isHex ? digits.dropFirst() : digits, radix: isHex ? 16 : 10), code > 0, let scalar = Unicode.Scalar(code) else {
                return nil
            }
            return String(Character(scalar))
        }
        return xml[name] ?? (isHTML ? html[name] : nil)
    }
}
