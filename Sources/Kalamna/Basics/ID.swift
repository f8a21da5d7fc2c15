package import Store

/// A UUIDv7 (RFC 9562 §5.7: milliseconds, then random bits) that knows what it names. On the wire and in the
/// database it is the usual lower-case text of 36 characters.
package struct ID<Entity>: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    package init(at now: Instant) {
        var random = SystemRandomNumberGenerator()
        let time = UInt64(truncatingIfNeeded: now.milliseconds) << 16
        self.high = time | 0x7000 | random.next() & 0x0fff
        self.low = 0x8000_0000_0000_0000 | random.next() >> 2
    }

    /// Nil unless `text` is a UUID in hexadecimal with its four hyphens.
    package init?(_ text: String) {
        var text = text
        guard let halves = text.withUTF8({ Self.parse($0) }) else { return nil }
        (self.high, self.low) = halves
    }

    private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> (UInt64, UInt64)? {
        guard bytes.count == 36 else { return nil }
        var halves: (UInt64, UInt64) = (0, 0)
        var digits = 0
        for index in 0..<36 {
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard bytes[index] == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let value = hexValue(bytes[index]) else { return nil }
            if digits < 16 { halves.0 = halves.0 << 4 | value } else { halves.1 = halves.1 << 4 | value }
            digits += 1
        }
        return halves
    }

    private static func hexValue(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}

extension ID: CustomStringConvertible {
    package var description: String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            var at = 0
            for index in 0..<32 {
                if index == 8 || index == 12 || index == 16 || index == 20 {
                    buffer[at] = UInt8(ascii: "-")
                    at += 1
                }
                let half = index < 16 ? high : low
                let nibble = UInt8(truncatingIfNeeded: half >> UInt64(60 - (index % 16) * 4) & 15)
                buffer[at] = nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
                at += 1
            }
            return 36
        }
    }
}

extension ID: SQLBindable, SQLReadable {
    package var sqlValue: SQLValue { .text(description) }
    package init?(sql value: SQLValue) {
        guard case .text(let text) = value else { return nil }
        self.init(text)
    }
}

extension ID: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = Self(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a UUID")
        }
        self = id
    }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
