import ArgumentParser
import Foundation

struct Crash: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Kill the server again and again while customers write; then look for what was lost, doubled or left unanswered.")

    enum Engine: String, ExpressibleByArgument {
        case sqlite, postgres
    }

    @Option(help: "The kalamna program.") var server: String
    @Option(help: "sqlite (in a new temporary folder) or postgres.") var engine: Engine
    @Option(help: "postgres://… for --engine postgres.") var databaseURL: String?
    @Option(help: "How often it is killed.") var kills: Int = 100
    @Option(help: "How many customers write at once, each in several sessions.") var clients: Int = 8
    @Option(help: "Makes the choices of times and messages repeatable.") var seed: UInt64 = .random(in: 1...999_999)

    func validate() throws {
        if engine == .postgres && databaseURL == nil { throw ValidationError("--engine postgres needs --database-url.") }
        if kills < 0 || clients < 1 { throw ValidationError("--kills must not be negative and --clients at least 1.") }
    }

    func run() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kalamna-crash-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let installation = Installation(
            program: server, folder: folder.path, databaseURL: engine == .postgres ? databaseURL : nil, port: try await Installation.freePort())
        let run = CrashRun(installation: installation, kills: kills, clients: clients, seed: seed)
        var report = Report(figures: [("engine", engine.rawValue), ("seed", "\(seed)")])
        do {
            try await run.run(&report)
        } catch {
            print("The server's last words:\n\(installation.lastWords())\nThe data stays in \(folder.path).")
            throw error
        }
        if report.failed == 0 {
            try FileManager.default.removeItem(at: folder)
        } else {
            print("The data stays in \(folder.path).")
        }
        report.print()
        if report.failed > 0 { throw ExitCode.failure }
    }
}
