/// The vectors of a business's chunks, in the order of the chunks, searched exactly.
package struct ChunkVectors: Sendable {
    package let model: EmbeddingModel
    /// Rows of `model.dimensions`, one after the other; zeros for a chunk that has no vector yet.
    private let rows: [Float]
    private let count: Int
    private let missing: [Bool]

    /// Nil when no chunk has a vector of this model yet.
    package init?(of chunks: [KnowledgeChunk], _ vectors: [KnowledgeChunkID: [Float]], model: EmbeddingModel) {
        var rows: [Float] = []
        rows.reserveCapacity(chunks.count * model.dimensions)
        var missing: [Bool] = []
        for chunk in chunks {
            let vector = vectors[chunk.id].flatMap { $0.count == model.dimensions ? $0 : nil }
            missing.append(vector == nil)
            rows.append(contentsOf: vector ?? [Float](repeating: 0, count: model.dimensions))
        }
        if !missing.contains(false) { return nil }
        self.model = model
        self.rows = rows
        self.count = chunks.count
        self.missing = missing
    }

    var cost: Int { rows.count * 4 }

    /// For each chunk how near it is in meaning: its cosine to the question in standard deviations over all chunks, so that models
    /// with narrow and with wide cosines count alike. 0 for a chunk without a vector.
    func nearness(to question: [Float]) -> [Float]? {
        guard question.count == model.dimensions else { return nil }
        var cosines = [Float](repeating: 0, count: count)
        rows.withUnsafeBufferPointer { rows in
            question.withUnsafeBufferPointer { question in
                guard let rows = rows.baseAddress, let question = question.baseAddress else { return }
                for row in 0..<count where !missing[row] {
                    cosines[row] = Self.dot(rows + row * model.dimensions, question, model.dimensions)
                }
            }
        }
        let known = Float(missing.count { !$0 })
        var (sum, squares): (Float, Float) = (0, 0)
        for row in 0..<count where !missing[row] { sum += cosines[row] }
        let mean = sum / known
        for row in 0..<count where !missing[row] { squares += (cosines[row] - mean) * (cosines[row] - mean) }
        let deviation = max((squares / known).squareRoot(), 1e-6)
        for row in 0..<count { cosines[row] = missing[row] ? 0 : (cosines[row] - mean) / deviation }
        return cosines
    }

    private static func dot(_ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, _ count: Int) -> Float {
        var sum = SIMD16<Float>.zero
        var index = 0
        while index + 16 <= count {
            sum +=
                UnsafeRawPointer(left + index).loadUnaligned(as: SIMD16<Float>.self)
                * UnsafeRawPointer(right + index).loadUnaligned(as: SIMD16<Float>.self)
            index += 16
        }
        var total = sum.sum()
        while index < count {
            total += left[index] * right[index]
            index += 1
        }
        return total
    }
}
