import Foundation

/// Something that reads a text: run twice, the first time measured, its result compared and checked.
struct FuzzStep {
    struct Outcome {
        /// Of the processor, not of the clock.
        let milliseconds: Double
        let problems: [String]
        /// The same in each process that is given the same text.
        let digest: UInt64
    }

    let name: String
    /// How long texts are when their time is compared with that of half of them.
    let growthLength: Int
    /// How many times the limit it may take.
    let allowance: Double
    let measure: (String) throws -> Double
    let execute: (String) throws -> Outcome

    /// - Parameter check: what is wrong with a result, in a few words without the text.
    init<Result: Equatable>(
        _ name: String, growthLength: Int = 40_000, allowance: Double = 1, _ run: @escaping (String) throws -> Result,
        check: @escaping (String, Result) -> [String] = { _, _ in [] }
    ) {
        self.name = name
        self.growthLength = growthLength
        self.allowance = allowance
        measure = { text in
            let started = ProcessorTime.milliseconds()
            _ = try run(text)
            return ProcessorTime.milliseconds() - started
        }
        execute = { text in
            let started = ProcessorTime.milliseconds()
            let result = try run(text)
            let took = ProcessorTime.milliseconds() - started
            var problems = check(text, result)
            // Long ones cost too much; what differs between two runs does so in short ones too.
            let isShort = text.utf8.count < 2000
            if isShort, try run(text) != result { problems.append("two runs differ") }
            return Outcome(milliseconds: took, problems: problems, digest: isShort ? Self.digest("\(result)") : 0)
        }
    }

    /// FNV-1a: Swift's own hashes differ from process to process.
    private static func digest(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}

enum ProcessorTime {
    /// What this thread has used.
    static func milliseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1_000_000
    }
}
