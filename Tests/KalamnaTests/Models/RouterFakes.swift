import Synchronization
import Testing

@testable import Kalamna

/// A model that does what the test says.
struct RouterFakeModel: LanguageModel {
    let body: @Sendable (_ receive: @Sendable (String) async throws -> Void) async throws -> ModelCompletion

    func write(_ request: ModelRequest, receive: @Sendable (String) async throws -> Void) async throws -> ModelCompletion { try await body(receive) }

    static func says(_ pieces: String...) -> RouterFakeModel {
        RouterFakeModel { receive in
            for piece in pieces { try await receive(piece) }
            return ModelCompletion(text: pieces.joined(), ending: .complete, usage: ModelUsage(input: 7, output: 3))
        }
    }

    static func fails(_ kind: ProviderFailure.Kind, retryAfter: Duration? = nil) -> RouterFakeModel {
        RouterFakeModel { _ in throw ProviderFailure("fake", kind, retryAfter: retryAfter) }
    }

    /// A pause that no cancellation ends.
    static func sleepDeaf(_ duration: Duration) async throws { try await Task.detached { try await Task.sleep(for: duration) }.value }

    /// Until it is cancelled.
    static let hangs = RouterFakeModel { _ in
        try await Task.sleep(for: .hours(1))
        throw ProviderFailure("fake", .badResponse)
    }
}

/// Models by their name, and who was asked in which order.
final class RouterFakes: Sendable {
    private let scripts: Mutex<[String: [RouterFakeModel]]>
    private let names = Mutex<[String]>([])

    /// Each call of a model plays the next of its list; the last is played again and again.
    init(_ scripts: [String: [RouterFakeModel]]) { self.scripts = Mutex(scripts) }

    var asked: [String] { names.withLock { $0 } }

    func set(_ name: String, _ scripts: RouterFakeModel...) { self.scripts.withLock { $0[name] = scripts } }

    func make(_ model: LLMModel) throws -> any LanguageModel {
        let script = scripts.withLock { scripts -> RouterFakeModel? in
            guard let list = scripts[model.model], let first = list.first else { return nil }
            if list.count > 1 { scripts[model.model]?.removeFirst() }
            return first
        }
        guard let script else { throw Failure.notFound }
        return RouterFakeModel { [self] receive in
            names.withLock { $0.append(model.model) }
            return try await script.body(receive)
        }
    }
}

/// Time that stands still until the test moves it.
final class RouterTestClock: Sendable {
    private struct Sleeper {
        let until: Duration
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Duration.zero
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
        var lastNumber = 0
    }

    private let state = Mutex(State())

    var now: Duration { state.withLock { $0.now } }
    /// When those who sleep want to be woken, in milliseconds.
    var alarms: [Int64] { state.withLock { $0.sleepers.values.map(\.until.milliseconds).sorted() } }

    var clock: RouterClock { RouterClock(now: { self.now }, sleep: { try await self.sleep($0) }) }

    func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now += duration
            let due = state.sleepers.filter { $0.value.until <= state.now }
            for number in due.keys { state.sleepers[number] = nil }
            return due.values.sorted { $0.until < $1.until }
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    private func sleep(_ duration: Duration) async throws {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let result = state.withLock { state -> Result<Void, any Error>? in
                    if state.cancelled.remove(number) != nil { return .failure(CancellationError()) }
                    if duration <= .zero { return .success(()) }
                    state.sleepers[number] = Sleeper(until: state.now + duration, continuation: continuation)
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.sleepers.removeValue(forKey: number)
                if sleeper == nil { state.cancelled.insert(number) }
                return sleeper
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }
}

/// What a caller was given.
final class RouterReader: Sendable {
    private let pieces = Mutex("")

    var text: String { pieces.withLock { $0 } }
    func add(_ piece: String) { pieces.withLock { $0 += piece } }
}

/// A router with its models, and one question to it.
struct RouterStage {
    let clock = RouterTestClock()
    let router: ModelRouter
    let fakes: RouterFakes
    let business = BusinessID(at: Instant(milliseconds: 0))
    let plan: [LLMModel]
    var settings = ModelSettings()

    /// Models are asked in the order of their names.
    init(_ scripts: [String: [RouterFakeModel]], limits: RouterLimits = RouterLimits(), jitter: Double = 0.5) throws {
        fakes = RouterFakes(scripts)
        router = ModelRouter(limits: limits, clock: clock.clock, jitter: { jitter })
        plan = try scripts.keys.sorted().map { try routerModel($0) }
        settings.firstTokenDeadline = 6000
    }

    func ask(_ reader: RouterReader = RouterReader(), of business: BusinessID? = nil) async throws -> Routed {
        try await router.write(
            ModelRequest(system: "", messages: [ModelMessage(.customer("؟"))]), plan: plan, business: business ?? self.business,
            settings: settings, make: fakes.make
        ) { reader.add($0) }
    }

    /// Of the model at that place of the plan, for the stage's business.
    func state(of place: Int) -> ModelState? { router.states(of: business).first { $0.model == plan[place].id } }

    /// The outcomes of a question that nobody answered.
    func failures(of business: BusinessID? = nil) async throws -> [Attempt.Outcome] {
        do { _ = try await ask(of: business) } catch RouterFailure.noneAnswered(let attempts) { return attempts.map(\.outcome) }
        Issue.record("it was answered")
        return []
    }
}

func routerModel(
    _ name: String, id: LLMModelID = LLMModelID(at: Instant(milliseconds: 0)), share: Int64 = 1, rank: Int64 = 0, isActive: Bool = true,
    isLocal: Bool = false
) throws -> LLMModel {
    LLMModel(
        id: id, label: name, provider: .openAI, model: name, version: "1", address: try ProviderAddress("https://models.example/v1"),
        parameters: LLMModel.Parameters(), inputPrice: 0, outputPrice: 0, trafficShare: share, fallbackRank: rank, isActive: isActive,
        isShared: false, isLocal: isLocal, createdAt: Instant(milliseconds: 0))
}

/// Waits until something that happens in another task has happened.
func routerWaits(_ condition: () -> Bool) async throws {
    while !condition() { try await Task.sleep(for: .milliseconds(1)) }
}
