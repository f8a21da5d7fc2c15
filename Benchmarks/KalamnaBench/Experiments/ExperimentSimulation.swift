import Foundation
import Kalamna

/// Conversations that arrive one by one, and somebody who looks at the experiment after each of them.
struct ExperimentSimulation {
    /// What a conversation of an arm scores: a random number of 0..<1 and how far the run is (0…1) become a score of 0…1.
    typealias Arm = @Sendable (_ chance: Double, _ progress: Double) -> Double

    struct Outcome {
        /// Of all runs, those in which the first arm was found better than another, or worse.
        var firstFound = 0
        var othersFound = 0
        /// Runs in which an interval missed the true difference of the means, of those looked at in between.
        var missed = 0
        /// Conversations until then, of the runs that found something.
        var lengths: [Int] = []
        var runs = 0

        var median: Int { lengths.isEmpty ? 0 : lengths.sorted()[lengths.count / 2] }
        func share(_ count: Int) -> Double { Double(count) / Double(max(runs, 1)) }
    }

    let arms: [Arm]
    var shares: [Int64] = [1, 1]
    var conversations = 2000
    /// Of each arm, before anything is said.
    var minimumSample = 100
    /// The true difference of first and second, to look at intervals too; nil: they are not looked at.
    var difference: Double?

    private static let looks: Set<Int> = [50, 100, 200, 400, 800, 1600, 3200, 6400]

    func run(_ runs: Int, seed: UInt64) -> Outcome {
        var outcome = Outcome()
        for run in 0..<runs {
            var random = SeededRandom(seed: seed &+ UInt64(run) &* 0x2545_F491_4F6C_DD1D)
            once(&random, &outcome)
        }
        outcome.runs = runs
        return outcome
    }

    private func once(_ random: inout SeededRandom, _ outcome: inout Outcome) {
        let pairs = arms.indices.flatMap { first in arms.indices.filter { $0 > first }.map { (first, $0) } }
        var tests = pairs.map { SequentialTest(risk: 0.05 / Double(pairs.count), shares: (shares[$0.0], shares[$0.1])) }
        var samples = [Int](repeating: 0, count: arms.count)
        var hasMissed = false
        for number in 1...conversations {
            let arm = choose(&random)
            samples[arm] += 1
            let score = arms[arm](Double.random(in: 0..<1, using: &random), Double(number) / Double(conversations))
            for (index, pair) in pairs.enumerated() where pair.0 == arm || pair.1 == arm {
                tests[index].add(score, to: pair.0 == arm ? .first : .second)
            }
            if let difference, !hasMissed, Self.looks.contains(number) { hasMissed = !tests[0].interval.contains(difference) }
            guard samples.allSatisfy({ $0 >= minimumSample }), let found = pairs.indices.first(where: { tests[$0].better != nil }) else { continue }
            let isFirst = pairs[found].0 == 0 && tests[found].better == .first
            if isFirst { outcome.firstFound += 1 } else { outcome.othersFound += 1 }
            outcome.lengths.append(number)
            if let difference, !hasMissed { hasMissed = !tests[0].interval.contains(difference) }
            break
        }
        if hasMissed { outcome.missed += 1 }
    }

    private func choose(_ random: inout SeededRandom) -> Int {
        var left = Int64.random(in: 0..<shares.reduce(0, +), using: &random)
        for (arm, share) in shares.enumerated() {
            if left < share { return arm }
            left -= share
        }
        return 0
    }

    /// So many of a hundred customers are satisfied.
    static func satisfied(_ percent: Double) -> Arm { { chance, _ in chance < percent / 100 ? 1 : 0 } }
}
