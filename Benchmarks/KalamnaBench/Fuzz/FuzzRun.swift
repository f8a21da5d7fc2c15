import Foundation
import TextFuzzing

/// Texts of all kinds and lengths until the time is over, and between them the same kinds at double the length.
struct FuzzRun {
    private let steps: [FuzzStep]
    private let seed: UInt64
    private let longest: Int
    private let limit: Double
    private let journal: FuzzJournal?
    private var maker: HostileText
    private var random: SeededRandom
    private var findings: FuzzFindings

    init(sentences: [String], steps: [FuzzStep], seed: UInt64, longest: Int, limit: Double, journal: FuzzJournal?) throws {
        self.steps = steps
        self.seed = seed
        self.longest = longest
        self.limit = limit
        self.journal = journal
        maker = HostileText(seed: seed, sentences: sentences)
        random = SeededRandom(seed: seed)
        findings = FuzzFindings(limit: limit)
    }

    /// The texts depend on the seed alone, how many there are on the time.
    mutating func run(seconds: Int, executions: Int, _ report: inout Report) throws {
        let end = ContinuousClock.now + .seconds(seconds)
        var growth = Growth()
        var kinds = HostileText.Kind.allCases.makeIterator()
        warmUp()
        // A third of the time for growth; only as many texts as were asked for, when they were.
        while ContinuousClock.now < end {
            let started = ContinuousClock.now
            if executions == 0 {
                if let kind = kinds.next() {
                    try growth.compare(kind, seed: random.next(), steps, &maker, until: end, before: begin)
                } else {
                    kinds = HostileText.Kind.allCases.makeIterator()
                    continue
                }
            }
            let pause = min(end, ContinuousClock.now + max(.milliseconds(200), (ContinuousClock.now - started) * 2))
            while ContinuousClock.now < pause {
                if executions > 0, findings.texts == executions { break }
                try execute(next())
            }
            if executions > 0, findings.texts == executions { break }
        }
        alarm(0)
        findings.report(&report, showsDigest: executions > 0)
        if executions == 0 { growth.report(&report) }
    }

    private mutating func next() -> FuzzCase {
        let length =
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<14: Int.random(in: 0...min(300, longest), using: &random)
            case 14..<18: Int.random(in: 0...min(2000, longest), using: &random)
            case 18: Int.random(in: 0...longest, using: &random)
            default: longest
            }
        return FuzzCase(kind: HostileText.Kind.allCases.randomElement(using: &random) ?? .mixture, length: length, seed: random.next())
    }

    private mutating func execute(_ fuzz: FuzzCase) throws {
        let text = fuzz.text(&maker)
        for step in steps {
            let allowed = limit * step.allowance * max(1, Double(fuzz.length) / 10_000)
            try begin(fuzz, step)
            do {
                let outcome = try step.execute(text)
                var took = outcome.milliseconds
                // What took too long once may have been disturbed.
                for _ in 0..<8 where took > allowed { took = min(took, try step.measure(text)) }
                findings.add(outcome, took: took, isSlow: took > allowed, of: step, fuzz)
            } catch {
                findings.add("threw \(type(of: error))", of: step, fuzz)
            }
        }
        findings.texts += 1
        findings.characters += fuzz.length
    }

    /// Whatever hangs ends the process, and the journal says what it was.
    private func begin(_ fuzz: FuzzCase, _ step: FuzzStep) throws {
        try journal?.write(fuzz, step.name)
        alarm(10)
    }

    /// Dictionaries are made on first use.
    private func warmUp() {
        for step in steps { _ = try? step.measure("bkam el sha7n ya gama3a؟ delivery 5/10 hellllo اوردررر") }
    }
}
