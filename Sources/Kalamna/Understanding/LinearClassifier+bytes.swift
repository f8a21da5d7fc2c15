extension LinearClassifier {
    /// Why bytes are no classifier that this program can use.
    package enum Problem: Error, Equatable {
        case notAClassifier
        /// Trained for other features than this program makes: train again.
        case otherFeatures
        case truncated
        case checksum
        case labels
    }

    private static let signature = Array("KLMNCLS1".utf8)
    private static let mostLabels = 64

    /// All of it, little-endian: signature, features' version, number of buckets and of labels, temperature; for each label its name (length first),
    /// scale and bias; the weights; FNV-1a of all before.
    package var bytes: [UInt8] {
        var bytes = Self.signature
        bytes.append(contentsOf: MessageFeatures.version.littleEndianBytes)
        bytes.append(contentsOf: UInt32(MessageFeatures.bucketCount).littleEndianBytes)
        bytes.append(contentsOf: UInt32(labels.count).littleEndianBytes)
        bytes.append(contentsOf: temperature.bitPattern.littleEndianBytes)
        for (index, label) in labels.enumerated() {
            bytes.append(UInt8(label.utf8.count))
            bytes.append(contentsOf: label.utf8)
            bytes.append(contentsOf: scales[index].bitPattern.littleEndianBytes)
            bytes.append(contentsOf: bias[index].bitPattern.littleEndianBytes)
        }
        bytes.append(contentsOf: weights.lazy.map { UInt8(bitPattern: $0) })
        bytes.append(contentsOf: Self.checksum(bytes[...]).littleEndianBytes)
        return bytes
    }

    /// - Throws: `Problem` when a single byte is not as it was written.
    package init(bytes: [UInt8]) throws(Problem) {
        guard bytes.starts(with: Self.signature) else { throw .notAClassifier }
        guard bytes.count > Self.signature.count + 8 else { throw .truncated }
        var reader = ByteReader(bytes: bytes[Self.signature.count..<(bytes.count - 8)])
        guard try reader.number(UInt32.self) == MessageFeatures.version, try reader.number(UInt32.self) == UInt32(MessageFeatures.bucketCount)
        else { throw .otherFeatures }
        var end = ByteReader(bytes: bytes[(bytes.count - 8)...])
        guard try end.number(UInt64.self) == Self.checksum(bytes[..<(bytes.count - 8)]) else { throw .checksum }
        let count = Int(try reader.number(UInt32.self))
        guard (1...Self.mostLabels).contains(count) else { throw .labels }
        let temperature = Float(bitPattern: try reader.number(UInt32.self))
        var labels: [String] = []
        var scales: [Float] = []
        var bias: [Float] = []
        for _ in 0..<count {
            labels.append(String(decoding: try reader.take(Int(try reader.number(UInt8.self))), as: UTF8.self))
            scales.append(Float(bitPattern: try reader.number(UInt32.self)))
            bias.append(Float(bitPattern: try reader.number(UInt32.self)))
        }
        let weights = try reader.take(count * MessageFeatures.bucketCount)
        guard reader.bytes.isEmpty else { throw .truncated }
        self.init(labels: labels, weights: weights.map { Int8(bitPattern: $0) }, scales: scales, bias: bias, temperature: temperature)
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.withUnsafeBufferPointer { $0.reduce(FeatureHash.start) { FeatureHash.add(UInt64($1), to: $0) } }
    }
}

private struct ByteReader {
    var bytes: ArraySlice<UInt8>

    mutating func take(_ count: Int) throws(LinearClassifier.Problem) -> ArraySlice<UInt8> {
        guard bytes.count >= count else { throw .truncated }
        defer { bytes = bytes.dropFirst(count) }
        return bytes.prefix(count)
    }

    mutating func number<Number: FixedWidthInteger>(_: Number.Type) throws(LinearClassifier.Problem) -> Number {
        try take(Number.bitWidth / 8).reversed().reduce(0) { $0 << 8 | Number($1) }
    }
}

extension FixedWidthInteger {
    fileprivate var littleEndianBytes: [UInt8] { (0..<(Self.bitWidth / 8)).map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) } }
}
