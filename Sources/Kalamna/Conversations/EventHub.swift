import Synchronization

/// What those who watch a conversation are told. Messages are stored and resumable by `seq`; the rest is not stored.
package enum SessionEvent: Sendable {
    case message(ChatMessage)
    case conversation(ChatSession)
    case typing
}

/// Hands events to whoever watches a session. A publisher never waits: each watcher has a bounded mailbox, and one
/// that overflows is emptied and told to read the table instead.
package final class EventHub: Sendable {
    /// The most streams of one session; the oldest is closed for a new one, so that a reconnecting client always gets in.
    static let watchersPerSession = 32

    private struct State {
        var watchers: [SessionReference: [Subscription]] = [:]
        var count = 0
        var closing = false
    }

    private let state = Mutex(State())

    package init() {}

    /// Streams that are open now.
    package var watching: Int { state.withLock { $0.count } }

    /// - Parameter credential: what the stream was opened with; `close(credential:)` ends it.
    package func watch(_ session: SessionReference, credential: String) -> Subscription {
        let subscription = Subscription(session: session, credential: credential)
        let crowded = state.withLock { state -> Subscription? in
            if state.closing { subscription.close(.shutdown) }
            state.watchers[session, default: []].append(subscription)
            state.count += 1
            let watchers = state.watchers[session] ?? []
            return watchers.count > Self.watchersPerSession ? watchers.first : nil
        }
        if let crowded { end(crowded, because: .replaced) }
        return subscription
    }

    package func leave(_ subscription: Subscription) {
        state.withLock { state in
            guard let index = state.watchers[subscription.session]?.firstIndex(where: { $0 === subscription }) else { return }
            state.watchers[subscription.session]?.remove(at: index)
            state.count -= 1
            if state.watchers[subscription.session]?.isEmpty == true { state.watchers[subscription.session] = nil }
        }
    }

    /// Called after the commit, never before.
    package func publish(_ event: SessionEvent, to session: SessionReference) {
        for watcher in state.withLock({ $0.watchers[session] ?? [] }) { watcher.deliver(event) }
    }

    /// Ends the streams that were opened with a key, a token or a login that is no longer valid.
    package func close(credential: String) {
        let ended = state.withLock { state in state.watchers.values.joined().filter { $0.credential == credential } }
        for watcher in ended { end(watcher, because: .revoked) }
    }

    /// Tells every stream that some time has passed: a heartbeat is due.
    package func tick() {
        for watcher in state.withLock({ Array($0.watchers.values.joined()) }) { watcher.tick() }
    }

    /// Ends all streams and every later one: the server goes.
    package func shutDown() {
        let all = state.withLock { state in
            state.closing = true
            return Array(state.watchers.values.joined())
        }
        for watcher in all { watcher.close(.shutdown) }
    }

    private func end(_ subscription: Subscription, because reason: Subscription.End) {
        subscription.close(reason)
        leave(subscription)
    }
}

/// One watcher's mailbox. One task at a time waits in `next`.
package final class Subscription: Sendable {
    package enum End: Sendable { case shutdown, revoked, replaced }

    /// What a waiting stream is woken with.
    package enum Wake: Sendable {
        case events([SessionEvent])
        /// Events were dropped: read what is missing from the table.
        case overflowed
        case tick
        case end(End)
    }

    static let capacity = 64

    fileprivate struct State {
        var events: [SessionEvent] = []
        var overflowed = false
        var ticked = false
        var end: End?
        var waiting: CheckedContinuation<Void, Never>?
    }

    package let session: SessionReference
    let credential: String
    private let state = Mutex(State())

    init(session: SessionReference, credential: String) {
        self.session = session
        self.credential = credential
    }

    /// Waits for something to tell. A cancelled task gets `end`.
    package func next() async -> Wake {
        while true {
            if let wake = state.withLock({ $0.take() }) { return wake }
            if Task.isCancelled { return .end(.replaced) }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let ready = state.withLock { state -> Bool in
                        if state.hasNews || Task.isCancelled { return true }
                        state.waiting = continuation
                        return false
                    }
                    if ready { continuation.resume() }
                }
            } onCancel: {
                wake { _ in }
            }
        }
    }

    func deliver(_ event: SessionEvent) {
        wake { state in
            if state.overflowed { return }
            if state.events.count < Self.capacity {
                state.events.append(event)
            } else {
                state.events = []
                state.overflowed = true
            }
        }
    }

    package func tick() { wake { $0.ticked = true } }

    func close(_ reason: End) { wake { $0.end = $0.end ?? reason } }

    private func wake(_ change: (inout State) -> Void) {
        let waiting = state.withLock { state in
            change(&state)
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }
}

extension Subscription.State {
    fileprivate var hasNews: Bool { end != nil || overflowed || ticked || !events.isEmpty }

    fileprivate mutating func take() -> Subscription.Wake? {
        if let end { return .end(end) }
        if overflowed {
            overflowed = false
            return .overflowed
        }
        if !events.isEmpty {
            defer { events = [] }
            return .events(events)
        }
        if ticked {
            ticked = false
            return .tick
        }
        return nil
    }
}
