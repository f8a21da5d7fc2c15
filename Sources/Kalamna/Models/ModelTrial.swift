import Synchronization

/// One short real call to a model, so that whoever registers it sees at once whether it works.
package struct ModelTrial: Sendable {
    package let firstToken: Duration
    package let total: Duration
    package let usage: ModelUsage
    /// The beginning of what it wrote, at most 80 characters.
    package let sample: String

    /// Throws a `ProviderFailure`, also when the model writes nothing.
    ///
    /// - Parameter name: what the failure calls it.
    package static func run(_ model: any LanguageModel, name: String) async throws -> ModelTrial {
        let request = ModelRequest(
            system: "You are a polite assistant. Answer in Egyptian Arabic, in one short sentence.",
            messages: [ModelMessage(.customer("قول أهلاً للعميل في جملة واحدة قصيرة."))],
            // Enough for a model that thinks first.
            mostTokens: 300, timeouts: ModelTimeouts(firstToken: .seconds(20), betweenTokens: .seconds(10), total: .seconds(40)))
        let began = ContinuousClock.now
        let firstToken = FirstToken()
        let completion = try await model.write(request) { text in
            if !text.isEmpty { firstToken.note(ContinuousClock.now - began) }
        }
        let total = ContinuousClock.now - began
        guard !completion.text.trimmed.isEmpty else { throw ProviderFailure(name, .badResponse, code: "empty_answer") }
        return ModelTrial(
            firstToken: firstToken.value ?? total, total: total, usage: completion.usage, sample: String(completion.text.trimmed.prefix(80)))
    }

    private final class FirstToken: Sendable {
        private let duration = Mutex<Duration?>(nil)

        var value: Duration? { duration.withLock { $0 } }
        func note(_ new: Duration) { duration.withLock { $0 = $0 ?? new } }
    }
}
