import Kalamna
import NIOCore

/// The JSON of a message, written by hand: it is encoded for every reader of every message, and costs a tenth of
/// what JSONEncoder takes. A test holds it against `MessageBody`.
struct MessageJSON {
    private(set) var bytes: [UInt8] = []

    init(_ message: ChatMessage) {
        bytes.reserveCapacity(256 + message.text.utf8.count)
        raw(
            "{\"id\":\"\(message.id)\",\"seq\":\(message.seq),\"sender\":\"\(message.sender.rawValue)\",\"created_at\":\"\(message.createdAt)\",\"text\":"
        )
        string(message.text)
        if let id = message.clientMessageID {
            raw(",\"client_message_id\":")
            string(id)
        }
        if let replyTo = message.replyTo { raw(",\"reply_to\":\"\(replyTo)\"") }
        if let thumb = message.thumb { raw(",\"thumb\":\"\(thumb.rawValue)\"") }
        if let outcome = message.outcome { raw(",\"outcome\":\"\(outcome.rawValue)\"") }
        if let confidence = message.confidence { raw(",\"confidence\":\(confidence)") }
        raw(",\"citations\":[")
        for (index, citation) in message.citations.lazy.filter(\.cited).enumerated() {
            raw(
                index > 0
                    ? ",{\"item_id\":\"\(citation.item)\",\"score\":\(citation.score),\"title\":"
                    : "{\"item_id\":\"\(citation.item)\",\"score\":\(citation.score),\"title\":")
            string(citation.title)
            raw("}")
        }
        raw("]}")
    }

    private mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// RFC 8259 §7: quotes, backslashes and control characters are escaped, everything else stands as it is.
    private mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x0A: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case 0x0D: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
            case 0x09: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

extension MessageJSON {
    /// As the stream's event: `id`, name and one line of data.
    static func event(_ message: ChatMessage) -> ByteBuffer {
        let json = MessageJSON(message).bytes
        var buffer = ByteBuffer()
        buffer.reserveCapacity(json.count + 40)
        buffer.writeString("id: \(message.seq)\nevent: message\ndata: ")
        buffer.writeBytes(json)
        buffer.writeStaticString("\n\n")
        return buffer
    }
}
