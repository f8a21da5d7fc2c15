/// Unpacks DEFLATE (RFC 1951). Written here because what is unpacked comes from strangers: every access is checked, and what
/// comes out is counted while it comes.
struct Inflate {
    private let input: ArraySlice<UInt8>
    private var next: Int
    private var held: UInt32 = 0
    private var heldBits: UInt32 = 0
    private var output: [UInt8] = []
    private let most: Int

    /// - Parameter most: bytes that may come out; one more fails.
    static func unpack(_ input: ArraySlice<UInt8>, most: Int) throws(Failure) -> [UInt8] {
        var inflate = Inflate(input: input, most: most)
        try inflate.run()
        return inflate.output
    }

    private init(input: ArraySlice<UInt8>, most: Int) {
        self.input = input
        self.next = input.startIndex
        self.most = most
    }

    private mutating func run() throws(Failure) {
        while true {
            let isLast = try bits(1) == 1
            switch try bits(2) {
            case 0: try copyStored()
            case 1: try unpackBlock(Self.fixedLiterals, Self.fixedDistances)
            case 2:
                let (literals, distances) = try readTables()
                try unpackBlock(literals, distances)
            default: throw Failure.OfFile.broken
            }
            if isLast { return }
        }
    }

    private mutating func bits(_ count: UInt32) throws(Failure) -> Int {
        while heldBits < count {
            guard next < input.endIndex else { throw Failure.OfFile.broken }
            held |= UInt32(input[next]) << heldBits
            next += 1
            heldBits += 8
        }
        let value = held & ((UInt32(1) << count) &- 1)
        held >>= count
        heldBits -= count
        return Int(value)
    }

    private mutating func write(_ byte: UInt8) throws(Failure) {
        guard output.count < most else { throw Failure.OfFile.expands }
        output.append(byte)
    }

    private mutating func copyStored() throws(Failure) {
        held = 0
        heldBits = 0
        guard next + 4 <= input.endIndex else { throw Failure.OfFile.broken }
        let length = Int(input[next]) | Int(input[next + 1]) << 8
        let inverse = Int(input[next + 2]) | Int(input[next + 3]) << 8
        next += 4
        guard length == ~inverse & 0xFFFF, next + length <= input.endIndex else { throw Failure.OfFile.broken }
        guard output.count + length <= most else { throw Failure.OfFile.expands }
        output += input[next..<next + length]
        next += length
    }

    private mutating func unpackBlock(_ literals: Codes, _ distances: Codes) throws(Failure) {
        while true {
            let symbol = try read(literals)
            if symbol < 256 {
                try write(UInt8(symbol))
                continue
            }
            if symbol == 256 { return }
            guard symbol - 257 < Self.lengths.count else { throw Failure.OfFile.broken }
            let length = Self.lengths[symbol - 257] + (try bits(Self.lengthBits[symbol - 257]))
            let code = try read(distances)
            guard code < Self.distances.count else { throw Failure.OfFile.broken }
            let distance = Self.distances[code] + (try bits(Self.distanceBits[code]))
            guard distance <= output.count else { throw Failure.OfFile.broken }
            guard output.count + length <= most else { throw Failure.OfFile.expands }
            for _ in 0..<length { output.append(output[output.count - distance]) }
        }
    }

    // MARK: codes

    /// Canonical Huffman codes: how many there are of each length, and their symbols in order.
    private struct Codes {
        let counts: [Int]
        let symbols: [Int]

        init(_ lengths: [Int]) throws(Failure) {
            var counts = [Int](repeating: 0, count: 16)
            for length in lengths { counts[length] += 1 }
            counts[0] = 0
            var left = 1
            for length in 1...15 {
                left = left << 1 - counts[length]
                if left < 0 { throw Failure.OfFile.broken }
            }
            var places = [Int](repeating: 0, count: 16)
            for length in 1..<15 { places[length + 1] = places[length] + counts[length] }
            var symbols = [Int](repeating: 0, count: counts.reduce(0, +))
            for (symbol, length) in lengths.enumerated() where length > 0 {
                symbols[places[length]] = symbol
                places[length] += 1
            }
            self.counts = counts
            self.symbols = symbols
        }

        fileprivate init(fixed lengths: [Int]) {
            // The fixed tables of the standard are whole: they can't be refused.
            self = (try? Codes(lengths)) ?? Codes()
        }

        private init() {
            self.counts = [Int](repeating: 0, count: 16)
            self.symbols = []
        }
    }

    private mutating func read(_ codes: Codes) throws(Failure) -> Int {
        var code = 0
        var first = 0
        var index = 0
        for length in 1...15 {
            code |= try bits(1)
            let count = codes.counts[length]
            if code - count < first {
                let place = index + code - first
                guard codes.symbols.indices.contains(place) else { throw Failure.OfFile.broken }
                return codes.symbols[place]
            }
            index += count
            first = (first + count) << 1
            code <<= 1
        }
        throw Failure.OfFile.broken
    }

    private mutating func readTables() throws(Failure) -> (Codes, Codes) {
        let literalCount = try bits(5) + 257
        let distanceCount = try bits(5) + 1
        let codeCount = try bits(4) + 4
        guard literalCount <= 286, distanceCount <= 30 else { throw Failure.OfFile.broken }
        var lengths = [Int](repeating: 0, count: 19)
        for place in Self.codeOrder.prefix(codeCount) { lengths[place] = try bits(3) }
        let codes = try Codes(lengths)
        var all: [Int] = []
        while all.count < literalCount + distanceCount {
            let symbol = try read(codes)
            switch symbol {
            case 0...15: all.append(symbol)
            case 16:
                guard let last = all.last else { throw Failure.OfFile.broken }
                all += [Int](repeating: last, count: try bits(2) + 3)
            case 17: all += [Int](repeating: 0, count: try bits(3) + 3)
            default: all += [Int](repeating: 0, count: try bits(7) + 11)
            }
        }
        guard all.count == literalCount + distanceCount else { throw Failure.OfFile.broken }
        return (try Codes(Array(all[..<literalCount])), try Codes(Array(all[literalCount...])))
    }

    private static let fixedLiterals = Codes(
        fixed: [Int](repeating: 8, count: 144) + [Int](repeating: 9, count: 112) + [Int](repeating: 7, count: 24) + [Int](repeating: 8, count: 8))
    private static let fixedDistances = Codes(fixed: [Int](repeating: 5, count: 30))
    private static let codeOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    private static let lengths = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
    ]
    private static let lengthBits: [UInt32] = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
    private static let distances = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385,
        24577,
    ]
    private static let distanceBits: [UInt32] = [
        0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
    ]
}
