import Foundation
import Store
import Synchronization
import TestSupport
import Testing

@testable import Kalamna

/// Limits are hard, also when many ask at once.
@Suite struct ModelBudgetTests {
    private static func limits(_ change: (inout ModelSettings.Budget) -> Void) -> ModelSettings.Budget {
        var limits = ModelSettings.Budget()
        change(&limits)
        return limits
    }

    private static func spending(_ change: (inout ModelSpending) -> Void) -> ModelSpending {
        var spending = ModelSpending()
        change(&spending)
        return spending
    }

    @Test func eachLimitCutsAndThenStops() throws {
        let model = try CallStage.model("One", price: 2_000_000)
        func decision(_ limits: ModelSettings.Budget, _ spending: ModelSpending = ModelSpending(), used: Int = 0) -> ModelBudget.Decision {
            ModelBudget(limits, spending: spending).decision(on: ModelAsk(input: 1000, output: 400, usedForMessage: used, plan: [model]))
        }
        #expect(decision(Self.limits { _ in }) == .allowed(upTo: 400))
        #expect(decision(Self.limits { $0.tokensPerMessage = 1300 }) == .allowed(upTo: 300))
        #expect(decision(Self.limits { $0.tokensPerMessage = 1300 }, used: 236) == .allowed(upTo: 64))
        #expect(decision(Self.limits { $0.tokensPerMessage = 1300 }, used: 237) == .exhausted(.tokensPerMessage))
        #expect(decision(Self.limits { $0.tokensPerSession = 2100 }, Self.spending { $0.tokensOfSession = 1000 }) == .allowed(upTo: 100))
        #expect(decision(Self.limits { $0.tokensPerSession = 2000 }, Self.spending { $0.tokensOfSession = 1000 }) == .exhausted(.tokensPerSession))
        #expect(decision(Self.limits { $0.tokensPerDay = 2000 }, Self.spending { $0.tokensToday = 5000 }) == .exhausted(.tokensPerDay))
        // 2000 millionths for the input, 2 for each token of the answer.
        #expect(decision(Self.limits { $0.costPerDay = 2600 }) == .allowed(upTo: 300))
        #expect(decision(Self.limits { $0.costPerDay = 2600 }, Self.spending { $0.costToday = 500 }) == .exhausted(.costPerDay))
        #expect(decision(Self.limits { $0.costPerMonth = 10_000 }, Self.spending { $0.costThisMonth = 10_001 }) == .exhausted(.costPerMonth))
        #expect(
            decision(
                Self.limits {
                    $0.costPerMonth = .max
                    $0.costPerDay = .max
                }) == .allowed(upTo: 400))
    }

    @Test func whatCostsNothingNeedsNoMoney() throws {
        let free = try CallStage.model("Ours", price: 0)
        let limits = Self.limits { ($0.costPerDay, $0.costPerMonth) = (0, 0) }
        let ask = ModelAsk(input: 1000, output: 50, plan: [free])
        #expect(ModelBudget(limits, spending: ModelSpending()).decision(on: ask) == .allowed(upTo: 50))
        // The dearest of those that may come to answer counts.
        let dear = ModelAsk(input: 1000, output: 50, plan: [free, try CallStage.model("Theirs")])
        #expect(ModelBudget(limits, spending: ModelSpending()).decision(on: dear) == .exhausted(.costPerDay))
    }

    @Test(arguments: Engine.all) func aHundredAtOnceWithRoomForTen(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let stage = try await CallStage(kalamna)
        let model = try CallStage.model("One")
        let sessions = try await stage.sessions(100)
        let limits = Self.limits { $0.tokensPerDay = 10 * 1100 + 50 }
        let reservations = BudgetReservations()
        let now = kalamna.clock.now
        let day = LocalDate(now, in: CallStage.cairo)
        let allowed = try await withThrowingTaskGroup(of: Bool.self) { group in
            for session in sessions {
                group.addTask {
                    let outcome = try await reservations.reserve(
                        ModelAsk(input: 1000, output: 100, plan: [model]), of: limits,
                        for: SessionReference(business: stage.id, session: session), on: day, in: kalamna.database)
                    guard case .reserved(let reservation) = outcome else { return false }
                    #expect(reservation.mostTokens == 100)
                    await Task.yield()
                    try await stage.insert([.sample(of: model, in: session, at: now)])
                    return withExtendedLifetime(reservation) { true }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(allowed <= 10 && allowed > 0)
        #expect(try await stage.spending(of: sessions[0]).tokensToday == Int64(allowed) * 1100)
        #expect(reservations.tokensInFlight(of: stage.id) == 0)

        // One after the other all of the rest is used, and nothing beyond.
        var more = 0
        for session in sessions {
            let outcome = try await reservations.reserve(
                ModelAsk(input: 1000, output: 100, plan: [model]), of: limits, for: SessionReference(business: stage.id, session: session), on: day,
                in: kalamna.database)
            guard case .reserved = outcome else { break }
            try await stage.insert([.sample(of: model, in: session, at: now)])
            more += 1
        }
        #expect(allowed + more == 10)
    }

    @Test(arguments: Engine.all) func whatIsHeldIsTheBusinesssOwn(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (stage, foreign) = (try await CallStage(kalamna), try await CallStage(kalamna, kalamna.globex))
        let model = try CallStage.model("One")
        let (mine, theirs) = (try await stage.sessions(2), try await foreign.sessions(1))
        let limits = Self.limits { ($0.tokensPerDay, $0.tokensPerSession) = (2200, 1100) }
        let reservations = BudgetReservations()
        let day = LocalDate(kalamna.clock.now, in: CallStage.cairo)
        func reserve(_ session: ChatSessionID, of stage: CallStage) async throws -> BudgetReservations.Outcome {
            try await reservations.reserve(
                ModelAsk(input: 1000, output: 100, plan: [model]), of: limits, for: SessionReference(business: stage.id, session: session), on: day,
                in: kalamna.database)
        }
        func refusal(_ outcome: BudgetReservations.Outcome) -> ModelBudget.Limit? {
            if case .exhausted(let limit) = outcome { limit } else { nil }
        }
        var first: BudgetReservations.Outcome? = try await reserve(mine[0], of: stage)
        #expect(first.flatMap(refusal) == nil)
        #expect(refusal(try await reserve(mine[0], of: stage)) == .tokensPerSession)
        let second = try await reserve(mine[1], of: stage)
        #expect(refusal(second) == nil)
        #expect(refusal(try await reserve(mine[1], of: stage)) == .tokensPerSession)
        let third = try await reserve(theirs[0], of: foreign)
        #expect(refusal(third) == nil)
        #expect(reservations.tokensInFlight(of: stage.id) == 2200)
        // A call that came to nothing gives its room back.
        first = nil
        #expect(reservations.tokensInFlight(of: stage.id) == 1100)
        let again = try await reserve(mine[0], of: stage)
        #expect(refusal(again) == nil)
        withExtendedLifetime((second, third, again)) {}
    }
}
