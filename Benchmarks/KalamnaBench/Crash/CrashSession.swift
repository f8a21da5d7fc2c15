import Synchronization

/// One conversation under attack: what was sent and acknowledged, and what its live reader saw.
final class CrashSession: Sendable {
    struct Sent: Sendable {
        let text: String
        /// Each acknowledgement; all must name the same stored message.
        var acknowledged: [EventLog.Entry] = []
        /// How many copies were sent at once.
        let copies: Int
    }

    private struct State {
        var sent: [String: Sent] = [:]
        var refusals: [String] = []
        var isRetired = false
    }

    let id: String
    let token: String
    let log = EventLog()
    private let state = Mutex(State())

    init(_ started: WidgetAPI.Started) {
        self.id = started.session.id
        self.token = started.token
    }

    var sent: [String: Sent] { state.withLock { $0.sent } }
    var refusals: [String] { state.withLock { $0.refusals } }
    /// Nobody writes here any more; its reader ends with the next kill.
    var isRetired: Bool { state.withLock { $0.isRetired } }

    func willSend(_ draft: Draft, copies: Int) {
        state.withLock { $0.sent[draft.clientMessageID] = Sent(text: draft.text, copies: copies) }
    }

    func acknowledge(_ draft: Draft, _ message: Message) {
        state.withLock { $0.sent[draft.clientMessageID]?.acknowledged.append(EventLog.Entry(seq: message.seq, id: message.id)) }
    }

    func refuse(_ what: String) { state.withLock { $0.refusals.append(what) } }

    func retire() { state.withLock { $0.isRetired = true } }
}

/// What all customers share: their sessions, and how far the run is.
final class CrashLedger: Sendable {
    enum Phase: Sendable {
        /// The server is being killed, customers write.
        case chaos
        /// It runs undisturbed; what was begun is brought to its end.
        case settling
        case over
    }

    private struct State {
        var phase = Phase.chaos
        var sessions: [CrashSession] = []
        var writing: Int
    }

    private let state: Mutex<State>

    init(writers: Int) { self.state = Mutex(State(writing: writers)) }

    var phase: Phase { state.withLock { $0.phase } }
    var sessions: [CrashSession] { state.withLock { $0.sessions } }
    var isWriting: Bool { state.withLock { $0.writing > 0 } }

    func enter(_ phase: Phase) { state.withLock { $0.phase = phase } }
    func add(_ session: CrashSession) { state.withLock { $0.sessions.append(session) } }
    func hasWritten() { state.withLock { $0.writing -= 1 } }
}
