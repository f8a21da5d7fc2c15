/// One numbered change of the schema. Never edited once it has shipped.
package struct Migration: Sendable {
    package let id: String
    package let statements: [Query]

    package init(id: String, statements: [Query]) {
        self.id = id
        self.statements = statements
    }
}

/// Runs what is missing, in order, each in its own transaction, under a lock.
package struct Migrator: Sendable {
    let migrations: [Migration]

    package init(_ migrations: [Migration]) { self.migrations = migrations }

    /// The ids that were applied now. Throws `newerDatabase` when the database knows a migration that we don't.
    @discardableResult
    package func migrate(_ store: any Store) async throws -> [String] {
        try await store.write(.everything) { transaction in
            try Self.lock(transaction)
            try transaction.execute("CREATE TABLE IF NOT EXISTS schema_migrations (id TEXT PRIMARY KEY)")
        }
        let pending = try await pending(in: store)
        for migration in pending {
            try await store.write(.everything) { transaction in
                try Self.lock(transaction)
                let done = try transaction.first("SELECT id FROM schema_migrations WHERE id = \(migration.id)")
                guard done == nil else { return }
                for statement in migration.statements { try transaction.execute(statement) }
                try transaction.execute("INSERT INTO schema_migrations (id) VALUES (\(migration.id))")
            }
        }
        return pending.map(\.id)
    }

    /// What `migrate` would run. Needs the table that `migrate` makes; without it everything is pending.
    package func pending(in store: any Store) async throws -> [Migration] {
        let applied = try await store.read(.everything) { transaction -> Set<String> in
            let table = try transaction.first(
                .either(
                    sqlite: "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'",
                    postgres: "SELECT 1 AS one FROM pg_tables WHERE tablename = 'schema_migrations' AND schemaname = ANY (current_schemas(FALSE))"))
            guard table != nil else { return [] }
            return Set(try transaction.fetch("SELECT id FROM schema_migrations").map { row throws in try row["id"] as String })
        }
        if let unknown = applied.subtracting(migrations.map(\.id)).sorted().last { throw StoreError.newerDatabase(unknown) }
        return migrations.filter { !applied.contains($0.id) }
    }

    /// SQLite's write transaction is a lock already.
    private static func lock(_ transaction: any Transaction) throws {
        guard transaction.dialect == .postgres else { return }
        _ = try transaction.fetch("SELECT pg_advisory_xact_lock(7310001)")
    }
}
