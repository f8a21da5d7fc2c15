import Store

/// Lends connections, at most `limit`, first come first served. A broken one reconnects at its next use.
actor ConnectionPool {
    private struct Waiter {
        let number: Int
        let continuation: CheckedContinuation<PostgresConnection, any Error>
    }

    private static let patience = Duration.seconds(10)

    private let url: String
    private let limit: Int
    private var idle: [PostgresConnection] = []
    private var opened = 0
    private var waiters: [Waiter] = []
    private var nextWaiter = 0
    private var closed = false

    init(url: String, limit: Int) {
        self.url = url
        self.limit = limit
    }

    nonisolated func withConnection<Value: Sendable>(
        _ body: @Sendable (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        let connection = try await take()
        do {
            let value = try await body(connection)
            await give(connection)
            return value
        } catch {
            await give(connection)
            throw error
        }
    }

    func close() async {
        closed = true
        for waiter in waiters { waiter.continuation.resume(throwing: StoreError.unavailable("the store is closed")) }
        waiters = []
        for connection in idle { await connection.close() }
        idle = []
    }

    private func take() async throws -> PostgresConnection {
        if closed { throw StoreError.unavailable("the store is closed") }
        if let connection = idle.popLast() { return connection }
        if opened < limit {
            opened += 1
            return PostgresConnection(url: url, number: opened)
        }
        nextWaiter += 1
        let number = nextWaiter
        let patience = Task {
            try await Task.sleep(for: Self.patience)
            self.giveUp(number)
        }
        defer { patience.cancel() }
        return try await withCheckedThrowingContinuation { waiters.append(Waiter(number: number, continuation: $0)) }
    }

    private func give(_ connection: PostgresConnection) async {
        if closed {
            await connection.close()
        } else if waiters.isEmpty {
            idle.append(connection)
        } else {
            waiters.removeFirst().continuation.resume(returning: connection)
        }
    }

    private func giveUp(_ number: Int) {
        guard let index = waiters.firstIndex(where: { $0.number == number }) else { return }
        waiters.remove(at: index).continuation.resume(
            throwing: StoreError.unavailable("all \(limit) database connections were busy for \(Self.patience)"))
    }
}
