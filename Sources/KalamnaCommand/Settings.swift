import Foundation
import Kalamna
import KalamnaWeb
import Logging
import Store
import StorePostgres
import StoreSQLite

/// What the operator decides, from the environment. Nothing below this target reads it.
struct OperatorSettings: Sendable {
    /// Each variable, what it is for, and its default: `kalamna doctor` prints this list.
    static let variables: [(name: String, meaning: String)] = [
        ("KALAMNA_DATA_DIR", "folder of the SQLite database and files (./data)"),
        ("KALAMNA_DATABASE_URL", "postgres://… to use PostgreSQL instead of SQLite"),
        ("KALAMNA_DATABASE_CONNECTIONS", "the most PostgreSQL connections (8)"),
        ("KALAMNA_HOST", "address to listen on (127.0.0.1)"),
        ("KALAMNA_PORT", "port to listen on (8080)"),
        ("KALAMNA_PUBLIC_URL", "the address people use, such as https://chat.example.com"),
        ("KALAMNA_TRUST_PROXY", "1 behind a proxy that sets X-Forwarded-For"),
        ("KALAMNA_RATE_LIMIT_SCALE", "multiplies every rate limit; 0 switches them off (1)"),
        ("KALAMNA_METRICS_TOKEN", "bearer token for /metrics, 16 characters or more; without it this machine only"),
        ("KALAMNA_EMBEDDER", EmbedderChoice.meaning + " (none)"),
        ("KALAMNA_SECRET_KEY", "seals the keys of language models: 32 random bytes or more in hexadecimal or base64, as of openssl rand -hex 32"),
        ("KALAMNA_SECRET_KEY_PREVIOUS", "the key before it, until kalamna model reseal has run"),
        (
            "KALAMNA_ALLOWED_PRIVATE_HOSTS",
            "machines of your own that models may be reached at, such as localhost:11434, gpu.lan:8000, 10.1.0.0/16 (none)"
        ),
        ("KALAMNA_NODE", "name of this process on a shared database (host:port)"),
        ("KALAMNA_LOG_LEVEL", "trace, debug, info, notice, warning, error (info)"),
    ]

    /// Whether a variable's value must not be shown.
    static func isSecret(_ name: String) -> Bool { ["TOKEN", "URL", "KEY", "KEY_PREVIOUS"].contains { name.hasSuffix($0) } }

    let dataFolder: String
    let databaseURL: String?
    let databaseConnections: Int
    let host: String
    let port: Int
    let publicURL: String?
    let trustsProxy: Bool
    let rateLimitScale: Double
    let metricsToken: String?
    let node: String
    let embedder: String
    /// Nil: models with keys can't be saved.
    let secrets: SecretBox?
    /// Where models that owners register may be reached.
    let addressRules: AddressRules
    let logLevel: Logger.Level

    /// Collects every problem before it stops.
    init(
        _ environment: [String: String] = ProcessInfo.processInfo.environment, host: String? = nil, port: Int? = nil, dataFolder: String? = nil
    ) throws {
        var problems: [String] = []
        func value<Value>(_ name: String, _ standard: Value, _ read: (String) -> Value?) -> Value {
            guard let text = environment[name], !text.isEmpty else { return standard }
            if let value = read(text) { return value }
            let isSecret = Self.isSecret(name)
            let meaning = Self.variables.first { $0.name == name }?.meaning ?? ""
            problems.append("\(name)\(isSecret ? "" : "=\(text)") is not accepted: \(meaning)")
            return standard
        }
        func optional(_ name: String, _ read: @escaping (String) -> String?) -> String? {
            value(name, Optional<String>.none) { read($0).map { .some($0) } }
        }
        self.dataFolder = dataFolder ?? value("KALAMNA_DATA_DIR", "data") { $0 }
        self.databaseURL = optional("KALAMNA_DATABASE_URL") { $0.hasPrefix("postgres://") || $0.hasPrefix("postgresql://") ? $0 : nil }
        self.databaseConnections = value("KALAMNA_DATABASE_CONNECTIONS", 8) { Int($0).flatMap { (1...200).contains($0) ? $0 : nil } }
        self.host = host ?? value("KALAMNA_HOST", "127.0.0.1") { $0 }
        self.port = port ?? value("KALAMNA_PORT", 8080) { Int($0).flatMap { (0...65_535).contains($0) ? $0 : nil } }
        self.publicURL = optional("KALAMNA_PUBLIC_URL") { text in
            guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host != nil else { return nil }
            return text.hasSuffix("/") ? String(text.dropLast()) : text
        }
        self.trustsProxy = value("KALAMNA_TRUST_PROXY", false) { ["1": true, "true": true, "0": false, "false": false][$0] }
        self.rateLimitScale = value("KALAMNA_RATE_LIMIT_SCALE", 1) { Double($0).flatMap { $0 >= 0 ? $0 : nil } }
        self.metricsToken = optional("KALAMNA_METRICS_TOKEN") { $0.utf8.count >= 16 ? $0 : nil }
        self.node = value("KALAMNA_NODE", "\(ProcessInfo.processInfo.hostName):\(self.port)") { $0 }
        self.embedder = value("KALAMNA_EMBEDDER", "none") { $0 }
        let previous = optional("KALAMNA_SECRET_KEY_PREVIOUS") { SecretBox(key: $0) == nil ? nil : $0 }
        self.secrets = value("KALAMNA_SECRET_KEY", nil) { text in SecretBox(key: text, previous: previous).map { .some($0) } }
        self.addressRules = value("KALAMNA_ALLOWED_PRIVATE_HOSTS", AddressRules.publicOnly) { AddressRules(allowing: $0) }
        self.logLevel = value("KALAMNA_LOG_LEVEL", .info) { Logger.Level(rawValue: $0) }
        if !problems.isEmpty { throw SettingsProblem(problems: problems) }
    }

    var web: WebSettings {
        WebSettings(
            host: host, port: port, publicURL: publicURL, trustsProxy: trustsProxy, rateLimitScale: rateLimitScale, metricsToken: metricsToken)
    }

    func logger() -> Logger {
        var logger = Logger(label: "kalamna") { _ in StreamLogHandler.standardError(label: "kalamna") }
        logger.logLevel = logLevel
        return logger
    }

    func openStore() throws -> any Store {
        if let databaseURL { return try PostgresStore(url: databaseURL, connections: databaseConnections) }
        try FileManager.default.createDirectory(
            atPath: dataFolder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return try SQLiteStore(path: dataFolder + "/kalamna.sqlite")
    }

    /// - Parameter transport: to the servers of language models; whoever gives it closes it.
    func services(_ store: any Store, embedder: (any Embedder)? = nil, transport: any HTTPTransport) -> Services {
        let models = ModelSource(
            make: { LanguageModels.make($0, key: $1, transport: transport) }, secrets: secrets,
            isAllowedLocal: { [addressRules] in addressRules.names($0.description) })
        return Services(
            store: store, clock: .system, hasher: PasswordHasher(), node: node, embedder: embedder, languageModels: models, logger: logger())
    }

    func transport() -> HTTPClientTransport { HTTPClientTransport(rules: addressRules) }

    /// Opens and migrates the store, runs the body, and closes whatever happens.
    func withServices<Value>(_ body: (Services) async throws -> Value) async throws -> Value {
        let transport = transport()
        do {
            let store = try openStore()
            do {
                try await Migrator(Schema.migrations).migrate(store)
                let value = try await body(services(store, transport: transport))
                try await store.close()
                try await transport.close()
                return value
            } catch {
                try? await store.close()
                throw error
            }
        } catch {
            try? await transport.close()
            throw error
        }
    }
}

struct SettingsProblem: Error, CustomStringConvertible {
    let problems: [String]
    var description: String { "The settings need correcting:\n" + problems.map { "  - \($0)" }.joined(separator: "\n") }
}

extension WallClock {
    static let system = WallClock(now: {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    })
}
