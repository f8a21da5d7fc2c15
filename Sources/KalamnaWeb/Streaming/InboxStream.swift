import Foundation
import HTTPTypes
import Hummingbird
import Kalamna
import NIOCore

/// All conversations of a business for its people: each that changes in this process is told as the list shows it. At every `ping` the client
/// reads the list again, which also finds what other processes have stored; nothing here is resumed or numbered.
struct InboxStream: Sendable {
    /// Changes are gathered for so long: with many customers at once the table is read a few times a second, not once a message.
    private static let pause = Duration.milliseconds(200)

    let services: Services
    let business: BusinessID
    let credential: String
    /// Whether the caller may still read; asked at each heartbeat.
    let isStillAllowed: @Sendable () async -> Bool

    func response() -> Response {
        Response(
            status: .ok, headers: EventStream.headers,
            body: ResponseBody { writer in
                try await write(to: &writer)
                try await writer.finish(nil)
            })
    }

    @concurrent
    private func write(to writer: inout any ResponseBodyWriter) async throws {
        let subscription = services.hub.watchBusiness(business, credential: credential)
        defer { services.hub.leave(subscription) }
        // Subscribed is what a revocation closes; one that came just before is seen here.
        guard await isStillAllowed() else { return }
        let ends = services.clock.now() + .milliseconds(Int64.random(in: EventStream.life))
        try await writer.write(EventStream.connected)
        while true {
            switch await subscription.next() {
            case .events(let events):
                var buffer = ByteBuffer()
                for entry in try await changed(by: events) {
                    buffer.writeImmutableBuffer(try EventStream.event("session", InboxSessionBody(entry)))
                }
                if buffer.readableBytes > 0 { try await writer.write(buffer) }
                try await Task.sleep(for: Self.pause)
            case .overflowed:
                try await writer.write(EventStream.ping)
                try await Task.sleep(for: Self.pause)
            case .tick:
                guard await isStillAllowed(), services.clock.now() < ends else { return }
                try await writer.write(EventStream.ping)
            case .end(let reason):
                if case .shutdown = reason { try await writer.write(EventStream.shutdown) }
                return
            }
        }
    }

    /// The long poll: the conversations of the first change, or none after `wait`.
    func news(within wait: Duration) async throws -> [InboxEntry] {
        let subscription = services.hub.watchBusiness(business, credential: credential)
        defer { services.hub.leave(subscription) }
        guard await isStillAllowed() else { return [] }
        let alarm = Task {
            try await Task.sleep(for: wait)
            subscription.tick()
        }
        defer { alarm.cancel() }
        let deadline = ContinuousClock.now + wait
        while ContinuousClock.now < deadline {
            switch await subscription.next() {
            case .events(let events): return try await changed(by: events)
            case .overflowed, .end: return []
            case .tick: continue
            }
        }
        return []
    }

    @concurrent
    private func changed(by events: [SessionEvent]) async throws -> [InboxEntry] {
        let ids = Set(events.compactMap(\.session))
        return try await services.database.read(of: business) { try InboxEntries($0).find(Array(ids)) }
    }
}

extension SessionEvent {
    /// Whose conversation changed; nil: nothing that is stored.
    fileprivate var session: ChatSessionID? {
        switch self {
        case .message(let message): message.session
        case .conversation(let session): session.id
        case .typing, .delta, .restart: nil
        }
    }
}
