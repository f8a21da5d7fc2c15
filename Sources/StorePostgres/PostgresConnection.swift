import CLibPQ
import Dispatch
import Store

/// One libpq connection with its serial queue, in pipeline mode: statements are gathered and travel together up to the
/// first whose rows are waited for. @unchecked Sendable: everything mutable is touched only by blocks that run on
/// `queue`, one after the other.
final class PostgresConnection: @unchecked Sendable {
    private static let largestCache = 400
    /// More than this many statements are not gathered: libpq writes them all before it reads, and what the server answers
    /// meanwhile has to fit into the buffers between.
    private static let largestBatch = 64

    private let url: String
    private let queue: DispatchQueue
    private var handle: OpaquePointer?
    /// Prepared statements by text and parameter types.
    private var statements: [String: Prepared] = [:]
    /// Not sent yet.
    private var batch: [Statement] = []
    /// Whether the server knows of the transaction: until then a lost connection costs nothing.
    private var hasBegun = false
    /// Of a statement of this transaction. PostgreSQL undoes all of it then, and would answer a COMMIT with a quiet ROLLBACK.
    private var failure: StoreError?

    private struct Prepared {
        let name: String
        /// Known after the first result.
        var columns: ResultColumns?
    }

    init(url: String, number: Int) {
        self.url = url
        self.queue = DispatchQueue(label: "kalamna.postgres.\(number)")
    }

    static func loadLibrary() throws(StoreError) {
        if let problem = kalamna_pq_load() { throw .unavailable(String(cString: problem)) }
    }

    func transaction<Value: Sendable>(
        _ begin: [Query], _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(with: Result { try self.runTransaction(begin, body) })
            }
        }
    }

    func close() async {
        await withCheckedContinuation { continuation in
            queue.async {
                self.disconnect()
                continuation.resume()
            }
        }
    }

    private func runTransaction<Value>(_ begin: [Query], _ body: (any Transaction) throws -> Value) throws -> Value {
        batch = begin.map { Statement($0) }
        hasBegun = false
        failure = nil
        do {
            let value = try body(PostgresTransaction(connection: self))
            // A transaction of which the server knows nothing yet: once it has taken the rest, the commit goes alone, so that a connection
            // that died while it was idle can be told from a commit whose answer was lost.
            if !hasBegun { try flush() }
            try wait(for: Statement("COMMIT"))
            return value
        } catch {
            rollBack()
            throw error
        }
    }

    private func rollBack() {
        batch = []
        failure = nil
        guard hasBegun, let handle else { return }
        if pq_status(handle) != 0 { return disconnect() }
        do throws(StoreError) { try wait(for: Statement("ROLLBACK")) } catch { disconnect() }
    }

    // MARK: statements

    func send(_ statement: Statement) throws(StoreError) {
        batch.append(statement)
        if batch.count >= Self.largestBatch { try flush() }
    }

    /// Sends what was gathered and this, and waits for its result.
    func wait(for statement: Statement) throws(StoreError) {
        batch.append(statement)
        try flush()
    }

    /// Waits for all that was gathered.
    func flush() throws(StoreError) {
        let sent = batch
        batch = []
        if let failure { throw failure }
        do throws(StoreError) {
            let isFirst = !hasBegun
            if handle == nil { try connect() }
            do throws(StoreError) {
                try exchange(sent)
            } catch {
                // It died while it was idle. The commit is never sent with the first statements: all of it may run again.
                guard isFirst, let handle, pq_status(handle) != 0 else { throw error }
                disconnect()
                try connect()
                try exchange(sent)
            }
        } catch {
            failure = error
            throw error
        }
    }

    private func exchange(_ sent: [Statement]) throws(StoreError) {
        hasBegun = true
        if statements.count + sent.count > Self.largestCache {
            statements = [:]
            try exchangePrepared([Statement("DEALLOCATE ALL")], keeping: false)
        }
        try exchangePrepared(sent, keeping: true)
    }

    /// One round trip: the statements, preceded by the preparation of those that are new.
    private func exchangePrepared(_ sent: [Statement], keeping: Bool) throws(StoreError) {
        var known: [(key: String, isNew: Bool)] = []
        var fresh: [String: Prepared] = [:]
        for statement in sent {
            let (text, values) = statement.query.rendered(for: .postgres)
            let parameters = BinaryParameters(values)
            let key = parameters.signature + text
            var prepared = statements[key] ?? fresh[key]
            let isNew = prepared == nil
            let name = prepared?.name ?? (keeping ? "s\(statements.count + fresh.count)" : "")
            if isNew {
                prepared = Prepared(name: name)
                fresh[key] = prepared
                try require(pq_send_prepare(handle, name, text, Int32(parameters.types.count), parameters.types))
            }
            try require(
                parameters.withPointers { pointers, lengths, formats in
                    pq_send_prepared(handle, name, Int32(values.count), pointers, lengths, formats, 1)
                })
            known.append((key, isNew))
        }
        try require(pq_pipeline_sync(handle))
        var failure: StoreError?
        for (statement, (key, isNew)) in zip(sent, known) {
            do throws(StoreError) {
                if isNew {
                    pq_clear(try nextResult())
                    if keeping { statements[key] = fresh[key] }
                }
                let result = try nextResult()
                defer { pq_clear(result) }
                statement.changed = Int(String(cString: pq_changed(result))) ?? 0
                statement.rows = try rows(of: result, key: key)
            } catch {
                // What follows is answered too, as skipped.
                failure = error
                break
            }
        }
        try endOfBatch(failure)
    }

    /// Reads up to the synchronisation point.
    private func endOfBatch(_ failure: StoreError?) throws(StoreError) {
        while let handle, pq_status(handle) == 0 {
            guard let result = pq_get_result(handle) else { continue }
            let status = pq_result_status(result)
            pq_clear(result)
            if status == 10 { break }
        }
        if let failure { throw failure }
        guard let handle, pq_status(handle) == 0 else { throw lost() }
    }

    /// The result of one statement, and the null that ends it.
    private func nextResult() throws(StoreError) -> OpaquePointer {
        guard let result = pq_get_result(handle) else { throw lost() }
        let status = pq_result_status(result)
        if status == 1 || status == 2 {
            while let extra = pq_get_result(handle) { pq_clear(extra) }
            return result
        }
        defer { pq_clear(result) }
        // 67 is C, PG_DIAG_SQLSTATE.
        let sqlState = pq_result_error_field(result, 67).map { String(cString: $0) } ?? ""
        throw StoreError(sqlState: sqlState, message: String(cString: pq_result_error_message(result)))
    }

    private func rows(of result: OpaquePointer, key: String) throws(StoreError) -> [ResultRow] {
        let count = pq_rows(result)
        if count == 0 { return [] }
        let width = pq_columns(result)
        let columns: ResultColumns
        if let known = statements[key]?.columns {
            columns = known
        } else {
            columns = ResultColumns((0..<width).map { String(cString: pq_column_name(result, $0)) })
            statements[key]?.columns = columns
        }
        let types = (0..<width).map { pq_column_type(result, $0) }
        var rows: [ResultRow] = []
        rows.reserveCapacity(Int(count))
        for line in 0..<count {
            var values: [SQLValue] = []
            values.reserveCapacity(Int(width))
            for column in 0..<width { values.append(try SQLValue(result, line, column, type: types[Int(column)])) }
            rows.append(ResultRow(columns: columns, values: values))
        }
        return rows
    }

    // MARK: the connection

    private func connect() throws(StoreError) {
        let connection = pq_connect(url)
        guard let connection else { throw .unavailable("libpq is out of memory") }
        guard pq_status(connection) == 0, pq_enter_pipeline(connection) == 1 else {
            let message = String(cString: pq_error_message(connection))
            pq_finish(connection)
            throw .unavailable(message)
        }
        pq_silence_notices(connection)
        handle = connection
        let settings = [
            "statement_timeout = '30s'", "lock_timeout = '10s'", "idle_in_transaction_session_timeout = '60s'", "synchronous_commit = on",
        ]
        try exchangePrepared(settings.map { Statement(.verbatim("SET \($0)")) }, keeping: true)
    }

    private func disconnect() {
        if let handle { pq_finish(handle) }
        handle = nil
        statements = [:]
    }

    private func require(_ success: Int32) throws(StoreError) {
        if success != 1 { throw lost() }
    }

    private func lost() -> StoreError {
        .unavailable(handle.map { String(cString: pq_error_message($0)) } ?? "not connected")
    }
}

/// A statement of a batch and, once it was exchanged, what came of it.
final class Statement {
    let query: Query
    fileprivate(set) var rows: [ResultRow]?
    fileprivate(set) var changed = 0

    init(_ query: Query) { self.query = query }
}

struct PostgresTransaction: Transaction {
    let connection: PostgresConnection
    var dialect: Dialect { .postgres }

    func fetch(_ query: Query) throws(StoreError) -> [ResultRow] {
        let statement = Statement(query)
        try connection.wait(for: statement)
        return statement.rows ?? []
    }

    func execute(_ query: Query) throws(StoreError) -> Int {
        let statement = Statement(query)
        try connection.wait(for: statement)
        return statement.changed
    }

    func send(_ query: Query) throws(StoreError) -> Reply<[ResultRow]> {
        let statement = Statement(query)
        try connection.send(statement)
        return Reply { [connection] in
            if statement.rows == nil { try connection.flush() }
            return statement.rows ?? []
        }
    }
}

extension StoreError {
    /// Classes of SQLSTATE: postgresql.org/docs/current/errcodes-appendix.html
    init(sqlState: String, message: String) {
        switch sqlState {
        case "23505": self = .uniqueViolation(message)
        case "23503": self = .foreignKeyViolation(message)
        case "": self = .unavailable(message)
        default:
            // 08 connection, 53 resources, 57 operator intervention (shut-down, time-out), 55P03 lock not available
            let unavailable = ["08", "53", "57"].contains(String(sqlState.prefix(2))) || sqlState == "55P03"
            self = unavailable ? .unavailable(message) : .failed(code: sqlState, message: message)
        }
    }
}
