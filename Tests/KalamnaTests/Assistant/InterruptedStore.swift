import Dispatch
import Store
import Synchronization

/// A store that lets a test step in: ahead of each write, and at each statement.
final class InterruptedStore: Store {
    private let base: any Store
    private let beforeWrite: @Sendable () async -> Void
    private let atStatement: @Sendable (String) throws(StoreError) -> Void
    private let finished = Counter()

    /// - Parameter atStatement: gets the statement's text; what it throws is the statement's failure.
    init(
        _ base: any Store, beforeWrite: @escaping @Sendable () async -> Void = {},
        atStatement: @escaping @Sendable (String) throws(StoreError) -> Void = { _ throws(StoreError) in }
    ) {
        self.base = base
        self.beforeWrite = beforeWrite
        self.atStatement = atStatement
    }

    var dialect: Dialect { base.dialect }
    /// Writes that have ended.
    var finishedWrites: Int { finished.count }

    func read<Value: Sendable>(_ scope: Scope, _ body: @escaping @Sendable (any Transaction) throws -> Value) async throws -> Value {
        let atStatement = atStatement
        return try await base.read(scope) { try body(InterruptedTransaction(base: $0, atStatement: atStatement)) }
    }

    @discardableResult
    func write<Value: Sendable>(_ scope: Scope, _ body: @escaping @Sendable (any Transaction) throws -> Value) async throws -> Value {
        await beforeWrite()
        defer { _ = finished.next() }
        let atStatement = atStatement
        return try await base.write(scope) { try body(InterruptedTransaction(base: $0, atStatement: atStatement)) }
    }

    func close() async throws { try await base.close() }
}

private struct InterruptedTransaction: Transaction {
    let base: any Transaction
    let atStatement: @Sendable (String) throws(StoreError) -> Void

    var dialect: Dialect { base.dialect }

    func fetch(_ query: Query) throws(StoreError) -> [ResultRow] {
        try atStatement(query.rendered(for: dialect).text)
        return try base.fetch(query)
    }

    func execute(_ query: Query) throws(StoreError) -> Int {
        try atStatement(query.rendered(for: dialect).text)
        return try base.execute(query)
    }

    func send(_ query: Query) throws(StoreError) -> Reply<[ResultRow]> {
        try atStatement(query.rendered(for: dialect).text)
        return try base.send(query)
    }
}

/// A place where work waits until the test lets it go on.
final class Barrier: Sendable {
    private let arrivals = AsyncStream.makeStream(of: Void.self)
    private let releases = AsyncStream.makeStream(of: Void.self)

    func hold() async {
        arrivals.continuation.yield()
        for await _ in releases.stream { return }
    }

    /// Returns when something is held here.
    func reached() async {
        for await _ in arrivals.stream { return }
    }

    func release() { releases.continuation.yield() }
}

/// The same inside a transaction, which can't await: it holds the database's own thread.
final class ThreadBarrier: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let state = Mutex((arrived: false, released: false))

    var isReached: Bool { state.withLock { $0.arrived } }

    /// Lets everything pass that comes after the release.
    func hold() {
        let mustWait = state.withLock { state in
            state.arrived = true
            return !state.released
        }
        if mustWait { semaphore.wait() }
    }

    func release() {
        state.withLock { $0.released = true }
        semaphore.signal()
    }
}

final class Counter: Sendable {
    private let number = Mutex(0)

    var count: Int { number.withLock { $0 } }

    func next() -> Int {
        number.withLock { number in
            number += 1
            return number
        }
    }
}
