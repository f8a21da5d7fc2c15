package import Foundation
package import Store

/// One call of a language model: what it took, what it cost and how it ended. Holds no words of anybody.
package struct LLMCall: Sendable {
    package enum Ending: Sendable, Hashable {
        /// Its text was used.
        case ok
        /// It said something that the passages do not, and was not used.
        case ungrounded
        /// It said that it does not know.
        case abstained
        /// Its text was cut by the provider's limit, and not used.
        case cutOff
        /// The provider refused request or answer.
        case blocked
        /// Nobody waited any longer: the turn ended, or another model answered first.
        case cancelled
        case failed(ProviderFailure.Kind)
    }

    package let id: ID<LLMCall>
    package let session: ChatSessionID
    package let model: LLMModelID
    /// The model's name for people at that time.
    package let label: String
    /// Another model of the plan was to answer, and did not.
    package let isFallback: Bool
    /// The business's own.
    package let day: LocalDate
    package let startedAt: Instant
    package var ending: Ending
    /// Milliseconds; nil: there was no text.
    package let firstToken: Int64?
    /// Milliseconds.
    package let total: Int64
    package let usage: ModelUsage
    /// Millionths of a US dollar.
    package let cost: Int64
    /// Whether what it says stands in the passages; nil: not looked at.
    package var grounded: Bool?
    /// A human was called because of it.
    package var handedOver: Bool
    package let place: ExperimentPlace?

    /// - Parameters:
    ///   - usage: nil when the provider took nothing.
    ///   - place: where the conversation stands in the running experiment, also when another model had to step in.
    package init(
        of model: LLMModel, in session: ChatSessionID, isFallback: Bool = false, startedAt: Instant, zone: TimeZone, ending: Ending,
        firstToken: Duration? = nil, total: Duration, usage: ModelUsage?, grounded: Bool? = nil, handedOver: Bool = false,
        place: ExperimentPlace? = nil
    ) {
        self.id = ID(at: startedAt)
        self.session = session
        self.model = model.id
        self.label = model.label
        self.isFallback = isFallback
        self.day = LocalDate(startedAt, in: zone)
        self.startedAt = startedAt
        self.ending = ending
        self.firstToken = firstToken?.milliseconds
        self.total = total.milliseconds
        self.usage = usage ?? .none
        self.cost = model.cost(of: self.usage)
        self.grounded = grounded
        self.handedOver = handedOver
        self.place = place
    }
}

/// The arm of an experiment that a conversation is in.
package struct ExperimentPlace: Sendable, Hashable {
    package let experiment: ExperimentID
    package let arm: LLMModelID

    package init(experiment: ExperimentID, arm: LLMModelID) {
        self.experiment = experiment
        self.arm = arm
    }
}

extension LLMCall.Ending: SQLBindable, SQLReadable {
    /// As stored and on the wire: `ok`, `error_rate_limited`.
    package var name: String {
        switch self {
        case .ok: "ok"
        case .ungrounded: "ungrounded"
        case .abstained: "abstained"
        case .cutOff: "cut_off"
        case .blocked: "blocked"
        case .cancelled: "cancelled"
        case .failed(let kind): "error_" + kind.rawValue.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
        }
    }

    private static let all = [Self.ok, .ungrounded, .abstained, .cutOff, .blocked, .cancelled] + ProviderFailure.Kind.allCases.map { .failed($0) }
    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    package var sqlValue: SQLValue { .text(name) }
    package init?(sql value: SQLValue) {
        guard case .text(let text) = value, let ending = Self.byName[text] else { return nil }
        self = ending
    }
}
