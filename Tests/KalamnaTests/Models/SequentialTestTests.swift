import Testing

@testable import Kalamna

/// The test behind experiments. Its long simulation is `kalamna-bench experiments`.
@Suite struct SequentialTestTests {
    private struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    /// Looks after each conversation; how often of a hundred either side was found, and the true difference missed at the end.
    private func simulate(_ first: Double, _ second: Double, conversations: Int, runs: Int) -> (first: Int, second: Int, missed: Int) {
        var found = (first: 0, second: 0, missed: 0)
        for run in 0..<runs {
            var random = Random(state: UInt64(run) &* 7_919 &+ 11)
            var test = SequentialTest()
            for _ in 0..<conversations where test.better == nil {
                let side: SequentialTest.Side = Bool.random(using: &random) ? .first : .second
                test.add(Double.random(in: 0..<1, using: &random) < (side == .first ? first : second) ? 1 : 0, to: side)
            }
            switch test.better {
            case .first: found.first += 1
            case .second: found.second += 1
            case nil: break
            }
            if !test.interval.contains(first - second) { found.missed += 1 }
        }
        return found
    }

    @Test func tenPointsAreFoundWithinTwoThousand() {
        let found = simulate(0.8, 0.7, conversations: 2000, runs: 100)
        #expect(found.first >= 80 && found.second == 0 && found.missed <= 5, "\(found)")
    }

    @Test func looksOftenAndErrsSeldom() {
        let found = simulate(0.75, 0.75, conversations: 4000, runs: 100)
        #expect(found.first + found.second <= 8 && found.missed <= 8, "\(found)")
    }

    @Test func theIntervalNarrowsAroundTheDifference() {
        var test = SequentialTest()
        #expect(test.interval.lowerBound <= -0.99 && test.interval.upperBound >= 0.99)
        var widths: [Double] = []
        for number in 1...4000 {
            test.add(number % 10 < 8 ? 1 : 0, to: .first)
            test.add(number % 10 < 6 ? 1 : 0, to: .second)
            if [40, 400, 4000].contains(number) { widths.append(test.interval.upperBound - test.interval.lowerBound) }
        }
        #expect(test.better == .first && test.interval.contains(0.2))
        #expect(widths == widths.sorted(by: >) && widths[2] < 0.1, "\(widths)")
    }

    /// Turned around, everything is turned around; what was found stays.
    @Test func sidesAreAlike() {
        var (one, other) = (SequentialTest(), SequentialTest())
        for _ in 0..<60 {
            one.add(0.9, to: .first)
            one.add(0.2, to: .second)
            other.add(0.2, to: .first)
            other.add(0.9, to: .second)
        }
        #expect(one.better == .first && other.better == .second)
        #expect(abs(one.interval.lowerBound + other.interval.upperBound) < 0.001 && one.interval.lowerBound > 0)
        for _ in 0..<5000 {
            one.add(0, to: .first)
            one.add(1, to: .second)
        }
        #expect(one.better == .first && one.interval.lowerBound >= 0)
    }

    @Test func unequalSharesAreMatchedInBlocks() {
        var test = SequentialTest(shares: (70, 30))
        for number in 0..<1000 { test.add(1, to: number % 10 < 7 ? .first : .second) }
        #expect((280...300).contains(test.blocks), "\(test.blocks)")
        #expect(test.better == nil)
        // Scores outside of the scale count as its ends.
        var wild = SequentialTest()
        wild.add(7, to: .first)
        wild.add(-3, to: .second)
        #expect(wild.blocks == 1 && wild.interval.contains(1))
    }

    @Test func lessRiskNeedsMore() {
        func blocks(_ risk: Double) -> Int {
            var test = SequentialTest(risk: risk)
            while test.better == nil, test.blocks < 1000 {
                test.add(1, to: .first)
                test.add(test.blocks % 2 == 0 ? 1 : 0, to: .second)
            }
            return test.blocks
        }
        #expect(blocks(0.005) > blocks(0.05) && blocks(0.05) > 3)
    }
}
