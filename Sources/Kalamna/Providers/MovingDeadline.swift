import Synchronization

/// A time limit that the work below it moves while it goes on.
package final class MovingDeadline: Sendable {
    package struct Passed: Error {}

    private let end: ContinuousClock.Instant
    private let next: Mutex<ContinuousClock.Instant>

    /// - Parameter total: no move goes beyond this.
    package init(_ first: Duration, total: Duration) {
        let now = ContinuousClock.now
        self.end = now + total
        self.next = Mutex(min(now + first, now + total))
    }

    /// So long from now.
    package func allow(_ duration: Duration) {
        next.withLock { $0 = min(.now + duration, end) }
    }

    /// Until `allow`, only the total runs.
    package func pause() {
        next.withLock { $0 = end }
    }

    /// Runs the work, and cancels it and throws `Passed` when the deadline passes. Returns when the work has really ended.
    package func limit<Value: Sendable>(_ work: @Sendable () async throws -> Value) async throws -> Value {
        try await withoutActuallyEscaping(work) { work in
            try await withThrowingTaskGroup(of: Value.self) { group in
                group.addTask { try await work() }
                group.addTask {
                    while true {
                        let next = self.next.withLock { $0 }
                        if next <= .now { throw Passed() }
                        // A deadline may move nearer: it is looked at again each second.
                        try await Task.sleep(until: min(next, .now + .seconds(1)), clock: .continuous)
                    }
                }
                defer { group.cancelAll() }
                guard let value = try await group.next() else { throw CancellationError() }
                return value
            }
        }
    }
}
