import Foundation
import Store
import TestSupport
import Testing

@testable import Kalamna

/// What is noted of each call, and the sums that budgets are made of.
@Suite struct LLMCallsTests {
    @Test(arguments: Engine.all) func sumsAreOfTheSessionTheDayAndTheMonth(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (stage, foreign) = (try await CallStage(kalamna), try await CallStage(kalamna, kalamna.globex))
        let (one, two) = (try CallStage.model("One"), try CallStage.model("Two", price: 3_000_000))
        let sessions = try await stage.sessions(2)
        let theirs = try await foreign.sessions(1)
        let now = kalamna.clock.now
        try await stage.insert([
            .sample(of: one, in: sessions[0], at: now), .sample(of: two, in: sessions[0], at: now), .sample(of: one, in: sessions[1], at: now),
            .sample(of: one, in: sessions[0], at: now - .days(1)), .sample(of: one, in: sessions[0], at: now - .days(30)),
        ])
        try await foreign.insert([.sample(of: one, in: theirs[0], at: now)])
        var expected = ModelSpending()
        expected.tokensOfSession = 4 * 1100
        expected.tokensToday = 3 * 1100
        expected.costToday = 1100 + 3300 + 1100
        expected.costThisMonth = 1100 + 3300 + 1100 + 1100
        #expect(try await stage.spending(of: sessions[0]) == expected)
        let other = try await foreign.spending(of: sessions[0])
        #expect(other.tokensOfSession == 0 && other.tokensToday == 1100)
    }

    /// A conversation that is erased takes its calls with it, but not what they cost.
    @Test(arguments: Engine.all) func erasingGivesNoMoneyBack(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let stage = try await CallStage(kalamna)
        let session = try await stage.sessions(1)[0]
        try await stage.insert([.sample(of: try CallStage.model("One"), in: session, at: kalamna.clock.now)])
        try await kalamna.database.write(of: stage.id) { db in
            try db.execute("DELETE FROM chat_sessions WHERE business_id = \(db.business) AND id = \(session)")
        }
        let left = try await stage.spending(of: session)
        #expect(left.tokensOfSession == 0 && left.tokensToday == 1100 && left.costThisMonth == 1100)
    }

    @Test func daysAreTheBusinesss() throws {
        let zone = CallStage.cairo
        // Cairo is two hours ahead in winter, three in summer.
        let cases = [
            ("2026-11-22T21:59:59.999Z", "2026-11-22"), ("2026-11-22T22:00:00.000Z", "2026-11-23"), ("2026-07-31T21:00:00.000Z", "2026-08-01"),
        ]
        for (instant, day) in cases {
            let date = try #require(try? Date(instant, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
            let moment = Instant(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded()))
            #expect(LocalDate(moment, in: zone).description == day, "\(instant)")
        }
        let day = try #require(LocalDate("2026-02-28"))
        #expect(day.adding(days: 1).description == "2026-03-01" && day.adding(days: -59).description == "2025-12-31")
        #expect(day.begin(in: zone).description == "2026-02-27T22:00:00.000Z")
        #expect(day.firstOfMonth.description == "2026-02-01")
    }

    @Test func endingsHaveOneNameEach() {
        let endings = [LLMCall.Ending.ok, .ungrounded, .abstained, .cutOff, .blocked, .cancelled] + ProviderFailure.Kind.allCases.map { .failed($0) }
        #expect(Set(endings.map(\.name)).count == endings.count)
        for ending in endings { #expect(LLMCall.Ending(sql: ending.sqlValue) == ending) }
        #expect(LLMCall.Ending.failed(.rateLimited).name == "error_rate_limited")
        #expect(LLMCall.Ending(sql: .text("error_unknown")) == nil)
    }
}
