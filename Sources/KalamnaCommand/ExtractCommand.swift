import ArgumentParser
import Foundation
import Kalamna

/// Reads one file from the standard input and writes its text as JSON. The server starts it for each uploaded file: what is in
/// the file can then hurt only this process, within its limits.
struct Extract: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extract", abstract: "Read a file's text (used by the server).", shouldDisplay: false)

    @Option(help: "pdf, docx, xlsx, csv, html, markdown or text.") var type: String

    func run() throws {
        guard let type = FileType(rawValue: type) else {
            throw ValidationError("--type is one of \(FileType.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        try FileLimits.applyToThisProcess()
        let input = try FileHandle.standardInput.read(upToCount: FileLimits.bytes + 1) ?? Data()
        let answer = ExtractionAnswer(reading: Array(input), as: type)
        try FileHandle.standardOutput.write(contentsOf: try JSONEncoder().encode(answer))
    }
}
