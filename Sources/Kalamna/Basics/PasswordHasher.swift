import Crypto
import CryptoExtras
import Dispatch
import Foundation
import Synchronization

/// scrypt with N = 2^14, r = 8, p = 5 (16 MiB; OWASP Password Storage Cheat Sheet). Stored as
/// `scrypt$14$8$5$salt$key`, so that the cost can grow and old hashes still verify.
///
/// At most two hashes are computed at once, on their own queues, never on a thread of Swift's pool.
package final class PasswordHasher: Sendable {
    private struct Cost: Equatable {
        var logN = 14
        var r = 8
        var p = 5
    }

    private static let longestQueue = 64

    private let queues = [DispatchQueue(label: "kalamna.password.0"), DispatchQueue(label: "kalamna.password.1")]
    private let waiting = Mutex((jobs: 0, next: 0))
    private let cost: Cost

    /// - Parameter logN: tests lower it; everybody else leaves it.
    package init(logN: Int = 14) { self.cost = Cost(logN: logN) }

    package func hash(_ password: String) async throws -> String {
        var random = SystemRandomNumberGenerator()
        let salt = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let cost = cost
        let key = try await run { try Self.derive(password, salt, cost) }
        return "scrypt$\(cost.logN)$\(cost.r)$\(cost.p)$\(Data(salt).base64EncodedString())$\(Data(key).base64EncodedString())"
    }

    /// Takes the same time for a missing hash, so that an unknown e-mail can't be told from a wrong password.
    package func verify(_ password: String, against stored: String?) async throws -> Bool {
        let parts = (stored ?? "").split(separator: "$")
        guard parts.count == 6, let logN = Int(parts[1]), let r = Int(parts[2]), let p = Int(parts[3]),
            let salt = Data(base64Encoded: String(parts[4])), let expected = Data(base64Encoded: String(parts[5]))
        else {
            _ = try await hash(password)
            return false
        }
        let key = try await run { try Self.derive(password, Array(salt), Cost(logN: logN, r: r, p: p)) }
        return key.count == expected.count && zip(key, expected).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func derive(_ password: String, _ salt: [UInt8], _ cost: Cost) throws -> [UInt8] {
        let normalized = Data(password.precomposedStringWithCanonicalMapping.utf8)
        let key = try KDF.Scrypt.deriveKey(
            from: normalized, salt: salt, outputByteCount: 32, rounds: 1 << cost.logN, blockSize: cost.r, parallelism: cost.p)
        return key.withUnsafeBytes { Array($0) }
    }

    private func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        let queue = try waiting.withLock { state throws(Failure) -> DispatchQueue in
            guard state.jobs < Self.longestQueue else {
                throw Failure(
                    .unavailable, code: "busy", ar: "في ضغط على تسجيل الدخول، جرب كمان شوية.", en: "Too many logins at once: try again shortly.",
                    retryAfter: .seconds(5))
            }
            state.jobs += 1
            state.next = (state.next + 1) % queues.count
            return queues[state.next]
        }
        return try await withCheckedThrowingContinuation { continuation in
            queue.async {
                let result = Result { try body() }
                self.waiting.withLock { $0.jobs -= 1 }
                continuation.resume(with: result)
            }
        }
    }
}
