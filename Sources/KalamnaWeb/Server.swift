import CAssets
import HTTPTypes
package import Hummingbird
package import Kalamna
package import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// The web server: every route, and how it starts and ends.
package struct Server: Sendable {
    package static let version = "0.1.0"

    package let services: Services
    package let settings: WebSettings
    package let logger: Logger
    package let readiness = Readiness()
    let pipeline: Pipeline
    /// The one list of routes, in the order in which they were declared.
    package let endpoints: [Endpoint]

    package init(services: Services, settings: WebSettings, logger: Logger) {
        self.services = services
        self.settings = settings
        self.logger = logger
        let gatekeeper = Gatekeeper(services: services)
        let limiter = RateLimiter(scale: settings.rateLimitScale)
        self.pipeline = Pipeline(services: services, gatekeeper: gatekeeper, limiter: limiter, metrics: Metrics(), settings: settings)
        self.endpoints = Routes.all(gatekeeper: gatekeeper, limiter: limiter)
    }

    /// The application with its services, in the order of their dependence: they end in the opposite order, streams first,
    /// then the listener, the running turns last.
    package func application(onListening: @escaping @Sendable (Int) async -> Void = { _ in }) throws -> some ApplicationProtocol {
        let router = Router(context: AppContext.self, options: .autoGenerateHeadEndpoints)
        for endpoint in endpoints { add(endpoint, to: router) }
        try SystemRoutes(server: self).add(to: router)
        addRefusals(to: router)
        return Application(
            router: router,
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port), serverName: "Kalamna", backlog: 1024),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) }, logger: logger)
    }

    private func add(_ endpoint: Endpoint, to router: Router<AppContext>) {
        router.on(RouterPath(endpoint.path), method: endpoint.method) { [pipeline] request, context in
            await pipeline.respond(to: endpoint, request, context)
        }
    }

    /// A known address with another method is 405 with what it takes; an unknown one is 404; both as problems.
    private func addRefusals(to router: Router<AppContext>) {
        let byPath = Dictionary(grouping: endpoints, by: \.path)
        let all: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete, .options, .trace]
        for (path, endpoints) in byPath {
            var taken = endpoints.map(\.method)
            let isCrossOrigin = endpoints.contains { $0.access == .widget || $0.access == .session }
            if isCrossOrigin {
                router.on(RouterPath(path), method: .options) { [taken] request, _ in CrossOrigin.preflight(request, methods: taken) }
                taken.append(.options)
            }
            for method in all where !taken.contains(method) {
                router.on(RouterPath(path), method: method) { [taken] request, context in
                    Self.refusal(.methodNotAllowed, request, context, allow: taken)
                }
            }
        }
        for path in SystemRoutes.paths {
            for method in all where method != .get {
                router.on(RouterPath(path), method: method) { request, context in
                    Self.refusal(.methodNotAllowed, request, context, allow: [.get, .head])
                }
            }
        }
        router.add(middleware: UnknownAddress())
    }

    static func refusal(_ failure: Failure, _ request: Request, _ context: AppContext, allow: [HTTPRequest.Method] = []) -> Response {
        var response = Problem(failure, locale: Pipeline.locale(of: request), requestID: context.id).response()
        if !allow.isEmpty { response.headers[.allow] = allow.map(\.rawValue).joined(separator: ", ") }
        SecurityHeaders.add(to: &response, for: request)
        response.headers[SecurityHeaders.requestID] = context.id
        return response
    }
}

/// What the router does not know.
private struct UnknownAddress: RouterMiddleware {
    typealias Context = AppContext

    @concurrent
    func handle(
        _ request: Request, context: AppContext, next: @concurrent (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            return Server.refusal(.notFound, request, context)
        } catch let error as HTTPError where error.status.code < 500 {
            return Server.refusal(Failure(error), request, context)
        }
    }
}

/// Whether new work is taken: no longer, once the server was asked to stop.
package final class Readiness: Sendable {
    private let stopping = Mutex(false)

    package var isStopping: Bool { stopping.withLock { $0 } }
    package func stop() { stopping.withLock { $0 = true } }
}

/// The first to hear that the server goes: `/readyz` turns away, streams are told and closed. What runs may end.
package struct Farewell: Service {
    let readiness: Readiness
    let hub: EventHub

    package init(server: Server) {
        self.readiness = server.readiness
        self.hub = server.services.hub
    }

    package func run() async throws {
        try? await gracefulShutdown()
        readiness.stop()
        hub.shutDown()
    }
}
