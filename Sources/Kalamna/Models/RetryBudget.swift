/// Keeps retries few, so that a provider in trouble does not get more requests than one in health.
struct RetryBudget: Sendable {
    static let window = Duration.minutes(1)
    /// Of the requests of the window.
    static let share = 0.1
    /// Allowed in a window even when there were hardly any requests.
    static let least = 3

    private var counts = RollingCounts(over: window)

    mutating func countRequest(now: Duration) { counts.add(marked: false, now: now) }

    /// Whether another retry may be made; it is counted then.
    mutating func takeRetry(now: Duration) -> Bool {
        let (all, retries) = counts.totals(now: now)
        guard retries < max(Self.least, Int(Double(all - retries) * Self.share)) else { return false }
        counts.add(marked: true, now: now)
        return true
    }

    func isIdle(now: Duration) -> Bool { counts.totals(now: now).all == 0 }
}
