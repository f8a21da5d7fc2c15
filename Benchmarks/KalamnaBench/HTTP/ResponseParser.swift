import NIOCore

/// Takes HTTP/1.1 responses off a connection, one after the other, as bytes come: as much of the protocol as the measured
/// servers speak.
struct ResponseParser {
    enum Part {
        case head(status: Int)
        case body(ByteBuffer)
        case end
    }

    struct Malformed: Error {
        let what: String
    }

    private enum State {
        case head
        case fixed(Int)
        case chunkSize
        case chunk(Int)
        case chunkBreak
        case trailers
        case untilClose
    }

    private var state = State.head
    private var buffer = ByteBuffer()

    /// Whether a response has begun and not ended.
    var isInside: Bool {
        if case .head = state { return false }
        return true
    }

    mutating func append(_ bytes: ByteBuffer) { buffer.append(bytes) }

    /// The next part; nil: more bytes are needed.
    mutating func next() throws -> Part? {
        while true {
            switch state {
            case .head:
                guard let length = buffer.offset(of: "\r\n\r\n"), let head = buffer.readSlice(length: length + 4) else { return nil }
                return .head(status: try begin(head))
            case .fixed(0):
                state = .head
                return .end
            case .fixed(let left):
                guard let piece = piece(atMost: left) else { return nil }
                state = .fixed(left - piece.readableBytes)
                return .body(piece)
            case .untilClose:
                return piece(atMost: .max).map(Part.body)
            case .chunkSize:
                guard let line = readLine() else { return nil }
                guard let size = Int(line.prefix { $0 != ";" && $0 != " " }, radix: 16) else { throw Malformed(what: "chunk size \(line)") }
                state = size == 0 ? .trailers : .chunk(size)
            case .chunk(0):
                state = .chunkBreak
            case .chunk(let left):
                guard let piece = piece(atMost: left) else { return nil }
                state = .chunk(left - piece.readableBytes)
                return .body(piece)
            case .chunkBreak:
                guard let line = readLine() else { return nil }
                guard line.isEmpty else { throw Malformed(what: "end of chunk") }
                state = .chunkSize
            case .trailers:
                guard let line = readLine() else { return nil }
                guard line.isEmpty else { continue }
                state = .head
                return .end
            }
        }
    }

    private mutating func piece(atMost length: Int) -> ByteBuffer? {
        let available = min(length, buffer.readableBytes)
        return available == 0 ? nil : buffer.readSlice(length: available)
    }

    private mutating func readLine() -> String? {
        guard let length = buffer.offset(of: "\r\n"), let line = buffer.readString(length: length) else { return nil }
        buffer.moveReaderIndex(forwardBy: 2)
        return line
    }

    /// Reads the status and how the body's end is told.
    private mutating func begin(_ head: ByteBuffer) throws -> Int {
        var status = 0
        var length: Int?
        var isChunked = false
        head.withUnsafeReadableBytes { bytes in
            guard bytes.count >= 12, bytes.starts(with: "HTTP/1.1 ".utf8) else { return }
            status = bytes[9..<12].reduce(0) { $0 * 10 + Int($1) - 0x30 }
            for line in bytes.dropFirst(12).split(separator: UInt8(ascii: "\n")) {
                if Self.line(line, begins: "content-length:") {
                    length = line.reduce(0) { (0x30...0x39).contains($1) ? $0 &* 10 &+ Int($1 - 0x30) : $0 }
                } else if Self.line(line, begins: "transfer-encoding:") {
                    isChunked = true
                }
            }
        }
        guard (100..<600).contains(status) else { throw Malformed(what: "status line") }
        switch status {
        case 100..<200: state = .head
        case 204, 304: state = .fixed(0)
        default: state = isChunked ? .chunkSize : length.map(State.fixed) ?? .untilClose
        }
        return status
    }

    /// - Parameter name: in small letters.
    private static func line(_ line: Slice<UnsafeRawBufferPointer>, begins name: StaticString) -> Bool {
        line.count >= name.utf8CodeUnitCount
            && zip(line, UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)).allSatisfy { byte, small in
                byte == small || byte | 0x20 == small
            }
    }
}

extension ByteBuffer {
    /// Adds what has come, without a copy when everything before was read.
    mutating func append(_ bytes: ByteBuffer) {
        if readableBytes == 0 {
            self = bytes
        } else {
            discardReadBytes()
            writeImmutableBuffer(bytes)
        }
    }
}
