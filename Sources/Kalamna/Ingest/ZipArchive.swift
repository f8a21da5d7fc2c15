/// The table of contents of a zip file, and its entries on demand, within `FileLimits`. Refuses what Word and Excel never write:
/// paths that lead out, links, encryption, doubled names, too many entries, and more than it may unpack.
struct ZipArchive {
    private struct Entry {
        let method: Int
        let packed: Int
        let unpacked: Int
        let checksum: UInt32
        let header: Int
    }

    private let bytes: [UInt8]
    private var entries: [String: Entry] = [:]
    /// What may still be unpacked.
    private var room = FileLimits.inflatedBytes

    func contains(_ name: String) -> Bool { entries[name] != nil }

    /// Whether a zip reader would take the file for an archive, wherever in it the archive begins.
    static func isArchive(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 22 else { return false }
        return (max(0, bytes.count - 22 - 0xFFFF)...bytes.count - 22).contains { end in
            guard bytes[end] == 0x50, number(bytes, end, 4) == 0x0605_4B50 else { return false }
            let directory = end - number(bytes, end + 12, 4)
            return directory >= 0 && directory < end && number(bytes, directory, 4) == 0x0201_4B50
        }
    }

    init(_ bytes: [UInt8]) throws(Failure) {
        self.bytes = bytes
        guard let end = Self.endRecord(bytes) else { throw Failure.OfFile.broken }
        let count = Self.number(bytes, end + 10, 2)
        guard count <= FileLimits.zipEntries else { throw Failure.OfFile.expands }
        var place = Self.number(bytes, end + 16, 4)
        var unpacked = 0
        for _ in 0..<count {
            guard place + 46 <= end, Self.number(bytes, place, 4) == 0x0201_4B50 else { throw Failure.OfFile.broken }
            let flags = Self.number(bytes, place + 8, 2)
            let nameLength = Self.number(bytes, place + 28, 2)
            let skipped = Self.number(bytes, place + 30, 2) + Self.number(bytes, place + 32, 2)
            guard place + 46 + nameLength + skipped <= end else { throw Failure.OfFile.broken }
            let name = String(decoding: bytes[place + 46..<place + 46 + nameLength], as: UTF8.self)
            if flags & 1 != 0 { throw Failure.OfFile.locked }
            let mode = Self.number(bytes, place + 38, 4) >> 16
            guard Self.isHarmless(name), mode & 0xF000 != 0xA000, entries[name] == nil else { throw Failure.OfFile.dangerous }
            let entry = Entry(
                method: Self.number(bytes, place + 10, 2), packed: Self.number(bytes, place + 20, 4), unpacked: Self.number(bytes, place + 24, 4),
                checksum: UInt32(Self.number(bytes, place + 16, 4)), header: Self.number(bytes, place + 42, 4))
            unpacked += entry.unpacked
            entries[name] = entry
            place += 46 + nameLength + skipped
        }
        guard unpacked <= FileLimits.inflatedBytes else { throw Failure.OfFile.expands }
    }

    /// Nil when there is no such entry.
    mutating func read(_ name: String) throws(Failure) -> [UInt8]? {
        guard let entry = entries[name] else { return nil }
        let header = entry.header
        guard header + 30 <= bytes.count, Self.number(bytes, header, 4) == 0x0403_4B50 else { throw Failure.OfFile.broken }
        let start = header + 30 + Self.number(bytes, header + 26, 2) + Self.number(bytes, header + 28, 2)
        guard start + entry.packed <= bytes.count else { throw Failure.OfFile.broken }
        let packed = bytes[start..<start + entry.packed]
        // Small entries may be as repetitive as they like.
        let most = min(room, max(1 << 20, entry.packed * FileLimits.inflationRatio))
        let unpacked: [UInt8]
        switch entry.method {
        case 0:
            guard packed.count <= most else { throw Failure.OfFile.expands }
            unpacked = Array(packed)
        case 8: unpacked = try Inflate.unpack(packed, most: most)
        default: throw Failure.OfFile.broken
        }
        guard unpacked.count == entry.unpacked, Checksum.crc32(unpacked) == entry.checksum else { throw Failure.OfFile.broken }
        room -= unpacked.count
        return unpacked
    }

    private static func isHarmless(_ name: String) -> Bool {
        guard !name.isEmpty, !name.hasPrefix("/"), !name.contains("\\"), !name.contains(":") else { return false }
        guard !name.unicodeScalars.contains(where: { $0.isControl || $0.isBidiControl }) else { return false }
        return !name.split(separator: "/", omittingEmptySubsequences: false).contains("..")
    }

    /// Where the archive's last record begins: in the last 64 KB, because a comment may follow it.
    private static func endRecord(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 22 else { return nil }
        var place = bytes.count - 22
        let first = max(0, place - 0xFFFF)
        while place >= first {
            if bytes[place] == 0x50, number(bytes, place, 4) == 0x0605_4B50, place + 22 + number(bytes, place + 20, 2) == bytes.count { return place }
            place -= 1
        }
        return nil
    }

    /// Little-endian.
    private static func number(_ bytes: [UInt8], _ place: Int, _ length: Int) -> Int {
        (0..<length).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    }
}

enum Checksum {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
    }

    static func crc32(_ bytes: [UInt8]) -> UInt32 {
        var value: UInt32 = 0xFFFF_FFFF
        for byte in bytes { value = table[Int((value ^ UInt32(byte)) & 0xFF)] ^ value >> 8 }
        return ~value
    }
}
