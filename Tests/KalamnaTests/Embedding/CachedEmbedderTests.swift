import Synchronization
import Testing

@testable import Kalamna

@Suite(.timeLimit(.minutes(10))) struct CachedEmbedderTests {
    /// Counts what it is asked; waits at a gate until the test opens it.
    private final class Slow: Embedder {
        let model = EmbeddingModel(name: "slow", version: "1", dimensions: 1)
        private let asked = Mutex<[[String]]>([])
        private let cancelled = Atomic(0)
        private let gate = Mutex<(isOpen: Bool, failures: Int)>((true, 0))

        var calls: [[String]] { asked.withLock { $0 } }
        var cancellations: Int { cancelled.load(ordering: .relaxed) }
        func close() { gate.withLock { $0.isOpen = false } }
        func open() { gate.withLock { $0.isOpen = true } }
        func fail(_ times: Int) { gate.withLock { $0.failures = times } }

        func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws -> [[Float]] {
            asked.withLock { $0.append(texts) }
            while !gate.withLock({ $0.isOpen }) {
                do { try await Task.sleep(for: .milliseconds(1)) } catch {
                    cancelled.add(1, ordering: .relaxed)
                    throw error
                }
            }
            let fails = gate.withLock { gate in
                gate.failures -= 1
                return gate.failures >= 0
            }
            if fails { throw ProviderFailure("slow", .overloaded) }
            return texts.map { [Float($0.utf8.count)] }
        }
    }

    private func until(_ condition: () -> Bool) async throws {
        while !condition() { try await Task.sleep(for: .milliseconds(1)) }
    }

    @Test func asksOnceForTheSameQuestion() async throws {
        let slow = Slow()
        let cached = CachedEmbedder(slow)
        #expect(try await cached.embed(["a", "bb", "a"], as: .query) == [[1], [2], [1]])
        #expect(try await cached.embed(["bb", "ccc"], as: .query) == [[2], [3]])
        #expect(slow.calls == [["a", "bb"], ["ccc"]])
        #expect(cached.model == slow.model)
    }

    @Test func passagesAndVeryLongQuestionsPassThrough() async throws {
        let slow = Slow()
        let cached = CachedEmbedder(slow)
        let long = String(repeating: "x", count: 2000)
        for _ in 1...2 {
            _ = try await cached.embed(["a"], as: .passage)
            _ = try await cached.embed([long], as: .query)
        }
        #expect(slow.calls.count == 4)
    }

    @Test func theLeastRecentlyUsedLeaves() async throws {
        let slow = Slow()
        let cached = CachedEmbedder(slow, capacity: 2)
        for text in ["a", "b", "a", "c", "a", "b"] { _ = try await cached.embed([text], as: .query) }
        #expect(slow.calls == [["a"], ["b"], ["c"], ["b"]])
    }

    @Test func manyWhoAskAtOnceWaitForOneRun() async throws {
        let slow = Slow()
        let cached = CachedEmbedder(slow)
        slow.close()
        let tasks = (0..<50).map { number in Task { try await cached.embed(number % 2 == 0 ? ["a"] : ["a", "bb"], as: .query) } }
        try await until { slow.calls.count == 2 }
        slow.open()
        for (number, task) in tasks.enumerated() { #expect(try await task.value == (number % 2 == 0 ? [[1]] : [[1], [2]])) }
        // Whoever came first decides how the two texts were put together.
        #expect(Set(slow.calls.flatMap(\.self)) == ["a", "bb"] && slow.calls.flatMap(\.self).count == 2)
    }

    @Test func aFailureIsToldToAllAndNotKept() async throws {
        let slow = Slow()
        let cached = CachedEmbedder(slow)
        slow.fail(1)
        await #expect(throws: ProviderFailure.self) { try await cached.embed(["a"], as: .query) }
        #expect(try await cached.embed(["a"], as: .query) == [[1]])
    }

    @Test func aRunGoesOnWhileSomebodyWaits() async throws {
        let slow = Slow()
        let cached = CachedEmbedder(slow)
        slow.close()
        let first = Task { try await cached.embed(["a"], as: .query) }
        try await until { slow.calls.count == 1 }
        let second = Task { try await cached.embed(["a"], as: .query) }
        // The second has boarded when it is suspended; it must not start a run of its own.
        try await Task.sleep(for: .milliseconds(20))
        first.cancel()
        try await Task.sleep(for: .milliseconds(20))
        slow.open()
        #expect(try await second.value == [[1]])
        #expect(slow.calls.count == 1 && slow.cancellations == 0)
    }

    @Test func aRunThatNobodyWaitsForEnds() async throws {
        let slow = Slow()
        let cached = CachedEmbedder(slow)
        slow.close()
        let task = Task { try await cached.embed(["a"], as: .query) }
        try await until { slow.calls.count == 1 }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(slow.cancellations == 1)
        slow.open()
        #expect(try await cached.embed(["a"], as: .query) == [[1]])
        #expect(slow.calls.count == 2)
    }

    @Test func keepsWhatASimpleListWouldKeep() {
        var random = SystemRandomNumberGenerator()
        var recently = RecentlyUsed<Int, Int>(capacity: 7)
        var simple: [(key: Int, value: Int)] = []
        for step in 0..<20_000 {
            let key = Int.random(in: 0..<12, using: &random)
            let place = simple.firstIndex { $0.key == key }
            if Bool.random(using: &random) {
                #expect(recently.value(of: key) == place.map { simple[$0].value })
                if let place { simple.append(simple.remove(at: place)) }
            } else {
                recently.store(step, for: key)
                if let place { simple.remove(at: place) } else if simple.count == 7 { simple.removeFirst() }
                simple.append((key, step))
            }
        }
        #expect(recently.count == simple.count)
    }
}
