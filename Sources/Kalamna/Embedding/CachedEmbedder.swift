import Synchronization

/// Remembers the vectors of questions: customers ask the same ones, and a vector costs tens of milliseconds or a call.
///
/// Texts that are asked for while they are being embedded wait for that one run. Passages pass through: they are embedded once.
package final class CachedEmbedder: Embedder {
    /// Texts that are being embedded together.
    private struct Flight: Sendable {
        let task: Task<[[Float]], any Error>
        /// Who waits, by the number of the call; the last one to leave ends the run.
        var callers: Set<UInt64>
    }

    private struct State: Sendable {
        var vectors: RecentlyUsed<String, [Float]>
        var flights: [UInt64: Flight] = [:]
        /// Of a text under way: its flight, and its place there.
        var underway: [String: (flight: UInt64, place: Int)] = [:]
        var lastNumber: UInt64 = 0

        mutating func number() -> UInt64 {
            lastNumber += 1
            return lastNumber
        }

        mutating func remove(_ flight: UInt64) {
            flights[flight] = nil
            underway = underway.filter { $0.value.flight != flight }
        }
    }

    private enum Source: Sendable {
        case cache([Float])
        case flight(UInt64, place: Int)
    }

    /// A longer question is not kept, so that the cache's size is bounded (about 1.6 KB an entry with 384 dimensions, 3 at most).
    private static let longestKey = 1500

    package let model: EmbeddingModel
    private let embedder: any Embedder
    private let state: Mutex<State>

    /// - Parameter capacity: how many vectors are kept; the least recently used leaves first.
    package init(_ embedder: any Embedder, capacity: Int = 4096) {
        self.embedder = embedder
        self.model = embedder.model
        self.state = Mutex(State(vectors: RecentlyUsed(capacity: capacity)))
    }

    package func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws -> [[Float]] {
        guard purpose == .query, texts.allSatisfy({ $0.utf8.count <= Self.longestKey }) else {
            return try await embedder.embed(texts, as: purpose)
        }
        try Task.checkCancellation()
        let (call, sources, flights) = board(texts)
        defer { leave(flights.keys, call) }
        // A caller that is cancelled while others wait for the same text stays until it is there: a run is bounded.
        let results = try await withTaskCancellationHandler {
            var results: [UInt64: [[Float]]] = [:]
            for (number, task) in flights { results[number] = try await task.value }
            return results
        } onCancel: {
            leave(flights.keys, call)
        }
        return try sources.map { source in
            switch source {
            case .cache(let vector): return vector
            case .flight(let number, let place):
                guard let vectors = results[number], place < vectors.count else {
                    throw ProviderFailure(model.name, .badResponse, code: "missing_vectors")
                }
                return vectors[place]
            }
        }
    }

    /// Where each text's vector comes from; starts one run for the texts that nobody has.
    private func board(_ texts: [String]) -> (call: UInt64, sources: [Source], flights: [UInt64: Task<[[Float]], any Error>]) {
        state.withLock { state in
            let call = state.number()
            let flight = state.number()
            var missing: [String] = []
            var joined: Set<UInt64> = []
            let sources = texts.map { text -> Source in
                if let vector = state.vectors.value(of: text) { return .cache(vector) }
                if let (number, place) = state.underway[text] {
                    joined.insert(number)
                    return .flight(number, place: place)
                }
                state.underway[text] = (flight, missing.count)
                missing.append(text)
                joined.insert(flight)
                return .flight(flight, place: missing.count - 1)
            }
            if !missing.isEmpty {
                let asked = missing
                // Not a child of this caller: others may come to wait for it.
                state.flights[flight] = Flight(task: Task { try await self.run(asked, flight) }, callers: [])
            }
            var tasks: [UInt64: Task<[[Float]], any Error>] = [:]
            for number in joined {
                state.flights[number]?.callers.insert(call)
                tasks[number] = state.flights[number]?.task
            }
            return (call, sources, tasks)
        }
    }

    private func run(_ texts: [String], _ flight: UInt64) async throws -> [[Float]] {
        let result: Result<[[Float]], any Error>
        do { result = .success(try await embedder.embed(texts, as: .query)) } catch { result = .failure(error) }
        state.withLock { state in
            state.remove(flight)
            if case .success(let vectors) = result {
                for (text, vector) in zip(texts, vectors) { state.vectors.store(vector, for: text) }
            }
        }
        return try result.get()
    }

    private func leave(_ flights: some Sequence<UInt64>, _ call: UInt64) {
        let deserted = state.withLock { state in
            flights.compactMap { number -> Task<[[Float]], any Error>? in
                guard state.flights[number]?.callers.remove(call) != nil, let flight = state.flights[number], flight.callers.isEmpty else {
                    return nil
                }
                // Nobody may join a run that is being ended.
                state.remove(number)
                return flight.task
            }
        }
        for task in deserted { task.cancel() }
    }
}
