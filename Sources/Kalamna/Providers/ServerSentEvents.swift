/// Takes a stream of server-sent events apart, however its bytes are cut: lines end with `\n`, `\r\n` or `\r`, comments are
/// left out, and letters are read when their line is whole.
package struct ServerSentEvents: Sendable {
    package struct Event: Sendable, Hashable {
        package let name: String
        package let data: String

        package init(name: String = "message", data: String) {
            self.name = name
            self.data = data
        }
    }

    package struct TooLong: Error {}

    /// The name of a line that is no event's but a JSON object: some servers write their errors so.
    package static let bareJSON = "bare json"

    /// Of a line, and of the data of one event.
    private let mostBytes: Int
    private var line: [UInt8] = []
    private var name = ""
    private var data: [String] = []
    private var dataBytes = 0
    private var isFirstLine = true
    private var lastWasCR = false

    package init(mostBytes: Int = 1 << 20) { self.mostBytes = mostBytes }

    /// The events that these bytes complete.
    package mutating func take(_ bytes: some Sequence<UInt8>) throws(TooLong) -> [Event] {
        var events: [Event] = []
        for byte in bytes {
            if byte == 0x0A || byte == 0x0D {
                // The second half of `\r\n`.
                if byte == 0x0A && lastWasCR {
                    lastWasCR = false
                    continue
                }
                lastWasCR = byte == 0x0D
                if let event = try endLine() { events.append(event) }
            } else {
                lastWasCR = false
                guard line.count < mostBytes else { throw TooLong() }
                line.append(byte)
            }
        }
        return events
    }

    /// The event that has no empty line after it because the stream ended: not every server writes one.
    package mutating func finish() throws(TooLong) -> [Event] {
        var events: [Event] = []
        if !line.isEmpty, let event = try endLine() { events.append(event) }
        if let event = endEvent() { events.append(event) }
        return events
    }

    private mutating func endLine() throws(TooLong) -> Event? {
        defer { line.removeAll(keepingCapacity: true) }
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        }
        guard let first = line.first else { return endEvent() }
        if first == UInt8(ascii: ":") { return nil }
        if first == UInt8(ascii: "{") { return Event(name: Self.bareJSON, data: String(decoding: line, as: UTF8.self)) }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[min(colon + 1, line.endIndex)...]
        if value.first == 0x20 { value = value.dropFirst() }
        switch String(decoding: line[..<colon], as: UTF8.self) {
        case "data":
            dataBytes += value.count + 1
            guard dataBytes <= mostBytes + 1 else { throw TooLong() }
            data.append(String(decoding: value, as: UTF8.self))
        case "event": name = String(decoding: value, as: UTF8.self)
        // `id`, `retry` and what nobody knows.
        default: break
        }
        return nil
    }

    private mutating func endEvent() -> Event? {
        defer {
            name = ""
            data.removeAll()
            dataBytes = 0
        }
        return data.isEmpty ? nil : Event(name: name.isEmpty ? "message" : name, data: data.joined(separator: "\n"))
    }
}
