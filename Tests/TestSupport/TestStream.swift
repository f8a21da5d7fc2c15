import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization

/// One server-sent event, as a browser would hand it on.
package struct ServerEvent: Sendable, Hashable {
    package var id: Int?
    package var name: String
    package var data: String

    package init(id: Int? = nil, name: String = "message", data: String = "") {
        self.id = id
        self.name = name
        self.data = data
    }

    package var object: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(data.utf8))) as? [String: Any] ?? [:] }
}

/// An event stream that is read in the background, and can be cut off.
package final class TestStream: Sendable {
    private struct State {
        var parser = ServerEventParser()
        var events: [ServerEvent] = []
        var ended = false
    }

    private final class Received: Sendable {
        let state = Mutex(State())

        /// - Parameter most: what comes after so many bytes is thrown away, and the connection with it.
        func read(_ body: HTTPClientResponse.Body, most: Int) async {
            var left = most
            do {
                for try await part in body {
                    let bytes = part.readableBytesView.prefix(left)
                    left -= bytes.count
                    state.withLock { state in
                        for byte in bytes {
                            if let event = state.parser.take(byte) { state.events.append(event) }
                        }
                    }
                    if left == 0 { break }
                }
            } catch {
                // A connection that broke has ended.
            }
            state.withLock { $0.ended = true }
        }
    }

    /// Streams hold their connection: another pool than that of the calls, without its small limit.
    static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1000
        return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }()

    package let status: Int
    package let headers: [String: String]
    private let received = Received()
    private let reader: Task<Void, Never>
    private let server: TestServer

    init(_ response: HTTPClientResponse, of server: TestServer, most: Int) {
        self.server = server
        self.status = Int(response.status.code)
        self.headers = Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
        self.reader = Task { [received] in await received.read(response.body, most: most) }
    }

    deinit { reader.cancel() }

    /// What has come until now.
    package var events: [ServerEvent] { received.state.withLock { $0.events } }
    package var messages: [ServerEvent] { events.filter { $0.name == "message" } }
    package var hasEnded: Bool { received.state.withLock { $0.ended } }

    /// Waits for the events that the condition asks for, or for the end; returns all that came.
    package func wait(
        within limit: Duration = .seconds(10), until condition: ([ServerEvent]) -> Bool
    ) async throws -> [ServerEvent] {
        _ = try await eventually(within: limit) { condition(events) || hasEnded }
        return events
    }

    package func ends(within limit: Duration) async throws -> Bool { try await eventually(within: limit) { hasEnded } }

    package func cut() { reader.cancel() }
}

/// The event stream format of the HTML standard, byte by byte, for a server that ends its lines with LF.
struct ServerEventParser {
    private var line: [UInt8] = []
    private var event = ServerEvent()
    private var hasData = false

    mutating func take(_ byte: UInt8) -> ServerEvent? {
        guard byte == UInt8(ascii: "\n") else {
            line.append(byte)
            return nil
        }
        let text = String(decoding: line, as: UTF8.self)
        line = []
        if text.isEmpty {
            defer { (event, hasData) = (ServerEvent(), false) }
            return hasData ? event : nil
        }
        let colon = text.firstIndex(of: ":") ?? text.endIndex
        let value = text[colon...].dropFirst()
        read(field: text[..<colon], String(value.first == " " ? value.dropFirst() : value))
        return nil
    }

    private mutating func read(field: Substring, _ value: String) {
        switch field {
        case "id": event.id = Int(value)
        case "event": event.name = value
        case "data":
            event.data += (hasData ? "\n" : "") + value
            hasData = true
        default: break
        }
    }
}

extension TestServer {
    /// Opens an event stream.
    ///
    /// - Parameter bytes: the stream is cut off after so many of them.
    package func stream(
        _ path: String, auth: String, headers: [String: String] = [:], cutAfter bytes: Int = .max
    ) async throws -> TestStream {
        var request = request("GET", path, auth: auth)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        return TestStream(try await TestStream.client.execute(request, timeout: .seconds(60)), of: self, most: bytes)
    }
}

extension TestCustomer {
    package func stream(after seq: Int? = nil, lastEventID: Int? = nil, cutAfter bytes: Int = .max) async throws -> TestStream {
        try await server.stream(
            "/v1/widget/session/events" + (seq.map { "?after=\($0)" } ?? ""), auth: token,
            headers: lastEventID.map { ["Last-Event-ID": "\($0)"] } ?? [:], cutAfter: bytes)
    }
}
