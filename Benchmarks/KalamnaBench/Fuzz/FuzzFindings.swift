import Foundation
import TextFuzzing

/// What came out of all texts: broken promises by kind, and the slowest text of each generator.
struct FuzzFindings {
    private struct Slow {
        let milliseconds: Double
        let step: String
        let fuzz: FuzzCase

        var description: String { String(format: "%.1f ms", milliseconds) + " in \(step), \(fuzz)" }
    }

    private struct Problem {
        var count = 0
        var steps: Set<String> = []
        /// The shortest is the easiest to look at.
        var shortest: FuzzCase

        var description: String { "\(count) times in \(steps.sorted().joined(separator: ", ")); \(shortest)" }
    }

    let limit: Double
    var texts = 0
    var characters = 0
    private var outcomes = 0
    private var digest: UInt64 = 0
    private var problems: [String: Problem] = [:]
    private var slowest: [HostileText.Kind: Slow] = [:]
    /// The slowest of each step and generator beyond the limit.
    private var offenders: [String: Slow] = [:]

    init(limit: Double) { self.limit = limit }

    mutating func add(_ outcome: FuzzStep.Outcome, took: Double, isSlow: Bool, of step: FuzzStep, _ fuzz: FuzzCase) {
        outcomes += 1
        digest = (digest ^ outcome.digest) &* 0x100_0000_01B3
        for problem in Set(outcome.problems) { add(problem, of: step, fuzz) }
        let slow = Slow(milliseconds: took, step: step.name, fuzz: fuzz)
        if took > slowest[fuzz.kind]?.milliseconds ?? 0 { slowest[fuzz.kind] = slow }
        let name = "\(step.name) \(fuzz.kind)"
        if isSlow, took > offenders[name]?.milliseconds ?? 0 { offenders[name] = slow }
    }

    mutating func add(_ problem: String, of step: FuzzStep, _ fuzz: FuzzCase) {
        var known = problems[problem] ?? Problem(shortest: fuzz)
        known.count += 1
        known.steps.insert(step.name)
        if fuzz.length < known.shortest.length { known.shortest = fuzz }
        problems[problem] = known
    }

    /// - Parameter showsDigest: two runs can only be compared over as many texts.
    func report(_ report: inout Report, showsDigest: Bool) {
        report.figures += [
            ("texts", "\(texts)"), ("characters", "\(characters)"), ("readings of them", "\(outcomes)"),
        ]
        if showsDigest { report.figures.append(("digest", String(digest, radix: 16))) }
        for (kind, slow) in slowest.sorted(by: { $0.value.milliseconds > $1.value.milliseconds }) {
            report.figures.append(("slowest of \(kind.rawValue)", slow.description))
        }
        let broken = problems.sorted { ($0.value.count, $1.key) > ($1.value.count, $0.key) }
        report.checks.append(Check("what every text must keep", broken.map { "\($0.key): \($0.value.description)" }))
        // A line for each step, its worst generators in it.
        let steps = Dictionary(grouping: offenders.values, by: \.step).values.map { $0.sorted { $0.milliseconds > $1.milliseconds } }
        let slow = steps.sorted { ($0.first?.milliseconds ?? 0) > ($1.first?.milliseconds ?? 0) }.map { worst in
            "\(worst.first?.step ?? ""): "
                + worst.prefix(3).map { String(format: "%.1f ms", $0.milliseconds) + " \($0.fuzz)" }.joined(separator: ", ")
        }
        report.checks.append(Check(String(format: "10,000 characters within %.0f ms", limit), slow))
    }
}
