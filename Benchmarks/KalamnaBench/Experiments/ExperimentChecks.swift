import Foundation

/// What the sequential test of experiments promises, each with the simulation that could refute it.
enum ExperimentChecks {
    private struct Case {
        let name: String
        let simulation: ExperimentSimulation
        /// Of the runs.
        var leastFound: Double?
        var mostFalse = 0.05
    }

    private static let cases = [
        Case(
            name: "80 % and 70 % satisfied, 2,000 conversations",
            simulation: ExperimentSimulation(arms: [satisfied(80), satisfied(70)], difference: 0.1), leastFound: 0.8),
        Case(
            name: "the same with shares of 70 and 30",
            simulation: ExperimentSimulation(arms: [satisfied(80), satisfied(70)], shares: [70, 30], difference: 0.1), leastFound: 0.8),
        Case(
            name: "80, 70 and 70 % satisfied, 3,000 conversations",
            simulation: ExperimentSimulation(arms: [satisfied(80), satisfied(70), satisfied(70)], shares: [1, 1, 1], conversations: 3000),
            leastFound: 0.8),
        Case(
            name: "no difference: 75 %, 10,000 conversations, no minimum",
            simulation: ExperimentSimulation(
                arms: [satisfied(75), satisfied(75)], conversations: 10_000, minimumSample: 1, difference: 0)),
        Case(
            name: "no difference: 97 %, 10,000 conversations, no minimum",
            simulation: ExperimentSimulation(
                arms: [satisfied(97), satisfied(97)], conversations: 10_000, minimumSample: 1, difference: 0)),
        Case(
            name: "no difference: 75 %, shares of 80 and 20",
            simulation: ExperimentSimulation(
                arms: [satisfied(75), satisfied(75)], shares: [80, 20], conversations: 10_000, minimumSample: 1, difference: 0)),
        Case(
            name: "no difference: five models",
            simulation: ExperimentSimulation(
                arms: [ExperimentSimulation.Arm](repeating: satisfied(75), count: 5), shares: [1, 1, 1, 1, 1], conversations: 10_000,
                minimumSample: 1)),
        Case(
            name: "no difference: satisfaction rises and falls from 60 to 90 %",
            simulation: ExperimentSimulation(
                arms: [ExperimentSimulation.Arm](repeating: waves, count: 2), conversations: 10_000, minimumSample: 1)),
        Case(
            name: "no difference of means: always 0.25, and mostly 0 but sometimes 1",
            simulation: ExperimentSimulation(
                arms: [{ _, _ in 0.25 }, { chance, _ in chance < 0.25 ? 1 : 0 }], conversations: 10_000, minimumSample: 1, difference: 0)),
    ]

    private static func satisfied(_ percent: Double) -> ExperimentSimulation.Arm { ExperimentSimulation.satisfied(percent) }
    private static let waves: ExperimentSimulation.Arm = { chance, progress in chance < 0.75 + 0.15 * sin(progress * 12 * .pi) ? 1 : 0 }

    static func report(runs: Int, seed: UInt64) -> Report {
        var report = Report(figures: [("seed", "\(seed)"), ("runs of each", "\(runs)")])
        for (index, tried) in cases.enumerated() {
            let outcome = tried.simulation.run(runs, seed: seed &+ UInt64(index) &* 1_000_003)
            let found = outcome.share(outcome.firstFound)
            let wrong = outcome.share(tried.leastFound == nil ? outcome.firstFound + outcome.othersFound : outcome.othersFound)
            var figure = tried.leastFound == nil ? "false verdicts \(percent(wrong))" : "found \(percent(found)), wrong \(percent(wrong))"
            if tried.leastFound != nil { figure += ", half of them within \(outcome.median)" }
            if tried.simulation.difference != nil { figure += ", intervals missed in \(percent(outcome.share(outcome.missed)))" }
            report.figures.append((tried.name, figure))
            var problems: [String] = []
            if wrong > tried.mostFalse { problems.append("false verdicts in \(percent(wrong)) of the runs") }
            if outcome.share(outcome.missed) > 0.05 { problems.append("an interval missed in \(percent(outcome.share(outcome.missed)))") }
            if let least = tried.leastFound, found < least { problems.append("found in \(percent(found)) only") }
            report.checks.append(Check(tried.name, problems))
        }
        return report
    }

    private static func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }
}
