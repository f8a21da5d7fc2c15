import Foundation
import NIOCore

/// Finding a few values in JSON without decoding it: the client shares its processor with the server. Keys are searched
/// with their quotes; within a text a quote is escaped, so a text can't be taken for a key.
extension ByteBuffer {
    /// Where `pattern` begins, from the reader index.
    func offset(of pattern: StaticString) -> Int? {
        withUnsafeReadableBytes { bytes in
            guard let start = bytes.baseAddress else { return nil }
            let last = bytes.count - pattern.utf8CodeUnitCount
            var from = 0
            while from <= last, let found = memchr(start + from, Int32(pattern.utf8Start.pointee), last - from + 1) {
                if memcmp(found, pattern.utf8Start, pattern.utf8CodeUnitCount) == 0 { return UnsafeRawPointer(found) - start }
                from = UnsafeRawPointer(found) - start + 1
            }
            return nil
        }
    }

    /// The string after `key`, such as `"id":"`, up to the next quote: for values that hold no quote.
    func string(after key: StaticString) -> String? {
        guard let found = offset(of: key) else { return nil }
        let start = found + key.utf8CodeUnitCount
        return withUnsafeReadableBytes { bytes in
            let rest = bytes[start...]
            guard let end = rest.firstIndex(of: UInt8(ascii: "\"")) else { return nil }
            return String(decoding: rest[..<end], as: UTF8.self)
        }
    }

    /// The number after `key`, such as `"seq":`.
    func integer(after key: StaticString) -> Int? {
        guard let found = offset(of: key) else { return nil }
        let start = found + key.utf8CodeUnitCount
        return withUnsafeReadableBytes { bytes in
            let digits = bytes[start...].prefix { (0x30...0x39).contains($0) }
            return digits.isEmpty ? nil : digits.reduce(0) { $0 &* 10 &+ Int($1 - 0x30) }
        }
    }
}
