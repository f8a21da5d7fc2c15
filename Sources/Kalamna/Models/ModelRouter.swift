import Synchronization

/// Brings an answer from the first of a business's models that can give one, within a time that a customer waits.
///
/// One for the whole process: it remembers which models fail and how many calls are under way.
package final class ModelRouter: Sendable {
    /// A model whose address or name was changed begins anew.
    private struct Subject: Hashable {
        let business: BusinessID
        let model: LLMModelID
        let address: String
        let name: String

        init(_ model: LLMModel, _ business: BusinessID) {
            self.business = business
            self.model = model.id
            address = model.address.description
            name = model.model
        }
    }

    private struct State {
        var breakers: [Subject: CircuitBreaker] = [:]
        var budgets: [LLMModelID: RetryBudget] = [:]
        /// So many entries, and the idle ones are looked for.
        var crowd = ModelRouter.leastCrowd
    }

    private static let leastCrowd = 1000

    let limits: RouterLimits
    let clock: RouterClock
    let bulkhead: Bulkhead
    /// From 0 to 1.
    let jitter: @Sendable () -> Double
    private let state = Mutex(State())

    package init(
        limits: RouterLimits = RouterLimits(), clock: RouterClock = .system, jitter: @escaping @Sendable () -> Double = { .random(in: 0...1) }
    ) {
        self.limits = limits
        self.clock = clock
        self.jitter = jitter
        bulkhead = Bulkhead(
            mostOfBusiness: limits.inFlightOfBusiness, mostOfModel: limits.inFlightOfModel, mostWaiting: limits.waitingOfBusiness, clock: clock)
    }

    /// Whom to ask for this conversation, in this order; a pure function of what it is given, so every process decides the same.
    /// Empty: only the built-in assistant answers.
    package func plan(
        for session: ChatSessionID, of business: BusinessID, models: [LLMModel], settings: ModelSettings, experiment: ModelArms? = nil
    ) -> [LLMModel] {
        ModelPlan.order(for: session, of: business, models: models, settings: settings, experiment: experiment)
    }

    /// How the models are doing that the business has asked lately; one that is not in the list is well.
    package func states(of business: BusinessID) -> [ModelState] {
        let now = clock.now()
        let inFlight = bulkhead.inFlight(of: business)
        let breakers = state.withLock { state in
            state.breakers.lazy.filter { $0.key.business == business }.map { ($0.key.model, $0.value.reading(now: now)) }
                .reduce(into: [LLMModelID: ModelState.Breaker]()) { all, one in
                    // After a change of its address there are two for a while.
                    if all[one.0] ?? .closed == .closed { all[one.0] = one.1 }
                }
        }
        return Set(breakers.keys).union(inFlight.keys).sorted { $0.description < $1.description }
            .map { ModelState(model: $0, breaker: breakers[$0] ?? .closed, inFlight: inFlight[$0] ?? 0) }
    }

    /// For the metrics: of all businesses together.
    package var totals: (inFlight: Int, openBreakers: Int) {
        let now = clock.now()
        return (bulkhead.inFlight, state.withLock { $0.breakers.values.count { $0.reading(now: now) != .closed } })
    }

    /// Circuit breakers and retry budgets in memory.
    var remembered: Int { state.withLock { $0.breakers.count + $0.budgets.count } }

    /// To be called when a model's key or address was corrected or a test of it went well: it is asked again at once.
    ///
    /// - Parameter business: nil for a shared model: of all.
    package func forget(_ model: LLMModelID, of business: BusinessID?) {
        state.withLock { state in
            state.breakers = state.breakers.filter { $0.key.model != model || business != nil && $0.key.business != business }
        }
    }

    func admit(_ model: LLMModel, _ business: BusinessID, isRetry: Bool) -> CircuitBreaker.Ticket? {
        let now = clock.now()
        return state.withLock { state in
            dropIdle(&state, now)
            guard let ticket = state.breakers[Subject(model, business), default: CircuitBreaker()].admit(now: now) else { return nil }
            if !isRetry { state.budgets[model.id, default: RetryBudget()].countRequest(now: now) }
            return ticket
        }
    }

    func settle(_ ticket: CircuitBreaker.Ticket, _ verdict: CircuitBreaker.Verdict, _ model: LLMModel, _ business: BusinessID) {
        let now = clock.now()
        // One that was forgotten meanwhile is not made anew for an old call.
        state.withLock { $0.breakers[Subject(model, business)]?.settle(ticket, verdict, now: now) }
    }

    /// Whether the same model may be asked again: it is not shut off, and there are not too many retries already.
    func takeRetry(_ model: LLMModel, _ business: BusinessID) -> Bool {
        let now = clock.now()
        return state.withLock { state in
            guard state.breakers[Subject(model, business)]?.reading(now: now) ?? .closed == .closed else { return false }
            return state.budgets[model.id, default: RetryBudget()].takeRetry(now: now)
        }
    }

    /// Memory is bounded by what is used: looked at only when it has doubled.
    private func dropIdle(_ state: inout State, _ now: Duration) {
        guard state.breakers.count + state.budgets.count >= state.crowd else { return }
        state.breakers = state.breakers.filter { !$0.value.isIdle(now: now) }
        state.budgets = state.budgets.filter { !$0.value.isIdle(now: now) }
        state.crowd = max(Self.leastCrowd, (state.breakers.count + state.budgets.count) * 2)
    }
}
