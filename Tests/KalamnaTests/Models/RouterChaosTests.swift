import Synchronization
import Testing

@testable import Kalamna

@Suite(.timeLimit(.minutes(10))) struct RouterChaosTests {
    /// Fifty times as fast as the real one.
    private static let clock = RouterClock(
        now: { [start = ContinuousClock.now] in (.now - start) * 50 }, sleep: { try await Task.sleep(for: max($0, .zero) / 50) })

    /// Fails, hangs, breaks off, answers slowly or well, as it comes. Times are those of the fast clock.
    private static func anything() -> RouterFakeModel {
        RouterFakeModel { receive in
            func pause(_ longest: Int) async throws { try await clock.sleep(.milliseconds(Int.random(in: 0...longest))) }
            func speak() async throws -> ModelCompletion {
                var text = ""
                for _ in 0..<Int.random(in: 1...6) {
                    try await pause(150)
                    let piece = ["أهلا ", "السعر 50 ", "", "👍🏽 "].randomElement() ?? ""
                    text += piece
                    try await receive(piece)
                }
                return ModelCompletion(text: text, ending: .complete, usage: .none)
            }
            let kind = ProviderFailure.Kind.allCases.randomElement() ?? .timeout
            switch Int.random(in: 0..<20) {
            case 0..<10: return try await speak()
            case 10..<13: throw ProviderFailure("fake", kind, retryAfter: Bool.random() ? .milliseconds(Int.random(in: 0...20_000)) : nil)
            case 13:
                _ = try await speak()
                throw ProviderFailure("fake", kind)
            case 14: try await clock.sleep(.hours(1))
            case 15:
                // Does not heed its cancellation.
                try await RouterFakeModel.sleepDeaf(.milliseconds(120))
                try await receive("late")
            case 16:
                try await receive("one ")
                try await clock.sleep(.hours(1))
            case 17: throw CancellationError()
            case 18: throw Failure.notFound
            default: return ModelCompletion(text: "", ending: .blocked, usage: .none)
            }
            throw ProviderFailure("fake", .badResponse)
        }
    }

    private enum Result: Hashable { case answered, none, broken, cancelled }

    @Test func everyQuestionEndsOnceWithinItsTime() async throws {
        let router = ModelRouter(clock: Self.clock)
        let models = try (0..<3).map { try routerModel("m\($0)") }
        let businesses = (0..<200).map { BusinessID(at: Instant(milliseconds: Int64($0))) }
        var settings = ModelSettings()
        settings.firstTokenDeadline = 2000
        // The slack is ten real seconds for a busy machine; what hangs would hang for 72.
        let (total, slack) = (Duration.seconds(8), Duration.seconds(500))
        let chosen = settings

        @Sendable func ask(_ number: Int) async -> Result {
            let reader = RouterReader()
            let begun = Self.clock.now()
            let task = Task {
                try await router.write(
                    ModelRequest(system: "", messages: []), plan: models.shuffled(), business: businesses[number % businesses.count],
                    settings: chosen, total: total,
                    make: { model in
                        if Int.random(in: 0..<30) == 0 { throw Failure.forbidden }
                        return Self.anything()
                    }
                ) { reader.add($0) }
            }
            let isCancelled = Int.random(in: 0..<20) == 0
            if isCancelled {
                // Woken early: cancelled a little sooner.
                do { try await Self.clock.sleep(.milliseconds(Int.random(in: 0...3000))) } catch { Issue.record(error) }
                task.cancel()
            }
            let result = await task.result
            #expect(Self.clock.now() - begun < total + slack)
            let text = reader.text
            do {
                let routed = try result.get()
                #expect(routed.completion.text == text && routed.attempts.last?.outcome == .answered)
                #expect(routed.attempts.dropLast().allSatisfy { $0.outcome != .answered && $0.firstToken == nil })
                return .answered
            } catch RouterFailure.noneAnswered(let attempts) {
                #expect(text.isEmpty && attempts.allSatisfy { $0.outcome != .answered && $0.firstToken == nil })
                return .none
            } catch RouterFailure.broken(let attempts) {
                #expect(!text.isEmpty && attempts.last?.firstToken != nil)
                return .broken
            } catch {
                #expect(error is CancellationError && isCancelled)
                return .cancelled
            }
        }

        let results = await withTaskGroup(of: Result.self) { group in
            var counts: [Result: Int] = [:]
            for number in 0..<2000 {
                if number >= 40, let result = await group.next() { counts[result, default: 0] += 1 }
                group.addTask { await ask(number) }
            }
            for await result in group { counts[result, default: 0] += 1 }
            return counts
        }
        #expect(results.values.reduce(0, +) == 2000)
        // Each way to end was seen; on a machine however busy, customers were answered.
        #expect(Set(results.keys) == [.answered, .none, .broken, .cancelled] && results[.answered, default: 0] > 200, "\(results)")
        // Those that did not heed their cancellation end too, and every place is free again.
        try await routerWaits { router.totals.inFlight == 0 }
    }
}
