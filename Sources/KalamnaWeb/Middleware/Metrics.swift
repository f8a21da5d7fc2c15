import Kalamna
import Synchronization

/// Counters and durations in memory, written out in Prometheus' text format 0.0.4. No business or session is a label.
package final class Metrics: Sendable {
    private struct Route: Hashable {
        let name: String
        let status: Int
    }

    private struct Histogram {
        var buckets = [Int](repeating: 0, count: Metrics.bounds.count)
        var sum = 0.0
        var count = 0
    }

    /// Seconds.
    private static let bounds: [Double] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    private struct State {
        var requests: [Route: Int] = [:]
        var durations: [String: Histogram] = [:]
    }

    private let state = Mutex(State())

    func count(_ route: String, status: Int, took duration: Duration) {
        let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        state.withLock { state in
            state.requests[Route(name: route, status: status), default: 0] += 1
            var histogram = state.durations[route] ?? Histogram()
            if let bucket = Self.bounds.firstIndex(where: { seconds <= $0 }) { histogram.buckets[bucket] += 1 }
            histogram.sum += seconds
            histogram.count += 1
            state.durations[route] = histogram
        }
    }

    func text(services: Services, pending: Int) -> String {
        let state = state.withLock { $0 }
        var lines: [String] = []
        func family(_ name: String, _ type: String, _ help: String) { lines += ["# HELP \(name) \(help)", "# TYPE \(name) \(type)"] }

        family("http_server_requests_total", "counter", "Requests answered, by route and status.")
        for (route, count) in state.requests.sorted(by: { ($0.key.name, $0.key.status) < ($1.key.name, $1.key.status) }) {
            lines.append("http_server_requests_total{route=\"\(route.name)\",status=\"\(route.status)\"} \(count)")
        }
        family("http_server_request_duration_seconds", "histogram", "Time to the first byte of the answer, by route.")
        for (route, histogram) in state.durations.sorted(by: { $0.key < $1.key }) {
            var total = 0
            for (bound, count) in zip(Self.bounds, histogram.buckets) {
                total += count
                lines.append("http_server_request_duration_seconds_bucket{route=\"\(route)\",le=\"\(bound)\"} \(total)")
            }
            lines.append("http_server_request_duration_seconds_bucket{route=\"\(route)\",le=\"+Inf\"} \(histogram.count)")
            lines.append("http_server_request_duration_seconds_sum{route=\"\(route)\"} \(histogram.sum)")
            lines.append("http_server_request_duration_seconds_count{route=\"\(route)\"} \(histogram.count)")
        }
        family("bot_turns_total", "counter", "Turns finished by this process, by outcome.")
        for (outcome, count) in services.turns.outcomes.all.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            lines.append("bot_turns_total{outcome=\"\(outcome.rawValue)\"} \(count)")
        }
        family("bot_turns_pending", "gauge", "User messages that wait for their answer.")
        lines.append("bot_turns_pending \(pending)")
        family("sse_connections", "gauge", "Event streams that are open.")
        lines.append("sse_connections \(services.hub.watching)")
        return lines.joined(separator: "\n") + "\n"
    }
}
