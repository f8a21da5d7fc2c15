import Foundation
import NIOCore
import NIOPosix

/// A Kalamna of our own: its program, its data, and how it is started.
struct Installation: Sendable {
    let program: String
    let folder: String
    /// Nil: SQLite in the folder.
    let databaseURL: String?
    let port: Int

    struct CommandFailed: Error, CustomStringConvertible {
        let description: String
    }

    var address: ServerAddress { ServerAddress(host: "127.0.0.1", port: port) }

    private var log: String { folder + "/server.log" }

    private var environment: [String: String] {
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("KALAMNA_") }
        environment["KALAMNA_DATA_DIR"] = folder + "/data"
        environment["KALAMNA_RATE_LIMIT_SCALE"] = "0"
        environment["KALAMNA_LOG_LEVEL"] = "error"
        if let databaseURL { environment["KALAMNA_DATABASE_URL"] = databaseURL }
        return environment
    }

    static func freePort() async throws -> Int {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port ?? 0
        try await channel.close().get()
        return port
    }

    /// Makes a business with some knowledge.
    /// - Returns: its widget key.
    func prepare() async throws -> String {
        struct Made: Decodable { let widget_key: String }
        let (name, email) = ("دكان التجارب", "owner-\(UUID().uuidString.prefix(8).lowercased())@crash.example")
        let output = try await run([
            "business", "create", "--name", name, "--email", email, "--password", UUID().uuidString, "--format", "json",
        ])
        guard let json = output.split(separator: "\n").last(where: { $0.hasPrefix("{") }) else {
            throw CommandFailed(description: "business create printed no JSON: \(output)")
        }
        let knowledge = folder + "/knowledge.json"
        try Data(Wording.knowledge.utf8).write(to: URL(fileURLWithPath: knowledge))
        _ = try await run(["import", knowledge, "--business", email])
        return try JSONDecoder().decode(Made.self, from: Data(json.utf8)).widget_key
    }

    func serve() async throws -> ChildProcess {
        try await ChildProcess.start(
            program, ["serve", "--port", "\(port)"], environment: environment, output: log, errors: log)
    }

    /// The end of what the server has logged.
    func lastWords() -> String {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(20).joined(separator: "\n")
    }

    /// Runs a command to its end.
    private func run(_ arguments: [String]) async throws -> String {
        let output = folder + "/command-\(UUID().uuidString).out"
        let process = try await ChildProcess.start(program, arguments, environment: environment, output: output, errors: log)
        let status = try await process.ended()
        let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
        guard status == 0 else {
            throw CommandFailed(description: "kalamna \(arguments.prefix(2).joined(separator: " ")) ended with \(status): \(text)\(lastWords())")
        }
        return text
    }
}
