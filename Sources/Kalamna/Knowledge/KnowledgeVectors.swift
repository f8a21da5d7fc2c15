import Store

/// The stored vectors of a business's chunks: 32-bit floats, little-endian.
package struct KnowledgeVectors {
    private static let pageSize = 500

    let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    package func all(of model: EmbeddingModel) throws -> [KnowledgeChunkID: [Float]] {
        var vectors: [KnowledgeChunkID: [Float]] = [:]
        var after = ""
        while true {
            let rows = try db.fetch(
                """
                SELECT chunk_id, vector FROM knowledge_vectors
                WHERE business_id = \(db.business) AND model = \(model.description) AND chunk_id > \(after) ORDER BY chunk_id LIMIT \(Self.pageSize)
                """)
            for row in rows {
                let id: KnowledgeChunkID = try row["chunk_id"]
                vectors[id] = Self.floats(try row["vector"])
                after = id.description
            }
            guard rows.count == Self.pageSize else { return vectors }
        }
    }

    func count(of model: EmbeddingModel) throws -> Int {
        let row = try db.first(
            "SELECT COUNT(*) AS count FROM knowledge_vectors WHERE business_id = \(db.business) AND model = \(model.description)")
        return try row?["count"] ?? 0
    }

    /// Some that stand for all: by the random end of their ids, so that the newest don't stand for all.
    func sample(_ limit: Int, of model: EmbeddingModel) throws -> [[Float]] {
        try db.fetch(
            """
            SELECT vector FROM knowledge_vectors WHERE business_id = \(db.business) AND model = \(model.description)
            ORDER BY substr(chunk_id, 25), chunk_id LIMIT \(limit)
            """
        ).map { row throws in Self.floats(try row["vector"]) }.filter { $0.count == model.dimensions && $0.allSatisfy(\.isFinite) }
    }

    /// Chunks of ready items that this model has not read yet, with the text that it is to read.
    func missing(for model: EmbeddingModel, without refused: Set<KnowledgeChunkID>, limit: Int) throws -> [KnowledgeChunk] {
        let missing = try KnowledgeChunks(db).withoutVector(of: model.description, limit: limit + refused.count)
        return Array(missing.lazy.filter { !refused.contains($0.id) }.prefix(limit))
    }

    package func store(_ vectors: [(chunk: KnowledgeChunkID, vector: [Float])], of model: EmbeddingModel) throws {
        for (chunk, vector) in vectors {
            // A chunk may have been replaced while its text was read.
            try db.send(
                """
                INSERT INTO knowledge_vectors (business_id, chunk_id, model, vector)
                SELECT business_id, id, \(model.description), \(Self.bytes(vector)) FROM knowledge_chunks
                WHERE business_id = \(db.business) AND id = \(chunk)
                ON CONFLICT (business_id, model, chunk_id) DO NOTHING
                """)
        }
    }

    /// What other embedders made before: of no use once this one has read everything.
    func deleteOthers(than model: EmbeddingModel) throws {
        try db.send("DELETE FROM knowledge_vectors WHERE business_id = \(db.business) AND model <> \(model.description)")
    }

    private static func bytes(_ vector: [Float]) -> [UInt8] {
        vector.flatMap { number in withUnsafeBytes(of: number.bitPattern.littleEndian) { Array($0) } }
    }

    static func floats(_ bytes: [UInt8]) -> [Float] {
        bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).map { start in
                Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self)))
            }
        }
    }
}

extension KnowledgeChunk {
    /// What an embedding model reads: the title says what the passage is about.
    package var textToEmbed: String {
        let head = heading.isEmpty || heading == title ? title : title.isEmpty ? heading : "\(title): \(heading)"
        let body = answer.map { "\(content)\n\($0)" } ?? content
        return head.isEmpty ? body : "\(head). \(body)"
    }
}
