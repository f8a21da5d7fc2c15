/// Vectors from Google's Gemini, by its own form of the call (`batchEmbedContents`), which tells questions from passages.
package struct GeminiEmbedder: Embedder {
    package struct Configuration: Sendable {
        package var address: ProviderAddress
        package var key: ProviderKey
        /// Such as `gemini-embedding-001`, without `models/`.
        package let modelName: String
        /// Asked for and checked. Lengths below the model's own come unnormalised; they leave here at length 1.
        package var dimensions: Int
        /// A longer text is cut. The model reads 2,048 tokens and drops the rest unasked.
        package var longestText = 8192
        package var textsPerCall = 100
        package var bytesPerCall = 100_000
        package var queryTimeout = Duration.seconds(5)
        package var passageTimeout = Duration.seconds(60)

        /// - Parameter address: Google's, unless a gateway stands before it.
        package init(address: ProviderAddress? = nil, key: ProviderKey, modelName: String, dimensions: Int) throws(Failure) {
            let name = modelName.hasPrefix("models/") ? String(modelName.dropFirst(7)) : modelName
            // It becomes part of the address.
            guard !name.isEmpty, name.utf8.allSatisfy({ Self.isAllowed($0) }) else {
                throw .invalid(
                    "model", ar: "اسم الموديل حروف إنجليزي وأرقام وشرطة ونقطة بس.", en: "A model's name has letters, digits, dashes and dots only.")
            }
            if let address {
                self.address = address
            } else {
                self.address = try ProviderAddress("https://generativelanguage.googleapis.com/v1beta")
            }
            self.key = key
            self.modelName = name
            self.dimensions = dimensions
        }

        private static func isAllowed(_ byte: UInt8) -> Bool {
            (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x2E || byte == 0x5F
        }
    }

    package let model: EmbeddingModel
    private let configuration: Configuration
    private let transport: any HTTPTransport

    package init(_ configuration: Configuration, transport: any HTTPTransport) {
        self.configuration = configuration
        self.transport = transport
        self.model = EmbeddingModel(
            name: "\(configuration.address.host)/\(configuration.modelName)", version: "retrieval", dimensions: configuration.dimensions)
    }

    package func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws -> [[Float]] {
        try EmbeddingText.check(texts)
        let inputs = texts.map { EmbeddingText.cut($0, toUTF8: configuration.longestText) }
        var vectors: [[Float]] = []
        vectors.reserveCapacity(texts.count)
        for range in EmbeddingText.batches(of: inputs, count: configuration.textsPerCall, bytes: configuration.bytesPerCall) {
            vectors += try await call(inputs[range], purpose)
        }
        return vectors
    }

    private func call(_ inputs: ArraySlice<String>, _ purpose: EmbeddingPurpose) async throws -> [[Float]] {
        let call = ProviderCall(
            provider: model.name, transport: transport,
            url: "\(configuration.address)/models/\(configuration.modelName):batchEmbedContents",
            // In a header: what stands in an address lands in logs.
            headers: [("x-goog-api-key", configuration.key.reveal())],
            timeout: purpose == .query ? configuration.queryTimeout : configuration.passageTimeout,
            mostBytes: RemoteVectors.mostBytes(texts: inputs.count, dimensions: model.dimensions))
        // One request a text: several parts of one content would give one vector for all.
        let requests = inputs.map { text in
            Request(
                model: "models/\(configuration.modelName)", content: Content(parts: [Content.Part(text: text)]),
                taskType: purpose == .query ? "RETRIEVAL_QUERY" : "RETRIEVAL_DOCUMENT", outputDimensionality: model.dimensions)
        }
        let answer = try await call.post(Batch(requests: requests), answer: Answer.self)
        guard answer.embeddings.count == inputs.count else { throw ProviderFailure(model.name, .badResponse, code: "missing_vectors") }
        return try RemoteVectors.check(answer.embeddings.map(\.values), model)
    }

    private struct Batch: Encodable { let requests: [Request] }

    private struct Request: Encodable {
        let model: String
        let content: Content
        let taskType: String
        let outputDimensionality: Int
    }

    private struct Content: Encodable {
        struct Part: Encodable { let text: String }
        let parts: [Part]
    }

    private struct Answer: Decodable {
        struct Embedding: Decodable { let values: [Float]? }
        let embeddings: [Embedding]
    }
}
