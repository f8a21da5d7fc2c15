import Synchronization

/// One call of a model. It runs beside its caller, who can leave it at any moment, whether the model heeds its cancellation or not.
///
/// The model waits until the caller has taken each piece of text: nothing piles up, and nothing is given after the caller has left.
final class ModelRouterCall: Sendable {
    enum Event: Sendable {
        case text(String)
        case ended(Result<ModelCompletion, any Error>)
        case stopped(Stop)
    }

    enum Stop: Sendable {
        /// No text within the deadline for the first one.
        case tooSlow
        /// The whole took too long.
        case outOfTime
        /// The caller has left.
        case left
    }

    private struct Offer {
        let text: String
        let taken: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var offers: [Offer] = []
        /// Of the text that the caller has in hand.
        var inHand: CheckedContinuation<Void, any Error>?
        var end: Result<ModelCompletion, any Error>?
        var stop: Stop?
        var reader: CheckedContinuation<Event, Never>?
        var task: Task<Void, Never>?
        var firstText: Duration?
        var tokens = 0
    }

    private let clock: RouterClock
    private let state = Mutex(State())

    /// - Parameter ended: called when the model has really ended, which may be after the caller has left.
    init(_ model: any LanguageModel, _ request: ModelRequest, clock: RouterClock, ended: @escaping @Sendable () -> Void) {
        self.clock = clock
        let task = Task {
            let result: Result<ModelCompletion, any Error>
            do {
                let completion = try await model.write(request) { try await self.offer($0) }
                result = .success(completion)
            } catch { result = .failure(error) }
            ended()
            end(result)
        }
        state.withLock { state in
            if state.end == nil { state.task = task }
        }
    }

    /// On the router's clock; nil when there was none.
    var firstText: Duration? { state.withLock { $0.firstText } }

    /// An estimate of the tokens that were written.
    var tokens: Int { state.withLock { $0.tokens } }

    /// The next piece or the end. Asking for it says that the piece before has been dealt with.
    func next() async -> Event {
        await withTaskCancellationHandler {
            await withCheckedContinuation { reader in
                let (taken, event) = state.withLock { state -> (CheckedContinuation<Void, any Error>?, Event?) in
                    let taken = state.inHand
                    state.inHand = nil
                    if let stop = state.stop { return (taken, .stopped(stop)) }
                    if !state.offers.isEmpty {
                        let offer = state.offers.removeFirst()
                        state.inHand = offer.taken
                        return (taken, .text(offer.text))
                    }
                    if let end = state.end { return (taken, .ended(end)) }
                    state.reader = reader
                    return (taken, nil)
                }
                taken?.resume()
                if let event { reader.resume(returning: event) }
            }
        } onCancel: {
            stop(.left)
        }
    }

    /// Ends the call, unless the reason no longer holds.
    func stop(_ reason: Stop) {
        typealias Waiting = (offers: [CheckedContinuation<Void, any Error>], reader: CheckedContinuation<Event, Never>?, task: Task<Void, Never>?)
        let waiting = state.withLock { state -> Waiting in
            let isOver =
                switch reason {
                case .tooSlow: state.firstText != nil || state.end != nil
                case .outOfTime: state.end != nil
                case .left: false
                }
            guard !isOver, state.stop == nil else { return ([], nil, nil) }
            state.stop = reason
            defer { (state.offers, state.inHand, state.reader, state.task) = ([], nil, nil, nil) }
            return (state.offers.map(\.taken) + [state.inHand].compactMap(\.self), state.reader, state.task)
        }
        waiting.task?.cancel()
        for offer in waiting.offers { offer.resume(throwing: CancellationError()) }
        waiting.reader?.resume(returning: .stopped(reason))
    }

    private func offer(_ text: String) async throws {
        guard !text.isEmpty else { return }
        let tokens = ModelUsage.estimate(text)
        try await withCheckedThrowingContinuation { (taken: CheckedContinuation<Void, any Error>) in
            let (isOver, reader) = state.withLock { state -> (Bool, CheckedContinuation<Event, Never>?) in
                if state.stop != nil { return (true, nil) }
                if state.firstText == nil { state.firstText = clock.now() }
                state.tokens += tokens
                guard let reader = state.reader else {
                    state.offers.append(Offer(text: text, taken: taken))
                    return (false, nil)
                }
                state.reader = nil
                state.inHand = taken
                return (false, reader)
            }
            if isOver { taken.resume(throwing: CancellationError()) }
            reader?.resume(returning: .text(text))
        }
    }

    private func end(_ result: Result<ModelCompletion, any Error>) {
        let reader = state.withLock { state -> CheckedContinuation<Event, Never>? in
            state.task = nil
            guard state.stop == nil else { return nil }
            state.end = result
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: .ended(result))
    }
}
