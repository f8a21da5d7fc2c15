import ArgumentParser
import CAssets
import Foundation
import Kalamna
import KalamnaWeb
import Store

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show Kalamna: a clothing shop with its knowledge, a conversation in the terminal, and where to go on.")

    @Option(help: "Port to listen on.") var port: Int = 8080
    @Option(help: "Folder of the demo's database.") var data: String = "data/demo"
    @Flag(help: "Stop after the conversation.") var once = false

    func run() async throws {
        let operatorSettings = try OperatorSettings(port: port, dataFolder: data)
        let store = try operatorSettings.openStore()
        try await Migrator(Schema.migrations).migrate(store)
        let transport = operatorSettings.transport()
        let services = operatorSettings.services(store, transport: transport)
        let shop = try await DemoShop.open(in: data, services)
        var web = operatorSettings.web
        web.demoKey = shop.widgetKey
        let url = operatorSettings.publicURL ?? "http://127.0.0.1:\(port)"
        let once = once
        let server = RunningServer(
            services: services, settings: web, store: store, logger: operatorSettings.logger(),
            whenListening: { _ in
                // Beside the server, which goes on listening meanwhile.
                Task {
                    do {
                        try await DemoConversation(url: "http://127.0.0.1:\(port)", shop: shop).hold()
                        print(shop.goodbye(url: url, stops: once))
                        fflush(nil)  // seen at once, also through a pipe
                    } catch {
                        print("The demo conversation failed: \(error)")
                    }
                    if once { kill(getpid(), SIGTERM) }
                }
            })
        try await server.run()
        try await transport.close()
    }
}

/// The demo's business. Its key and password lie in a file of its own folder, for this machine's demo only.
struct DemoShop: Codable, Sendable {
    let name: String
    let email: String
    let password: String
    let widgetKey: String

    static func open(in folder: String, _ services: Services) async throws -> DemoShop {
        let path = folder + "/demo-login.json"
        if let stored = FileManager.default.contents(atPath: path), let shop = try? JSONDecoder().decode(DemoShop.self, from: stored),
            try await services.database.readAcrossBusinesses({ try Admins.byEmail(EmailAddress.fold(shop.email), in: $0) }) != nil
        {
            return shop
        }
        let knowledge = try KnowledgeImport(file: bytes(of: asset_demo_knowledge()))
        let password = "demo-" + String(Secrets.key(prefix: "").prefix(10))
        let registered = try await services.registration.register(
            RegistrationRequest(
                businessName: "دولاب نعمة", industry: "ملابس", name: "نعمة", email: "owner@dolabneama.example", password: password))
        let report = try await KnowledgeImporter(database: services.database, clock: services.clock)
            .run(knowledge, of: registered.business.id, by: registered.admin.id)
        guard report.rejected.isEmpty else { throw ValidationError("The demo's knowledge has rejected rows.") }
        let shop = DemoShop(
            name: registered.business.name, email: registered.admin.email, password: password, widgetKey: registered.widgetKey)
        let stored = FileManager.default.createFile(
            atPath: path, contents: try JSONEncoder().encode(shop), attributes: [.posixPermissions: 0o600])
        if !stored { throw ValidationError("\(path) can't be written.") }
        return shop
    }

    func goodbye(url: String, stops: Bool) -> String {
        """

        ────────────────────────────────────────────────────────────
        \(stops ? "It was served at" : "It is served now; open")
          chat page    \(url)/chat?key=\(widgetKey)
          dashboard    \(url)/app
          first page   \(url)/
          API          \(url)/openapi.json
        Demo login
          e-mail       \(email)
          password     \(password)
        \(stops ? "" : "Press Ctrl-C to stop.")
        """
    }

    static func bytes(of file: AssetFile) -> [UInt8] { Array(UnsafeBufferPointer(start: file.bytes, count: file.length)) }
}
