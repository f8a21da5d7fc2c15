import Foundation

/// Compares two arms of an experiment while their numbers come in. Right at whatever moment somebody looks, and however often.
///
/// Conversations are matched in blocks: the next of the one arm with the next of the other (with unequal shares several with one).
/// The difference D of a block lies between -1 and 1. Against "the true difference is at most δ" an imagined player bets with eight
/// fixed boldnesses at once, a share f of what can be lost: f · (D − δ) / (1 + δ). If δ were true, the player's mean capital would be
/// a supermartingale, and reach 1/α with a probability of at most α, ever (Ville's inequality). So capital is evidence.
///
/// This is the betting confidence sequence of Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting" (JRSS
/// B 86, 2024), with a fixed grid of bets: no assumption about the shape of the numbers, no normal approximation. It was chosen by
/// simulation over their hedged capital, their empirical Bernstein bound and the mixture SPRT (`kalamna-bench experiments`): as fast
/// as the last, which in small samples errs twice as often as it promises.
package struct SequentialTest: Sendable {
    package enum Side: Sendable { case first, second }

    /// Fractions of the highest bet. Bold bets find big differences soon, timid ones find small differences at all.
    private static let boldness = (0..<8).map { 0.03 * pow(30, Double($0) / 7) }
    /// Scores are taken in thousandths: then sums are exact and equal differences are counted together.
    private static let grain = 1000

    /// Blocks for which conversations of one side may wait. Those that wait longer are left out: matched with much later ones, they
    /// would make a difference of busy and quiet weeks look like one of the models (seen in simulation).
    private static let longestWait = 10

    /// How often, at most, a difference may be found that is not there.
    package let risk: Double
    /// How many of each side make a block.
    private let sizes: (first: Int, second: Int)
    private var waiting: (first: [Int], second: [Int]) = ([], [])
    /// Differences of blocks in whole units of 1/(grain · first · second), and how often each was seen.
    private var differences: [Int: Int] = [:]
    /// Logarithms of the capital against "no difference", of each boldness.
    private var capitals = (first: [Double](repeating: 0, count: 8), second: [Double](repeating: 0, count: 8))
    package private(set) var blocks = 0
    /// The side that was found to have the higher mean. It stays: what was excluded once is excluded.
    package private(set) var better: Side?

    /// - Parameters:
    ///   - risk: for this comparison; where there are several, a part of the whole risk.
    ///   - shares: of the conversations that go to each side.
    package init(risk: Double = 0.05, shares: (first: Int64, second: Int64) = (1, 1)) {
        self.risk = risk
        self.sizes = Self.blockSizes(for: shares)
    }

    private var unit: Double { 1 / Double(Self.grain * sizes.first * sizes.second) }
    /// In either direction half of the risk.
    private var threshold: Double { log(2 / risk) }

    /// - Parameter score: 0…1; the higher the better. What lies outside counts as the nearest end.
    package mutating func add(_ score: Double, to side: Side) {
        let grains = Int((min(max(score, 0), 1) * Double(Self.grain)).rounded())
        switch side {
        case .first: waiting.first.append(grains)
        case .second: waiting.second.append(grains)
        }
        if waiting.first.count > Self.longestWait * sizes.first { waiting.first.removeFirst() }
        if waiting.second.count > Self.longestWait * sizes.second { waiting.second.removeFirst() }
        guard waiting.first.count >= sizes.first, waiting.second.count >= sizes.second else { return }
        let difference =
            waiting.first.prefix(sizes.first).reduce(0, +) * sizes.second - waiting.second.prefix(sizes.second).reduce(0, +) * sizes.first
        waiting.first.removeFirst(sizes.first)
        waiting.second.removeFirst(sizes.second)
        differences[difference, default: 0] += 1
        blocks += 1
        for (index, boldness) in Self.boldness.enumerated() {
            capitals.first[index] += log1p(boldness * Double(difference) * unit)
            capitals.second[index] += log1p(-boldness * Double(difference) * unit)
        }
        guard better == nil else { return }
        if Self.mean(capitals.first) >= threshold { better = .first } else if Self.mean(capitals.second) >= threshold { better = .second }
    }

    /// Where the true difference (first minus second) lies; wrong with at most `risk`, over all moments together.
    package var interval: ClosedRange<Double> {
        var (low, high) = (lowest { self.logCapital(against: $0, of: .first) }, -lowest { self.logCapital(against: -$0, of: .second) })
        // With capital against "no difference" there is more against everything beyond it.
        if better == .first { (low, high) = (max(low, 0), max(high, 0)) }
        if better == .second { (low, high) = (min(low, 0), min(high, 0)) }
        return min(low, high)...max(low, high)
    }

    /// The first difference that is not excluded from below, by bisection: the farther below, the more capital there is against it.
    private func lowest(_ logCapital: (Double) -> Double) -> Double {
        var (out, inside) = (-1.0, 1.0)
        for _ in 0..<20 {
            let middle = (out + inside) / 2
            if logCapital(middle) >= threshold { out = middle } else { inside = middle }
        }
        return out
    }

    /// Against "at most δ" (first) or "at least δ" (second).
    private func logCapital(against delta: Double, of side: Side) -> Double {
        Self.mean(
            Self.boldness.map { boldness in
                differences.reduce(0) { sum, seen in
                    let surplus = Double(seen.key) * unit - delta
                    let bet = side == .first ? surplus / (1 + delta) : -surplus / (1 - delta)
                    return sum + Double(seen.value) * log1p(boldness * bet)
                }
            })
    }

    /// The logarithm of the mean of what these are the logarithms of.
    private static func mean(_ logarithms: [Double]) -> Double {
        let most = logarithms.max() ?? 0
        return most + log(logarithms.reduce(0) { $0 + exp($1 - most) } / Double(logarithms.count))
    }

    /// The block that wastes least: with shares of 70 and 30 two against one, with 50 and 50 one against one.
    private static func blockSizes(for shares: (first: Int64, second: Int64)) -> (first: Int, second: Int) {
        let (first, second) = (Double(max(1, shares.first)), Double(max(1, shares.second)))
        var best = (sizes: (first: 1, second: 1), variance: Double.infinity)
        for a in 1...10 {
            for b in 1...10 {
                let perBlock = 1 / Double(a) + 1 / Double(b)
                let blocks = min(first / Double(a), second / Double(b))
                // Big blocks look more seldom and cut off more at the end.
                let variance = perBlock / blocks * (1 + 0.02 * Double(a + b))
                if variance < best.variance { best = ((a, b), variance) }
            }
        }
        return best.sizes
    }
}
