import Testing

@testable import Kalamna

@Suite struct RouterBreakerTests {
    private let overloaded = CircuitBreaker.Verdict.failure(ProviderFailure("x", .overloaded))

    /// Calls one after the other; returns how many were let through.
    private func call(_ breaker: inout CircuitBreaker, _ count: Int, _ verdict: CircuitBreaker.Verdict, at now: Duration) -> Int {
        (0..<count).count { _ in
            guard let ticket = breaker.admit(now: now) else { return false }
            breaker.settle(ticket, verdict, now: now)
            return true
        }
    }

    private func admitted(_ breaker: inout CircuitBreaker, _ now: Duration) throws -> CircuitBreaker.Ticket {
        let ticket = breaker.admit(now: now)
        return try #require(ticket)
    }

    @Test func opensAtHalfOfTenCalls() {
        var breaker = CircuitBreaker()
        #expect(call(&breaker, 5, .success, at: .zero) == 5)
        #expect(call(&breaker, 4, overloaded, at: .seconds(1)) == 4)
        #expect(breaker.reading(now: .seconds(1)) == .closed)
        #expect(call(&breaker, 3, overloaded, at: .seconds(2)) == 1)
        #expect(breaker.reading(now: .seconds(3)) == .open(.seconds(14)))
    }

    @Test func forgetsWhatIsOlderThanHalfAMinute() {
        var breaker = CircuitBreaker()
        #expect(call(&breaker, 9, overloaded, at: .zero) == 9)
        #expect(call(&breaker, 9, overloaded, at: .seconds(31)) == 9)
        #expect(!breaker.isIdle(now: .seconds(32)) && breaker.isIdle(now: .seconds(62)))
        #expect(call(&breaker, 9, .success, at: .seconds(62)) == 9)
        #expect(call(&breaker, 9, overloaded, at: .seconds(63)) == 9 && call(&breaker, 1, .success, at: .seconds(63)) == 0)
    }

    @Test(arguments: [ProviderFailure.Kind.authentication, .outOfQuota]) func opensAtOnceWhenNothingElseCanCome(kind: ProviderFailure.Kind) {
        var breaker = CircuitBreaker()
        #expect(call(&breaker, 5, .failure(ProviderFailure("x", kind)), at: .zero) == 1)
        #expect(breaker.reading(now: .zero) == .open(.seconds(15)))
    }

    @Test func staysOpenAsLongAsTheProviderAsks() {
        var breaker = CircuitBreaker()
        #expect(call(&breaker, 2, .failure(ProviderFailure("x", .rateLimited, retryAfter: .seconds(3))), at: .zero) == 2)
        #expect(call(&breaker, 2, .failure(ProviderFailure("x", .rateLimited, retryAfter: .seconds(37))), at: .zero) == 1)
        #expect(breaker.reading(now: .zero) == .open(.seconds(37)))
        var other = CircuitBreaker()
        #expect(call(&other, 2, .failure(ProviderFailure("x", .outOfQuota, retryAfter: .hours(9))), at: .zero) == 1)
        #expect(other.reading(now: .zero) == .open(.minutes(5)))
    }

    @Test func oneCallProbesAndTheTimeDoubles() throws {
        var breaker = CircuitBreaker()
        var now = Duration.zero
        #expect(call(&breaker, 20, overloaded, at: now) == 10)
        for pause in [15, 30, 60, 120, 240, 300, 300] {
            #expect(call(&breaker, 1, .success, at: now + .seconds(pause) - .milliseconds(1)) == 0)
            now += .seconds(pause)
            #expect(breaker.reading(now: now) == .halfOpen)
            let probe = try admitted(&breaker, now)
            let second = breaker.admit(now: now)
            #expect(second == nil && breaker.reading(now: now) == .halfOpen)
            breaker.settle(probe, overloaded, now: now)
        }
        now += .minutes(5)
        // A probe that was cancelled leaves its place to the next.
        let cancelled = try admitted(&breaker, now)
        breaker.settle(cancelled, .neutral, now: now)
        let probe = try admitted(&breaker, now)
        breaker.settle(cancelled, overloaded, now: now)
        breaker.settle(probe, .success, now: now)
        #expect(breaker.reading(now: now) == .closed)
        // What was before no longer counts, and the first pause is short again.
        #expect(call(&breaker, 20, overloaded, at: now) == 10)
        #expect(breaker.reading(now: now) == .open(.seconds(15)))
    }

    @Test func aRecoveredModelBeginsAnew() {
        var breaker = CircuitBreaker()
        #expect(call(&breaker, 20, overloaded, at: .zero) == 10)
        #expect(call(&breaker, 1, .success, at: .seconds(15)) == 1)
        // The ten are in the window still.
        #expect(call(&breaker, 9, overloaded, at: .seconds(16)) == 9)
    }

    @Test func callsFromBeforeDoNotDecide() throws {
        var breaker = CircuitBreaker()
        let old = try (0..<5).map { _ in try admitted(&breaker, .zero) }
        #expect(call(&breaker, 20, overloaded, at: .zero) == 10)
        breaker.settle(old[0], .success, now: .seconds(1))
        #expect(breaker.reading(now: .seconds(1)) == .open(.seconds(14)))
        let probe = try admitted(&breaker, .seconds(15))
        breaker.settle(old[1], .success, now: .seconds(15))
        breaker.settle(old[2], overloaded, now: .seconds(15))
        #expect(breaker.reading(now: .seconds(15)) == .halfOpen)
        breaker.settle(probe, .success, now: .seconds(16))
        breaker.settle(old[3], .failure(ProviderFailure("x", .authentication)), now: .seconds(16))
        #expect(breaker.reading(now: .seconds(16)) == .closed)
    }

    @Test func retriesAreATenthButAlwaysAFew() {
        var budget = RetryBudget()
        #expect((0..<10).count { _ in budget.takeRetry(now: .zero) } == 3)
        for _ in 0..<100 { budget.countRequest(now: .seconds(1)) }
        #expect((0..<20).count { _ in budget.takeRetry(now: .seconds(2)) } == 7)
        #expect((0..<20).count { _ in budget.takeRetry(now: .seconds(50)) } == 0)
        // The minute of the requests is over, and that of the retries too.
        #expect((0..<20).count { _ in budget.takeRetry(now: .seconds(63)) } == 3)
        #expect(!budget.isIdle(now: .seconds(63)) && budget.isIdle(now: .minutes(3)))
    }

    @Test func countsAreThoseOfTheWindow() {
        var counts = RollingCounts(over: .seconds(30))
        var all: [Int64] = []
        var random = SystemRandomNumberGenerator()
        var now: Int64 = 0
        for _ in 0..<2000 {
            now += Int64.random(in: 0...900, using: &random)
            counts.add(marked: now % 2 == 0, now: .milliseconds(now))
            all.append(now)
            // To the tenth of a window: whole slots of three seconds.
            let recent = all.filter { $0 / 3000 > now / 3000 - 10 }
            let totals = counts.totals(now: .milliseconds(now))
            #expect(totals.all == recent.count && totals.marked == recent.count { $0 % 2 == 0 })
        }
        #expect(counts.totals(now: .milliseconds(now + 40_000)).all == 0)
    }
}
