import GRDB
import Store
import Synchronization

/// Many writers, one fsync: each write runs in a savepoint of the open batch, and all of a batch are
/// acknowledged after its one durable commit. A write that fails rolls back alone.
final class GroupCommit: Sendable {
    /// One waiting write. `body` runs on the writer's queue; `done` is called once, after the commit or the failure.
    private struct Write: Sendable {
        let body: @Sendable (GRDB.Database) throws -> Void
        let done: @Sendable ((any Error)?) -> Void
    }

    private struct Waiting {
        var writes: [Write] = []
        var draining = false
    }

    /// Bounds the time that one commit keeps the first writer of its batch waiting.
    private static let largestBatch = 256

    private let writer: DatabasePool
    private let waiting = Mutex(Waiting())

    init(writer: DatabasePool) { self.writer = writer }

    func run<Value: Sendable>(_ body: @escaping @Sendable (GRDB.Database) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let slot = Slot<Value>()
            enqueue(
                Write(
                    body: { database in
                        let value = try body(database)
                        slot.value.withLock { $0 = value }
                    },
                    done: { error in
                        if let error {
                            continuation.resume(throwing: error)
                        } else if let value = slot.value.withLock({ $0 }) {
                            continuation.resume(returning: value)
                        } else {
                            continuation.resume(throwing: StoreError.failed(code: "", message: "the write did not run"))
                        }
                    }))
        }
    }

    /// Waits until everything that was enqueued before is committed, and empties the log into the database.
    func finish() async throws {
        _ = try await run { _ in true }
        try await writer.writeWithoutTransaction { database in
            _ = try database.checkpoint(.truncate)
        }
    }

    private func enqueue(_ write: Write) {
        let start = waiting.withLock { state in
            state.writes.append(write)
            defer { state.draining = true }
            return !state.draining
        }
        guard start else { return }
        writer.asyncWriteWithoutTransaction { database in self.drain(database) }
    }

    private func drain(_ database: GRDB.Database) {
        while true {
            let batch = waiting.withLock { state -> [Write] in
                let batch = Array(state.writes.prefix(Self.largestBatch))
                state.writes.removeFirst(batch.count)
                if batch.isEmpty { state.draining = false }
                return batch
            }
            if batch.isEmpty { return }
            commit(batch, in: database)
        }
    }

    private func commit(_ batch: [Write], in database: GRDB.Database) {
        var failures = [(any Error)?](repeating: nil, count: batch.count)
        do {
            try database.inTransaction(.immediate) {
                for (index, write) in batch.enumerated() {
                    do {
                        // Alone, a write needs no savepoint: the transaction is its own.
                        if batch.count == 1 {
                            try write.body(database)
                        } else {
                            try database.inSavepoint {
                                try write.body(database)
                                return .commit
                            }
                        }
                    } catch {
                        if batch.count == 1 { throw error }
                        failures[index] = error
                        // A full disk or an I/O error ends the whole transaction: nothing of the batch is stored.
                        if !database.isInsideTransaction { throw error }
                    }
                }
                return .commit
            }
            for (write, failure) in zip(batch, failures) { write.done(failure.map(Self.translated)) }
        } catch {
            for (write, failure) in zip(batch, failures) { write.done(Self.translated(failure ?? error)) }
        }
    }

    /// Errors of the product pass as they are; those of SQLite in the store's words.
    private static func translated(_ error: any Error) -> any Error {
        error is DatabaseError ? StoreError(error) : error
    }
}

/// Carries a value from the writer's queue to the waiting task.
private final class Slot<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
}
