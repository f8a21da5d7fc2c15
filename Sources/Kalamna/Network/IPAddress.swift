import Foundation

/// An IPv4 or IPv6 address: 4 or 16 bytes, the highest first.
package struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    package let bytes: [UInt8]

    /// Nil unless there are 4 or 16.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Four decimal numbers without leading zeros, or IPv6 without brackets and without a zone. None of the odd forms that
    /// `inet_aton` reads (`127.1`, `0x7f.1`, `2130706433`).
    package init?(_ text: String) {
        guard text.utf8.count <= 45, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "%") }) else { return nil }
        var bytes = [UInt8](repeating: 0, count: text.utf8.contains(UInt8(ascii: ":")) ? 16 : 4)
        let family = bytes.count == 16 ? AF_INET6 : AF_INET
        guard bytes.withUnsafeMutableBytes({ inet_pton(family, text, $0.baseAddress) }) == 1 else { return nil }
        // Not every system's `inet_pton` refuses leading zeros, which others read as octal.
        let isPlain = text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { $0.count == 1 || !$0.hasPrefix("0") }
        guard bytes.count == 16 || isPlain else { return nil }
        self.bytes = bytes
    }

    package var isV6: Bool { bytes.count == 16 }

    /// Fit for `URL`s when put in brackets; IPv6 is written in full.
    package var description: String {
        if !isV6 { return bytes.map { String($0) }.joined(separator: ".") }
        return stride(from: 0, to: 16, by: 2).map { String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16) }.joined(separator: ":")
    }

    /// The IPv4 address that an IPv6 one leads to: mapped, compatible, NAT64, 6to4 and ISATAP. Teredo is refused as a whole.
    package var embedded: IPAddress? {
        guard isV6 else { return nil }
        let start = Array(bytes.prefix(12))
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        let nat64: [UInt8] = [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]
        let isISATAP = (bytes[8] & 0xFD) == 0 && bytes[9] == 0 && bytes[10] == 0x5E && bytes[11] == 0xFE
        if start == mapped || start == nat64 || start.allSatisfy({ $0 == 0 }) || isISATAP { return IPAddress(bytes: Array(bytes[12..<16])) }
        if bytes[0] == 0x20 && bytes[1] == 0x02 { return IPAddress(bytes: Array(bytes[2..<6])) }
        return nil
    }
}

/// Neighbouring addresses in the form `10.0.0.0/8`.
package struct AddressRange: Sendable, Hashable {
    private let start: IPAddress
    private let bits: Int

    /// A lone address is a range of one.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = parts.first, let start = IPAddress(String(first)) else { return nil }
        var bits = start.bytes.count * 8
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(parts[1]), count <= bits else { return nil }
            bits = count
        }
        self.start = start
        self.bits = bits
    }

    package func contains(_ address: IPAddress) -> Bool {
        guard address.isV6 == start.isV6 else { return false }
        var rest = bits
        for (byte, own) in zip(address.bytes, start.bytes) {
            if rest <= 0 { break }
            let mask: UInt8 = rest >= 8 ? 0xFF : ~(0xFF >> UInt8(rest))
            if byte & mask != own & mask { return false }
            rest -= 8
        }
        return true
    }
}
