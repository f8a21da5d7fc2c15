import Foundation
import GRDB
package import Store

/// The embedded store: one SQLite file through GRDB, which stays an implementation detail of this target.
///
/// One writer connection, which is also the only checkpointer (SQLite before 3.51.3 can lose a commit when two
/// connections check-point: sqlite.org/wal.html, "WAL-reset bug"), readers in a pool, and group commit:
/// writes that wait while another commit is being synced to disk share the next one.
package final class SQLiteStore: Store {
    package let dialect = Dialect.sqlite
    private let pool: DatabasePool
    private let commits: GroupCommit
    private let lock: FileLock

    /// - Parameter path: the database file; made when missing. A second process is refused with `inUse`.
    package init(path: String, readers: Int = 4) throws {
        self.lock = try FileLock(path: path + ".lock")
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = true
        configuration.maximumReaderCount = readers
        configuration.label = "kalamna.sqlite"
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
        }
        do {
            self.pool = try DatabasePool(path: path, configuration: configuration)
            // GRDB chooses NORMAL for WAL; what we acknowledge must survive a power cut.
            try pool.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864")
            }
        } catch {
            throw StoreError(error)
        }
        self.commits = GroupCommit(writer: pool)
    }

    package func read<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await pool.read { database in try body(SQLiteTransaction(database: database)) }
    }

    @discardableResult
    package func write<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await commits.run { database in try body(SQLiteTransaction(database: database)) }
    }

    package func close() async throws {
        try await commits.finish()
        do { try pool.close() } catch { throw StoreError(error) }
        lock.release()
    }
}

private struct SQLiteTransaction: Transaction {
    let database: GRDB.Database
    var dialect: Dialect { .sqlite }

    func fetch(_ query: Query) throws(StoreError) -> [ResultRow] {
        let (text, values) = query.rendered(for: .sqlite)
        do {
            let statement = try database.cachedStatement(sql: text)
            let cursor = try GRDB.Row.fetchCursor(statement, arguments: arguments(values))
            let columns = ResultColumns(statement.columnNames)
            var rows: [ResultRow] = []
            while let row = try cursor.next() {
                rows.append(ResultRow(columns: columns, values: row.databaseValues.map(SQLValue.init)))
            }
            return rows
        } catch {
            throw StoreError(error)
        }
    }

    func execute(_ query: Query) throws(StoreError) -> Int {
        let (text, values) = query.rendered(for: .sqlite)
        do {
            try database.cachedStatement(sql: text).execute(arguments: arguments(values))
            return database.changesCount
        } catch {
            throw StoreError(error)
        }
    }

    private func arguments(_ values: [SQLValue]) -> StatementArguments {
        StatementArguments(values.map(\.databaseValue))
    }
}

extension SQLValue {
    fileprivate init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let value): self = .integer(value)
        case .double(let value): self = .double(value)
        case .string(let value): self = .text(value)
        case .blob(let value): self = .blob(Array(value))
        }
    }

    fileprivate var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let value): value.databaseValue
        case .double(let value): value.databaseValue
        case .text(let value): value.databaseValue
        case .bool(let value): value.databaseValue
        case .blob(let value): Data(value).databaseValue
        }
    }
}

extension StoreError {
    init(_ error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError:
            let message = error.message ?? "SQLite error"
            switch error.extendedResultCode {
            case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY: self = .uniqueViolation(message)
            case .SQLITE_CONSTRAINT_FOREIGNKEY: self = .foreignKeyViolation(message)
            default:
                switch error.resultCode {
                case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_READONLY:
                    self = .unavailable(message)
                default: self = .failed(code: "\(error.extendedResultCode.rawValue)", message: message)
                }
            }
        default: self = .failed(code: "", message: "\(error)")
        }
    }
}
