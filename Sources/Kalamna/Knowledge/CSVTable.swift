/// The records of a CSV file (RFC 4180), with a comma, a semicolon or a tab between the fields, whichever the first
/// record uses. A quote inside an unquoted field is a character like any other.
struct CSVTable {
    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// With their numbers from 1, as a spreadsheet counts rows; empty ones are left out.
    private(set) var records: [(number: Int, fields: [String])] = []

    init(_ text: String) throws(Failure) {
        let bytes = Array(text.utf8)
        let separator = Self.separator(of: bytes)
        var fields: [String] = []
        var field: [UInt8] = []
        var number = 1
        var index = 0
        /// A field that was quoted begins with its quote only once.
        var isFresh = true

        func endField() {
            fields.append(String(decoding: field, as: UTF8.self))
            field.removeAll(keepingCapacity: true)
            isFresh = true
        }
        func endRecord(_ records: inout [(number: Int, fields: [String])]) {
            endField()
            if fields.contains(where: { !$0.trimmed.isEmpty }) { records.append((number, fields)) }
            fields = []
            number += 1
        }

        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case Self.quote where isFresh:
                isFresh = false
                index = try Self.readQuoted(bytes, from: index + 1, into: &field, row: number)
            case separator:
                endField()
                index += 1
            case Self.lineFeed, Self.carriageReturn:
                endRecord(&records)
                let isPair = byte == Self.carriageReturn && index + 1 < bytes.count && bytes[index + 1] == Self.lineFeed
                index += isPair ? 2 : 1
            default:
                field.append(byte)
                isFresh = false
                index += 1
            }
        }
        if !field.isEmpty || !fields.isEmpty { endRecord(&records) }
    }

    /// The place behind the closing quote. Doubled quotes are one; line breaks belong to the field.
    private static func readQuoted(_ bytes: [UInt8], from start: Int, into field: inout [UInt8], row: Int) throws(Failure) -> Int {
        var index = start
        while index < bytes.count {
            if bytes[index] != quote {
                field.append(bytes[index])
                index += 1
            } else if index + 1 < bytes.count, bytes[index + 1] == quote {
                field.append(quote)
                index += 2
            } else {
                return index + 1
            }
        }
        throw Failure(
            .invalid,
            code: "unclosed_quote",
            ar: "علامة التنصيص اللي بدأت في الصف \(row) مش مقفولة: ضيف \" في آخر الخانة.",
            en: "The quotation mark opened in row \(row) is never closed: add \" at the end of the cell."
        )
    }

    private static func separator(of bytes: [UInt8]) -> UInt8 {
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        for byte in bytes {
            if byte == quote { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == lineFeed || byte == carriageReturn {
                if counts.isEmpty { continue }
                break
            }
            if [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")].contains(byte) { counts[byte, default: 0] += 1 }
        }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? UInt8(ascii: ",")
    }
}
