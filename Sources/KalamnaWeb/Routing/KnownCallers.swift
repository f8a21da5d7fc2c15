import Kalamna
import Synchronization

/// Who was found behind a credential, for a few seconds, so that a busy client costs no look-up each time.
final class KnownCallers<Identity: Sendable>: Sendable {
    private let remembered = Duration.seconds(5)
    private let most = 50_000

    private struct State {
        /// Grows with each revocation: what was looked up before one may be old and is not remembered after it.
        var generation = 0
        var entries: [String: (identity: Identity, until: Instant)] = [:]
    }

    private let state = Mutex(State())

    /// - Parameters:
    ///   - hash: of the credential.
    ///   - find: the look-up, when it is not remembered; nil for nobody, which is never remembered.
    func identity(of hash: String, now: Instant, _ find: (Instant) async throws -> Identity?) async throws -> Identity? {
        let (known, generation) = state.withLock { ($0.entries[hash], $0.generation) }
        if let known, known.until > now { return known.identity }
        let found = try await find(now)
        state.withLock { state in
            guard state.generation == generation else { return }
            if state.entries.count >= most { state.entries.removeAll() }
            state.entries[hash] = found.map { ($0, now + remembered) }
        }
        return found
    }

    /// After a revocation was committed: everybody is looked up anew, also who is being looked up now.
    func forgetEveryone() {
        state.withLock { state in
            state.generation += 1
            state.entries.removeAll()
        }
    }
}
