import Synchronization
import Testing

@testable import Kalamna

/// What the router learns from one answer for the next.
@Suite(.timeLimit(.minutes(10))) struct RouterMemoryTests {
    @Test func aModelThatFailsIsLeftAloneAndComesBack() async throws {
        let stage = try RouterStage(["a": [.fails(.badResponse)], "b": [.says("b")]])
        for _ in 0..<14 { #expect(try await stage.ask().model.model == "b") }
        #expect(stage.fakes.asked.count { $0 == "a" } == 10)
        #expect(try await stage.ask().attempts.map(\.outcome) == [.breakerOpen, .answered])
        #expect(stage.state(of: 0)?.breaker == .open(.seconds(15)) && stage.router.totals.openBreakers == 1)
        // Another business may have another key: it finds out by itself.
        let other = BusinessID(at: Instant(milliseconds: 1))
        #expect(stage.router.states(of: other).isEmpty)
        #expect(try await stage.ask(of: other).attempts.count == 2 && stage.fakes.asked.count { $0 == "a" } == 11)

        stage.clock.advance(by: .seconds(15))
        stage.fakes.set("a", .says("a"))
        #expect(try await stage.ask().model.model == "a")
        #expect(stage.state(of: 0)?.breaker == .closed && stage.state(of: 1)?.breaker == .closed)
    }

    @Test func whileOneProbesTheOthersDoNotWait() async throws {
        let stage = try RouterStage(["a": [.fails(.authentication)], "b": [.says("b")]])
        #expect(try await stage.ask().usedFallback)
        stage.clock.advance(by: .seconds(15))
        stage.fakes.set("a", .hangs)
        let probe = Task { try await stage.ask() }
        try await routerWaits { stage.fakes.asked == ["a", "b", "a"] }
        #expect(try await stage.ask().attempts.map(\.outcome) == [.breakerOpen, .answered])
        probe.cancel()
        await #expect(throws: CancellationError.self) { try await probe.value }
        // The cancelled probe said nothing: the next call probes.
        stage.fakes.set("a", .says("a"))
        #expect(try await stage.ask().model.model == "a")
    }

    @Test func aCorrectedModelIsAskedAtOnce() async throws {
        let stage = try RouterStage(["a": [.fails(.authentication)]])
        _ = try await stage.failures()
        #expect(try await stage.failures() == [.breakerOpen])
        stage.router.forget(stage.plan[0].id, of: BusinessID(at: Instant(milliseconds: 1)))
        #expect(try await stage.failures() == [.breakerOpen])
        stage.fakes.set("a", .says("a"))
        stage.router.forget(stage.plan[0].id, of: stage.business)
        #expect(try await stage.ask().model.model == "a")
    }

    @Test func aStormOfFailuresGetsFewRetries() async throws {
        // Each customer of another business, so that no circuit opens.
        let stage = try RouterStage(["a": [.fails(.overloaded)], "b": [.says("b")]], jitter: 0)
        for number in 0..<500 { #expect(try await stage.ask(of: BusinessID(at: Instant(milliseconds: Int64(number)))).model.model == "b") }
        let calls = stage.fakes.asked.count { $0 == "a" }
        #expect(calls > 540 && calls <= 550, "\(calls) calls for 500 questions")
    }

    @Test func whoFindsNoPlaceIsAnsweredByTheNext() async throws {
        var limits = RouterLimits()
        limits.inFlightOfModel = 2
        let gate = Mutex(false)
        let slow = RouterFakeModel { receive in
            while !gate.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(1)) }
            try await receive("a")
            return ModelCompletion(text: "a", ending: .complete, usage: .none)
        }
        let stage = try RouterStage(["a": [slow], "b": [.says("b")]], limits: limits)
        let two = (0..<2).map { _ in Task { try await stage.ask() } }
        try await routerWaits { stage.clock.alarms == [6000, 6000] }
        let third = Task { try await stage.ask() }
        try await routerWaits { stage.clock.alarms == [200, 6000, 6000] }
        stage.clock.advance(by: .milliseconds(200))
        #expect(try await third.value.attempts.map(\.outcome) == [.busy, .answered])
        #expect(stage.state(of: 0)?.inFlight == 2 && stage.state(of: 1)?.inFlight == 0)
        gate.withLock { $0 = true }
        for task in two { #expect(try await task.value.model.model == "a") }
        #expect(stage.router.totals.inFlight == 0)
    }

    @Test func oneAnswerWaitsForPlacesOnlyOnce() async throws {
        var limits = RouterLimits()
        limits.inFlightOfBusiness = 1
        let stage = try RouterStage(["a": [.hangs], "b": [.says("b")], "c": [.says("c")]], limits: limits)
        let first = Task { try await stage.ask() }
        try await routerWaits { stage.clock.alarms == [6000] }
        let second = Task { try await stage.failures() }
        try await routerWaits { stage.clock.alarms == [200, 6000] }
        stage.clock.advance(by: .milliseconds(200))
        #expect(try await second.value == [.busy, .busy, .busy])
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
    }

    @Test func aModelThatIsTooSlowIsLeftAloneToo() async throws {
        var stage = try RouterStage(["a": [.hangs], "b": [.says("b")]])
        stage.settings.firstTokenDeadline = 2500
        for round in 1...10 {
            let task = Task { [stage] in try await stage.ask() }
            try await routerWaits { stage.fakes.asked.count == round * 2 - 1 && stage.clock.alarms.count == 1 }
            // Ten of them within half a minute.
            stage.clock.advance(by: .milliseconds(2500))
            #expect(try await task.value.attempts.first?.outcome == .tooSlow)
        }
        #expect(stage.state(of: 0)?.breaker == .open(.seconds(15)))
        #expect(try await stage.ask().attempts.first?.outcome == .breakerOpen)
    }

    @Test func memoryIsBounded() async throws {
        let stage = try RouterStage(["a": [.says("a")]])
        for number in 0..<5000 {
            _ = try await stage.ask(of: BusinessID(at: Instant(milliseconds: Int64(number))))
            stage.clock.advance(by: .seconds(1))
        }
        #expect(stage.router.remembered < 1100)
    }
}
