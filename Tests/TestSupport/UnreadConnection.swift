import NIOCore
import NIOPosix

/// A client that asks for a stream and then does not read: what comes fills the buffers of the two machines.
package struct UnreadConnection {
    fileprivate let channel: any Channel
    fileprivate let inbound: NIOAsyncChannelInboundStream<ByteBuffer>

    /// Reads, at last and once, until `isEnough`, or the end of the connection or of the time. Each write of the server is a
    /// chunk of whole events, so that the lines of HTTP between them read as fields that nobody knows.
    package func events(within limit: Duration, until isEnough: ([ServerEvent]) -> Bool) async throws -> [ServerEvent] {
        let alarm = channel.eventLoop.scheduleTask(in: .seconds(limit.components.seconds)) { [channel] in channel.close(promise: nil) }
        defer { alarm.cancel() }
        var events: [ServerEvent] = []
        var parser = ServerEventParser()
        for try await part in inbound {
            for byte in part.readableBytesView {
                if let event = parser.take(byte) { events.append(event) }
            }
            if isEnough(events) { break }
        }
        return events
    }
}

extension TestServer {
    package func withUnreadStream(_ path: String, auth: String, _ body: (UnreadConnection) async throws -> Void) async throws {
        let port = Int(url.split(separator: ":").last ?? "") ?? 0
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.socketOption(.so_rcvbuf), value: 8192)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel(
                        wrappingChannelSynchronously: channel,
                        configuration: NIOAsyncChannel<ByteBuffer, ByteBuffer>.Configuration(
                            backPressureStrategy: .init(lowWatermark: 1, highWatermark: 1)))
                }
            }
        try await channel.executeThenClose { inbound, outbound in
            let request = "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nAuthorization: Bearer \(auth)\r\n\r\n"
            try await outbound.write(ByteBuffer(string: request))
            try await body(UnreadConnection(channel: channel.channel, inbound: inbound))
        }
    }
}
