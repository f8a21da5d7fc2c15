import Foundation
import Store
import TestSupport
import Testing

@testable import Kalamna

/// The report on models, by day and over the period, beside the built-in assistant.
@Suite struct LLMPerformanceTests {
    private static func report(_ stage: CallStage, from: String, to: String) async throws -> [ModelPerformance] {
        let (from, to) = (try #require(LocalDate(from)), try #require(LocalDate(to)))
        return try await stage.kalamna.database.read(of: stage.id) { try LLMPerformance($0).report(from: from, to: to, in: CallStage.cairo) }
    }

    @Test(arguments: Engine.all) func figuresOfAModel(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (stage, foreign) = (try await CallStage(kalamna), try await CallStage(kalamna, kalamna.globex))
        let (one, two) = (try CallStage.model("One"), try CallStage.model("Two"))
        let sessions = try await stage.sessions(3)
        let now = kalamna.clock.now
        // A hundred that take 1…100 ms until the first words, ten times that until the end.
        var calls = (1...100).map { number in
            LLMCall.sample(of: one, in: sessions[number % 2], at: now, firstToken: number, total: number * 10, grounded: number <= 90)
        }
        calls += [
            .sample(of: one, in: sessions[0], at: now, .failed(.timeout), total: 90_000),
            .sample(of: one, in: sessions[0], at: now, .failed(.timeout), total: 90_000),
            .sample(of: one, in: sessions[0], at: now, .abstained, firstToken: 1, total: 10),
            .sample(of: one, in: sessions[2], at: now - .days(1), firstToken: 7, total: 70, handedOver: true),
            .sample(of: two, in: sessions[0], at: now - .days(1)), .sample(of: two, in: sessions[0], at: now - .days(40)),
        ]
        try await stage.insert(calls)
        try await foreign.insert([.sample(of: one, in: try await foreign.sessions(1)[0], at: now, .failed(.badRequest))])
        for (session, stars) in zip(sessions, [5, 4, 1]) { try await stage.rate(session, stars) }

        let report = try await Self.report(stage, from: "2026-11-01", to: "2026-11-22")
        #expect(report.map(\.label) == ["One", "Two"] && report.map(\.model) == [one.id, two.id])
        let first = try #require(report.first)
        #expect(first.days.map(\.day.description) == ["2026-11-21", "2026-11-22"])
        let today = try #require(first.days.last?.figures)
        #expect(today.requests == 103 && today.errors == [.timeout: 2] && today.served == 101)
        #expect(today.firstToken == ModelFigures.Percentiles(half: 50, most: 95))
        #expect(today.total == ModelFigures.Percentiles(half: 500, most: 950))
        #expect(today.groundedShare == 0.9 && today.abstainedShare == 1.0 / 101 && today.handedOverShare == 0)
        #expect(today.tokensIn == 103_000 && today.tokensOut == 10_300 && today.cost == 103 * 1100)
        #expect(today.ratings == 2 && today.meanRating == 4.5)
        #expect(first.total.requests == 104 && first.total.handedOver == 1 && first.total.ratings == 3)
        #expect(abs((first.total.meanRating ?? 0) - 10.0 / 3) < 1e-9)
        #expect(first.total.firstToken?.most == 95 && first.days.first?.figures.total?.half == 70)
        #expect(report.last?.total.requests == 1 && report.last?.total.meanRating == 5)
        #expect(try await Self.report(stage, from: "2026-11-22", to: "2026-11-21").isEmpty)
    }

    @Test(arguments: Engine.all) func theBuiltInAssistantStandsBeside(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        _ = try await Shop.open(in: kalamna, for: kalamna.acme)
        let talk = try await Talk(kalamna)
        #expect(try await talk.ask(Shop.shippingQuestion).outcome == .answered)
        #expect(try await talk.ask(Shop.unknown).outcome == .abstained)
        #expect(try await talk.ask("شكرا").outcome == .smallTalk)
        _ = try await talk.services.conversations.rate(talk.reference, rating: 3, comment: "")
        let stage = try await CallStage(kalamna)
        let report = try await Self.report(stage, from: "2026-11-20", to: "2026-11-22")
        let builtIn = try #require(report.first)
        #expect(report.count == 1 && builtIn.model == nil && builtIn.label == Extractive.name)
        #expect(builtIn.days.map(\.day.description) == ["2026-11-22"])
        #expect(builtIn.total.requests == 2 && builtIn.total.abstainedShare == 0.5 && builtIn.total.groundedShare == 1)
        #expect(builtIn.total.cost == 0 && builtIn.total.total != nil && builtIn.total.meanRating == 3)
        #expect(try await Self.report(stage, from: "2026-11-20", to: "2026-11-21").isEmpty)
        let foreign = try await CallStage(kalamna, kalamna.globex)
        #expect(try await Self.report(foreign, from: "2026-11-20", to: "2026-11-22").isEmpty)
    }
}
