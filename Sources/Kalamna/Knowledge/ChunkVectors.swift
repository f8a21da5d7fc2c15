/// The vectors of a business's chunks, searched exactly.
package struct ChunkVectors: Sendable {
    package let model: EmbeddingModel
    private let index: VectorIndex
    /// The place of each row among the chunks; a chunk that has no vector yet has no row.
    private let places: [Int]
    private let count: Int

    /// Nil when no chunk has a vector of this model yet.
    package init?(of chunks: [KnowledgeChunk], _ vectors: [KnowledgeChunkID: [Float]], model: EmbeddingModel) {
        var places: [Int] = []
        var rows: [[Float]] = []
        for (place, chunk) in chunks.enumerated() {
            guard let vector = vectors[chunk.id], vector.count == model.dimensions, vector.allSatisfy(\.isFinite) else { continue }
            places.append(place)
            rows.append(vector)
        }
        if rows.isEmpty { return nil }
        self.model = model
        self.index = VectorIndex(rows, dimensions: model.dimensions)
        self.places = places
        self.count = chunks.count
    }

    var cost: Int { index.bytes + places.count * 8 }

    /// For each chunk how near it is in meaning: its cosine to the question in standard deviations over all chunks, so that models
    /// with narrow and with wide cosines count alike. 0 for a chunk without a vector.
    func nearness(to question: [Float]) -> [Float]? {
        guard question.allSatisfy(\.isFinite), let cosines = index.cosines(to: question) else { return nil }
        let spread = Spread(of: cosines)
        var nearness = [Float](repeating: 0, count: count)
        for (row, place) in places.enumerated() { nearness[place] = spread.deviations(of: cosines[row]) }
        return nearness
    }
}

/// Mean and standard deviation of cosines.
struct Spread {
    private let mean: Float
    private let deviation: Float

    init(of cosines: [Float]) {
        let mean = cosines.reduce(0, +) / Float(cosines.count)
        self.mean = mean
        deviation = max((cosines.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(cosines.count)).squareRoot(), 1e-6)
    }

    func deviations(of cosine: Float) -> Float { (cosine - mean) / deviation }
}
