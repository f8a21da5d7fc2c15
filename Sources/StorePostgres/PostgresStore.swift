package import Store

/// The store for scale: PostgreSQL through libpq, with pooled connections, prepared statements and binary results.
/// Each connection owns a serial queue; libpq blocks that queue only, never a thread of Swift's pool.
package final class PostgresStore: Store {
    package let dialect = Dialect.postgres
    private let pool: ConnectionPool

    /// - Parameters:
    ///   - url: `postgres://user:password@host/database`, with libpq's parameters.
    ///   - connections: the most that are open at once; a caller waits up to 10 s for a free one.
    package init(url: String, connections: Int = 8) throws {
        try PostgresConnection.loadLibrary()
        self.pool = ConnectionPool(url: url, limit: connections)
    }

    package func read<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await pool.withConnection { connection in
            // One snapshot for the whole body, as SQLite gives: two queries can't see two states.
            try await connection.transaction(["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"] + scope.settings, body)
        }
    }

    @discardableResult
    package func write<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await pool.withConnection { connection in
            // A deadlock or a serialization failure has undone everything: the whole body may run again.
            var attempt = 1
            while true {
                do {
                    return try await connection.transaction(["BEGIN"] + scope.settings, body)
                } catch StoreError.failed(let code, _) where ["40001", "40P01"].contains(code) && attempt < 4 {
                    attempt += 1
                }
            }
        }
    }

    package func close() async throws { await pool.close() }
}

extension Scope {
    /// Local to the transaction, so that a pooled connection can't leak it.
    fileprivate var settings: [Query] {
        switch self {
        case .nothing: []
        case .everything: ["SELECT set_config('kalamna.scope', 'everything', TRUE)"]
        case .tenant(let id): ["SELECT set_config('kalamna.tenant', \(id), TRUE)"]
        }
    }
}
