/// What the bot does with a message before any knowledge is searched: the business's rules, in one place.
enum Policy {
    enum Decision: Equatable {
        case answer
        case smallTalk(Intent)
        case handOver
        /// A notice instead of an answer; `waits` puts the customer in the queue for a human.
        case notice(ChatSession.Notice, outcome: TurnOutcome, waits: Bool)
        case silent
    }

    static func decide(session: ChatSession, settings: BusinessSettings, understanding: Understanding, now: Instant) -> Decision {
        // It ended while the answer was written.
        if session.status != .active { return .silent }
        switch session.handling {
        case .agent: return .silent
        case .waiting: return once(.waiting, in: session, outcome: .waitingNotice, waits: true)
        case .bot: break
        }
        if understanding.sureIntent == .humanAgent { return .handOver }
        if !settings.autoReply { return once(.autoReplyOff, in: session, outcome: .autoReplyOffNotice, waits: true) }
        if settings.outsideHours == .notice && !settings.isOpen(at: now) {
            return once(.away, in: session, outcome: .awayNotice, waits: false)
        }
        switch understanding.sureIntent {
        case let intent? where [.greeting, .thanks, .goodbye].contains(intent): return .smallTalk(intent)
        default: return .answer
        }
    }

    /// A notice is read once; the messages that follow it are stored without another.
    private static func once(_ notice: ChatSession.Notice, in session: ChatSession, outcome: TurnOutcome, waits: Bool) -> Decision {
        session.noticed == notice ? .silent : .notice(notice, outcome: outcome, waits: waits)
    }
}
