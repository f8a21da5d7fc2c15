import NIOCore

/// A server-sent event.
struct ServerEvent {
    var id: Int?
    var name = "message"
    var data = ByteBuffer()
}

/// Takes events off the body of a stream. What was cut off within an event is never seen: an event counts once its empty
/// line has come.
struct EventParser {
    private var buffer = ByteBuffer()

    /// Whether an event has begun and not ended.
    var isInside: Bool { buffer.readableBytes > 0 }

    mutating func append(_ bytes: ByteBuffer) { buffer.append(bytes) }

    /// The next event with data; comments and `retry` alone are passed over.
    mutating func next() -> ServerEvent? {
        while let length = buffer.offset(of: "\n\n"), let block = buffer.readSlice(length: length + 1) {
            buffer.moveReaderIndex(forwardBy: 1)
            let event = Self.event(in: block)
            if event.data.readableBytes > 0 { return event }
        }
        return nil
    }

    private static func event(in block: ByteBuffer) -> ServerEvent {
        var block = block
        var event = ServerEvent()
        while let length = block.offset(of: "\n"), var line = block.readSlice(length: length) {
            block.moveReaderIndex(forwardBy: 1)
            if line.take("data: ") {
                event.data = line
            } else if line.take("event: ") {
                event.name = String(buffer: line)
            } else if line.take("id: ") {
                event.id = Int(String(buffer: line))
            }
        }
        return event
    }
}

extension ByteBuffer {
    /// Whether it begins with `prefix`, which is then read.
    fileprivate mutating func take(_ prefix: StaticString) -> Bool {
        let length = prefix.utf8CodeUnitCount
        let matches = withUnsafeReadableBytes { bytes in
            bytes.count >= length && bytes.prefix(length).elementsEqual(UnsafeBufferPointer(start: prefix.utf8Start, count: length))
        }
        if matches { moveReaderIndex(forwardBy: length) }
        return matches
    }
}
