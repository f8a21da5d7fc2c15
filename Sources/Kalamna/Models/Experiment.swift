import Store

package typealias ExperimentID = ID<Experiment>

/// Language models that share a business's conversations, to learn which of them serves its customers better.
///
/// The unit is the conversation: it stays with its model, and counts for it also when another had to step in.
package struct Experiment: Sendable, Hashable {
    /// What decides. Each is a score of 0…1 of a conversation, the higher the better.
    package enum Measure: String, StoredName, CaseIterable {
        /// Satisfied (4 or 5 stars) or not, of the conversations that were rated.
        case rating
        /// The share of its answers that stand in the passages.
        case grounded
        /// Whether it did without a human.
        case handedOver = "handed_over"
        /// How long the customer waited for the first words, up to the ceiling.
        case firstToken = "first_token"
        /// What it cost, up to the ceiling.
        case cost
    }

    package enum State: String, StoredName, CaseIterable { case draft, running, stopped }

    package struct Arm: Sendable, Hashable {
        package let model: LLMModelID
        /// The model's name for people when the experiment was made.
        package let label: String
        /// Beside the shares of the other arms.
        package let share: Int64
        /// Stopped because it was clearly worse.
        package var stoppedAt: Instant?
    }

    package let id: ExperimentID
    package var name: String
    package var measure: Measure
    /// Milliseconds for `firstToken`, millionths of a US dollar for `cost`: what is more counts as this. Not used for the others.
    package var ceiling: Int64
    /// Nothing is said before so many conversations of each arm have counted.
    package var minimumSample: Int
    package var state: State
    package var arms: [Arm]
    package let createdAt: Instant
    package var startedAt: Instant?
    package var stoppedAt: Instant?

    package var runningArms: [Arm] { arms.filter { $0.stoppedAt == nil } }

    /// For the router; nil for a conversation that began before the experiment: it keeps its model.
    package func arms(for session: ChatSession) -> ModelArms? {
        guard state == .running, let startedAt, session.startedAt >= startedAt else { return nil }
        return ModelArms(experiment: id.description, arms: runningArms.map { ModelArms.Arm(model: $0.model, share: $0.share) })
    }

    /// To be noted with the calls for a conversation whose plan begins with `model`.
    package func place(of session: ChatSession, first model: LLMModelID) -> ExperimentPlace? {
        guard arms(for: session)?.arms.contains(where: { $0.model == model }) == true else { return nil }
        return ExperimentPlace(experiment: id, arm: model)
    }
}

extension Experiment.Measure {
    /// A day after its beginning what a conversation did is taken as it is: then the answer to "how good was it" no longer changes.
    /// For ratings it is also as long as they can be changed.
    static let settling = FeedbackEntries.editable

    package var standardCeiling: Int64 {
        switch self {
        case .rating, .grounded, .handedOver: 0
        case .firstToken: 10_000
        case .cost: 20_000
        }
    }

    var ceilings: ClosedRange<Int64> {
        switch self {
        case .rating, .grounded, .handedOver: 0...0
        case .firstToken: 1000...60_000
        case .cost: 100...10_000_000
        }
    }

    /// Of what was measured: the stars, a share, milliseconds, millionths of a dollar.
    func score(_ value: Double, ceiling: Int64) -> Double {
        switch self {
        case .rating: value >= 4 ? 1 : 0
        case .grounded: value
        case .handedOver: 1 - value
        case .firstToken, .cost: 1 - min(max(value, 0) / Double(max(ceiling, 1)), 1)
        }
    }
}
