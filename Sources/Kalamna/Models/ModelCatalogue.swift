import Synchronization

/// The models that a business's turns may ask now, kept in memory for a moment: a business without any should not pay a query for
/// each of its messages. A change is seen after `life` at the latest, at once in the process that made it.
package final class ModelCatalogue: Sendable {
    struct Entry: Sendable {
        let models: [LLMModelID: RegisteredModel]
        /// As they may be asked now.
        let usable: [LLMModel]
        /// Nil while none runs.
        let experiment: Experiment?
    }

    private struct Kept {
        let entry: Entry
        let until: Duration
    }

    private static let life = Duration.seconds(5)
    /// So many businesses are kept; then all are read anew, which costs each one query.
    private static let most = 10_000

    private let database: Database
    private let source: ModelSource
    private let clock: RouterClock
    private let kept = Mutex<[BusinessID: Kept]>([:])

    init(database: Database, source: ModelSource, clock: RouterClock = .system) {
        self.database = database
        self.source = source
        self.clock = clock
    }

    func entry(of business: BusinessID) async throws -> Entry {
        let now = clock.now()
        if let known = kept.withLock({ $0[business] }), known.until > now { return known.entry }
        let (registered, experiment) = try await database.read(of: business) { db in
            (try LLMModels(db).list(), try Experiments(db).running())
        }
        let entry = Entry(
            models: Dictionary(registered.map { ($0.model.id, $0) }) { first, _ in first },
            usable: source.current(registered).filter(\.isActive), experiment: experiment)
        kept.withLock { kept in
            if kept.count >= Self.most { kept = [:] }
            kept[business] = Kept(entry: entry, until: now + Self.life)
        }
        return entry
    }

    /// - Parameter business: nil: a shared model was changed.
    package func forget(_ business: BusinessID?) {
        kept.withLock { kept in
            if let business { kept[business] = nil } else { kept = [:] }
        }
    }
}
