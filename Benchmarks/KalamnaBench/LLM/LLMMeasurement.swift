import Foundation
import NIOCore
import NIOPosix

/// One figure: so many customers, so long.
struct LLMMeasurement: Sendable {
    let server: ServerAddress
    let target: LLMDriver.Target
    let questions: [String]
    let seconds: Int
    let bursts: Bool
    let answerTime: TimeAmount
    let memory: ServerMemory?

    func run(sessions: Int) async throws -> LLMResult {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        let questions = try self.questions.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
        let driver = try await loop.submit {
            NIOLoopBound(LLMDriver(loop: loop, server: server, target: target, questions: questions, bursts: bursts), eventLoop: loop)
        }.get()
        do {
            loop.scheduleTask(in: .seconds(30)) { if !driver.value.isRunning { driver.value.stop() } }
            try await loop.flatSubmit { driver.value.open(sessions) }.get()
            try await loop.submit { driver.value.run(spread: answerTime, for: .seconds(Int64(seconds))) }.get()
            // Until all have begun; then an answer each that is not counted.
            try await Task.sleep(for: .nanoseconds(answerTime.nanoseconds * 2))
            let before = processorTime()
            let (highest, _) = try await (memory ?? ServerMemory(process: 0)).highest { try await Task.sleep(for: .seconds(seconds)) }
            let used = processorTime() - before
            return try await loop.submit {
                driver.value.stop()
                var result = driver.value.tally.result(sessions: sessions, clientCPU: used / Double(seconds))
                result.rss = memory == nil ? nil : highest
                return result
            }.get()
        } catch {
            loop.execute { driver.value.stop() }
            throw error
        }
    }
}

/// What is counted while the clock runs. On one event loop only.
struct LLMTally {
    var from = NIODeadline.distantFuture
    var until = NIODeadline.distantFuture
    private(set) var errors: [String: Int] = [:]
    /// Answers of which nothing was shown before the whole: not a model's.
    private(set) var unstreamed = 0
    private var firsts: [Int64] = []
    private var lasts: [Int64] = []

    mutating func answered(asked: NIODeadline, first: NIODeadline?, last: NIODeadline) {
        guard asked >= from && asked < until else { return }
        guard let first else {
            unstreamed += 1
            return
        }
        firsts.append((first - asked).nanoseconds)
        lasts.append((last - asked).nanoseconds)
    }

    mutating func failed(_ what: String) { errors[what, default: 0] += 1 }

    func result(sessions: Int, clientCPU: Double) -> LLMResult {
        LLMResult(
            sessions: sessions, answers: lasts.count, unstreamed: unstreamed, errors: errors.values.reduce(0, +), problems: errors.keys.sorted(),
            first: LLMResult.Times(firsts), last: LLMResult.Times(lasts), clientCPU: clientCPU)
    }
}

struct LLMResult: Encodable, Sendable {
    /// In milliseconds.
    struct Times: Encodable, Sendable {
        let p50: Double
        let p99: Double
        let max: Double

        init(_ nanoseconds: [Int64]) {
            let sorted = nanoseconds.sorted()
            func percentile(_ share: Double) -> Double {
                sorted.isEmpty ? 0 : Double(sorted[Swift.max(0, Int((Double(sorted.count) * share).rounded(.up)) - 1)]) / 1_000_000
            }
            (p50, p99, max) = (percentile(0.5), percentile(0.99), percentile(1))
        }
    }

    let sessions: Int
    let answers: Int
    let unstreamed: Int
    let errors: Int
    let problems: [String]
    let first: Times
    let last: Times
    /// Processors this client kept busy.
    let clientCPU: Double
    /// The server's highest memory, in KiB.
    var rss: Int?
}
