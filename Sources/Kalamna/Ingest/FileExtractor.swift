import Foundation

/// How a file becomes text. The server has it done by a process of its own for each file (`process`), because the files come from
/// strangers and a parser may be led astray: what then dies or hangs is not the server.
package struct FileExtractor: Sendable {
    /// Throws `Failure` in words for the file's owner.
    package let extract: @Sendable ([UInt8], FileType) async throws -> ExtractedDocument

    package init(_ extract: @escaping @Sendable ([UInt8], FileType) async throws -> ExtractedDocument) { self.extract = extract }

    /// Without a process of its own: for tests.
    package static let inThisProcess = FileExtractor { bytes, type in try DocumentReader.read(bytes, as: type) }

    /// - Parameter program: this program's own file; `kalamna extract` does the work.
    package static func process(_ program: String) -> FileExtractor {
        FileExtractor { bytes, type in try await ExtractionProcess(program: program).run(bytes, as: type) }
    }
}

/// What the process answers on its standard output.
package enum ExtractionAnswer: Codable, Sendable {
    case document(ExtractedDocument)
    case refused(kind: String, code: String, ar: String, en: String)

    package init(reading bytes: [UInt8], as type: FileType) {
        do {
            self = .document(try DocumentReader.read(bytes, as: type))
        } catch {
            let failure = error as? Failure ?? Failure.OfFile.reader
            self = .refused(kind: failure.kind.rawValue, code: failure.code, ar: failure.message.ar, en: failure.message.en)
        }
    }

    func document() throws(Failure) -> ExtractedDocument {
        switch self {
        case .document(let document): return document
        case .refused(let kind, let code, let ar, let en):
            throw Failure(Failure.Kind(rawValue: kind) ?? .invalid, code: code, ar: ar, en: en)
        }
    }
}

/// One run of `kalamna extract`: the file in, the answer out, by files without a name, so that neither side waits for the other.
private struct ExtractionProcess {
    let program: String

    @concurrent
    func run(_ bytes: [UInt8], as type: FileType) async throws -> ExtractedDocument {
        let input = try Self.namelessFile()
        try input.write(contentsOf: Data(bytes))
        try input.seek(toOffset: 0)
        let output = try Self.namelessFile()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["extract", "--type", type.rawValue]
        // Nothing of the server's secrets; glibc's many arenas would use up the address space.
        process.environment = ["MALLOC_ARENA_MAX": "1"]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        let status = try await Self.end(of: process)
        try input.close()
        guard status.isExit, status.code == 0 else { throw status.isExit ? Failure.OfFile.reader : Failure.OfFile.tooSlow }
        try output.seek(toOffset: 0)
        let data = try output.read(upToCount: FileLimits.outputBytes + 1) ?? Data()
        try output.close()
        guard data.count <= FileLimits.outputBytes else { throw Failure.OfFile.tooMuchText }
        let answer: ExtractionAnswer
        do {
            answer = try JSONDecoder().decode(ExtractionAnswer.self, from: data)
        } catch {
            throw Failure.OfFile.reader
        }
        return try answer.document()
    }

    /// Whether it ended by itself or by a signal, and with which code.
    private static func end(of process: Process) async throws -> (isExit: Bool, code: Int32) {
        let ends = AsyncStream<(Bool, Int32)>.makeStream()
        process.terminationHandler = { process in
            ends.continuation.yield((process.terminationReason == .exit, process.terminationStatus))
            ends.continuation.finish()
        }
        try process.run()
        let id = process.processIdentifier
        let watch = Task {
            try await Task.sleep(for: FileLimits.wait)
            kill(-id, SIGKILL)
            kill(id, SIGKILL)
        }
        defer { watch.cancel() }
        for await end in ends.stream { return end }
        // The task was cancelled: the server stops.
        kill(-id, SIGKILL)
        kill(id, SIGKILL)
        throw CancellationError()
    }

    private static func namelessFile() throws -> FileHandle {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("kalamna-\(UUID().uuidString)").path
        guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
            let file = FileHandle(forUpdatingAtPath: path)
        else { throw Failure.OfFile.reader }
        try FileManager.default.removeItem(atPath: path)
        return file
    }
}
