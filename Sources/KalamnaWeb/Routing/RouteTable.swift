import HTTPTypes
import Hummingbird
import Kalamna
import NIOCore

/// Collects the endpoints. Each method takes what a route of that kind needs, and hands the handler its caller.
struct RouteTable {
    private(set) var endpoints: [Endpoint] = []
    let gatekeeper: Gatekeeper
    let limiter: RateLimiter

    mutating func get<Caller: RouteCaller>(
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

    mutating func post<Caller: RouteCaller>(
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

    mutating func put<Caller: RouteCaller>(
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

    mutating func patch<Caller: RouteCaller>(
        _ path: String, _ name: String, _ summary: String, for access: Access<Caller>, body schema: Schema, response: Schema?,
        otherStatuses: [Int] = [], _ body: @escaping @Sendable (Call, Caller) async throws -> Response
    ) {
        var endpoint = make(.patch, path, name, summary, access, [], body)
        endpoint.body = schema
        endpoint.response = response
        endpoint.otherStatuses = otherStatuses
        endpoints.append(endpoint)
    }

    mutating func delete<Caller: RouteCaller>(
        _ path: String, _ name: String, _ summary: String, for access: Access<Caller>, status: HTTPResponse.Status = .ok, response: Schema? = nil,
        _ body: @escaping @Sendable (Call, Caller) async throws -> Response
    ) {
        var endpoint = make(.delete, path, name, summary, access, [], body)
        endpoint.status = status
        endpoint.response = response
        endpoints.append(endpoint)
    }

    private func make<Caller: RouteCaller>(
        _ method: HTTPRequest.Method, _ path: String, _ name: String, _ summary: String, _ access: Access<Caller>, _ limits: [RateLimit],
        _ body: @escaping @Sendable (Call, Caller) async throws -> Response
    ) -> Endpoint {
        let perCaller = [.general] + limits.filter { $0.subject == .caller }
        return Endpoint(
            method: method, path: path, name: name, summary: summary, access: access.kind, limits: limits
        ) { [gatekeeper, limiter] call in
            var caller = try await access.resolve(gatekeeper, call)
            if let subject = caller.limitedAs {
                let now = call.services.clock.now()
                for limit in perCaller { try limiter.take(limit, for: subject, now: now) }
            }
            let began = ContinuousClock.now
            let call = try await call.withBody()
            // Whoever takes long to send it may have been let out meanwhile.
            if ContinuousClock.now - began > .seconds(1) { caller = try await access.resolve(gatekeeper, call) }
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
        ModelRoutes.add(to: &routes)
        PerformanceRoutes.add(to: &routes)
        KnowledgeRoutes.add(to: &routes)
        FileRoutes.add(to: &routes)
        ImportRoutes.add(to: &routes)
        SessionRoutes.add(to: &routes)
        InboxRoutes.add(to: &routes)
        InsightRoutes.add(to: &routes)
        WidgetConfigRoutes.add(to: &routes)
        WidgetRoutes.add(to: &routes)
        return routes.endpoints
    }
}
