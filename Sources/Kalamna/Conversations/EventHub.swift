import Synchronization

/// What those who watch a conversation are told. Messages are stored and resumable by `seq`; the rest is not stored.
package enum SessionEvent: Sendable {
    case message(ChatMessage)
    case conversation(ChatSession)
    case typing(Typist)
    /// A piece of the answer to a message, as it is written. The whole comes as a message whose `replyTo` is `turn`.
    case delta(String, turn: ChatMessageID)
    /// What was written of that answer so far is withdrawn: it is written anew.
    case restart(turn: ChatMessageID)
}

/// Who is about to say something to the customer.
package enum Typist: String, Sendable { case bot, agent }

extension SessionEvent {
    /// The message whose answer this is a piece of.
    package var turn: ChatMessageID? {
        switch self {
        case .delta(_, let turn), .restart(let turn): turn
        case .message, .conversation, .typing: nil
        }
    }

    /// What the business's inbox hears of: what is stored. The rest is for those who look at the conversation.
    fileprivate var isForInbox: Bool {
        switch self {
        case .message, .conversation: true
        case .typing, .delta, .restart: false
        }
    }
}

/// Hands events to whoever watches a session. A publisher never waits: each watcher has a bounded mailbox, and one
/// that overflows is emptied and told to read the table instead.
package final class EventHub: Sendable {
    /// The most streams of one session, and of one inbox; the oldest is closed for a new one, so that a reconnecting client always gets in.
    static let watchersPerSession = 32
    static let watchersPerBusiness = 256

    private struct State {
        var watchers: [Subscription.Topic: [Subscription]] = [:]
        var count = 0
        var closing = false
        /// Those who write an answer, to be told when the conversation is no longer the bot's.
        var writers: [SessionReference: @Sendable (ChatSession) -> Void] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Streams that are open now.
    package var watching: Int { state.withLock { $0.count } }

    /// - Parameter credential: what the stream was opened with; `close(credential:)` ends it.
    package func watch(_ session: SessionReference, credential: String) -> Subscription {
        watch(.session(session), most: Self.watchersPerSession, credential: credential)
    }

    /// Watches all conversations of a business: the inbox. Only what is stored is told, messages and states.
    package func watchBusiness(_ business: BusinessID, credential: String) -> Subscription {
        watch(.business(business), most: Self.watchersPerBusiness, credential: credential)
    }

    private func watch(_ topic: Subscription.Topic, most: Int, credential: String) -> Subscription {
        let subscription = Subscription(topic: topic, credential: credential)
        let crowded = state.withLock { state -> Subscription? in
            if state.closing { subscription.close(.shutdown) }
            state.watchers[topic, default: []].append(subscription)
            state.count += 1
            let watchers = state.watchers[topic] ?? []
            return watchers.count > most ? watchers.first : nil
        }
        if let crowded { end(crowded, because: .replaced) }
        return subscription
    }

    package func leave(_ subscription: Subscription) {
        state.withLock { state in
            guard let index = state.watchers[subscription.topic]?.firstIndex(where: { $0 === subscription }) else { return }
            state.watchers[subscription.topic]?.remove(at: index)
            state.count -= 1
            if state.watchers[subscription.topic]?.isEmpty == true { state.watchers[subscription.topic] = nil }
        }
    }

    /// Called after the commit, never before.
    package func publish(_ event: SessionEvent, to session: SessionReference) {
        let (watchers, inboxes, writer) = state.withLock { state in
            let inboxes = event.isForInbox ? state.watchers[.business(session.business)] ?? [] : []
            return (state.watchers[.session(session)] ?? [], inboxes, state.writers[session])
        }
        for watcher in watchers { watcher.deliver(event) }
        for inbox in inboxes { inbox.deliver(event) }
        if case .conversation(let conversation) = event { writer?(conversation) }
    }

    /// Whether anybody reads this conversation now, so that an answer is worth showing while it is written.
    func isWatched(_ session: SessionReference) -> Bool { state.withLock { $0.watchers[.session(session)] != nil } }

    /// Calls `changed` at each change of the conversation's state while `body` works; one at a time for each session.
    func whileWriting<Value>(
        in session: SessionReference, changed: @escaping @Sendable (ChatSession) -> Void, _ body: () async throws -> Value
    ) async rethrows -> Value {
        state.withLock { $0.writers[session] = changed }
        defer { state.withLock { $0.writers[session] = nil } }
        return try await body()
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

    /// What is watched.
    enum Topic: Hashable, Sendable {
        case session(SessionReference)
        case business(BusinessID)
    }

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

    let topic: Topic
    let credential: String
    private let state = Mutex(State())

    init(topic: Topic, credential: String) {
        self.topic = topic
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
