import CLibPQ
import Store

/// PostgreSQL's binary wire format for the six types that we bind and the few that we read
/// (type numbers: pg_type.dat; integers and floats are big-endian).
struct BinaryParameters {
    private(set) var types: [UInt32] = []
    /// One letter for each parameter's type: two statements with the same text but other types are two.
    private(set) var signature = ""
    private var bytes: [UInt8] = []
    private var offsets: [Int?] = []
    private var lengths: [Int32] = []

    init(_ values: [SQLValue]) {
        for value in values {
            let start = bytes.count
            switch value {
            case .null: add(0, "n")
            case .integer(let number):
                add(20, "i")
                append(UInt64(bitPattern: number))
            case .double(let number):
                add(701, "d")
                append(number.bitPattern)
            case .text(let text):
                add(25, "t")
                bytes.append(contentsOf: text.utf8)
            case .bool(let flag):
                add(16, "b")
                bytes.append(flag ? 1 : 0)
            case .blob(let blob):
                add(17, "x")
                bytes.append(contentsOf: blob)
            }
            if case .null = value { offsets.append(nil) } else { offsets.append(start) }
            lengths.append(Int32(bytes.count - start))
        }
        signature += ":"
        bytes.append(0)  // so that an empty last value still has an address
    }

    func withPointers<Result>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Result
    ) -> Result {
        bytes.withUnsafeBufferPointer { buffer in
            let start = UnsafeRawPointer(buffer.baseAddress)?.assumingMemoryBound(to: CChar.self)
            let pointers = offsets.map { offset in offset.flatMap { start?.advanced(by: $0) } }
            let formats = [Int32](repeating: 1, count: offsets.count)
            return body(pointers, lengths, formats)
        }
    }

    private mutating func add(_ type: UInt32, _ letter: Character) {
        types.append(type)
        signature.append(letter)
    }

    private mutating func append(_ bits: UInt64) {
        withUnsafeBytes(of: bits.bigEndian) { bytes.append(contentsOf: $0) }
    }
}

extension SQLValue {
    init(_ result: OpaquePointer, _ line: Int32, _ column: Int32, type: UInt32) throws(StoreError) {
        guard pq_is_null(result, line, column) == 0, let start = pq_value(result, line, column) else {
            self = .null
            return
        }
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(pq_length(result, line, column)))
        switch type {
        case 20: self = .integer(Int64(bitPattern: Self.bits(bytes)))
        case 23: self = .integer(Int64(Int32(truncatingIfNeeded: Self.bits(bytes))))
        case 21: self = .integer(Int64(Int16(truncatingIfNeeded: Self.bits(bytes))))
        case 16: self = .bool(bytes.first == 1)
        case 701: self = .double(Double(bitPattern: Self.bits(bytes)))
        case 700: self = .double(Double(Float(bitPattern: UInt32(truncatingIfNeeded: Self.bits(bytes)))))
        case 17: self = .blob(Array(bytes))
        case 18, 19, 25, 114, 705, 1042, 1043: self = .text(String(decoding: bytes, as: UTF8.self))
        case 2278: self = .null
        default: throw .badColumn("type \(type) of column \(column) is not read in binary: CAST it to BIGINT, DOUBLE PRECISION or TEXT")
        }
    }

    private static func bits(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
