import CLibPQ
import Dispatch
import Store

/// One libpq connection with its serial queue. @unchecked Sendable: `handle` and `statements` are touched only
/// by blocks that run on `queue`, one after the other.
final class PostgresConnection: @unchecked Sendable {
    private static let largestCache = 400

    private let url: String
    private let queue: DispatchQueue
    private var handle: OpaquePointer?
    /// Prepared statements by text and parameter types.
    private var statements: [String: Prepared] = [:]

    struct Prepared {
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
        _ begin: String, _ body: @escaping @Sendable (any Transaction) throws -> Value
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

    private func runTransaction<Value>(_ begin: String, _ body: (any Transaction) throws -> Value) throws -> Value {
        try start(begin)
        let transaction = PostgresTransaction(connection: self)
        let value: Value
        do {
            value = try body(transaction)
        } catch {
            rollBack()
            throw error
        }
        try simple("COMMIT")
        return value
    }

    /// A connection that died while idle is noticed here, where nothing was sent yet: once more on a new one.
    private func start(_ begin: String) throws(StoreError) {
        if handle != nil {
            do throws(StoreError) {
                try simple(begin)
                return
            } catch {
                guard let handle, pq_status(handle) != 0 else { throw error }
                disconnect()
            }
        }
        try connect()
        try simple(begin)
    }

    private func connect() throws(StoreError) {
        let connection = pq_connect(url)
        guard let connection else { throw .unavailable("libpq is out of memory") }
        guard pq_status(connection) == 0 else {
            let message = String(cString: pq_error_message(connection))
            pq_finish(connection)
            throw .unavailable(message)
        }
        pq_silence_notices(connection)
        handle = connection
        try simple(
            "SET statement_timeout = '30s'; SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'; SET synchronous_commit = on")
    }

    private func disconnect() {
        if let handle { pq_finish(handle) }
        handle = nil
        statements = [:]
    }

    private func rollBack() {
        guard let handle else { return }
        if pq_status(handle) != 0 { return disconnect() }
        do throws(StoreError) { try simple("ROLLBACK") } catch { disconnect() }
    }

    private func simple(_ text: String) throws(StoreError) { pq_clear(try checked(pq_exec(handle, text))) }

    // MARK: statements

    /// The result (to be cleared by the caller) and the statement's key.
    func run(_ query: Query) throws(StoreError) -> (result: OpaquePointer, key: String) {
        let (text, values) = query.rendered(for: .postgres)
        let parameters = BinaryParameters(values)
        let key = parameters.signature + text
        let prepared = if let known = statements[key] { known } else { try prepare(key, text, parameters) }
        let result = parameters.withPointers { pointers, lengths, formats in
            pq_exec_prepared(handle, prepared.name, Int32(values.count), pointers, lengths, formats, 1)
        }
        return (try checked(result), key)
    }

    func columns(of result: OpaquePointer, key: String) -> ResultColumns {
        if let columns = statements[key]?.columns { return columns }
        let columns = ResultColumns((0..<pq_columns(result)).map { String(cString: pq_column_name(result, $0)) })
        statements[key]?.columns = columns
        return columns
    }

    private func prepare(_ key: String, _ text: String, _ parameters: BinaryParameters) throws(StoreError) -> Prepared {
        if statements.count >= Self.largestCache {
            statements = [:]
            try simple("DEALLOCATE ALL")
        }
        let prepared = Prepared(name: "s\(statements.count)")
        pq_clear(try checked(pq_prepare(handle, prepared.name, text, Int32(parameters.types.count), parameters.types)))
        statements[key] = prepared
        return prepared
    }

    private func checked(_ result: OpaquePointer?) throws(StoreError) -> OpaquePointer {
        guard let result else { throw .unavailable(handle.map { String(cString: pq_error_message($0)) } ?? "not connected") }
        let status = pq_result_status(result)
        if status == 1 || status == 2 { return result }
        defer { pq_clear(result) }
        // 67 is C, PG_DIAG_SQLSTATE.
        let sqlState = pq_result_error_field(result, 67).map { String(cString: $0) } ?? ""
        throw StoreError(sqlState: sqlState, message: String(cString: pq_result_error_message(result)))
    }
}

struct PostgresTransaction: Transaction {
    let connection: PostgresConnection
    var dialect: Dialect { .postgres }

    func fetch(_ query: Query) throws(StoreError) -> [ResultRow] {
        let (result, key) = try connection.run(query)
        defer { pq_clear(result) }
        let columns = connection.columns(of: result, key: key)
        let width = pq_columns(result)
        let types = (0..<width).map { pq_column_type(result, $0) }
        var rows: [ResultRow] = []
        rows.reserveCapacity(Int(pq_rows(result)))
        for line in 0..<pq_rows(result) {
            var values: [SQLValue] = []
            values.reserveCapacity(Int(width))
            for column in 0..<width { values.append(try SQLValue(result, line, column, type: types[Int(column)])) }
            rows.append(ResultRow(columns: columns, values: values))
        }
        return rows
    }

    func execute(_ query: Query) throws(StoreError) -> Int {
        let (result, _) = try connection.run(query)
        defer { pq_clear(result) }
        return Int(String(cString: pq_changed(result))) ?? 0
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
