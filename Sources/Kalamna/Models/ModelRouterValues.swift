/// Where the router's time comes from: the real clock, or a test's.
package struct RouterClock: Sendable {
    /// Since some moment of its own; never goes back.
    package var now: @Sendable () -> Duration
    /// Throws a `CancellationError` when the task is cancelled, and nothing else.
    package var sleep: @Sendable (Duration) async throws -> Void

    package init(now: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async throws -> Void) {
        self.now = now
        self.sleep = sleep
    }

    package static let system = RouterClock(now: { [start = ContinuousClock.now] in .now - start }, sleep: { try await Task.sleep(for: $0) })
}

/// What the router allows. The numbers are those of reference §5.3.
package struct RouterLimits: Sendable {
    /// Calls under way at once; counts calls that were left and have not ended yet.
    package var inFlightOfBusiness = 64
    package var inFlightOfModel = 256
    /// Who may wait for a free place, of each business, and for how long in one answer.
    package var waitingOfBusiness = 64
    package var longestWait = Duration.milliseconds(200)
    /// Of one model in one answer, after its first try.
    package var mostRetries = 2
    /// Before a retry: random, up to this, doubled each time, up to the longest.
    package var firstPause = Duration.milliseconds(500)
    package var longestPause = Duration.seconds(8)
    /// Added to twice the first-token deadline: the time of a whole answer with all its fallbacks.
    package var timeToWrite = Duration.seconds(60)

    package init() {}
}

/// One try of one model, for `llm_calls`, the log and the dashboard. Holds no texts.
package struct Attempt: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        case answered
        case failed(ProviderFailure)
        /// No text within the business's deadline for the first one.
        case tooSlow
        /// Not asked: it has failed too often just now.
        case breakerOpen
        /// Not asked: as many calls as allowed are under way.
        case busy
        /// Not asked: it could not be set up; the code of the failure, such as that its key can't be opened.
        case notMade(String)
    }

    package let model: LLMModel
    package let outcome: Outcome
    /// Since the router was asked.
    package let startedAfter: Duration
    /// Since this try began; nil when no text came.
    package let firstToken: Duration?
    package let total: Duration
    /// Estimated when it was broken off; nil when the provider did no work.
    package let usage: ModelUsage?

    /// Whether a request was sent.
    package var wasAsked: Bool {
        switch outcome {
        case .answered, .failed, .tooSlow: true
        case .breakerOpen, .busy, .notMade: false
        }
    }

    /// Nil when it answered or was not asked.
    package var failure: ProviderFailure.Kind? {
        switch outcome {
        case .failed(let failure): failure.kind
        case .tooSlow: .timeout
        case .answered, .breakerOpen, .busy, .notMade: nil
        }
    }
}

/// An answer, and how it came about.
package struct Routed: Sendable {
    package let model: LLMModel
    /// May be blocked by the provider, cut off or empty: what it is worth is for the caller to judge.
    package let completion: ModelCompletion
    /// The last is the one that answered.
    package let attempts: [Attempt]
    /// Since the router was asked; nil when the model only called tools.
    package let firstToken: Duration?
    package let total: Duration
    /// Not the first of the plan.
    package let usedFallback: Bool
}

/// No model gave a whole answer. Safe to log.
package enum RouterFailure: Error, Sendable, CustomStringConvertible {
    /// Nothing was given to the caller.
    case noneAnswered([Attempt])
    /// The last one broke off after text had been given to the caller, who takes it back.
    case broken([Attempt])

    package var attempts: [Attempt] {
        switch self {
        case .noneAnswered(let attempts), .broken(let attempts): attempts
        }
    }

    package var description: String {
        let name =
            switch self {
            case .noneAnswered: "no model answered"
            case .broken: "a model broke off"
            }
        let tries = attempts.map { attempt in
            let outcome =
                switch attempt.outcome {
                case .answered: "answered"
                case .failed(let failure): failure.description
                case .tooSlow: "no text in \(attempt.total.milliseconds) ms"
                case .breakerOpen: "circuit open"
                case .busy: "too many calls under way"
                case .notMade(let code): "not set up, \(code)"
                }
            return "\(attempt.model.id) \(outcome)"
        }
        return "\(name): \(tries.isEmpty ? "none was asked" : tries.joined(separator: "; "))"
    }
}

/// How a model is doing for a business, in this process.
package struct ModelState: Sendable, Hashable {
    package enum Breaker: Sendable, Hashable {
        case closed
        /// Not asked for that long.
        case open(Duration)
        /// The next call, or one that is under way, shows whether it works again.
        case halfOpen
    }

    package let model: LLMModelID
    package let breaker: Breaker
    package let inFlight: Int
}
