import Foundation
import HTTPTypes
import Hummingbird
import Kalamna
import Store

/// Says who a caller is, by the headers alone. Revoking something here is known at once, in other processes within seconds.
final class Gatekeeper: Sendable {
    private enum Identity: Sendable {
        case key(KeyIdentity)
        case session(SessionCaller, origins: APIKey?)
        case admin(AdminIdentity)
    }

    private let services: Services
    private let known = KnownCallers<Identity>()

    init(services: Services) { self.services = services }

    // MARK: callers

    func widgetKey(of call: Call) async throws -> KeyIdentity {
        let identity = try await key(of: call, prefix: "kwk_")
        try checkOrigin(of: call, allowedBy: identity.key)
        return identity
    }

    func session(of call: Call) async throws -> SessionCaller {
        guard let token = call.bearer, Secrets.isWellFormed(token, prefix: SessionToken.prefix) else { throw Failure.unauthenticated }
        let hash = Secrets.hash(token)
        let identity = try await remember(hash, now: call.services.clock.now()) { now in
            try await services.database.readAcrossBusinesses { transaction -> Identity? in
                guard let holder = try ChatSessions.holder(ofToken: hash, in: transaction) else { return nil }
                var key: APIKey?
                if let id = holder.key {
                    // A key that is revoked takes the conversations that it started with it; one that was replaced hands them on.
                    let db = BusinessTransaction(transaction: transaction, business: holder.reference.business)
                    guard let standing = try APIKeys(db).standing(for: id, now: now) else { return nil }
                    key = standing
                }
                return .session(SessionCaller(reference: holder.reference, credential: (holder.key?.description ?? hash)), origins: key)
            }
        }
        guard case .session(let caller, let key) = identity else { throw Failure.unauthenticated }
        if let key, key.kind == .widget { try checkOrigin(of: call, allowedBy: key) }
        return caller
    }

    func admin(of call: Call) async throws -> AdminIdentity {
        guard let token = call.sessionCookie else { throw Failure.unauthenticated }
        try checkSameSite(call)
        let identity = try await remember(Secrets.hash(token), now: call.services.clock.now()) { _ in
            try await services.authentication.identity(of: token).map { .admin($0) }
        }
        guard case .admin(let admin) = identity else { throw Failure.unauthenticated }
        return admin
    }

    func business(of call: Call) async throws -> BusinessCaller {
        if call.bearer != nil {
            let identity = try await key(of: call, prefix: "ksk_")
            return BusinessCaller(business: identity.business, actor: .key(identity.key.id))
        }
        let identity = try await admin(of: call)
        return BusinessCaller(business: identity.business, actor: .admin(identity))
    }

    /// Something has changed and is committed: forget who is known, and end the streams that were opened with what was revoked.
    func revoked(_ credentials: [String]) {
        forgetEveryone()
        for credential in credentials { services.hub.close(credential: credential) }
    }

    /// Roles, sites or passwords have changed: everybody is looked up anew.
    func forgetEveryone() { known.forgetEveryone() }

    // MARK: checks

    private func key(of call: Call, prefix: String) async throws -> KeyIdentity {
        guard let secret = call.bearer, secret.hasPrefix(prefix) else { throw Failure.unauthenticated }
        let identity = try await remember(Secrets.hash(secret), now: call.services.clock.now()) { now in
            let found = try await services.database.readAcrossBusinesses { try APIKeys.identify(secret, in: $0, now: now) }
            guard let found else { return nil }
            if found.key.isTouchDue(at: now) {
                try await services.database.write(of: found.business) { try APIKeys($0).touch(found.key.id, now: now) }
            }
            return .key(found)
        }
        guard case .key(let identity) = identity else { throw Failure.unauthenticated }
        return identity
    }

    /// A browser tells where a request comes from; our own pages and the key's sites may ask.
    private func checkOrigin(of call: Call, allowedBy key: APIKey) throws {
        guard let origin = call.origin, !call.isOwnOrigin(origin) else { return }
        guard key.allows(origin: origin) else {
            throw Failure(
                .forbidden, code: "origin_not_allowed", ar: "الموقع ده مش من المواقع المسموح لها بالمفتاح: ضيفه من صفحة المفاتيح.",
                en: "This site is not among the key's allowed origins: add it on the keys page.")
        }
    }

    /// Against forged requests with the cookie (OWASP CSRF cheat sheet): a state change must come from our own pages.
    private func checkSameSite(_ call: Call) throws {
        if [.get, .head].contains(call.request.method) { return }
        if let site = call.header("Sec-Fetch-Site") {
            guard site == "same-origin" || site == "none" else { throw Self.forged }
        } else if let origin = call.origin {
            guard call.isOwnOrigin(origin) else { throw Self.forged }
        }
    }

    private static let forged = Failure(
        .forbidden, code: "cross_site", ar: "الطلب ده جاي من موقع تاني، ومش مسموح.", en: "This request comes from another site and is refused.")

    private func remember(
        _ hash: String, now: Instant, _ find: (Instant) async throws -> Identity?
    ) async throws -> Identity {
        guard let identity = try await known.identity(of: hash, now: now, find) else { throw Failure.unauthenticated }
        return identity
    }
}

extension Call {
    func header(_ name: String) -> String? {
        HTTPField.Name(name).flatMap { request.headers[$0] }
    }

    var bearer: String? {
        guard let value = request.headers[.authorization], value.count < 300 else { return nil }
        let parts = value.split(separator: " ", omittingEmptySubsequences: true)
        return parts.count == 2 && parts[0].lowercased() == "bearer" ? String(parts[1]) : nil
    }

    var sessionCookie: String? { request.cookies[SessionCookie.name(secure: isSecure)]?.value }
    var origin: String? { request.headers[.origin] }

    /// Whether the origin is the address that the request was sent to.
    func isOwnOrigin(_ origin: String) -> Bool {
        guard let authority = request.head.authority, let start = origin.range(of: "://") else { return false }
        return origin[start.upperBound...].lowercased() == authority.lowercased()
    }
}
