import Foundation
import HTTPTypes
import Hummingbird
import Kalamna
import NIOCore

/// A session's events as server-sent events (reference §6): every message after `seq` once and in order, whatever happens
/// in between, and the live ones as they come.
///
/// The hub only wakes the stream; what is written next is decided by `seq`. A message that follows the last one is written as
/// it came, a gap is read from the table, an old one is dropped.
struct EventStream: Sendable {
    private static let pageSize = 100
    /// A stream ends after about an hour, so that a client logs in again; spread, so that not all do at once.
    static let life: ClosedRange<Int64> = 3_300_000...3_900_000

    let services: Services
    let reference: SessionReference
    let credential: String
    /// Whether the caller may still read; asked at each heartbeat.
    let isStillAllowed: @Sendable () async -> Bool

    func response(after seq: Int64) -> Response {
        Response(
            status: .ok, headers: Self.headers,
            body: ResponseBody { writer in
                try await write(after: seq, to: &writer)
                try await writer.finish(nil)
            })
    }

    /// Of every stream: nobody on the way may keep it or hold it back.
    static let headers: HTTPFields = [
        .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-cache, no-transform", .known("X-Accel-Buffering"): "no",
    ]
    static let connected = ByteBuffer(string: "retry: 3000\n: connected\n\n")
    static let ping = ByteBuffer(string: "event: ping\ndata: {}\n\n")
    /// The server goes. Spread, so that not all come back at once.
    static var shutdown: ByteBuffer { ByteBuffer(string: "retry: \(Int.random(in: 1000...5000))\nevent: server_shutdown\ndata: {}\n\n") }

    @concurrent
    private func write(after seq: Int64, to writer: inout any ResponseBodyWriter) async throws {
        // Subscribed before the backlog is read: what is stored meanwhile wakes us.
        let subscription = services.hub.watch(reference, credential: credential)
        defer { services.hub.leave(subscription) }
        // Subscribed is what a revocation closes; one that came just before is seen here.
        guard await isStillAllowed() else { return }
        let ends = services.clock.now() + .milliseconds(Int64.random(in: Self.life))
        try await writer.write(Self.connected)
        try await tellState(to: &writer)
        var place = try await catchUp(from: Place(seq: seq), to: &writer)
        while true {
            switch await subscription.next() {
            case .events(let events):
                var buffer = ByteBuffer()
                for event in events {
                    guard case .message(let message) = event else {
                        // A piece that was still in the mailbox when its whole was written.
                        if let turn = event.turn, turn == place.answered { continue }
                        if let ephemeral = try Self.ephemeral(event) { buffer.writeImmutableBuffer(ephemeral) }
                        continue
                    }
                    if message.seq == place.seq + 1 {
                        buffer.writeImmutableBuffer(MessageJSON.event(message))
                        place.pass(message)
                    } else if message.seq > place.seq {
                        try await writer.write(buffer)
                        buffer.clear()
                        place = try await catchUp(from: place, to: &writer)
                    }
                }
                if buffer.readableBytes > 0 { try await writer.write(buffer) }
            case .overflowed:
                place = try await catchUp(from: place, to: &writer)
                // What was dropped may have been a change of state, which has no place in the table of messages.
                try await tellState(to: &writer)
            case .tick:
                guard await isStillAllowed(), services.clock.now() < ends else { return }
                // Also finds what another process has stored.
                place = try await catchUp(from: place, to: &writer)
                try await writer.write(Self.ping)
            case .end(let reason):
                if case .shutdown = reason { try await writer.write(Self.shutdown) }
                return
            }
        }
    }

    @concurrent
    private func tellState(to writer: inout any ResponseBodyWriter) async throws {
        let session = try await services.database.read(of: reference.business) { try ChatSessions($0).find(reference.session) }
        try await writer.write(Self.event("conversation", SessionBody(session)))
    }

    /// How far a stream has come.
    private struct Place {
        /// Of the last message that was written.
        var seq: Int64
        /// The message that was answered last.
        var answered: ChatMessageID?

        mutating func pass(_ message: ChatMessage) {
            seq = message.seq
            answered = message.replyTo ?? answered
        }
    }

    /// Writes what the table has after the place, page by page; returns how far it has come.
    @concurrent
    private func catchUp(from start: Place, to writer: inout any ResponseBodyWriter) async throws -> Place {
        var place = start
        while true {
            let seq = place.seq
            let messages = try await services.database.read(of: reference.business) { db in
                try ChatMessages(db).after(seq, in: reference.session, limit: Self.pageSize)
            }
            if messages.isEmpty { return place }
            var buffer = ByteBuffer()
            for message in messages {
                buffer.writeImmutableBuffer(MessageJSON.event(message))
                place.pass(message)
            }
            try await writer.write(buffer)
            if messages.count < Self.pageSize { return place }
        }
    }

    private static func ephemeral(_ event: SessionEvent) throws -> ByteBuffer? {
        switch event {
        case .message: nil
        case .conversation(let session): try Self.event("conversation", SessionBody(session))
        case .typing(let who): ByteBuffer(string: "event: typing\ndata: {\"who\":\"\(who.rawValue)\"}\n\n")
        case .delta(let text, let turn): try Self.event("delta", DeltaBody(turnID: turn, text: text))
        case .restart(let turn): try Self.event("restart", DeltaBody(turnID: turn, text: nil))
        }
    }

    /// A piece of an answer that is being written: without an `id:`, since it is not stored and can't be resumed.
    private struct DeltaBody: Encodable {
        let turnID: ChatMessageID
        let text: String?

        enum CodingKeys: String, CodingKey {
            case text
            case turnID = "turn_id"
        }
    }

    /// JSON has no raw line break, so the data is always one line.
    static func event(_ name: String, _ data: some Encodable) throws -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeString("event: \(name)\ndata: ")
        buffer.writeBytes(try WireJSON.encode(data))
        buffer.writeString("\n\n")
        return buffer
    }
}

/// The long-poll form, for networks that hold streams back: answers as soon as there is a message after `seq`.
struct LongPoll: Sendable {
    let services: Services
    let reference: SessionReference
    let credential: String
    let isStillAllowed: @Sendable () async -> Bool

    func messages(after seq: Int64, wait: Duration) async throws -> (session: ChatSession, messages: [ChatMessage]) {
        let subscription = services.hub.watch(reference, credential: credential)
        defer { services.hub.leave(subscription) }
        guard await isStillAllowed() else {
            // As for one that is revoked later: the next call hears the reason.
            return (try await services.database.read(of: reference.business) { try ChatSessions($0).find(reference.session) }, [])
        }
        let alarm = Task {
            try await Task.sleep(for: wait)
            subscription.tick()
        }
        defer { alarm.cancel() }
        let deadline = ContinuousClock.now + wait
        while true {
            let (session, messages) = try await services.database.read(of: reference.business) { db in
                (
                    try ChatSessions(db).find(reference.session),
                    try ChatMessages(db).after(seq, in: reference.session, limit: 100)
                )
            }
            if !messages.isEmpty || ContinuousClock.now >= deadline { return (session, messages) }
            if case .end = await subscription.next() { return (session, []) }
        }
    }
}
