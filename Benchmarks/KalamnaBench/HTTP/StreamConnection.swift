import NIOCore
import Synchronization

/// One connection to a session's event stream, from its opening to its end, whoever ends it.
struct StreamConnection: Sendable {
    /// Which of the two ways of resuming is used, and the last seq that is known.
    enum Resume: Sendable {
        case after(Int)
        case lastEventID(Int)
    }

    /// Where the connection was when it ended.
    enum Place: String, Sendable, CaseIterable {
        case beforeFirstByte = "before the first byte"
        case inHead = "in the head"
        case insideEvent = "inside an event"
        case betweenEvents = "between events"
    }

    struct Ending: Sendable {
        /// Nil: no response came.
        let status: Int?
        let place: Place
        /// We did it, as told.
        let wasCut: Bool
    }

    private let channel: any Channel
    private let ending: EventLoopFuture<Ending>

    /// - Parameters:
    ///   - cutAfter: Cut it when so many bytes were received; what comes after them is not looked at.
    ///   - onEvent: Called on the event loop.
    static func open(
        _ server: ServerAddress, token: String, _ resume: Resume, on loop: any EventLoop, cutAfter: Int? = nil, receiveBuffer: Int32? = nil,
        onEvent: @escaping @Sendable (ServerEvent) -> Void
    ) async throws -> StreamConnection {
        let path = "/v1/widget/session/events"
        let request =
            switch resume {
            case .after(let seq): server.get("\(path)?after=\(seq)", token: token)
            case .lastEventID(let seq): server.get(path, token: token, headers: [("Last-Event-ID", "\(seq)")])
            }
        let promise = loop.makePromise(of: Ending.self)
        do {
            let channel = try await server.connect(on: loop, receiveBuffer: receiveBuffer) {
                StreamHandler(request: request, cutAfter: cutAfter, ending: promise, onEvent: onEvent)
            }.get()
            return StreamConnection(channel: channel, ending: promise.futureResult)
        } catch {
            promise.fail(error)
            throw error
        }
    }

    /// Waits for the end; a cancelled task closes the connection.
    func ended() async throws -> Ending {
        try await withTaskCancellationHandler {
            try await ending.get()
        } onCancel: {
            close()
        }
    }

    func close() { channel.close(promise: nil) }

    /// From now on nothing is read, until `goOn`: the kernel's buffers fill, then the server's.
    func pause() async throws { try await channel.setOption(.autoRead, value: false).get() }

    func goOn() async throws { try await channel.setOption(.autoRead, value: true).get() }
}

/// Sends the request, counts bytes, and cuts the connection where it was told to.
private final class StreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let request: ByteBuffer
    private let cutAfter: Int?
    private let ending: EventLoopPromise<StreamConnection.Ending>
    private let onEvent: (ServerEvent) -> Void
    private var parser = ResponseParser()
    private var events = EventParser()
    private var received = 0
    private var status: Int?

    init(
        request: ByteBuffer, cutAfter: Int?, ending: EventLoopPromise<StreamConnection.Ending>, onEvent: @escaping (ServerEvent) -> Void
    ) {
        self.request = request
        self.cutAfter = cutAfter
        self.ending = ending
        self.onEvent = onEvent
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(NIOAny(request), promise: nil)
        if cutAfter == 0 { context.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        let left = cutAfter.map { $0 - received } ?? .max
        if left <= 0 { return }
        received += min(left, bytes.readableBytes)
        let isLast = bytes.readableBytes >= left
        if isLast, let part = bytes.readSlice(length: left) { bytes = part }
        do {
            try take(bytes, context)
        } catch {
            context.close(promise: nil)
        }
        if isLast { context.close(promise: nil) }
    }

    private func take(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) throws {
        parser.append(bytes)
        while let part = try parser.next() {
            switch part {
            case .head(let status):
                self.status = status
                if status != 200 { context.close(promise: nil) }
            case .body(let piece):
                guard status == 200 else { continue }
                events.append(piece)
                while let event = events.next() { onEvent(event) }
            case .end:
                context.close(promise: nil)
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        let place: StreamConnection.Place =
            if received == 0 { .beforeFirstByte } else if status == nil { .inHead } else if events.isInside { .insideEvent } else { .betweenEvents }
        ending.succeed(StreamConnection.Ending(status: status, place: place, wasCut: received == cutAfter))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
