package import Logging
import ServiceLifecycle
import Store
import Synchronization

/// Works on the turns: for each session one at a time, in the order of the messages, messages that came meanwhile
/// answered together. A turn survives the death of its process: it is a row, and whoever finds its lease run out
/// takes it over; the fence in the lease lets only one answer be stored.
package final class TurnRunner: Service {
    /// Bulkhead: the most sessions that are worked on at once.
    private static let mostAtOnce = 256
    /// Of taking a turn up again. Generous: a server that is restarted often must not cost a customer the answer.
    private static let mostAttempts = 8
    /// Messages before the question that an answer may need.
    private static let mostHistory = 20
    /// The most messages that are answered together: a flood in one session must not become one endless question.
    private static let mostTogether = 10
    private static let sweepEvery = Duration.seconds(1)
    /// How long running turns may take after the server was asked to stop (reference: 20 s).
    private static let lastTurns = Duration.seconds(20)

    private struct Mark {
        /// Something came while the session was being worked on.
        var again = false
        /// Taken over from a process that died: its turns may be what killed it.
        var recovered = false
        /// Known from the transaction that received the message.
        var work: TurnWork?
    }

    private struct State {
        var sessions: [SessionReference: Mark] = [:]
        var waiting: [SessionReference] = []
        var active = 0
        var stopping = false
    }

    private let conversations: Conversations
    private let assistant: Assistant
    private let logger: Logger
    private let state = Mutex(State())
    package let outcomes = TurnOutcomes()

    package init(conversations: Conversations, assistant: Assistant, logger: Logger) {
        self.conversations = conversations
        self.assistant = assistant
        self.logger = logger
    }

    /// Called after a message was received and its session is ours. Returns at once.
    package func wake(_ session: SessionReference) { wake(session, Mark()) }

    func wake(_ session: SessionReference, with work: TurnWork?) { wake(session, Mark(work: work)) }

    private func wake(_ session: SessionReference, _ mark: Mark) {
        let start = state.withLock { state -> Bool in
            if state.stopping { return false }
            if state.sessions[session] != nil {
                state.sessions[session]?.again = true
                return false
            }
            state.sessions[session] = mark
            state.waiting.append(session)
            guard state.active < Self.mostAtOnce else { return false }
            state.active += 1
            return true
        }
        if start { Task { await work() } }
    }

    /// Looks for abandoned turns until the server is asked to stop, then lets the running ones end.
    package func run() async throws {
        await reclaimOwn()
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.sweep()
                try? await Task.sleep(for: Self.sweepEvery)
            }
        }
        state.withLock { state in
            state.stopping = true
            for session in state.waiting { state.sessions[session] = nil }
            state.waiting = []
        }
        let deadline = ContinuousClock.now + Self.lastTurns
        while state.withLock({ $0.active > 0 }) && ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    // MARK: the queue

    private func work() async {
        while let session = next() { await finishSession(session) }
    }

    private func next() -> SessionReference? {
        state.withLock { state in
            if state.waiting.isEmpty {
                state.active -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
    }

    private func finishSession(_ session: SessionReference) async {
        while true {
            let mark = state.withLock { $0.sessions[session] }
            do {
                if mark?.recovered == true, try await !beginAttempt(in: session) { try await giveUp(session) }
                var more = try await answerPending(in: session, mark?.work)
                while more { more = try await answerPending(in: session, nil) }
            } catch {
                logger.error("turn failed", metadata: ["session": "\(session.session)", "error": "\(String(reflecting: error))"])
                await recordFailure(in: session)
            }
            let again = state.withLock { state -> Bool in
                if state.sessions[session]?.again == true {
                    state.sessions[session] = Mark()
                    return true
                }
                state.sessions[session] = nil
                return false
            }
            if !again { return }
        }
    }

    private func sweep() async {
        let now = conversations.clock.now()
        do {
            let claimed = try await conversations.database.writeAcrossBusinesses { [conversations] transaction in
                try Turns.claimAbandoned(for: conversations.node, lease: conversations.lease, now: now, in: transaction)
            }
            for session in claimed { wake(session, Mark(recovered: true)) }
        } catch {
            logger.error("looking for abandoned turns failed", metadata: ["error": "\(String(reflecting: error))"])
        }
    }

    /// What this node held when it died is taken up at once, not when its lease runs out.
    private func reclaimOwn() async {
        do {
            try await conversations.database.writeAcrossBusinesses { [node = conversations.node] in try Turns.releaseLeases(of: node, in: $0) }
        } catch {
            logger.error("releasing old leases failed", metadata: ["error": "\(String(reflecting: error))"])
        }
    }

    /// A turn that kills its process must not do so for ever: the attempt counts before the work begins.
    /// False when there were enough.
    private func beginAttempt(in session: SessionReference) async throws -> Bool {
        try await conversations.database.write(of: session.business) { db in
            if try Turns(db).pending(in: session.session).contains(where: { $0.attempts >= Self.mostAttempts }) { return false }
            try Turns(db).beginAttempt(in: session.session)
            return true
        }
    }

    /// Never silence: an apology, and a human is asked for. Also when it is the settings that can't be read.
    private func giveUp(_ session: SessionReference) async throws {
        guard let work = try await load(session, settingsMayBeBroken: true) else { return }
        logger.error("turns given up", metadata: ["session": "\(session.session)", "turns": "\(work.turns.count)"])
        // Who waits for a human already need not read it again.
        let answer = work.session.handling == .bot ? Answer.failed(work.settings, work.session) : Answer(outcome: .silent)
        _ = try await commit(answer, for: work, in: session, started: conversations.clock.now())
    }

    // MARK: one turn

    /// Answers what is pending, together. True when more has come meanwhile.
    private func answerPending(in reference: SessionReference, _ known: TurnWork?) async throws -> Bool {
        let started = conversations.clock.now()
        let work: TurnWork
        if let known {
            work = known
        } else {
            guard let loaded = try await load(reference) else {
                try await releaseIfIdle(reference)
                return false
            }
            work = loaded
        }
        let typing = showTyping(in: reference)
        let renewal = keepLease(of: work.session, in: reference)
        defer {
            typing.cancel()
            renewal.cancel()
        }
        guard let answer = try await write(work, in: reference, started: started) else { return true }
        return try await commit(answer, for: work, in: reference, started: started)
    }

    /// Nil when the conversation was taken from the bot meanwhile: a model that nobody waits for stops writing at once, and the
    /// turn is looked at again.
    private func write(_ work: TurnWork, in reference: SessionReference, started: Instant) async throws -> Answer? {
        let turn = work.turns.last?.message
        let hub = conversations.hub
        let question = Question(
            session: work.session, settings: work.settings, messages: work.messages, knowledgeVersion: work.knowledgeVersion,
            business: reference.business, now: started,
            context: { [database = conversations.database] in
                let before = work.messages.first?.seq
                return try await database.read(of: reference.business) { db in
                    AnswerContext(
                        business: try Businesses(db).current(),
                        history: try ChatMessages(db).before(before, in: reference.session, limit: Self.mostHistory))
                }
            },
            show: { piece in
                guard let turn else { return }
                switch piece {
                case .text(let text): hub.publish(.delta(text, turn: turn), to: reference)
                case .restart: hub.publish(.restart(turn: turn), to: reference)
                }
            })
        let writing = Task { [assistant] in try await assistant.answer(question) }
        let changed: @Sendable (ChatSession) -> Void = { [handling = work.session.handling] session in
            if session.handling != handling || session.status != .active { writing.cancel() }
        }
        return try await hub.whileWriting(in: reference, changed: changed) {
            do {
                return try await withTaskCancellationHandler {
                    try await writing.value
                } onCancel: {
                    writing.cancel()
                }
            } catch is CancellationError where !Task.isCancelled {
                question.show(.restart)
                return nil
            }
        }
    }

    /// Only when the answer takes long enough to be waited for.
    private func showTyping(in reference: SessionReference) -> Task<Void, any Error> {
        Task { [hub = conversations.hub] in
            try await Task.sleep(for: .milliseconds(150))
            hub.publish(.typing(.bot), to: reference)
        }
    }

    /// A model may take longer than the lease: as long as this process lives, nobody else should begin the same turn.
    private func keepLease(of session: ChatSession, in reference: SessionReference) -> Task<Void, any Error> {
        Task { [conversations, logger] in
            while true {
                try await Task.sleep(for: conversations.lease / 3)
                do {
                    try await conversations.database.write(of: reference.business) { db in
                        try ChatSessions(db).renew(session.lease, of: session.id, until: conversations.clock.now() + conversations.lease)
                    }
                } catch {
                    logger.warning("renewing a lease failed", metadata: ["session": "\(session.id)", "error": "\(String(reflecting: error))"])
                }
            }
        }
    }

    /// A session that was claimed and has nothing pending (any more) is nobody's.
    private func releaseIfIdle(_ reference: SessionReference) async throws {
        try await conversations.database.write(of: reference.business) { [node = conversations.node] db in
            var session = try ChatSessions(db).lock(reference.session)
            guard session.lease.owner == node, try Turns(db).pending(in: session.id, limit: 1).isEmpty else { return }
            session.lease.owner = nil
            session.lease.until = nil
            try ChatSessions(db).save(session)
        }
    }

    private func load(_ reference: SessionReference, settingsMayBeBroken: Bool = false) async throws -> TurnWork? {
        try await conversations.database.read(of: reference.business) { [node = conversations.node] db in
            let session = try ChatSessions(db).find(reference.session)
            guard session.lease.owner == node else { return nil }
            let turns = try Turns(db).pending(in: session.id, limit: Self.mostTogether)
            guard let first = turns.first, let last = turns.last else { return nil }
            let messages = try ChatMessages(db).after(first.seq - 1, in: session.id, limit: Int(last.seq - first.seq) + 1)
            let wanted = Set(turns.map(\.message))
            let standard = BusinessSettings.defaults(businessName: "", locale: session.locale)
            let settings = settingsMayBeBroken ? (try? Settings(db).current()) ?? standard : try Settings(db).current()
            return TurnWork(
                session: session, turns: turns, messages: messages.filter { wanted.contains($0.id) }, settings: settings,
                knowledgeVersion: try KnowledgeChunks(db).version())
        }
    }

    /// Stores the answer and ends its turns, unless the session was taken from us or from the bot meanwhile.
    private func commit(_ answer: Answer, for work: TurnWork, in reference: SessionReference, started: Instant) async throws -> Bool {
        let now = conversations.clock.now()
        let lease = conversations.lease
        let result = try await conversations.database.write(of: reference.business) { db -> Committed? in
            let (locking, finding) = (
                try ChatSessions(db).locking(reference.session),
                try Turns(db).findingPending(in: reference.session, limit: Self.mostTogether + 1)
            )
            var session = try locking.get()
            guard session.lease.owner == work.session.lease.owner, session.lease.fence == work.session.lease.fence else {
                // Another process answers; what was spent was spent.
                for call in answer.calls { try LLMCalls(db).insert(call) }
                return nil
            }
            let mayAnswer = session.handling == work.session.handling && session.status == .active
            let outcome = mayAnswer ? answer.outcome : .silent
            var message: ChatMessage?
            if mayAnswer, let text = answer.text, let last = work.turns.last {
                session.lastSeq += 1
                let total = (now - started).milliseconds
                let stored = ChatMessage(
                    id: ChatMessageID(at: now), session: session.id, seq: session.lastSeq, sender: answer.sender, text: text,
                    replyTo: last.message, outcome: outcome, confidence: answer.confidence, model: answer.model,
                    timing: ChatMessage.Timing(firstToken: answer.firstToken?.milliseconds ?? total, total: total), usage: answer.usage,
                    citations: answer.citations, createdAt: now)
                try ChatMessages(db).insert(stored)
                message = stored
            }
            for call in answer.calls { try LLMCalls(db).insert(call, message: message?.id) }
            if mayAnswer { answer.apply(to: &session) }
            for (turn, understanding) in zip(work.turns, answer.understandings) {
                try ChatMessages(db).record(understanding, of: turn.message)
            }
            if mayAnswer, answer.isGap {
                for (message, understanding) in zip(work.messages, answer.understandings) where !understanding.isSmallTalk {
                    try ContentGaps(db).record(message, understanding: understanding, now: now)
                }
            }
            try Turns(db).finish(work.turns, of: session.id, outcome: outcome, answer: message?.id, now: now)
            // Those that came meanwhile: the first ones that were pending, without ours.
            let ours = Set(work.turns.map(\.message))
            let more = try finding.get().contains { !ours.contains($0.message) }
            session.lease.until = more ? now + lease : nil
            session.lease.owner = more ? session.lease.owner : nil
            if message != nil { session.lastActivityAt = now }
            if mayAnswer, answer.closes, !more { session.end(as: .closed, because: .bot, at: now) }
            try ChatSessions(db).save(session)
            return Committed(message: message, session: session, outcome: outcome, more: more)
        }
        guard let result else { return false }
        outcomes.count(result.outcome)
        if let message = result.message { conversations.hub.publish(.message(message), to: reference) }
        if result.session.handling != work.session.handling || result.session.status != work.session.status {
            conversations.hub.publish(.conversation(result.session), to: reference)
        }
        return result.more
    }

    private struct Committed: Sendable {
        let message: ChatMessage?
        let session: ChatSession
        let outcome: TurnOutcome
        let more: Bool
    }

    /// The lease is left to run out soon: the sweep takes the turn up again, until its attempts are used.
    private func recordFailure(in reference: SessionReference) async {
        let retryAt = conversations.clock.now() + .milliseconds(500)
        do {
            try await conversations.database.write(of: reference.business) { [node = conversations.node] db in
                var session = try ChatSessions(db).lock(reference.session)
                guard session.lease.owner == node else { return }
                session.lease.until = retryAt
                try ChatSessions(db).save(session)
            }
        } catch {
            logger.error("recording a failed turn failed", metadata: ["session": "\(reference.session)", "error": "\(String(reflecting: error))"])
        }
    }
}

/// How many turns ended how, since the start; read by `/metrics`.
package final class TurnOutcomes: Sendable {
    private let counts = Mutex<[TurnOutcome: Int]>([:])

    func count(_ outcome: TurnOutcome) { counts.withLock { $0[outcome, default: 0] += 1 } }
    package var all: [TurnOutcome: Int] { counts.withLock { $0 } }
}
