import Synchronization

/// Indexes in memory: one build at a time for each business, the least recently used dropped first.
final class IndexCache: Sendable {
    private struct Entry {
        var version: Int64
        var build: Task<SearchIndex, any Error>
        var cost = 0
        var used: UInt64
    }

    private struct State {
        var entries: [BusinessID: Entry] = [:]
        var clock: UInt64 = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = limit }

    func index(
        of business: BusinessID, version: Int64, build: @escaping @Sendable () async throws -> SearchIndex
    ) async throws -> SearchIndex {
        let task = state.withLock { state -> Task<SearchIndex, any Error> in
            state.clock += 1
            if let entry = state.entries[business], entry.version >= version {
                state.entries[business]?.used = state.clock
                return entry.build
            }
            // Not the caller's task: a caller that goes away must not take the index from the others.
            let task = Task.detached { try await build() }
            state.entries[business] = Entry(version: version, build: task, used: state.clock)
            return task
        }
        do {
            let index = try await task.value
            settle(business, index, built: task)
            return index
        } catch {
            state.withLock { state in
                if state.entries[business]?.build == task { state.entries[business] = nil }
            }
            throw error
        }
    }

    private func settle(_ business: BusinessID, _ index: SearchIndex, built task: Task<SearchIndex, any Error>) {
        state.withLock { state in
            guard let entry = state.entries[business], entry.build == task, entry.cost == 0 else { return }
            state.entries[business]?.cost = index.cost
            state.entries[business]?.version = max(entry.version, index.version)
            var total = state.entries.values.reduce(0) { $0 + $1.cost }
            while total > limit, let oldest = state.entries.filter({ $0.key != business }).min(by: { $0.value.used < $1.value.used }) {
                total -= oldest.value.cost
                state.entries[oldest.key] = nil
            }
        }
    }
}
