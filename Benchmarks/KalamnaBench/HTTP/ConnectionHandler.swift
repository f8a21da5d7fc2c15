import NIOCore
import NIOPosix

/// Hands what a connection receives, parsed, to whoever opened it: all of it on the connection's event loop.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var parser = ResponseParser()
    private let receive: (ResponseParser.Part) -> Void
    private let closed: () -> Void

    init(receive: @escaping (ResponseParser.Part) -> Void, closed: @escaping () -> Void) {
        self.receive = receive
        self.closed = closed
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        parser.append(unwrapInboundIn(data))
        do {
            while let part = try parser.next() { receive(part) }
        } catch {
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { closed() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

extension ServerAddress {
    /// A connection with the handler that `make` returns on its event loop.
    func connect(
        on loop: any EventLoop, receiveBuffer: Int32? = nil, _ make: @escaping @Sendable () -> some ChannelInboundHandler
    ) -> EventLoopFuture<any Channel> {
        var bootstrap = ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connectTimeout(.seconds(5))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(make()) }
            }
        if let receiveBuffer { bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: .init(receiveBuffer)) }
        return bootstrap.connect(host: host, port: port)
    }
}
