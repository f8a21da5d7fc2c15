import Foundation
import HTTPTypes
import Hummingbird
import Kalamna
import NIOCore

/// The first page, the chat page, the page of an invitation, and their files.
struct Pages: Sendable {
    let server: Server
    private let assets = Assets()

    init(server: Server) { self.server = server }

    func add(to router: Router<AppContext>) throws {
        let demo = server.settings.demoKey.map { "/chat?key=\($0)" } ?? ""
        guard let index = assets.page("index.html", ["demo_link": demo]), let chat = assets.page("chat.html"),
            let invitation = assets.page("invitation.html")
        else {
            throw Failure(.fault, code: "internal", ar: "صفحات ناقصة من البرنامج.", en: "A page is missing in the program.")
        }
        router.get("/") { request, _ in page(index, ancestors: "'none'", request) }
        router.get("/chat") { request, _ in page(chat, ancestors: try await ancestors(request), request) }
        router.get("/invitation") { request, _ in page(invitation, ancestors: "'none'", request) }
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
            form-action 'none'; frame-ancestors \(ancestors)
            """
        var response = Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
        SecurityHeaders.add(to: &response, for: request)
        return response
    }

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
