import Foundation
package import Store
import StorePostgres
import StoreSQLite
import Testing

/// The database engines that every test of stored behaviour runs on.
package enum Engine: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case sqlite, postgres

    package static let all = allCases
    package var testDescription: String { rawValue }

    /// A fresh, empty store: a file of its own, or a schema of its own on the PostgreSQL that `make test` starts.
    func makeStore() async throws -> any Store {
        switch self {
        case .sqlite:
            let folder = NSTemporaryDirectory() + "kalamna-test-" + UUID().uuidString
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            return try SQLiteStore(path: folder + "/test.sqlite")
        case .postgres:
            guard let url = ProcessInfo.processInfo.environment["KALAMNA_TEST_POSTGRES"] else { throw NoPostgres() }
            let schema = "t_" + UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: "")
            let admin = try PostgresStore(url: url, connections: 1)
            try await admin.write(.everything) { try $0.execute("CREATE SCHEMA \(.verbatim(schema))") }
            try await admin.close()
            let separator = url.contains("?") ? "&" : "?"
            return try PostgresStore(url: "\(url)\(separator)options=-csearch_path%3D\(schema)", connections: 5)
        }
    }
}

/// Never skipped in silence.
struct NoPostgres: Error, CustomStringConvertible {
    let description = "KALAMNA_TEST_POSTGRES is not set: run the tests with `make test`, which starts a PostgreSQL"
}

/// Swift Testing begins every test at once; a database has connections for so many only.
package actor Gate {
    package static let stores = Gate(16)

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ free: Int) { self.free = free }

    package func enter() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    package func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}

/// Runs the body with a fresh store of the engine, and closes it.
package func withStore<Value>(_ engine: Engine, _ body: (any Store) async throws -> Value) async throws -> Value {
    await Gate.stores.enter()
    do {
        let store = try await engine.makeStore()
        let value = try await body(store)
        try await store.close()
        await Gate.stores.leave()
        return value
    } catch {
        await Gate.stores.leave()
        throw error
    }
}
