import NIOCore
import NIOPosix
import Synchronization

/// Somebody else's server on this machine, as a test scripts it: plays one script for each request, the last one for all that
/// follow, and keeps what it was asked and whether the client hung up before the end.
package final class ScriptedProvider: Sendable {
    /// How one request is answered.
    package struct Script: Sendable {
        package enum Ending: Sendable {
            /// The response ends as HTTP wants it.
            case whole
            /// The connection closes in the middle of the response.
            case broken
            /// The same, by a reset.
            case reset
            /// Nothing more comes, and the connection stays.
            case hang
        }

        package var status = 200
        package var headers: [(name: String, value: String)] = []
        package var body: [UInt8] = []
        /// Nil: the body at once. A small number cuts Arabic letters in two.
        package var pieceSize: Int?
        package var delay = Duration.zero
        package var pace = Duration.zero
        package var ending = Ending.whole

        package init(status: Int = 200, _ body: String = "", headers: [(name: String, value: String)] = []) {
            self.status = status
            self.body = Array(body.utf8)
            self.headers = headers
        }

        /// The same, otherwise.
        package func with(_ change: (inout Script) -> Void) -> Script {
            var script = self
            change(&script)
            return script
        }
    }

    package struct Received: Sendable {
        /// With the query.
        package let path: String
        package let headers: [String: String]
        package let body: [UInt8]
        package fileprivate(set) var isPlayed = false
        /// The client closed before the script was over.
        package fileprivate(set) var hungUp = false
    }

    package let url: String
    private let log: Log
    private let server: Task<Void, any Error>

    package init(_ scripts: Script...) async throws {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel(
                        wrappingChannelSynchronously: channel, configuration: .init(inboundType: ByteBuffer.self, outboundType: ByteBuffer.self))
                }
            }
        self.url = "http://127.0.0.1:\(listener.channel.localAddress?.port ?? 0)"
        let log = Log(scripts)
        self.log = log
        // Connections live in the task of the listener: they end with the test.
        self.server = Task {
            try await listener.executeThenClose { inbound in
                try await withThrowingTaskGroup { group in
                    for try await connection in inbound { group.addTask { await log.serve(connection) } }
                }
            }
        }
    }

    deinit { server.cancel() }

    package var requests: [Received] { log.received.withLock { $0 } }

    /// Waits until the client of a request has hung up; false when it does not within the time.
    package func hangsUp(_ number: Int = 0, within limit: Duration = .seconds(5)) async throws -> Bool {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if requests.indices.contains(number) && requests[number].hungUp { return true }
            try await Task.sleep(for: .milliseconds(5))
        }
        return false
    }

    private final class Log: Sendable {
        let received = Mutex<[Received]>([])
        private let scripts: [Script]

        init(_ scripts: [Script]) { self.scripts = scripts }

        func serve(_ connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>) async {
            do {
                try await connection.executeThenClose { inbound, outbound in
                    var bytes: [UInt8] = []
                    for try await part in inbound {
                        bytes += part.readableBytesView
                        guard let request = Received(bytes) else { continue }
                        let number = begin(request, on: connection.channel)
                        guard let script = scripts.indices.contains(number) ? scripts[number] : scripts.last else { return }
                        try await script.play(on: connection.channel, outbound)
                        received.withLock { $0[number].isPlayed = true }
                        return
                    }
                }
            } catch {
                // The client went away: `hungUp` says so.
                return
            }
        }

        private func begin(_ request: Received, on channel: any Channel) -> Int {
            let number = received.withLock { received in
                received.append(request)
                return received.count - 1
            }
            channel.closeFuture.whenComplete { _ in
                self.received.withLock { if !$0[number].isPlayed { $0[number].hungUp = true } }
            }
            return number
        }
    }
}

extension ScriptedProvider.Received {
    /// Nil as long as the request is not whole.
    fileprivate init?(_ bytes: [UInt8]) {
        let end: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
        guard let headEnd = bytes.indices.first(where: { bytes[$0...].starts(with: end) }) else { return nil }
        let lines = String(decoding: bytes[..<headEnd], as: UTF8.self).split(separator: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " }) }
        }
        let body = bytes[(headEnd + 4)...]
        guard body.count >= Int(headers["content-length"] ?? "0") ?? 0 else { return nil }
        self.path = lines.first?.split(separator: " ").dropFirst().first.map { String($0) } ?? ""
        self.headers = headers
        self.body = Array(body)
    }
}

extension ScriptedProvider.Script {
    fileprivate func play(on channel: any Channel, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) async throws {
        try await wait(delay, channel)
        var head = "HTTP/1.1 \(status) Scripted\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        try await outbound.write(ByteBuffer(string: head + "\r\n"))
        let size = pieceSize ?? max(body.count, 1)
        for start in stride(from: 0, to: body.count, by: size) {
            if start > 0 { try await wait(pace, channel) }
            let piece = body[start..<min(start + size, body.count)]
            try await outbound.write(ByteBuffer(bytes: Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + [0x0D, 0x0A]))
        }
        switch ending {
        case .whole: try await outbound.write(ByteBuffer(string: "0\r\n\r\n"))
        case .broken: break
        case .reset: try await (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        case .hang: try await wait(.seconds(60), channel)
        }
    }

    /// Until the time is over or the client has gone.
    private func wait(_ duration: Duration, _ channel: any Channel) async throws {
        let end = ContinuousClock.now + duration
        while channel.isActive && ContinuousClock.now < end {
            try await Task.sleep(until: min(end, .now + .milliseconds(10)), clock: .continuous)
        }
        if !channel.isActive { throw CancellationError() }
    }
}
