import Foundation

/// The product's own source, for tests that read it.
enum SourceFiles {
    /// Relative path and text of each Swift file of the product, and of the doors to it by the names of their targets:
    /// `Businesses/Admin.swift`, `KalamnaWeb/Server.swift`.
    static func productAndDoors() throws -> [(path: String, text: String)] {
        try product() + ["KalamnaWeb", "KalamnaCommand"].flatMap { target in try files(of: target).map { ("\(target)/\($0.path)", $0.text) } }
    }

    /// Relative path and text of each Swift file of the product.
    static func product() throws -> [(path: String, text: String)] { try files(of: "Kalamna") }

    private static func files(of target: String) throws -> [(path: String, text: String)] {
        // …/Tests/KalamnaTests/Isolation/SourceFiles.swift
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = package.appending(path: "Sources/\(target)")
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }.sorted()
        return try names.map { ($0, try String(contentsOf: folder.appending(path: $0), encoding: .utf8)) }
    }
}

/// The string literals of a Swift file: their text with what is interpolated, `"… WHERE id = \(id)"`.
struct StringLiterals {
    struct Literal {
        let line: Int
        let text: String
    }

    private(set) var all: [Literal] = []
    private let source: [UInt8]
    private var index = 0
    private var line = 1

    init(of text: String) {
        self.source = Array(text.utf8)
        while index < source.count {
            if starts(with: "//") {
                while index < source.count, source[index] != UInt8(ascii: "\n") { advance() }
            } else if source[index] == UInt8(ascii: "\"") {
                readLiteral()
            } else {
                advance()
            }
        }
        all.sort { $0.line < $1.line }
    }

    private func starts(with text: String) -> Bool { source[index...].starts(with: text.utf8) }

    private mutating func advance(_ count: Int = 1) {
        for _ in 0..<count where index < source.count {
            if source[index] == UInt8(ascii: "\n") { line += 1 }
            index += 1
        }
    }

    private mutating func readLiteral() {
        let quote = starts(with: "\"\"\"") ? "\"\"\"" : "\""
        let (startLine, start) = (line, index)
        advance(quote.utf8.count)
        while index < source.count, !starts(with: quote) {
            if starts(with: "\\(") { skipInterpolation() } else { advance(source[index] == UInt8(ascii: "\\") ? 2 : 1) }
        }
        advance(quote.utf8.count)
        all.append(Literal(line: startLine, text: String(decoding: source[start..<index], as: UTF8.self)))
    }

    /// `\( … )`, with the parentheses and the literals in it.
    private mutating func skipInterpolation() {
        advance(2)
        var depth = 1
        while index < source.count, depth > 0 {
            switch source[index] {
            case UInt8(ascii: "\""): readLiteral()
            case UInt8(ascii: "("):
                depth += 1
                advance()
            case UInt8(ascii: ")"):
                depth -= 1
                advance()
            default: advance()
            }
        }
    }
}
