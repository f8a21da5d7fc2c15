import Foundation
import TextFuzzing

/// Whether twice the text takes about twice the time.
struct Growth {
    /// Linear is 2, with sorting a little more; quadratic is 4 (twice in a row).
    static let most = 3.5
    /// Below this the clock says too little.
    private static let leastMilliseconds = 2.0

    private var comparisons = 0
    private var steepest: (ratio: Double, description: String)?
    private var problems: [String: (ratio: Double, description: String)] = [:]

    mutating func compare(
        _ kind: HostileText.Kind, seed: UInt64, _ steps: [FuzzStep], _ maker: inout HostileText, until end: ContinuousClock.Instant,
        before: (FuzzCase, FuzzStep) throws -> Void
    ) throws {
        let texts = Dictionary(grouping: steps, by: \.growthLength).keys.reduce(into: [Int: (half: String, whole: String)]()) { texts, length in
            let whole = FuzzCase(kind: kind, length: length, seed: seed).text(&maker)
            texts[length] = (String(String.UnicodeScalarView(whole.unicodeScalars.prefix(length / 2))), whole)
        }
        for step in steps where ContinuousClock.now < end {
            guard let (half, whole) = texts[step.growthLength] else { continue }
            let fuzz = FuzzCase(kind: kind, length: step.growthLength, seed: seed)
            try before(fuzz, step)
            guard var ratio = try ratio(step, half, whole, times: 1) else { continue }
            // One disturbed measurement is no proof.
            if ratio > Self.most { ratio = try self.ratio(step, half, whole, times: 5) ?? 0 }
            // Half a text may be another thing, as a file with a quote left open; what grows too fast has done so before.
            if ratio > Self.most {
                let quarter = String(String.UnicodeScalarView(half.unicodeScalars.prefix(step.growthLength / 4)))
                ratio = min(ratio, try self.ratio(step, quarter, half, times: 5) ?? 0)
            }
            comparisons += 1
            let description = "\(step.name), \(fuzz): \(String(format: "%.2f", ratio)) times"
            if ratio > steepest?.ratio ?? 0 { steepest = (ratio, description) }
            let name = "\(step.name) \(kind)"
            if ratio > Self.most, ratio > problems[name]?.ratio ?? 0 { problems[name] = (ratio, description) }
        }
    }

    /// Nil for what takes too little to be measured.
    private func ratio(_ step: FuzzStep, _ half: String, _ whole: String, times: Int) throws -> Double? {
        var (short, long) = (Double.infinity, Double.infinity)
        for _ in 0..<times {
            short = min(short, try step.measure(half))
            long = min(long, try step.measure(whole))
        }
        return long < Self.leastMilliseconds ? nil : long / max(short, 0.001)
    }

    func report(_ report: inout Report) {
        report.figures.append(("lengths doubled", "\(comparisons) times"))
        if let steepest { report.figures.append(("steepest", steepest.description)) }
        report.checks.append(
            Check(
                "double the length, less than \(Self.most) times as long",
                problems.values.sorted { $0.ratio > $1.ratio }.map(\.description)))
    }
}
