package import HTTPTypes
import Hummingbird
import Kalamna

/// One route: what it is called, who may use it, what it takes and gives. The router, the OpenAPI document, the rate
/// limits and the test of tenant walls are all made from this one list.
package struct Endpoint: Sendable {
    package struct Parameter: Sendable {
        package let name: String
        let schema: Schema
        let description: String
    }

    package let method: HTTPRequest.Method
    /// `/v1/keys/{key_id}`
    package let path: String
    /// The operation's id in the OpenAPI document: `createKey`.
    package let name: String
    let summary: String
    package let access: AccessKind
    package var query: [Parameter] = []
    var body: Schema?
    package var largestBody = 64 << 10
    var status: HTTPResponse.Status = .ok
    /// Nil: no content.
    var response: Schema?
    /// Other success or refusal codes that this route is known to give, beside the usual ones.
    var otherStatuses: [Int] = []
    package var mediaTypes: [String] = ["application/json"]
    /// Whether `Idempotency-Key` is honoured: on POSTs that make something.
    package var idempotent = false
    /// Whether the answer shows a secret: then it is not kept for a repeat.
    package var showsSecret = false
    var limits: [RateLimit] = []
    let handle: @Sendable (Call) async throws -> Response

    package var parameterNames: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }
}

/// Who may use a route, for the document and the tests.
package enum AccessKind: String, Sendable, CaseIterable {
    case anyone, widget, session, admin, owner, business
}

/// Whoever a route lets in.
protocol RouteCaller: Sendable {
    /// Whose limits are used up; nil where those of the address have to do.
    var limitedAs: String? { get }
    /// In whose name a repeat is recognised (`Idempotency-Key`); nil: it is not.
    var tenant: BusinessID? { get }
}

/// Who may use a route, and what the handler is then handed: a handler without its caller does not compile.
struct Access<Caller: RouteCaller>: Sendable {
    let kind: AccessKind
    let resolve: @Sendable (Gatekeeper, Call) async throws -> Caller
}

extension Access where Caller == Anyone {
    static var anyone: Access { Access(kind: .anyone) { _, _ in Anyone() } }
}

extension Access where Caller == KeyIdentity {
    /// A widget key, from an origin that the key allows.
    static var widget: Access { Access(kind: .widget) { try await $0.widgetKey(of: $1) } }
}

extension Access where Caller == SessionCaller {
    /// The customer's token of one session.
    static var session: Access { Access(kind: .session) { try await $0.session(of: $1) } }
}

extension Access where Caller == AdminIdentity {
    static var admin: Access { Access(kind: .admin) { try await $0.admin(of: $1) } }

    static var owner: Access {
        Access(kind: .owner) { gate, call in
            let identity = try await gate.admin(of: call)
            guard identity.admin.role == .owner else { throw Failure.forbidden }
            return identity
        }
    }
}

extension Access where Caller == BusinessCaller {
    /// An admin of any role, or a secret server key.
    static var business: Access { Access(kind: .business) { try await $0.business(of: $1) } }
}

struct Anyone: RouteCaller {
    var limitedAs: String? { nil }
    var tenant: BusinessID? { nil }
}

extension KeyIdentity: RouteCaller {
    /// A widget key stands in a page for all customers of a site: with one limit for it anybody could shut the site's chat.
    var limitedAs: String? { nil }
    var tenant: BusinessID? { nil }
}

extension AdminIdentity: RouteCaller {
    /// The person, so that another login is no way around.
    var limitedAs: String? { admin.id.description }
    var tenant: BusinessID? { business }
}

struct SessionCaller: RouteCaller {
    let reference: SessionReference
    /// What streams are tagged with, to be ended when it is revoked.
    let credential: String

    var limitedAs: String? { reference.session.description }
    var tenant: BusinessID? { nil }
}

struct BusinessCaller: RouteCaller {
    enum Actor: Sendable {
        case admin(AdminIdentity)
        case key(APIKeyID)
    }

    let business: BusinessID
    let actor: Actor

    var limitedAs: String? {
        switch actor {
        case .admin(let identity): identity.limitedAs
        case .key(let id): id.description
        }
    }
    var tenant: BusinessID? { business }

    var adminID: AdminID? {
        if case .admin(let identity) = actor { identity.admin.id } else { nil }
    }

    var credential: String {
        switch actor {
        case .admin(let identity): identity.sessionHash
        case .key(let id): id.description
        }
    }
}
