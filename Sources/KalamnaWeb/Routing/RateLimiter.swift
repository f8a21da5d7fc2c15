import Kalamna
import Synchronization

/// A token bucket for each caller: `count` at once, refilled over `per`.
struct RateLimit: Sendable {
    enum Subject: Sendable { case address, caller }

    let name: String
    let subject: Subject
    let count: Int
    let per: Duration

    /// Of every caller who has shown who they are, for all routes together.
    static let general = each(.caller, "api", 600, per: .minutes(1))

    static func each(_ subject: Subject, _ name: String, _ count: Int, per: Duration) -> RateLimit {
        RateLimit(name: name, subject: subject, count: count, per: per)
    }
}

/// Buckets in memory, bounded: full ones are forgotten. A new session token does not help to get past a limit, because
/// addresses have theirs too.
final class RateLimiter: Sendable {
    private static let mostBuckets = 200_000

    private struct Bucket {
        var tokens: Double
        var at: Instant
    }

    private struct Key: Hashable {
        let limit: String
        let subject: String
    }

    /// Multiplies every limit; 0 switches them off (load tests).
    private let scale: Double
    private let buckets = Mutex<[Key: Bucket]>([:])

    init(scale: Double) { self.scale = scale }

    /// Throws when the bucket is empty, with the time until it is not.
    func take(_ limit: RateLimit, for subject: String, now: Instant) throws(Failure) {
        if scale <= 0 { return }
        let capacity = max(1, Double(limit.count) * scale)
        let rate = capacity / (Double(limit.per.milliseconds) / 1000)
        let wait = buckets.withLock { buckets -> Double in
            if buckets.count >= Self.mostBuckets { buckets = buckets.filter { (now - $0.value.at).milliseconds < 60_000 } }
            if buckets.count >= Self.mostBuckets { buckets.removeAll() }
            let key = Key(limit: limit.name, subject: subject)
            var bucket = buckets[key] ?? Bucket(tokens: capacity, at: now)
            let elapsed = Double(max(0, (now - bucket.at).milliseconds)) / 1000
            bucket.tokens = min(capacity, bucket.tokens + elapsed * rate)
            bucket.at = now
            defer { buckets[key] = bucket }
            if bucket.tokens >= 1 {
                bucket.tokens -= 1
                return 0
            }
            return (1 - bucket.tokens) / rate
        }
        guard wait > 0 else { return }
        let seconds = Int64(wait.rounded(.up))
        throw Failure(
            .tooMany, code: "rate_limited", ar: "طلبات كتير ورا بعض: استنى \(seconds) ثانية وجرب تاني.",
            en: "Too many requests: wait \(seconds) seconds and try again.", retryAfter: .seconds(seconds))
    }
}
