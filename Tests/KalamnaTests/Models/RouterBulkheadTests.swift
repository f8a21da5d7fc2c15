import Testing

@testable import Kalamna

@Suite(.timeLimit(.minutes(10))) struct RouterBulkheadTests {
    private let clock = RouterTestClock()
    private let one = BusinessID(at: Instant(milliseconds: 1))
    private let other = BusinessID(at: Instant(milliseconds: 2))
    private let fast = LLMModelID(at: Instant(milliseconds: 1))
    private let slow = LLMModelID(at: Instant(milliseconds: 2))

    private func bulkhead() -> Bulkhead { Bulkhead(mostOfBusiness: 3, mostOfModel: 4, mostWaiting: 2, clock: clock.clock) }

    private func enter(_ bulkhead: Bulkhead, _ business: BusinessID, _ model: LLMModelID, _ patience: Duration = .zero) async throws -> Bool {
        try await bulkhead.enter(Bulkhead.Place(business: business, model: model), patience: patience)
    }

    @Test func limitsBusinessesAndModels() async throws {
        let bulkhead = bulkhead()
        for _ in 0..<3 { #expect(try await enter(bulkhead, one, slow)) }
        #expect(try await !enter(bulkhead, one, slow))
        #expect(try await !enter(bulkhead, one, fast))
        #expect(try await enter(bulkhead, other, slow))
        // The model's fourth; another model is still free for this business.
        #expect(try await !enter(bulkhead, other, slow))
        #expect(try await enter(bulkhead, other, fast))
        #expect(bulkhead.inFlight == 5 && bulkhead.inFlight(of: one) == [slow: 3] && bulkhead.inFlight(of: other) == [slow: 1, fast: 1])
        bulkhead.leave(.init(business: one, model: slow))
        #expect(try await enter(bulkhead, other, slow))
        #expect(try await !enter(bulkhead, one, slow))
        #expect(try await enter(bulkhead, one, fast))
    }

    @Test func whoWaitsIsLetInInOrder() async throws {
        let bulkhead = bulkhead()
        for _ in 0..<3 { #expect(try await enter(bulkhead, one, slow)) }
        let first = Task { try await enter(bulkhead, one, slow, .milliseconds(200)) }
        try await routerWaits { clock.alarms == [200] }
        clock.advance(by: .milliseconds(50))
        let second = Task { try await enter(bulkhead, one, fast, .milliseconds(200)) }
        try await routerWaits { clock.alarms == [200, 250] }
        // Two wait already.
        #expect(try await !enter(bulkhead, one, fast, .milliseconds(200)))
        bulkhead.leave(.init(business: one, model: slow))
        #expect(try await first.value)
        try await routerWaits { clock.alarms == [250] }
        clock.advance(by: .milliseconds(200))
        #expect(try await !second.value)
        #expect(bulkhead.inFlight == 3)
    }

    @Test func whoIsCancelledTakesNoPlace() async throws {
        let bulkhead = bulkhead()
        for _ in 0..<3 { #expect(try await enter(bulkhead, one, slow)) }
        let task = Task { try await enter(bulkhead, one, slow, .milliseconds(200)) }
        try await routerWaits { clock.alarms == [200] }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        bulkhead.leave(.init(business: one, model: slow))
        #expect(bulkhead.inFlight == 2)
        #expect(try await enter(bulkhead, one, slow))
    }

    /// Many come, wait, are cancelled and leave at once: the limits hold, and at the end every place is free.
    @Test func placesAreNeverLost() async throws {
        let bulkhead = Bulkhead(mostOfBusiness: 3, mostOfModel: 4, mostWaiting: 5, clock: .system)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<2000 {
                group.addTask {
                    let place = Bulkhead.Place(business: number % 3 == 0 ? one : other, model: number % 2 == 0 ? fast : slow)
                    let visit = Task {
                        guard try await bulkhead.enter(place, patience: .microseconds(number % 7 * 300)) else { return }
                        #expect(bulkhead.inFlight(of: place.business).values.reduce(0, +) <= 3)
                        defer { bulkhead.leave(place) }
                        try await Task.sleep(for: .microseconds(number % 5 * 100))
                    }
                    if number % 4 == 0 { visit.cancel() }
                    if case .failure(let error) = await visit.result { #expect(error is CancellationError) }
                }
            }
        }
        #expect(bulkhead.inFlight == 0)
    }
}
