import Foundation

/// How the numbers of a sheet are shown: as they are, as a date, or as a percentage.
struct SheetFormats {
    private enum Kind { case number, date, time, percent }

    private var kinds: [Kind] = []

    init(_ styles: String) throws(Failure) {
        var custom: [Int: Kind] = [:]
        var isInCells = false
        var scanner = MarkupScanner(styles, as: .xml)
        while let token = try scanner.token() {
            switch token {
            case .open("numFmt", let attributes, _):
                if let id = attributes["numFmtId"].flatMap({ Int($0) }) { custom[id] = Self.kind(of: attributes["formatCode"] ?? "") }
            case .open("cellXfs", _, let isClosed): isInCells = !isClosed
            case .close("cellXfs"): isInCells = false
            case .open("xf", let attributes, _) where isInCells:
                let id = attributes["numFmtId"].flatMap { Int($0) } ?? 0
                kinds.append(custom[id] ?? Self.kind(of: id))
            default: break
            }
        }
    }

    func shown(_ value: String, style: Int) -> String {
        guard let number = Double(value), number.isFinite else { return value }
        switch kinds.indices.contains(style) ? kinds[style] : .number {
        case .number: return Self.plain(number)
        case .percent: return Self.plain(number * 100) + "%"
        case .time: return Self.time(number)
        case .date: return Self.date(number)
        }
    }

    /// Formats that Excel does not spell out (§18.8.30).
    private static func kind(of id: Int) -> Kind {
        switch id {
        case 9, 10: .percent
        case 14...17, 22: .date
        case 18...21, 45...47: .time
        default: .number
        }
    }

    private static func kind(of code: String) -> Kind {
        // What stands in quotes or brackets is shown as it is.
        var shown = ""
        var closing: Character?
        for character in code.lowercased() {
            if let end = closing {
                if character == end { closing = nil }
            } else if character == "\"" {
                closing = "\""
            } else if character == "[" {
                closing = "]"
            } else {
                shown.append(character)
            }
        }
        if shown.contains("%") { return .percent }
        if shown.contains("y") || shown.contains("d") { return .date }
        return shown.contains("h") || shown.contains(":") ? .time : .number
    }

    /// Twelve digits: 19.989999999999998 was meant as 19.99.
    private static func plain(_ number: Double) -> String {
        if let whole = Int(exactly: number) { return String(whole) }
        return String(format: "%.12g", number)
    }

    private static func time(_ days: Double) -> String {
        let minutes = Int((days.truncatingRemainder(dividingBy: 1) * 1440).rounded())
        return String(format: "%02d:%02d", minutes / 60, minutes % 60)
    }

    /// Days since 30 December 1899. Excel's 29 February 1900 is before anybody's price list.
    private static func date(_ days: Double) -> String {
        guard (1..<200_000).contains(days) else { return plain(days) }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: "UTC") ?? calendar.timeZone
        let parts = calendar.dateComponents([.year, .month, .day], from: Date(timeIntervalSince1970: (days.rounded(.down) - 25_569) * 86_400))
        return String(format: "%04d-%02d-%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
    }
}
