/// What an experiment has shown so far. Right at whatever moment it is asked for: all that it ever says is wrong with at most 5 %.
package struct ExperimentVerdict: Sendable {
    package enum Finding: String, Sendable, CaseIterable {
        /// Fewer conversations than the minimum in an arm that runs.
        case tooFew = "too_few"
        case noDifference = "no_difference"
        /// Some arms are clearly worse, and several are left.
        case someWorse = "some_worse"
        /// One arm is better than all others.
        case decided
    }

    package struct Arm: Sendable {
        package let arm: Experiment.Arm
        /// Conversations that have counted.
        package let sample: Int
        /// Of the scores; nil without a sample.
        package let mean: Double?
        /// Clearly worse than another.
        package let isWorse: Bool
    }

    /// Two arms, the one with the higher mean first.
    package struct Comparison: Sendable {
        package let first: LLMModelID
        package let second: LLMModelID
        /// Of the means of the scores, first minus second.
        package let difference: Double
        /// Where the true difference lies.
        package let interval: ClosedRange<Double>
        /// Whether the first is clearly better.
        package let isDecided: Bool
    }

    /// That it is ever wrong, over all its arms and moments.
    package static let risk = 0.05

    package let experiment: Experiment
    package let finding: Finding
    package let arms: [Arm]
    package let comparisons: [Comparison]

    package var worse: [LLMModelID] { arms.filter(\.isWorse).map(\.arm.model) }

    /// - Parameter sample: in the order in which it came to be (`Experiments.sample`).
    package init(_ experiment: Experiment, sample: [ExperimentObservation]) {
        var scores: [LLMModelID: (count: Int, sum: Double)] = [:]
        for seen in sample {
            let (count, sum) = scores[seen.arm] ?? (0, 0)
            scores[seen.arm] = (count + 1, sum + seen.score)
        }
        func mean(_ model: LLMModelID) -> Double? { scores[model].map { $0.sum / Double($0.count) } }
        func hasEnough(_ arm: Experiment.Arm) -> Bool { scores[arm.model].map { $0.count >= experiment.minimumSample } ?? false }

        var comparisons: [Comparison] = []
        let pairs = experiment.arms.count * (experiment.arms.count - 1) / 2
        for (index, first) in experiment.arms.enumerated() {
            for second in experiment.arms[(index + 1)...] where hasEnough(first) && hasEnough(second) {
                // Bonferroni: the pairs share the risk.
                var test = SequentialTest(risk: Self.risk / Double(pairs), shares: (first.share, second.share))
                for seen in sample where seen.arm == first.model || seen.arm == second.model {
                    test.add(seen.score, to: seen.arm == first.model ? .first : .second)
                }
                comparisons.append(Comparison(first, second, (mean(first.model) ?? 0) - (mean(second.model) ?? 0), test))
            }
        }
        let worse = Set(comparisons.filter(\.isDecided).map(\.second))
        self.experiment = experiment
        self.comparisons = comparisons
        self.arms = experiment.arms.map { arm in
            Arm(arm: arm, sample: scores[arm.model]?.count ?? 0, mean: mean(arm.model), isWorse: worse.contains(arm.model) || arm.stoppedAt != nil)
        }
        let left = arms.filter { !$0.isWorse }
        self.finding =
            if left.count == 1 {
                .decided
            } else if left.count < arms.count {
                .someWorse
            } else {
                experiment.arms.allSatisfy(hasEnough) ? .noDifference : .tooFew
            }
    }

    /// Reads in one transaction and judges outside of it: thousands of conversations take a moment.
    @concurrent
    package static func current(of id: ExperimentID, in business: BusinessID, _ database: Database, now: Instant) async throws -> Self {
        let (experiment, sample) = try await database.read(of: business) { db in
            let experiment = try Experiments(db).find(id)
            return (experiment, try Experiments(db).sample(of: experiment, now: now))
        }
        return ExperimentVerdict(experiment, sample: sample)
    }

    /// The comparison that a finding rests on: of the best arm with the one that comes nearest to it.
    package var leading: Comparison? {
        switch finding {
        case .tooFew: nil
        case .decided: comparisons.filter { comparison in comparison.isDecided && !worse.contains(comparison.first) }.min(by: Comparison.isNearer)
        case .someWorse: comparisons.filter(\.isDecided).max(by: Comparison.isNearer)
        case .noDifference: comparisons.max(by: Comparison.isNearer)
        }
    }
}

extension ExperimentVerdict.Comparison {
    fileprivate init(_ one: Experiment.Arm, _ other: Experiment.Arm, _ difference: Double, _ test: SequentialTest) {
        let isTurned = test.better.map { $0 == .second } ?? (difference < 0)
        let interval = test.interval
        self.init(
            first: isTurned ? other.model : one.model, second: isTurned ? one.model : other.model,
            difference: isTurned ? -difference : difference,
            interval: isTurned ? -interval.upperBound ... -interval.lowerBound : interval, isDecided: test.better != nil)
    }

    fileprivate static func isNearer(_ one: Self, _ other: Self) -> Bool { one.difference < other.difference }
}
