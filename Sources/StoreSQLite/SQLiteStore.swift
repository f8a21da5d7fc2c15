import Foundation
import GRDB
import GRDBSQLite
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
                // A hot page is written to the database once for many commits; the writer keeps its working set in memory.
                try database.execute(
                    sql: """
                        PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 4000;
                        PRAGMA cache_size = -16000
                        """)
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

/// Statements come from GRDB's cache; binding and reading go to SQLite directly, which costs a third of GRDB's rows.
private struct SQLiteTransaction: Transaction {
    let database: GRDB.Database
    var dialect: Dialect { .sqlite }

    func fetch(_ query: Query) throws(StoreError) -> [ResultRow] {
        try run(query) { statement, columns in
            var rows: [ResultRow] = []
            while try step(statement) {
                let width = sqlite3_column_count(statement)
                var values: [SQLValue] = []
                values.reserveCapacity(Int(width))
                for column in 0..<width { values.append(SQLValue(statement, column)) }
                rows.append(ResultRow(columns: columns, values: values))
            }
            return rows
        }
    }

    func execute(_ query: Query) throws(StoreError) -> Int {
        try run(query) { statement, _ in
            while try step(statement) {}
            return Int(sqlite3_changes(database.sqliteConnection))
        }
    }

    func send(_ query: Query) throws(StoreError) -> Reply<[ResultRow]> {
        let rows = try fetch(query)
        return Reply { rows }
    }

    private func run<Value>(_ query: Query, _ body: (OpaquePointer, ResultColumns) throws -> Value) throws(StoreError) -> Value {
        let (text, values) = query.rendered(for: .sqlite)
        do {
            let prepared = try database.cachedStatement(sql: text)
            let statement = prepared.sqliteStatement
            defer {
                sqlite3_reset(statement)
                sqlite3_clear_bindings(statement)
            }
            for (index, value) in values.enumerated() {
                guard value.bind(to: statement, at: Int32(index + 1)) == SQLITE_OK else { throw lastError() }
            }
            return try body(statement, ResultColumns(prepared.columnNames))
        } catch {
            throw StoreError(error)
        }
    }

    private func step(_ statement: OpaquePointer) throws -> Bool {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: true
        case SQLITE_DONE: false
        default: throw lastError()
        }
    }

    private func lastError() -> DatabaseError {
        let connection = database.sqliteConnection
        return DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)), message: String(cString: sqlite3_errmsg(connection)))
    }
}

extension SQLValue {
    /// Tells SQLite to copy what it is handed.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    fileprivate init(_ statement: OpaquePointer, _ column: Int32) {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: self = .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: self = .double(sqlite3_column_double(statement, column))
        case SQLITE_TEXT:
            let bytes = UnsafeBufferPointer(start: sqlite3_column_text(statement, column), count: Int(sqlite3_column_bytes(statement, column)))
            self = .text(String(decoding: bytes, as: UTF8.self))
        case SQLITE_BLOB:
            let bytes = UnsafeRawBufferPointer(
                start: sqlite3_column_blob(statement, column), count: Int(sqlite3_column_bytes(statement, column)))
            self = .blob(Array(bytes))
        default: self = .null
        }
    }

    fileprivate func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        switch self {
        case .null: return sqlite3_bind_null(statement, index)
        case .integer(let value): return sqlite3_bind_int64(statement, index, value)
        case .double(let value): return sqlite3_bind_double(statement, index, value)
        case .bool(let value): return sqlite3_bind_int64(statement, index, value ? 1 : 0)
        case .text(var value):
            return value.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) { sqlite3_bind_text(statement, index, $0.baseAddress, Int32($0.count), Self.transient) }
            }
        case .blob(let value):
            // An empty array has no address, and a null pointer would be NULL.
            if value.isEmpty { return sqlite3_bind_zeroblob(statement, index, 0) }
            return value.withUnsafeBytes { sqlite3_bind_blob(statement, index, $0.baseAddress, Int32($0.count), Self.transient) }
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
