import Foundation
import HTTPTypes
import Hummingbird
import Kalamna
import NIOCore

/// The first page, the chat page, the page of an invitation, the dashboard, the widget that sites embed, and their files.
struct Pages: Sendable {
    let server: Server
    private let assets = Assets()

    init(server: Server) { self.server = server }

    func add(to router: Router<AppContext>) throws {
        let demo = server.settings.demoKey.map { "/chat?key=\($0)" } ?? ""
        guard let index = assets.page("index.html", ["demo_link": demo]), let chat = assets.page("chat.html"),
            let invitation = assets.page("invitation.html"), let dashboard = assets.page("dashboard.html"),
            let widget = assets.file("widget.js")
        else {
            throw Failure(.fault, code: "internal", ar: "صفحات ناقصة من البرنامج.", en: "A page is missing in the program.")
        }
        router.get("/") { request, _ in page(index, ancestors: "'none'", request) }
        router.get("/chat") { request, _ in page(chat, ancestors: try await ancestors(request), request) }
        router.get("/invitation") { request, _ in page(invitation, ancestors: "'none'", request) }
        // Every address of the dashboard is one page, which reads the address itself.
        for path in ["/app", "/app/**"] {
            router.get(RouterPath(path)) { request, _ in page(dashboard, ancestors: "'none'", request) }
        }
        router.get("/widget.js") { request, _ in script(widget, request) }
        router.get(RouterPath("/assets/{version}/{file}")) { request, context in file(request, context) }
    }

    /// A chat page may be framed by the sites of its key, and by nobody when there is none.
    private func ancestors(_ request: Request) async throws -> String {
        guard let secret = request.uri.queryParameters["key"].map(String.init) else { return "'none'" }
        let now = server.services.clock.now()
        let identity = try await server.services.database.readAcrossBusinesses { try APIKeys.identify(secret, in: $0, now: now) }
        guard let origins = identity?.key.allowedOrigins, !origins.isEmpty else { return "'self'" }
        return "'self' " + origins.joined(separator: " ")
    }

    private func page(_ html: String, ancestors: String, _ request: Request) -> Response {
        var headers: HTTPFields = [.contentType: "text/html; charset=utf-8", .cacheControl: "no-cache"]
        headers[.contentSecurityPolicy] = """
            default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; \
            form-action 'none'; require-trusted-types-for 'script'; frame-ancestors \(ancestors)
            """
        var response = Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
        SecurityHeaders.add(to: &response, for: request)
        return response
    }

    /// The loader keeps its address for ever, so it is asked for again soon; a site whose policy asks for CORS or CORP may have it.
    private func script(_ file: Assets.File, _ request: Request) -> Response {
        let tag = "\"\(assets.version)\""
        var headers: HTTPFields = [
            .contentType: file.type, .cacheControl: "public, max-age=600, stale-while-revalidate=86400, stale-if-error=604800", .eTag: tag,
            .accessControlAllowOrigin: "*",
        ]
        headers[Self.resourcePolicy] = "cross-origin"
        let isKnown = request.headers[.ifNoneMatch]?.contains(tag) == true
        var response = Response(
            status: isKnown ? .notModified : .ok, headers: headers, body: isKnown ? ResponseBody() : ResponseBody(byteBuffer: file.body))
        SecurityHeaders.add(to: &response, for: request)
        return response
    }

    private static let resourcePolicy = HTTPField.Name.known("Cross-Origin-Resource-Policy")

    private func file(_ request: Request, _ context: AppContext) -> Response {
        guard let name = context.parameters.get("file"), let file = assets.file(name),
            let version = context.parameters.get("version"), "/assets/\(version)" == assets.prefix
        else { return Server.refusal(.notFound, request, context) }
        var response = Response(
            status: .ok, headers: [.contentType: file.type, .cacheControl: "public, max-age=31536000, immutable"],
            body: ResponseBody(byteBuffer: file.body))
        SecurityHeaders.add(to: &response, for: request)
        return response
    }
}
