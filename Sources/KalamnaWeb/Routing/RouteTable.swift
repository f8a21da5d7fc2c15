import HTTPTypes
import Hummingbird
import Kalamna
import NIOCore

/// Collects the endpoints. Each method takes what a route of that kind needs, and hands the handler its caller.
struct RouteTable {
    private(set) var endpoints: [Endpoint] = []
    let gatekeeper: Gatekeeper
    let limiter: RateLimiter

    mutating func get<Caller>(
        _ path: String, _ name: String, _ summary: String, for access: Access<Caller>, query: [Endpoint.Parameter] = [], response: Schema?,
        mediaTypes: [String] = ["application/json"], limits: [RateLimit] = [],
        _ body: @escaping @Sendable (Call, Caller) async throws -> Response
    ) {
        var endpoint = make(.get, path, name, summary, access, limits, body)
        endpoint.query = query
        endpoint.response = response
        endpoint.mediaTypes = mediaTypes
        endpoints.append(endpoint)
    }

    mutating func post<Caller>(
        _ path: String, _ name: String, _ summary: String, for access: Access<Caller>, body schema: Schema? = nil, largestBody: Int = 64 << 10,
        status: HTTPResponse.Status = .ok, response: Schema? = nil, otherStatuses: [Int] = [], limits: [RateLimit] = [],
        idempotent: Bool = false, showsSecret: Bool = false, query: [Endpoint.Parameter] = [],
        _ body: @escaping @Sendable (Call, Caller) async throws -> Response
    ) {
        let body = idempotent ? Idempotency(route: name, showsSecret: showsSecret).around(body) : body
        var endpoint = make(.post, path, name, summary, access, limits, body)
        endpoint.body = schema
        endpoint.largestBody = largestBody
        endpoint.status = status
        endpoint.response = response
        endpoint.otherStatuses = otherStatuses
        endpoint.idempotent = idempotent
        endpoint.showsSecret = showsSecret
        endpoint.query = query
        endpoints.append(endpoint)
    }

    mutating func put<Caller>(
        _ path: String, _ name: String, _ summary: String, for access: Access<Caller>, body schema: Schema, largestBody: Int = 64 << 10,
        status: HTTPResponse.Status = .ok, response: Schema? = nil, otherStatuses: [Int] = [], limits: [RateLimit] = [],
        _ body: @escaping @Sendable (Call, Caller) async throws -> Response
    ) {
        var endpoint = make(.put, path, name, summary, access, limits, body)
        endpoint.body = schema
        endpoint.largestBody = largestBody
        endpoint.status = status
        endpoint.response = response
        endpoint.otherStatuses = otherStatuses
        endpoints.append(endpoint)
    }

    mutating func patch<Caller>(
        _ path: String, _ name: String, _ summary: String, for access: Access<Caller>, body schema: Schema, response: Schema?,
        otherStatuses: [Int] = [], _ body: @escaping @Sendable (Call, Caller) async throws -> Response
    ) {
        var endpoint = make(.patch, path, name, summary, access, [], body)
        endpoint.body = schema
        endpoint.response = response
        endpoint.otherStatuses = otherStatuses
        endpoints.append(endpoint)
    }

    mutating func delete<Caller>(
        _ path: String, _ name: String, _ summary: String, for access: Access<Caller>, status: HTTPResponse.Status = .ok, response: Schema? = nil,
        _ body: @escaping @Sendable (Call, Caller) async throws -> Response
    ) {
        var endpoint = make(.delete, path, name, summary, access, [], body)
        endpoint.status = status
        endpoint.response = response
        endpoints.append(endpoint)
    }

    private func make<Caller>(
        _ method: HTTPRequest.Method, _ path: String, _ name: String, _ summary: String, _ access: Access<Caller>, _ limits: [RateLimit],
        _ body: @escaping @Sendable (Call, Caller) async throws -> Response
    ) -> Endpoint {
        let perCaller = limits.filter { $0.subject == .caller }
        return Endpoint(
            method: method, path: path, name: name, summary: summary, access: access.kind, limits: limits
        ) { [gatekeeper, limiter] call in
            let caller = try await access.resolve(gatekeeper, call)
            if !perCaller.isEmpty, let credential = call.bearer ?? call.sessionCookie {
                let subject = Secrets.hash(credential)
                for limit in perCaller { try limiter.take(limit, for: subject, now: call.services.clock.now()) }
            }
            return try await body(call, caller)
        }
    }
}

/// The one list of routes.
enum Routes {
    static func all(gatekeeper: Gatekeeper, limiter: RateLimiter) -> [Endpoint] {
        var routes = RouteTable(gatekeeper: gatekeeper, limiter: limiter)
        AccountRoutes.add(to: &routes)
        TeamRoutes.add(to: &routes)
        KeyRoutes.add(to: &routes)
        SettingsRoutes.add(to: &routes)
        KnowledgeRoutes.add(to: &routes)
        ImportRoutes.add(to: &routes)
        SessionRoutes.add(to: &routes)
        InsightRoutes.add(to: &routes)
        WidgetRoutes.add(to: &routes)
        return routes.endpoints
    }
}
