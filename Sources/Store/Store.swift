/// One open transaction. Synchronous, so that nothing can suspend while the database is held: the compiler
/// then forbids awaiting a model or a client inside a transaction.
package protocol Transaction {
    var dialect: Dialect { get }
    func fetch(_ query: Query) throws(StoreError) -> [ResultRow]
    /// The number of rows changed.
    @discardableResult func execute(_ query: Query) throws(StoreError) -> Int
    /// Runs in its place like the others, but is not waited for: PostgreSQL gets it together with the next statement that is
    /// waited for, or with the commit, in one round trip. Its failure is thrown there, and by `get`.
    @discardableResult func send(_ query: Query) throws(StoreError) -> Reply<[ResultRow]>
}

/// What a statement that was sent will have found. Lives inside its transaction.
package struct Reply<Value> {
    private let wait: () throws -> Value

    package init(_ wait: @escaping () throws -> Value) { self.wait = wait }

    package func get() throws -> Value { try wait() }

    package func map<Other>(_ transform: @escaping (Value) throws -> Other) -> Reply<Other> {
        Reply<Other> { [wait] in try transform(wait()) }
    }
}

/// Whose rows a transaction may touch. PostgreSQL enforces it by row-level security; without a tenant
/// and without `everything` a query sees no tenant row at all.
package enum Scope: Sendable, Hashable {
    case tenant(String)
    /// Across tenants: logging in, finding a key, claiming work, migrating. Few places, all named.
    case everything
    case nothing
}

package protocol Store: Sendable {
    var dialect: Dialect { get }

    func read<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value

    /// Returns after the commit is durable. Runs to its end even when the calling task is cancelled; `body`
    /// may run more than once (a deadlock is retried), so it must have no effect outside the transaction.
    @discardableResult
    func write<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value

    /// Waits for what runs, then closes every connection.
    func close() async throws
}

extension Transaction {
    /// At most one row.
    package func first(_ query: Query) throws(StoreError) -> ResultRow? { try fetch(query).first }
}

package enum StoreError: Error, Sendable, Equatable {
    case uniqueViolation(String)
    case foreignKeyViolation(String)
    /// The database can't be reached or is overloaded: the same call may succeed later.
    case unavailable(String)
    /// Another process holds the database file.
    case inUse(String)
    /// The database was migrated by a newer program.
    case newerDatabase(String)
    case badColumn(String)
    case failed(code: String, message: String)
}
