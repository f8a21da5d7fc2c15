import Synchronization

/// Holds back in memory what calls in flight may come to use: without it a hundred turns at once would all find room in a budget for ten.
///
/// Other processes on the same database do not see it: together they can go beyond a limit by what each has in flight, not more.
package final class BudgetReservations: Sendable {
    package enum Outcome: Sendable {
        /// Hold it until the calls are stored. The answer may have as many tokens as it says.
        case reserved(BudgetReservation)
        case exhausted(ModelBudget.Limit)
    }

    fileprivate struct Held {
        let session: ChatSessionID
        let tokens: Int64
        let cost: Int64
    }

    fileprivate struct State {
        var held: [UInt64: Held] = [:]
        /// Those that ended while somebody was reading the sums: whether the reading has found them in the database is not known.
        var ended: [(at: UInt64, what: Held)] = []
        /// When those who are reading the sums began.
        var readings: [UInt64: UInt64] = [:]
    }

    private struct Everything {
        var time: UInt64 = 0
        var businesses: [BusinessID: State] = [:]

        mutating func tick() -> UInt64 {
            time += 1
            return time
        }
    }

    private let state = Mutex(Everything())

    package init() {}

    /// Reads what has been used and holds back what this call may use, when the limits leave room for it.
    ///
    /// - Parameter day: today, in the business's zone.
    package func reserve(
        _ ask: ModelAsk, of limits: ModelSettings.Budget, for session: SessionReference, on day: LocalDate, in database: Database
    ) async throws -> Outcome {
        let reading = begin(session.business)
        let stored: ModelSpending
        do {
            stored = try await database.read(of: session.business) { try LLMCalls($0).spending(of: session.session, on: day) }
        } catch {
            end(reading, of: session.business)
            throw error
        }
        return reserve(ask, of: limits, for: session, stored: stored, reading)
    }

    /// What is held back for the business at this moment, in tokens.
    package func tokensInFlight(of business: BusinessID) -> Int64 {
        state.withLock { $0.businesses[business]?.held.values.reduce(0) { $0 + $1.tokens } ?? 0 }
    }

    private func begin(_ business: BusinessID) -> UInt64 {
        state.withLock { state in
            let now = state.tick()
            state.businesses[business, default: State()].readings[now] = now
            return now
        }
    }

    private func end(_ reading: UInt64, of business: BusinessID) {
        state.withLock { $0.businesses[business]?.end(reading: reading) }
        forget(business)
    }

    private func reserve(
        _ ask: ModelAsk, of limits: ModelSettings.Budget, for session: SessionReference, stored: ModelSpending, _ reading: UInt64
    ) -> Outcome {
        let outcome = state.withLock { state -> (id: UInt64, upTo: Int, refused: ModelBudget.Limit?) in
            var business = state.businesses[session.business] ?? State()
            defer { state.businesses[session.business] = business }
            var spending = stored
            for held in Array(business.held.values) + business.ended.filter({ $0.at > reading }).map(\.what) {
                if held.session == session.session { spending.tokensOfSession += held.tokens }
                spending.tokensToday += held.tokens
                spending.costToday += held.cost
                spending.costThisMonth += held.cost
            }
            business.end(reading: reading)
            switch ModelBudget(limits, spending: spending).decision(on: ask) {
            case .exhausted(let limit): return (0, 0, limit)
            case .allowed(let most):
                let id = state.tick()
                business.held[id] = Held(session: session.session, tokens: Int64(ask.input + most), cost: ask.cost(output: most))
                return (id, most, nil)
            }
        }
        if let limit = outcome.refused {
            forget(session.business)
            return .exhausted(limit)
        }
        return .reserved(BudgetReservation(outcome.id, of: session.business, upTo: outcome.upTo, in: self))
    }

    fileprivate func release(_ id: UInt64, of business: BusinessID) {
        state.withLock { state in
            let now = state.tick()
            guard let held = state.businesses[business]?.held.removeValue(forKey: id) else { return }
            if state.businesses[business]?.readings.isEmpty == false { state.businesses[business]?.ended.append((now, held)) }
        }
        forget(business)
    }

    /// A business without anything in flight takes no memory.
    private func forget(_ business: BusinessID) {
        state.withLock { state in
            if let found = state.businesses[business], found.held.isEmpty, found.readings.isEmpty { state.businesses[business] = nil }
        }
    }
}

extension BudgetReservations.State {
    fileprivate mutating func end(reading: UInt64) {
        readings[reading] = nil
        let oldest = readings.values.min() ?? .max
        ended.removeAll { $0.at < oldest }
    }
}

/// Room in a budget for one call. It is given back when nobody holds this any more: hold it until what was used is stored.
package final class BudgetReservation: Sendable {
    /// The longest answer that may be asked for, in tokens.
    package let mostTokens: Int
    private let id: UInt64
    private let business: BusinessID
    private let reservations: BudgetReservations

    fileprivate init(_ id: UInt64, of business: BusinessID, upTo mostTokens: Int, in reservations: BudgetReservations) {
        self.mostTokens = mostTokens
        self.id = id
        self.business = business
        self.reservations = reservations
    }

    deinit { reservations.release(id, of: business) }
}
