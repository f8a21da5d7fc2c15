import Foundation

/// The text of a PDF by poppler's `pdftotext`, a page at a time, mended: paragraphs joined over their lines, without the lines that
/// every page repeats. Called in the bounded process only (`FileLimits.applyToThisProcess`): poppler then lives within the same limits.
package enum PDFReader {
    private static let folders = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"]

    /// Nil when poppler-utils is not installed.
    package static var program: String? {
        folders.map { $0 + "/pdftotext" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    static func read(_ bytes: [UInt8]) throws -> ExtractedDocument {
        guard let program else { throw Failure.OfFile.noPDFReader }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kalamna-pdf-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        let input = folder.appendingPathComponent("in.pdf")
        let output = folder.appendingPathComponent("out.txt")
        try Data(bytes).write(to: input)
        let errors = Pipe()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["-enc", "UTF-8", "-l", "\(FileLimits.pages + 1)", input.path, output.path]
        process.environment = [:]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        try process.run()
        // Read to its end, and little of it kept: a broken file makes poppler talk without end.
        let words = try Self.beginning(of: errors.fileHandleForReading, most: 4096)
        process.waitUntilExit()
        if process.terminationReason == .uncaughtSignal { throw Failure.OfFile.tooSlow }
        guard process.terminationStatus == 0 else {
            throw words.contains("password") || process.terminationStatus == 3 ? Failure.OfFile.locked : Failure.OfFile.broken
        }
        guard let data = FileManager.default.contents(atPath: output.path), data.count < FileLimits.outputBytes else {
            throw Failure.OfFile.tooMuchText
        }
        let pages = String(decoding: data, as: UTF8.self).split(separator: "\u{0C}", omittingEmptySubsequences: false)
        // Each page ends with a form feed.
        let count = pages.count - 1
        guard count <= FileLimits.pages else { throw Failure.OfFile.tooManyPages }
        return ExtractedDocument(text: text(ofPages: pages.prefix(max(count, 1)).map { ArabicRepair.mend(String($0)) }), pages: count)
    }

    private static func beginning(of handle: FileHandle, most: Int) throws -> String {
        var kept = Data()
        while let data = try handle.read(upToCount: 65_536), !data.isEmpty {
            if kept.count < most { kept += data.prefix(most - kept.count) }
        }
        return String(decoding: kept, as: UTF8.self).lowercased()
    }

    /// Pages as one text.
    static func text(ofPages pages: [String]) -> String {
        let lines = pages.map { page in page.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).trimmed } }
        let repeated = repeatedLines(lines)
        let kept = lines.map { page in
            let filled = page.indices.filter { !page[$0].isEmpty }
            let edges = Set(filled.prefix(2) + filled.suffix(2))
            return page.enumerated().filter { index, line in !(edges.contains(index) && repeated.contains(pattern(line))) }.map(\.element)
        }
        return kept.map { $0.joined(separator: "\n") }.joined(separator: "\n\n").replacing(/\n{3,}/, with: "\n\n").trimmed
    }

    /// Of the first and last lines of pages those that more than half of them have, whatever the numbers in them.
    private static func repeatedLines(_ pages: [[String]]) -> Set<String> {
        guard pages.count > 2 else { return [] }
        var counts: [String: Int] = [:]
        for page in pages {
            let filled = page.filter { !$0.isEmpty }
            for line in Set((filled.prefix(2) + filled.suffix(2)).map(pattern)) { counts[line, default: 0] += 1 }
        }
        return Set(counts.filter { $0.value * 2 > pages.count }.keys)
    }

    private static func pattern(_ line: String) -> String {
        var pattern = ""
        for character in line where !(character.isWholeNumber && pattern.last == "0") { pattern.append(character.isWholeNumber ? "0" : character) }
        return pattern
    }
}
