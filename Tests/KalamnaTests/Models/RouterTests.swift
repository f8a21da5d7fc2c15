import Synchronization
import Testing

@testable import Kalamna

@Suite(.timeLimit(.minutes(10))) struct RouterTests {
    @Test func theFirstAnswersPieceByPiece() async throws {
        let stage = try RouterStage(["a": [.says("أهلا ", "بيك")], "b": [.says("no")]])
        let reader = RouterReader()
        let routed = try await stage.ask(reader)
        #expect(reader.text == "أهلا بيك" && routed.completion.text == "أهلا بيك" && stage.fakes.asked == ["a"])
        #expect(routed.model.model == "a" && !routed.usedFallback && routed.firstToken == .zero)
        #expect(routed.attempts.map(\.outcome) == [.answered] && routed.attempts[0].usage == ModelUsage(input: 7, output: 3))
        #expect(stage.router.totals.inFlight == 0 && stage.router.totals.openBreakers == 0)
    }

    @Test func aModelThatOnlyCallsToolsHasAnswered() async throws {
        let call = ModelToolCall(id: "1", name: "hand_over", arguments: [:])
        let tool = RouterFakeModel { _ in ModelCompletion(text: "", calls: [call], ending: .toolCalls, usage: .none) }
        let routed = try await RouterStage(["a": [tool]]).ask()
        #expect(routed.completion.calls == [call] && routed.firstToken == nil)
    }

    @Test(arguments: [ProviderFailure.Kind.authentication, .outOfQuota, .badRequest, .badResponse])
    func theNextAnswersWhenTheFirstCanNot(kind: ProviderFailure.Kind) async throws {
        let stage = try RouterStage(["a": [.fails(kind)], "b": [.says("here")]])
        let reader = RouterReader()
        let routed = try await stage.ask(reader)
        #expect(reader.text == "here" && routed.usedFallback && stage.fakes.asked == ["a", "b"])
        #expect(routed.attempts.map(\.failure) == [kind, nil] && routed.attempts[0].usage == nil)
    }

    @Test func allAreAskedBeforeItGivesUp() async throws {
        let stage = try RouterStage(["a": [.fails(.badRequest)], "b": [], "c": [RouterFakeModel { _ in throw Failure.forbidden }]])
        let outcomes = try await stage.failures()
        #expect(
            outcomes == [
                .failed(ProviderFailure("fake", .badRequest)), .notMade("not_found"),
                .failed(ProviderFailure("models.example/c", .badResponse, code: "Failure")),
            ])
        #expect(stage.fakes.asked == ["a", "c"])
        await #expect(throws: RouterFailure.self) { _ = try await RouterStage([:]).ask() }
    }

    @Test func triesAgainAfterARandomPause() async throws {
        let stage = try RouterStage(["a": [.fails(.overloaded), .fails(.unreachable), .says("at last")], "b": [.says("no")]])
        let task = Task { try await stage.ask() }
        // Half of 500 ms, then half of a second.
        try await routerWaits { stage.clock.alarms == [250] }
        stage.clock.advance(by: .milliseconds(250))
        try await routerWaits { stage.clock.alarms == [750] }
        stage.clock.advance(by: .milliseconds(500))
        let routed = try await task.value
        #expect(stage.fakes.asked == ["a", "a", "a"] && !routed.usedFallback && routed.total == .milliseconds(750))
        #expect(routed.attempts.map(\.startedAfter) == [.zero, .milliseconds(250), .milliseconds(750)])
    }

    @Test func triesTwiceMoreAtMost() async throws {
        let stage = try RouterStage(["a": [.fails(.overloaded)], "b": [.says("here")]], jitter: 0)
        #expect(try await stage.ask().usedFallback)
        #expect(stage.fakes.asked == ["a", "a", "a", "b"])
    }

    @Test func waitsAsLongAsTheProviderAsksWhenThereIsTime() async throws {
        let stage = try RouterStage(["a": [.fails(.rateLimited, retryAfter: .seconds(3)), .says("here")], "b": [.says("b")]])
        let task = Task { try await stage.ask() }
        try await routerWaits { stage.clock.alarms == [3050] }
        stage.clock.advance(by: .milliseconds(3050))
        #expect(try await task.value.model.model == "a")

        let hasty = try RouterStage(["a": [.fails(.rateLimited, retryAfter: .milliseconds(5200)), .says("here")], "b": [.says("b")]])
        #expect(try await hasty.ask().model.model == "b" && hasty.fakes.asked == ["a", "b"])
    }

    @Test func theNextAnswersAfterTheDeadlineForTheFirstText() async throws {
        let ended = Mutex(false)
        let slow = RouterFakeModel { receive in
            do { try await Task.sleep(for: .hours(1)) } catch {
                ended.withLock { $0 = true }
                // Too late: it must not be heard.
                try await receive("late")
            }
            throw ProviderFailure("fake", .badResponse)
        }
        let stage = try RouterStage(["a": [slow], "b": [.says("b")]])
        let reader = RouterReader()
        let task = Task { try await stage.ask(reader) }
        try await routerWaits { stage.clock.alarms == [6000] }
        stage.clock.advance(by: .milliseconds(5999))
        #expect(stage.fakes.asked == ["a"])
        stage.clock.advance(by: .milliseconds(1))
        let routed = try await task.value
        #expect(routed.model.model == "b" && routed.attempts.map(\.outcome) == [.tooSlow, .answered] && reader.text == "b")
        #expect(routed.firstToken == .seconds(6) && routed.attempts[1].firstToken == .zero && routed.attempts[0].failure == .timeout)
        try await routerWaits { ended.withLock { $0 } && stage.router.totals.inFlight == 0 }
        #expect(reader.text == "b")
    }

    /// The customer's answer does not depend on the manners of an adapter; its place stays taken until it ends.
    @Test func aModelThatDoesNotHeedItsCancellationIsLeft() async throws {
        let gate = Mutex(false)
        let deaf = RouterFakeModel { _ in
            while !gate.withLock({ $0 }) { try await RouterFakeModel.sleepDeaf(.milliseconds(1)) }
            return ModelCompletion(text: "late", ending: .complete, usage: .none)
        }
        let stage = try RouterStage(["a": [deaf], "b": [.says("b")]])
        let task = Task { try await stage.ask() }
        try await routerWaits { stage.clock.alarms == [6000] }
        stage.clock.advance(by: .seconds(6))
        #expect(try await task.value.model.model == "b")
        #expect(stage.router.totals.inFlight == 1)
        gate.withLock { $0 = true }
        try await routerWaits { stage.router.totals.inFlight == 0 }
    }

    @Test(arguments: [ProviderFailure.Kind.overloaded, .badResponse]) func nothingIsTriedAgainAfterText(kind: ProviderFailure.Kind) async throws {
        let breaks = RouterFakeModel { receive in
            try await receive("السعر ")
            throw ProviderFailure("fake", kind)
        }
        let stage = try RouterStage(["a": [breaks], "b": [.says("b")]])
        let reader = RouterReader()
        do {
            _ = try await stage.ask(reader)
            Issue.record("it was answered")
        } catch RouterFailure.broken(let attempts) {
            #expect(attempts.map(\.failure) == [kind] && attempts[0].usage?.isEstimated == true)
        }
        #expect(reader.text == "السعر " && stage.fakes.asked == ["a"])
    }

    @Test func theWholeHasADeadlineToo() async throws {
        let stops = RouterFakeModel { receive in
            try await receive("one")
            try await Task.sleep(for: .hours(1))
            throw ProviderFailure("fake", .badResponse)
        }
        let stage = try RouterStage(["a": [stops], "b": [.says("b")]])
        let task = Task { try await stage.ask() }
        try await routerWaits { stage.clock.alarms == [6000] }
        stage.clock.advance(by: .seconds(6))
        // Twice six seconds and a minute.
        try await routerWaits { stage.clock.alarms == [72_000] }
        stage.clock.advance(by: .seconds(66))
        guard case .failure(let failure as RouterFailure) = await task.result, case .broken(let attempts) = failure else {
            Issue.record("it did not break")
            return
        }
        #expect(attempts.map(\.failure) == [.timeout] && stage.fakes.asked == ["a"])
        #expect(failure.description.contains("timeout") && !failure.description.contains("؟"))
    }

    @Test func whatTheCallerThrowsPasses() async throws {
        let stage = try RouterStage(["a": [.says("one", "two")], "b": [.says("b")]])
        for _ in 0..<12 {
            let failure = await #expect(throws: Failure.self) {
                _ = try await stage.router.write(
                    ModelRequest(system: "", messages: []), plan: stage.plan, business: stage.business, settings: stage.settings,
                    make: stage.fakes.make
                ) { _ in throw Failure.notFound }
            }
            #expect(failure?.code == "not_found")
        }
        // The model did nothing wrong.
        #expect(Set(stage.fakes.asked) == ["a"] && stage.router.states(of: stage.business).allSatisfy { $0.breaker == .closed })
        try await routerWaits { stage.router.totals.inFlight == 0 }
    }

    @Test func aCancellationPassesAtOnceAndIsNoFailure() async throws {
        let stage = try RouterStage(["a": [.hangs], "b": [.says("b")]])
        for round in 1...12 {
            let task = Task { try await stage.ask() }
            try await routerWaits { stage.fakes.asked.count == round }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            try await routerWaits { stage.router.totals.inFlight == 0 }
        }
        #expect(Set(stage.fakes.asked) == ["a"] && stage.router.states(of: stage.business).map(\.breaker) == [.closed])

        // Also between two tries.
        stage.fakes.set("a", .fails(.overloaded))
        let task = Task { try await stage.ask() }
        try await routerWaits { stage.clock.alarms == [250] }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(!stage.fakes.asked.contains("b"))
    }
}
