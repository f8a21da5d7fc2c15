/// Stops asking a model that fails, and finds out by one call at a time whether it has recovered.
struct CircuitBreaker: Sendable {
    /// A call that was let through. Each is settled once.
    struct Ticket: Sendable {
        fileprivate let round: UInt64
    }

    enum Verdict: Sendable {
        case success
        case failure(ProviderFailure)
        /// Says nothing about the model: cancelled, or not sent at all.
        case neutral
    }

    private enum State: Sendable {
        case closed
        case open(until: Duration, pause: Duration)
        /// One call is under way to see whether it works again.
        case probing(pause: Duration)
    }

    static let window = Duration.seconds(30)
    /// Fewer calls say too little.
    static let leastCalls = 10
    static let firstPause = Duration.seconds(15)
    static let longestPause = Duration.minutes(5)

    private var state = State.closed
    private var counts = RollingCounts(over: window)
    // Grows with each change of state: a call from before it must not decide what comes after. It begins at random, so that a
    // breaker that was forgotten and made anew does not know the old one's tickets.
    private var round = UInt64.random(in: 0...UInt64.max / 2)

    /// Nil: don't ask.
    mutating func admit(now: Duration) -> Ticket? {
        switch state {
        case .closed: break
        case .open(let until, let pause):
            guard now >= until else { return nil }
            enter(.probing(pause: pause))
        case .probing: return nil
        }
        return Ticket(round: round)
    }

    mutating func settle(_ ticket: Ticket, _ verdict: Verdict, now: Duration) {
        guard ticket.round == round else { return }
        switch (state, verdict) {
        case (.closed, .success): counts.add(marked: false, now: now)
        case (.closed, .failure(let failure)):
            counts.add(marked: true, now: now)
            let (calls, failures) = counts.totals(now: now)
            if failure.opensAtOnce || calls >= Self.leastCalls && failures * 2 >= calls { open(Self.firstPause, failure, now) }
        case (.probing, .success):
            counts = RollingCounts(over: Self.window)
            enter(.closed)
        case (.probing(let pause), .failure(let failure)): open(min(pause * 2, Self.longestPause), failure, now)
        case (.probing(let pause), .neutral): enter(.open(until: now, pause: pause))
        case (.closed, .neutral), (.open, _): break
        }
    }

    private mutating func open(_ pause: Duration, _ failure: ProviderFailure, _ now: Duration) {
        let asked = min(failure.retryAfter ?? .zero, Self.longestPause)
        enter(.open(until: now + max(pause, asked), pause: pause))
    }

    private mutating func enter(_ state: State) {
        self.state = state
        round += 1
    }

    /// Whether it can be forgotten without changing anything that matters.
    func isIdle(now: Duration) -> Bool {
        switch state {
        case .closed: counts.totals(now: now).all == 0
        case .open(let until, _): now > until + Self.longestPause
        case .probing: false
        }
    }

    func reading(now: Duration) -> ModelState.Breaker {
        switch state {
        case .closed: .closed
        case .open(let until, _): until > now ? .open(until - now) : .halfOpen
        case .probing: .halfOpen
        }
    }
}

extension ProviderFailure {
    /// The next call would only fail the same way. No customer waits as long as the first pause: a provider that asks for more is
    /// left alone for that time.
    fileprivate var opensAtOnce: Bool {
        kind == .authentication || kind == .outOfQuota || (retryAfter ?? .zero) >= CircuitBreaker.firstPause
    }
}
