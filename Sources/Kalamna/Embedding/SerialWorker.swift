import Dispatch
import Synchronization

/// One thread for work that takes long on the processor, so that none of Swift's own threads is held. First come, first served.
final class SerialWorker: Sendable {
    private final class Ticket: Sendable {
        let isCancelled = Atomic(false)
    }

    private let queue: DispatchQueue
    private let mostWaiting: Int
    private let waiting = Atomic(0)

    init(label: String, mostWaiting: Int) {
        self.queue = DispatchQueue(label: label)
        self.mostWaiting = mostWaiting
    }

    /// Work whose task is cancelled before its turn is not begun. Throws a `Failure` when too many wait already.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try Task.checkCancellation()
        guard waiting.add(1, ordering: .relaxed).newValue <= mostWaiting else {
            waiting.subtract(1, ordering: .relaxed)
            throw Failure(
                .unavailable, code: "busy", ar: "في ضغط دلوقتي، جرب كمان شوية.", en: "Too much work at once: try again shortly.",
                retryAfter: .seconds(5))
        }
        let ticket = Ticket()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.async {
                    let result: Result<Value, any Error> =
                        ticket.isCancelled.load(ordering: .relaxed) ? .failure(CancellationError()) : Result { try work() }
                    self.waiting.subtract(1, ordering: .relaxed)
                    continuation.resume(with: result)
                }
            }
        } onCancel: {
            ticket.isCancelled.store(true, ordering: .relaxed)
        }
    }
}
