import HTTPTypes
import Hummingbird

enum SecurityHeaders {
    static let requestID = HTTPField.Name.known("X-Request-Id")
    private static let contentTypeOptions = HTTPField.Name.known("X-Content-Type-Options")
    private static let referrerPolicy = HTTPField.Name.known("Referrer-Policy")
    private static let frameOptions = HTTPField.Name.known("X-Frame-Options")
    private static let opener = HTTPField.Name.known("Cross-Origin-Opener-Policy")

    /// Pages set their own content policy; everything else may be neither framed nor run.
    static func add(to response: inout Response, for request: Request) {
        response.headers[contentTypeOptions] = "nosniff"
        response.headers[referrerPolicy] = "strict-origin-when-cross-origin"
        if response.headers[.contentSecurityPolicy] == nil {
            response.headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
            response.headers[frameOptions] = "DENY"
            response.headers[opener] = "same-origin"
        }
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
    }
}

/// CORS for the routes that browsers on other sites may call. Which sites may is checked with the key (`Gatekeeper`): a
/// preflight carries no key, so it only says what is possible, never to credentials.
enum CrossOrigin {
    private static let varying = HTTPField.Name.vary

    static func add(to response: inout Response, for request: Request) {
        response.headers[varying] = "Origin"
        guard let origin = request.headers[.origin], origin != "null", response.status != .forbidden else { return }
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.accessControlExposeHeaders] = "X-Request-Id, Retry-After"
    }

    static func preflight(_ request: Request, methods: [HTTPRequest.Method]) -> Response {
        var headers: HTTPFields = [:]
        headers[.accessControlAllowMethods] = methods.map(\.rawValue).joined(separator: ", ")
        headers[.accessControlAllowHeaders] = "Authorization, Content-Type, Idempotency-Key, Last-Event-ID, Accept-Language"
        headers[.accessControlMaxAge] = "600"
        var response = Response(status: .noContent, headers: headers)
        add(to: &response, for: request)
        SecurityHeaders.add(to: &response, for: request)
        return response
    }
}

extension HTTPField.Name {
    /// For names that stand in the source: they are valid.
    static func known(_ name: String) -> HTTPField.Name {
        guard let field = HTTPField.Name(name) else { preconditionFailure("\(name) is no header name") }
        return field
    }
}
