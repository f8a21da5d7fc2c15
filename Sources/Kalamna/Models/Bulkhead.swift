import Synchronization

/// Limits the calls that are under way, so that one business or one slow model can't take all there is.
final class Bulkhead: Sendable {
    /// What a call takes a place of.
    struct Place: Sendable, Hashable {
        let business: BusinessID
        let model: LLMModelID
    }

    private struct Waiter {
        let number: UInt64
        let place: Place
        /// Set when it waits; nil in between.
        var continuation: CheckedContinuation<Void, Never>?
    }

    private struct State {
        var places: [Place: Int] = [:]
        var businesses: [BusinessID: Int] = [:]
        var models: [LLMModelID: Int] = [:]
        /// In the order of their coming.
        var waiting: [Waiter] = []
        /// Let in, but they have not noticed yet.
        var admitted: Set<UInt64> = []
        var lastNumber: UInt64 = 0
    }

    private let mostOfBusiness: Int
    private let mostOfModel: Int
    /// Who waits, of each business; more are refused at once.
    private let mostWaiting: Int
    private let clock: RouterClock
    private let state = Mutex(State())

    init(mostOfBusiness: Int, mostOfModel: Int, mostWaiting: Int, clock: RouterClock) {
        self.mostOfBusiness = mostOfBusiness
        self.mostOfModel = mostOfModel
        self.mostWaiting = mostWaiting
        self.clock = clock
    }

    /// Whether there was room within `patience`; the place is then to be left again. Throws only a `CancellationError`.
    func enter(_ place: Place, patience: Duration) async throws -> Bool {
        enum Start {
            case inside
            case refused
            case queued(UInt64)
        }
        let start = state.withLock { state -> Start in
            if hasRoom(place, state) {
                take(place, &state)
                return .inside
            }
            guard patience > .zero, state.waiting.count(where: { $0.place.business == place.business }) < mostWaiting else { return .refused }
            state.lastNumber += 1
            state.waiting.append(Waiter(number: state.lastNumber, place: place))
            return .queued(state.lastNumber)
        }
        switch start {
        case .inside: return true
        case .refused: return false
        case .queued(let number): return try await queue(number, place, patience)
        }
    }

    func leave(_ place: Place) {
        let admitted = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            free(place, &state)
            // Mostly one; more when those before it wait for something else.
            var admitted: [CheckedContinuation<Void, Never>] = []
            var still: [Waiter] = []
            for waiter in state.waiting {
                guard hasRoom(waiter.place, state) else {
                    still.append(waiter)
                    continue
                }
                take(waiter.place, &state)
                state.admitted.insert(waiter.number)
                if let continuation = waiter.continuation { admitted.append(continuation) }
            }
            state.waiting = still
            return admitted
        }
        for continuation in admitted { continuation.resume() }
    }

    /// Calls under way of each model that the business asks, for it.
    func inFlight(of business: BusinessID) -> [LLMModelID: Int] {
        state.withLock { state in
            Dictionary(uniqueKeysWithValues: state.places.lazy.filter { $0.key.business == business }.map { ($0.key.model, $0.value) })
        }
    }

    var inFlight: Int { state.withLock { $0.places.values.reduce(0, +) } }

    private func queue(_ number: UInt64, _ place: Place, _ patience: Duration) async throws -> Bool {
        let isInside = await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait(number) }
            group.addTask { [clock] in
                // Cancelled: it ends earlier, and what counts is in the state.
                do { try await clock.sleep(patience) } catch { return }
            }
            await group.next()
            defer { group.cancelAll() }
            return giveUp(number)
        }
        guard Task.isCancelled else { return isInside }
        if isInside { leave(place) }
        throw CancellationError()
    }

    private func wait(_ number: UInt64) async {
        await withCheckedContinuation { continuation in
            let waits = state.withLock { state in
                guard let index = state.waiting.firstIndex(where: { $0.number == number }) else { return false }
                state.waiting[index].continuation = continuation
                return true
            }
            if !waits { continuation.resume() }
        }
    }

    /// Ends the waiting; true when it was let in before.
    private func giveUp(_ number: UInt64) -> Bool {
        let (isInside, continuation) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
            if state.admitted.remove(number) != nil { return (true, nil) }
            guard let index = state.waiting.firstIndex(where: { $0.number == number }) else { return (false, nil) }
            return (false, state.waiting.remove(at: index).continuation)
        }
        continuation?.resume()
        return isInside
    }

    private func hasRoom(_ place: Place, _ state: borrowing State) -> Bool {
        state.businesses[place.business, default: 0] < mostOfBusiness && state.models[place.model, default: 0] < mostOfModel
    }

    private func take(_ place: Place, _ state: inout State) {
        state.places[place, default: 0] += 1
        state.businesses[place.business, default: 0] += 1
        state.models[place.model, default: 0] += 1
    }

    private func free(_ place: Place, _ state: inout State) {
        // Nothing is kept of who has no call under way.
        func less(_ count: Int?) -> Int? { count.flatMap { $0 > 1 ? $0 - 1 : nil } }
        state.places[place] = less(state.places[place])
        state.businesses[place.business] = less(state.businesses[place.business])
        state.models[place.model] = less(state.models[place.model])
    }
}
