import AsyncHTTPClient
package import Foundation
import Hummingbird
import Kalamna
package import KalamnaWeb
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle

/// The real server on a port of its own, with its services running, until nobody holds it any more.
///
/// Hold it in the test's own function (`let server = try await TestServer(engine)`) rather than in a closure: Swift 6.3.1 mixes
/// up closures, also those of `??` and `&&`, that stand in `#expect` inside of another closure with those that follow it.
package struct TestServer: Sendable {
    package let kalamna: TestKalamna
    package let server: Server
    package let url: String
    private let running: Running

    /// - Parameter configure: what this test's operator decides otherwise.
    package init(_ engine: Engine, rateLimitScale: Double = 0, configure: (inout WebSettings) -> Void = { _ in }) async throws {
        let kalamna = try await TestKalamna(engine)
        var settings = WebSettings(port: 0, rateLimitScale: rateLimitScale)
        configure(&settings)
        let server = Server(services: kalamna.services, settings: settings, logger: .quiet)
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let application = try server.application { port in continuation.yield(port) }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [kalamna.services.turns, kalamna.services.housekeeping, application, Farewell(server: server)], logger: .quiet))
        self.running = Running(group, of: kalamna, whenEnded: { continuation.finish() })
        guard let port = await ports.first(where: { _ in true }) else { throw CancellationError() }
        self.kalamna = kalamna
        self.server = server
        self.url = "http://127.0.0.1:\(port)"
    }

    /// Asks the server to stop, as an operator does, and returns at once.
    package func stop() async { await running.group.triggerGracefulShutdown() }

    /// Returns when everything has ended.
    package func waitForEnd() async throws { try await running.task.value }

    /// The services of one server. They stop when the last reference is let go, and the store closes after them.
    private final class Running: Sendable {
        let group: ServiceGroup
        let task: Task<Void, any Error>

        init(_ group: ServiceGroup, of kalamna: TestKalamna, whenEnded: @escaping @Sendable () -> Void) {
            self.group = group
            self.task = Task {
                defer { withExtendedLifetime(kalamna) { whenEnded() } }
                try await group.run()
            }
        }

        deinit {
            Task { [group] in await group.triggerGracefulShutdown() }
        }
    }

    /// One call; `auth` is a bearer token, or the cookie of an admin when it begins with `kas_`.
    ///
    /// - Parameters:
    ///   - body: as it is, with `contentType`.
    ///   - inChunks: without a Content-Length, so that the server learns the size by reading.
    package func call(
        _ method: String, _ path: String, auth: String? = nil, json: Any? = nil, body: [UInt8]? = nil,
        contentType: String? = "application/json", inChunks: Bool = false, headers: [String: String] = [:]
    ) async throws -> TestAnswer {
        var request = request(method, path, auth: auth)
        if let json {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: try JSONSerialization.data(withJSONObject: json, options: [.fragmentsAllowed, .sortedKeys])))
        } else if let body {
            if let contentType { request.headers.add(name: "Content-Type", value: contentType) }
            let buffer = ByteBuffer(bytes: body)
            request.body = inChunks ? .stream(Self.stream(of: buffer), length: .unknown) : .bytes(buffer)
        }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let data = Data(try await response.body.collect(upTo: 64 << 20).readableBytesView)
        return TestAnswer(
            status: Int(response.status.code), data: data,
            headers: Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first })
    }

    private static func stream(of buffer: ByteBuffer) -> AsyncStream<ByteBuffer> {
        AsyncStream { continuation in
            continuation.yield(buffer)
            continuation.finish()
        }
    }

    func request(_ method: String, _ path: String, auth: String?) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url + path)
        request.method = .RAW(value: method)
        guard let auth else { return request }
        if auth.hasPrefix("kas_") {
            request.headers.add(name: "Cookie", value: "kalamna_session=\(auth)")
        } else {
            request.headers.add(name: "Authorization", value: "Bearer \(auth)")
        }
        return request
    }

    /// A customer with a new conversation.
    package func customer(of business: TestBusiness) async throws -> TestCustomer {
        try TestCustomer(await call("POST", "/v1/widget/sessions", auth: business.widgetKey, json: [String: Any]()), on: self)
    }
}

package struct UnexpectedAnswer: Error, CustomStringConvertible {
    let answer: TestAnswer
    package var description: String { "\(answer.status): \(answer.text)" }
}

package struct TestAnswer: Sendable {
    package let status: Int
    package let data: Data
    package let headers: [String: String]

    package var text: String { String(decoding: data, as: UTF8.self) }
    package var json: Any? { try? JSONSerialization.jsonObject(with: data, options: [.fragmentsAllowed]) }
    package var object: [String: Any] { json as? [String: Any] ?? [:] }
    package subscript(_ field: String) -> Any? { object[field] }
    package var code: String? { object["code"] as? String }
}

/// A customer who writes and reads over HTTP.
package struct TestCustomer: Sendable {
    package let server: TestServer
    package let token: String
    package let session: String

    /// - Parameter started: the answer to the start of a conversation.
    package init(_ started: TestAnswer, on server: TestServer) throws {
        guard started.status == 201, let token = started["token"] as? String, let session = started["session"] as? [String: Any],
            let id = session["id"] as? String
        else { throw UnexpectedAnswer(answer: started) }
        self.server = server
        self.token = token
        self.session = id
    }

    package func send(_ text: String, id: String = UUID().uuidString) async throws -> TestAnswer {
        try await server.call(
            "POST", "/v1/widget/session/messages", auth: token, json: ["client_message_id": id, "text": text])
    }

    package func history() async throws -> [[String: Any]] {
        try await server.call("GET", "/v1/widget/session/messages?after=0&limit=100", auth: token)["messages"] as? [[String: Any]] ?? []
    }

    /// Sends and waits for the message that answers it.
    package func ask(_ text: String) async throws -> [String: Any] {
        let sent = try await send(text)
        guard sent.status == 201, let id = sent["id"] as? String, var last = sent["seq"] as? Int else { throw UnexpectedAnswer(answer: sent) }
        for _ in 0..<5 {
            let polled = try await server.call("GET", "/v1/widget/session/events?after=\(last)&wait=10", auth: token)
            let messages = polled["messages"] as? [[String: Any]] ?? []
            if let answer = messages.first(where: { $0["reply_to"] as? String == id }) { return answer }
            last = messages.last?["seq"] as? Int ?? last
        }
        throw UnexpectedAnswer(answer: sent)
    }
}
