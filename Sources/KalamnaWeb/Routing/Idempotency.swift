import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Kalamna
import NIOCore
import Store
import Synchronization

/// `Idempotency-Key`: a repeat of a request that makes something gets the first answer again, and makes nothing.
///
/// The key is reserved before the work begins, in a transaction of its own, so that of two requests at once one works. What
/// failed on our side is forgotten, so that the client's next try is a first one.
struct Idempotency: Sendable {
    /// A process that died in the middle leaves its reservation behind; after this long the next repeat does the work.
    private static let abandonedAfter = Duration.minutes(2)

    /// The endpoint's name: the same key on another route is another one.
    let route: String
    let showsSecret: Bool

    /// The handler with the key honoured, for whoever acts for a business.
    func around<Caller: RouteCaller>(
        _ handle: @escaping @Sendable (Call, Caller) async throws -> Response
    ) -> @Sendable (Call, Caller) async throws -> Response {
        { call, caller in
            guard let business = caller.tenant, let key = call.request.headers[.idempotencyKey] else {
                return try await handle(call, caller)
            }
            return try await respond(to: call, key: try Self.checked(key), of: business) { try await handle(call, caller) }
        }
    }

    private func respond(
        to call: Call, key: String, of business: BusinessID, _ work: () async throws -> Response
    ) async throws -> Response {
        let place = Place(route: route, key: key, hash: Self.hash(of: call), at: call.services.clock.now())
        switch try await call.services.database.write(of: business, { try place.reserve(in: $0, abandonedAfter: Self.abandonedAfter) }) {
        case .ours: break
        case .running: throw Self.running
        case .otherRequest: throw Self.reused
        case .answered(let status, let body): return try replay(status, body)
        }
        let response: Response
        do {
            response = try await work()
        } catch {
            let failure = Failure(error)
            let problem = Problem(failure, locale: call.locale, requestID: call.requestID)
            guard problem.status < 500, problem.status != HTTPResponse.Status.tooManyRequests.code else {
                // The reason that is told is the first one; what can't be deleted now is abandoned later.
                _ = try? await call.services.database.write(of: business) { try place.forget(in: $0) }
                throw error
            }
            response = problem.response(retryAfter: failure.retryAfter)
        }
        let body = showsSecret && response.status.code < 400 ? nil : try await response.body.text()
        // The work is done: the client must hear of it also when its answer can't be kept.
        _ = try? await call.services.database.write(of: business) { try place.keep(response.status.code, body, in: $0) }
        return response
    }

    private func replay(_ status: Int, _ body: String?) throws(Failure) -> Response {
        guard let body else { throw Self.alreadyDone }
        var headers: HTTPFields = [.contentType: "\(status < 400 ? "application/json" : "application/problem+json"); charset=utf-8"]
        headers[.idempotencyReplayed] = "true"
        return Response(status: HTTPResponse.Status(code: status), headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }

    private static func checked(_ key: String) throws(Failure) -> String {
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw .invalid(
                "Idempotency-Key", ar: "Idempotency-Key لازم يكون من 1 لـ 255 حرف إنجليزي أو رقم.",
                en: "Idempotency-Key must be 1 to 255 printable ASCII characters.")
        }
        return key
    }

    /// What makes two requests the same: the address with its ids and query, and every byte of the body.
    private static func hash(of call: Call) -> String {
        var hasher = SHA256()
        hasher.update(data: Data("\(call.request.uri.string)\n".utf8))
        call.body.withUnsafeReadableBytes { hasher.update(bufferPointer: $0) }
        return Secrets.hex(hasher.finalize())
    }

    private static let running = Failure(
        .conflict, code: "idempotency_in_progress", ar: "الطلب الأول بنفس Idempotency-Key لسه شغال: استنى ثانية وابعت تاني.",
        en: "The first request with this Idempotency-Key is still running: wait a second and send it again.", retryAfter: .seconds(1))

    private static let reused = Failure(
        .conflict, code: "idempotency_key_reused", ar: "نفس Idempotency-Key اتبعت قبل كده مع بيانات تانية: استخدم مفتاح جديد لكل طلب.",
        en: "This Idempotency-Key was sent before with another request: use a new key for each one.")

    private static let alreadyDone = Failure(
        .conflict, code: "already_done",
        ar: "الطلب ده اتنفذ قبل كده، والسر اللي في رده بيظهر مرة واحدة بس. لو ماوصلكش، الغي اللي اتعمل واطلب تاني بـ Idempotency-Key جديد.",
        en: """
            This request was carried out before, and the secret in its answer is shown only once. If it did not reach you, revoke what was made \
            and ask again with a new Idempotency-Key.
            """)
}

/// One row of `idempotency_keys`, held by the request that reserved it: `at` tells it from a later holder.
private struct Place: Sendable {
    enum Found: Sendable {
        case ours, running, otherRequest
        case answered(Int, body: String?)
    }

    let route: String
    let key: String
    let hash: String
    let at: Instant

    func reserve(in db: BusinessTransaction, abandonedAfter: Duration) throws -> Found {
        let taken = try db.execute(
            """
            INSERT INTO idempotency_keys (business_id, route, key, request_hash, created_at)
            VALUES (\(db.business), \(route), \(key), \(hash), \(at))
            ON CONFLICT (business_id, route, key) DO UPDATE SET created_at = excluded.created_at
            WHERE idempotency_keys.status IS NULL AND idempotency_keys.request_hash = excluded.request_hash
              AND idempotency_keys.created_at < \(at - abandonedAfter)
            """)
        if taken == 1 { return .ours }
        let row = try db.first(
            """
            SELECT request_hash, status, response FROM idempotency_keys
            WHERE business_id = \(db.business) AND route = \(route) AND key = \(key)
            """)
        guard let row else { return .running }
        guard try row["request_hash"] as String == hash else { return .otherRequest }
        guard let status: Int = try row["status"] else { return .running }
        return .answered(status, body: try row["response"])
    }

    func keep(_ status: Int, _ body: String?, in db: BusinessTransaction) throws {
        try db.execute("UPDATE idempotency_keys SET status = \(status), response = \(body) WHERE business_id = \(db.business) AND \(isOurs)")
    }

    func forget(in db: BusinessTransaction) throws {
        try db.execute("DELETE FROM idempotency_keys WHERE business_id = \(db.business) AND \(isOurs)")
    }

    private var isOurs: Query { "route = \(route) AND key = \(key) AND status IS NULL AND created_at = \(at)" }
}

extension ResponseBody {
    /// All of it. For bodies that lie in memory anyway.
    fileprivate func text() async throws -> String {
        let collected = Collected()
        try await write(collected)
        return collected.buffer.withLock { String(buffer: $0) }
    }
}

private final class Collected: ResponseBodyWriter, Sendable {
    let buffer = Mutex(ByteBuffer())

    func write(_ part: ByteBuffer) async throws { buffer.withLock { _ = $0.writeImmutableBuffer(part) } }
    func finish(_ trailers: HTTPFields?) async throws {}
}

extension HTTPField.Name {
    fileprivate static let idempotencyKey = known("Idempotency-Key")
    fileprivate static let idempotencyReplayed = known("Idempotency-Replayed")
}
