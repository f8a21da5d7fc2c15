import Foundation
import NIOCore

/// What is counted while the clock runs. On one event loop only.
struct TurnTally {
    var from = NIODeadline.distantFuture
    var until = NIODeadline.distantFuture
    private(set) var errors: [String: Int] = [:]
    private(set) var renewed = 0
    private var latencies: [Int64] = []

    private func counts(_ now: NIODeadline) -> Bool { now >= from && now < until }

    mutating func answered(after latency: TimeAmount, at now: NIODeadline) {
        if counts(now) { latencies.append(latency.nanoseconds) }
    }

    mutating func failed(_ what: String) { errors[what, default: 0] += 1 }

    /// A human was called and the bot is silent from then on: the customer begins anew.
    mutating func handedOver() { renewed += 1 }

    func result(sessions: Int, clientCPU: Double) -> TurnResult {
        let sorted = latencies.sorted()
        func percentile(_ share: Double) -> Double {
            guard !sorted.isEmpty else { return 0 }
            let rank = Int((Double(sorted.count) * share).rounded(.up)) - 1
            return Double(sorted[max(0, rank)]) / 1_000_000
        }
        let seconds = Double((until - from).nanoseconds) / 1_000_000_000
        return TurnResult(
            sessions: sessions, turns: sorted.count, turnsPerSecond: Double(sorted.count) / seconds, p50: percentile(0.5), p99: percentile(0.99),
            errors: errors.values.reduce(0, +), renewed: renewed, clientCPU: clientCPU / seconds, problems: errors.keys.sorted())
    }
}

struct TurnResult: Encodable, Sendable {
    let sessions: Int
    let turns: Int
    let turnsPerSecond: Double
    /// In milliseconds.
    let p50: Double
    let p99: Double
    let errors: Int
    let renewed: Int
    /// Processors this client kept busy.
    let clientCPU: Double
    let problems: [String]
    /// The server's memory in KiB.
    var rssIdle: Int?
    var rssLoaded: Int?

    enum CodingKeys: String, CodingKey {
        case sessions, turns, errors, renewed, problems
        case turnsPerSecond = "turns_per_second"
        case p50 = "p50_ms"
        case p99 = "p99_ms"
        case clientCPU = "client_cpu"
        case rssIdle = "rss_idle_kb"
        case rssLoaded = "rss_loaded_kb"
    }

    static let header = "sessions   turns/s    p50 ms    p99 ms  errors  renewed  client CPU  RSS idle MB  RSS loaded MB"

    var line: String {
        func megabytes(_ kilobytes: Int?) -> String { kilobytes.map { String(format: "%.1f", Double($0) / 1024) } ?? "–" }
        func right(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }
        return right("\(sessions)", 8) + String(format: "%10.1f%10.2f%10.2f%8d%9d%12.2f", turnsPerSecond, p50, p99, errors, renewed, clientCPU)
            + right(megabytes(rssIdle), 13) + right(megabytes(rssLoaded), 15)
    }
}

/// The processor time this process has used, in seconds.
func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
}
