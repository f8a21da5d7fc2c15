import Foundation
import HTTPTypes
import Hummingbird
import Kalamna
import Logging
import NIOCore
import Store

/// What is not the product's API: health, figures, the API's description, and the few pages.
struct SystemRoutes: Sendable {
    /// All that `add` adds; they are read only.
    static let paths = [
        "/livez", "/readyz", "/metrics", "/openapi.json", "/", "/chat", "/invitation", "/app", "/app/**", "/widget.js", "/assets/{version}/{file}",
    ]

    let server: Server

    func add(to router: Router<AppContext>) throws {
        let cookie = SessionCookie.name(secure: server.settings.isSecure)
        let document = ByteBuffer(
            bytes: try WireJSON.encode(OpenAPIDocument.make(of: server.endpoints, version: Server.version, cookie: cookie)))
        on("/livez", router) { _, _ in text("ok\n") }
        on("/readyz", router) { request, _ in try await ready(request) }
        on("/metrics", router) { request, context in try await metrics(request, context) }
        on("/openapi.json", router) { _, _ in
            Response(status: .ok, headers: [.contentType: "application/json; charset=utf-8"], body: ResponseBody(byteBuffer: document))
        }
        try Pages(server: server).add(to: router)
    }

    /// Every one of these with the headers that all answers have.
    private func on(
        _ path: String, _ router: Router<AppContext>, _ body: @escaping @Sendable (Request, AppContext) async throws -> Response
    ) {
        router.get(RouterPath(path)) { request, context in
            var response: Response
            do {
                response = try await body(request, context)
            } catch {
                response = Problem(Failure(error), locale: Pipeline.locale(of: request), requestID: context.id).response()
            }
            SecurityHeaders.add(to: &response, for: request)
            return response
        }
    }

    /// The database takes writes, its schema is ours, and we are not on the way out. A model's server that is down does not
    /// count: the bot answers without it.
    private func ready(_ request: Request) async throws -> Response {
        if server.readiness.isStopping { return text("stopping\n", status: .serviceUnavailable) }
        do {
            let database = server.services.database
            try await database.writeAcrossBusinesses { _ = try $0.fetch("SELECT 1 AS one") }
            guard try await Migrator(Kalamna.Schema.migrations).pending(in: database.store).isEmpty else {
                return text("the database lacks migrations of this program\n", status: .serviceUnavailable)
            }
            return text("ready\n")
        } catch StoreError.newerDatabase {
            return text("the database was migrated by a newer program\n", status: .serviceUnavailable)
        } catch {
            server.logger.error("not ready", metadata: ["error": "\(String(reflecting: error))"])
            return text("the database does not take writes\n", status: .serviceUnavailable)
        }
    }

    private func metrics(_ request: Request, _ context: AppContext) async throws -> Response {
        if let token = server.settings.metricsToken {
            guard request.headers[.authorization] == "Bearer \(token)" else { throw Failure.unauthenticated }
        } else if !ClientAddress.isLocal(request, context, trustsProxy: server.settings.trustsProxy) {
            throw Failure.forbidden
        }
        let pending = try await server.services.database.readAcrossBusinesses { try Turns.countPending(in: $0) }
        let body = server.pipeline.metrics.text(services: server.services, pending: pending)
        return Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"], body: ResponseBody(byteBuffer: ByteBuffer(string: body))
        )
    }

    private func text(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain; charset=utf-8"], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
