import Store

extension Schema {
    /// Vectors of the knowledge, each beside the model that made it: two models are never mixed.
    static let vectors = Migration(
        id: "0002-vectors",
        statements: [
            """
            CREATE TABLE knowledge_vectors (
              business_id \(id) NOT NULL, chunk_id \(id) NOT NULL, model TEXT NOT NULL,
              vector \(.either(sqlite: "BLOB", postgres: "BYTEA") as Query) NOT NULL,
              PRIMARY KEY (business_id, model, chunk_id),
              FOREIGN KEY (business_id, chunk_id) REFERENCES knowledge_chunks (business_id, id) ON DELETE CASCADE)\(clustered)
            """
        ] + isolate("knowledge_vectors"))
}
