import ArgumentParser
import Foundation
import Hummingbird
import Kalamna
import KalamnaWeb
import Logging
import ServiceLifecycle
import Store
import UnixSignals

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run the server.")

    @Option(help: "Address to listen on.") var host: String?
    @Option(help: "Port to listen on; 0 chooses a free one.") var port: Int?
    @Option(help: "Folder of the SQLite database.") var data: String?

    func run() async throws {
        let settings = try OperatorSettings(host: host, port: port, dataFolder: data)
        let store = try settings.openStore()
        let applied = try await Migrator(Schema.migrations).migrate(store)
        let choice = try await EmbedderChoice(settings.embedder)
        let transport = settings.transport()
        let services = settings.services(store, embedder: choice.embedder, transport: transport)
        try await RunningServer(services: services, settings: settings.web, store: store, logger: settings.logger(), applied: applied).run()
        try await choice.close()
        try await transport.close()
    }
}

/// The server with its services until it is asked to stop.
struct RunningServer {
    let services: Services
    let settings: WebSettings
    let store: any Store
    let logger: Logger
    var applied: [String] = []
    /// Runs beside the server once it listens; when it ends, the server goes on.
    var whenListening: @Sendable (Int) async -> Void = { _ in }

    func run() async throws {
        let server = Server(services: services, settings: settings, logger: logger)
        for migration in applied { logger.info("migrated", metadata: ["migration": "\(migration)"]) }
        let application = try server.application { [logger, whenListening] port in
            logger.info("listening", metadata: ["port": "\(port)", "database": "\(services.database.store.dialect)"])
            await whenListening(port)
        }
        Task { await services.warmUp() }
        let ingest = IngestWorker(
            database: services.database, extractor: .process(ProgramFile.path), clock: services.clock, node: services.conversations.node,
            logger: logger)
        let workers: [any Service] = [services.turns, services.housekeeping, ingest] + (services.embeddingWorker.map { [$0] } ?? [])
        var configuration = ServiceGroupConfiguration(
            services: workers + [application, Farewell(server: server), SecondSignal()],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(25)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch {
            try await store.close()
            throw error
        }
        try await store.close()
        logger.info("stopped")
    }
}

/// This program's own file: it starts itself again, bounded, to read what owners upload.
enum ProgramFile {
    static var path: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? Bundle.main.executablePath ?? CommandLine.arguments[0]
    }
}

/// Whoever asks a second time does not want to wait: after the first signal the next one ends the process.
struct SecondSignal: Service {
    func run() async throws {
        try? await gracefulShutdown()
        signal(SIGTERM, SIG_DFL)
        signal(SIGINT, SIG_DFL)
    }
}
