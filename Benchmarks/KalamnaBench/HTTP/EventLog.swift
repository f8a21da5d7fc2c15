import NIOCore
import Synchronization

/// What one reader has seen over all its connections. Over the whole it must be 1, 2, 3, … each once.
final class EventLog: Sendable {
    struct Entry: Sendable, Equatable {
        let seq: Int
        let id: String
    }

    private struct State {
        var entries: [Entry] = []
        var last = 0
        var bytes = 0
        var repeated = 0
        var skipped = 0
        /// Events whose data is not what their id says.
        var wrong = 0
        var isHandedOver = false
    }

    private let state = Mutex(State())

    var last: Int { state.withLock { $0.last } }
    var bytes: Int { state.withLock { $0.bytes } }
    var entries: [Entry] { state.withLock { $0.entries } }
    /// A human was called: the bot says nothing more.
    var isHandedOver: Bool { state.withLock { $0.isHandedOver } }

    func add(_ event: ServerEvent) {
        guard event.name == "message" else { return }
        let seq = event.data.integer(after: "\"seq\":")
        let id = event.data.string(after: "\"id\":\"")
        let isHandover = event.data.offset(of: "\"sender\":\"system\"") != nil
        state.withLock { state in
            state.bytes += event.data.readableBytes
            state.isHandedOver = state.isHandedOver || isHandover
            guard let number = event.id, number == seq, let id else {
                state.wrong += 1
                return
            }
            if number <= state.last {
                state.repeated += 1
            } else {
                state.skipped += number - state.last - 1
                state.last = number
            }
            state.entries.append(Entry(seq: number, id: id))
        }
    }

    /// What is wrong with what was seen; nothing when all is well.
    var problems: [String] {
        state.withLock { state in
            var found: [String] = []
            if state.repeated > 0 { found.append("\(state.repeated) seen again") }
            if state.skipped > 0 { found.append("\(state.skipped) skipped") }
            if state.wrong > 0 { found.append("\(state.wrong) with a wrong id") }
            return found
        }
    }
}
