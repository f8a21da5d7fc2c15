import HTTPTypes
import Hummingbird
import Kalamna
import Logging
import NIOCore

/// What happens to every request of an endpoint, in this order: limits by address, the caller by the headers, limits by caller,
/// the body within its limit, idempotency, the handler; and every error becomes a problem that says what to do.
struct Pipeline: Sendable {
    let services: Services
    let gatekeeper: Gatekeeper
    let limiter: RateLimiter
    let metrics: Metrics
    let settings: WebSettings

    func respond(to endpoint: Endpoint, _ request: Request, _ context: AppContext) async -> Response {
        let started = ContinuousClock.now
        let requestID = Self.requestID(of: request, context)
        let locale = Self.locale(of: request)
        var response: Response
        do {
            response = try await handle(endpoint, request, context, requestID: requestID, locale: locale)
        } catch {
            let failure = Failure(error)
            if failure.kind == .fault || failure.kind == .unavailable, let cause = failure.cause {
                context.logger.error(
                    "request failed", metadata: ["route": "\(endpoint.name)", "request_id": "\(requestID)", "error": "\(String(reflecting: cause))"])
            }
            response = Problem(failure, locale: locale, requestID: requestID).response(retryAfter: failure.retryAfter)
        }
        SecurityHeaders.add(to: &response, for: request)
        if endpoint.access == .widget || endpoint.access == .session { CrossOrigin.add(to: &response, for: request) }
        response.headers[SecurityHeaders.requestID] = requestID
        metrics.count(endpoint.name, status: response.status.code, took: ContinuousClock.now - started)
        return response
    }

    private func handle(
        _ endpoint: Endpoint, _ request: Request, _ context: AppContext, requestID: String, locale: Kalamna.Locale
    ) async throws -> Response {
        let address = ClientAddress.of(request, context, trustsProxy: settings.trustsProxy)
        let now = services.clock.now()
        for limit in endpoint.limits where limit.subject == .address {
            try limiter.take(limit, for: ClientAddress.group(address), now: now)
        }
        let call = Call(
            request: request, largestBody: endpoint.largestBody, parameters: context.parameters, locale: locale, requestID: requestID,
            address: address, services: services, gatekeeper: gatekeeper, limiter: limiter, settings: settings)
        return try await endpoint.handle(call)
    }

    private static func requestID(of request: Request, _ context: AppContext) -> String {
        if let given = request.headers[SecurityHeaders.requestID], (8...64).contains(given.utf8.count),
            given.utf8.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || $0 == 0x2D })
        {
            return given
        }
        return context.id
    }

    /// The first of our languages in `Accept-Language`; Arabic without it.
    static func locale(of request: Request) -> Kalamna.Locale {
        for range in (request.headers[.acceptLanguage] ?? "").lowercased().split(separator: ",") {
            let tag = range.drop { $0 == " " }
            if tag.hasPrefix("ar") { return .ar }
            if tag.hasPrefix("en") { return .en }
        }
        return .ar
    }
}
