import Crypto
import Foundation

/// Random secrets, shown once and stored as SHA-256 only (they have 178 bits or more: no slow hash is needed).
package enum Secrets {
    private static let base62 = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// `prefix` + 30 random base-62 letters + their CRC-32 in 6: a mistyped key is refused without a look-up,
    /// and secret scanners recognise it (GitHub's token format, 2021).
    package static func key(prefix: String) -> String {
        var random = SystemRandomNumberGenerator()
        let body = (0..<30).map { _ in base62[Int.random(in: 0..<62, using: &random)] }
        return prefix + String(decoding: body, as: UTF8.self) + checksum(of: body)
    }

    /// Whether the text has the form of a key with this prefix and its checksum is right.
    package static func isWellFormed(_ key: String, prefix: String) -> Bool {
        guard key.hasPrefix(prefix) else { return false }
        let rest = Array(key.utf8.dropFirst(prefix.utf8.count))
        return rest.count == 36 && checksum(of: Array(rest.prefix(30))) == String(decoding: rest.suffix(6), as: UTF8.self)
    }

    /// SHA-256 as 64 lower-case hexadecimal digits.
    package static func hash(_ secret: String) -> String { hex(SHA256.hash(data: Data(secret.utf8))) }

    package static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func checksum(of body: [UInt8]) -> String {
        var crc = UInt32.max
        for byte in body {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        crc = ~crc
        var letters = [UInt8](repeating: base62[0], count: 6)
        for index in stride(from: 5, through: 0, by: -1) {
            letters[index] = base62[Int(crc % 62)]
            crc /= 62
        }
        return String(decoding: letters, as: UTF8.self)
    }
}
