import Foundation

/// Which models share the conversations while an experiment runs; takes the place of their traffic shares.
package struct ModelArms: Sendable, Hashable {
    package struct Arm: Sendable, Hashable {
        package let model: LLMModelID
        /// Beside the shares of the other arms; 0 gets no conversation.
        package let share: Int64

        package init(model: LLMModelID, share: Int64) {
            self.model = model
            self.share = share
        }
    }

    /// The experiment's id: who is in which arm of one says nothing about the arms of another.
    package let experiment: String
    package let arms: [Arm]

    package init(experiment: String, arms: [Arm]) {
        self.experiment = experiment
        self.arms = arms
    }
}

/// The order in which a conversation's models are asked.
enum ModelPlan {
    /// The conversation's own model by the shares, then the others by their rank. Empty: only the built-in assistant answers.
    static func order(
        for session: ChatSessionID, of business: BusinessID, models: [LLMModel], settings: ModelSettings, experiment: ModelArms?
    ) -> [LLMModel] {
        guard settings.usesModels else { return [] }
        let usable = models.filter { $0.isActive && ($0.isLocal || !settings.dataStaysHere) }
        let fallbacks = usable.sorted { ($0.fallbackRank, $0.id.description) < ($1.fallbackRank, $1.id.description) }
        let unit = "\(business)/\(session)"
        guard let first = chosen(of: experiment, usable, unit) ?? chosen(usable.map { ($0, $0.trafficShare) }, unit) else { return fallbacks }
        return [first] + fallbacks.filter { $0.id != first.id }
    }

    /// Nil without an experiment, or when none of its models may be asked.
    private static func chosen(of experiment: ModelArms?, _ models: [LLMModel], _ unit: String) -> LLMModel? {
        guard let experiment else { return nil }
        let shares = Dictionary(experiment.arms.map { ($0.model, $0.share) }) { $0 + $1 }
        return chosen(models.map { ($0, shares[$0.id] ?? 0) }, "\(experiment.experiment)/\(unit)")
    }

    /// Weighted rendezvous hashing (Schindelhauer and Schomaker 2005, logarithmic method): the same unit gets the same model, a
    /// model that leaves gives away only its own conversations, and one that comes takes only its share.
    private static func chosen(_ shares: [(model: LLMModel, share: Int64)], _ unit: String) -> LLMModel? {
        shares.filter { $0.share > 0 }
            .map { (model: $0.model, score: -Double($0.share) / log(fraction(of: "\(unit)/\($0.model.id)"))) }
            .max { ($0.score, $0.model.id.description) < ($1.score, $1.model.id.description) }?.model
    }

    /// Between 0 and 1, both excluded; the same in every process and version. FNV-1a, and MurmurHash3's finish because FNV mixes the
    /// last letters badly.
    private static func fraction(of text: String) -> Double {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ hash >> 33) &* 0xC4CE_B9FE_1A85_EC53
        hash ^= hash >> 33
        return (Double(hash >> 12) + 0.5) / Double(1 << 52 as UInt64)
    }
}
