/// An experiment as an owner describes it.
package struct ExperimentDraft: Sendable {
    package struct Arm: Sendable, Hashable {
        package let model: LLMModelID
        package let share: Int

        package init(model: LLMModelID, share: Int) {
            self.model = model
            self.share = share
        }
    }

    package static let arms = 2...5
    package static let shares = 1...1000
    package static let samples = 30...10_000
    package static let standardSample = 100

    package var name: String
    package var measure: Experiment.Measure
    package var arms: [Arm]
    package var minimumSample: Int
    /// Nil: the measure's usual one.
    package var ceiling: Int?

    package init(name: String, measure: Experiment.Measure, arms: [Arm], minimumSample: Int = standardSample, ceiling: Int? = nil) {
        self.name = name
        self.measure = measure
        self.arms = arms
        self.minimumSample = minimumSample
        self.ceiling = ceiling
    }

    init(_ experiment: Experiment) {
        self.init(
            name: experiment.name, measure: experiment.measure,
            arms: experiment.arms.map { Arm(model: $0.model, share: Int($0.share)) }, minimumSample: experiment.minimumSample,
            ceiling: Int(experiment.ceiling))
    }

    /// The experiment, not yet begun; refuses all wrong fields at once.
    ///
    /// - Parameter models: those that the business may use.
    func experiment(id: ExperimentID, models: [LLMModel], now: Instant) throws(Failure) -> Experiment {
        var validation = Validation()
        let name = validation.line("name", name, atMost: 80)
        if !Self.samples.contains(minimumSample) {
            validation.refuse(
                "minimum_sample", ar: "أقل عدد محادثات من \(Self.samples.lowerBound) لحد \(Self.samples.upperBound).",
                en: "The minimum sample is from \(Self.samples.lowerBound) to \(Self.samples.upperBound).")
        }
        let ceiling = ceiling.map { Int64($0) } ?? measure.standardCeiling
        if !measure.ceilings.contains(ceiling) {
            let (low, high) = (measure.ceilings.lowerBound, measure.ceilings.upperBound)
            validation.refuse(
                "ceiling", ar: high == 0 ? "المقياس ده مالوش سقف، سيب ceiling فاضي." : "السقف من \(low) لحد \(high).",
                en: high == 0 ? "This measure has no ceiling: leave it out." : "The ceiling is from \(low) to \(high).")
        }
        let labels = Dictionary(models.filter(\.isActive).map { ($0.id, $0.label) }) { first, _ in first }
        if !Self.arms.contains(arms.count) || Set(arms.map(\.model)).count != arms.count {
            validation.refuse(
                "arms", ar: "اختار من 2 لـ 5 موديلات مختلفة.", en: "Choose from 2 to 5 different models.")
        }
        for (index, arm) in arms.prefix(Self.arms.upperBound).enumerated() {
            if labels[arm.model] == nil {
                validation.refuse(
                    "arms.\(index).model_id", ar: "الموديل ده مش عندك أو مش شغال. سجله أو شغله الأول.",
                    en: "You don't have this model, or it is switched off. Register it or switch it on first.")
            }
            if !Self.shares.contains(arm.share) {
                validation.refuse("arms.\(index).share", ar: "النصيب من 1 لحد 1000.", en: "The share is from 1 to 1000.")
            }
        }
        try validation.check()
        return Experiment(
            id: id, name: name, measure: measure, ceiling: ceiling, minimumSample: minimumSample, state: .draft,
            arms: arms.map { Experiment.Arm(model: $0.model, label: labels[$0.model] ?? "", share: Int64($0.share)) }, createdAt: now)
    }
}
