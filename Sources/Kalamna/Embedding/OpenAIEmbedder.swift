import Foundation

/// Vectors from any server that speaks `POST {base}/embeddings`: OpenAI, vLLM, llama.cpp, Ollama, a gateway.
package struct OpenAIEmbedder: Embedder {
    package struct Configuration: Sendable {
        /// Such as `https://api.openai.com/v1`.
        package var address: ProviderAddress
        /// Servers of one's own may need none.
        package var key: ProviderKey?
        package var modelName: String
        /// Numbers in a vector, as the model gives them: another length is refused.
        package var dimensions: Int
        /// Whether to ask for that length. Only for models that can shorten their vectors.
        package var asksForDimensions = false
        /// A quarter of the bytes; servers that don't know it answer in numbers, which are read as well.
        package var asksForBase64 = true
        package var prefixes = EmbeddingPrefixes.none
        /// A longer text is cut. OpenAI refuses more than 8,192 tokens, and a token is a byte at least.
        package var longestText = 8192
        /// OpenAI takes 2,048 texts and 300,000 tokens a call.
        package var textsPerCall = 128
        package var bytesPerCall = 200_000
        /// A customer waits for a question's vector: without it the search goes on by words.
        package var queryTimeout = Duration.seconds(5)
        package var passageTimeout = Duration.seconds(60)

        package init(address: ProviderAddress, key: ProviderKey?, modelName: String, dimensions: Int) {
            self.address = address
            self.key = key
            self.modelName = modelName
            self.dimensions = dimensions
        }
    }

    package let model: EmbeddingModel
    private let configuration: Configuration
    private let transport: any HTTPTransport

    package init(_ configuration: Configuration, transport: any HTTPTransport) {
        self.configuration = configuration
        self.transport = transport
        self.model = EmbeddingModel(
            name: "\(configuration.address.host)/\(configuration.modelName)", version: configuration.prefixes.version,
            dimensions: configuration.dimensions)
    }

    package func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws -> [[Float]] {
        try EmbeddingText.check(texts)
        let inputs = texts.map { EmbeddingText.cut(configuration.prefixes[purpose] + $0, toUTF8: configuration.longestText) }
        var vectors: [[Float]] = []
        vectors.reserveCapacity(texts.count)
        for range in EmbeddingText.batches(of: inputs, count: configuration.textsPerCall, bytes: configuration.bytesPerCall) {
            vectors += try await call(Array(inputs[range]), purpose)
        }
        return vectors
    }

    private func call(_ inputs: [String], _ purpose: EmbeddingPurpose) async throws -> [[Float]] {
        let call = ProviderCall(
            provider: model.name, transport: transport, url: "\(configuration.address)/embeddings",
            headers: configuration.key.map { [("authorization", "Bearer \($0.reveal())")] } ?? [],
            timeout: purpose == .query ? configuration.queryTimeout : configuration.passageTimeout,
            mostBytes: RemoteVectors.mostBytes(texts: inputs.count, dimensions: model.dimensions))
        let request = Request(
            model: configuration.modelName, input: inputs, dimensions: configuration.asksForDimensions ? model.dimensions : nil,
            encoding_format: configuration.asksForBase64 ? "base64" : "float")
        let answer = try await call.post(request, answer: Answer.self)

        var vectors = [[Float]?](repeating: nil, count: inputs.count)
        for (position, item) in answer.data.enumerated() {
            let index = item.index ?? position
            guard vectors.indices.contains(index), vectors[index] == nil else {
                throw ProviderFailure(model.name, .badResponse, code: "wrong_index")
            }
            vectors[index] = item.embedding.numbers
        }
        return try RemoteVectors.check(vectors, model)
    }

    private struct Request: Encodable {
        let model: String
        let input: [String]
        let dimensions: Int?
        let encoding_format: String
    }

    private struct Answer: Decodable {
        struct Item: Decodable {
            let index: Int?
            let embedding: Numbers
        }
        let data: [Item]
    }

    /// An array of numbers, or base64 of little-endian 32-bit floats.
    private struct Numbers: Decodable {
        let numbers: [Float]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            guard let text = try? container.decode(String.self) else {
                numbers = try container.decode([Float].self)
                return
            }
            guard let data = Data(base64Encoded: text), data.count.isMultiple(of: 4) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "not base64 of floats")
            }
            let bytes = Array(data)
            numbers = stride(from: 0, to: bytes.count, by: 4).map { at in
                let bits = UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
                return Float(bitPattern: bits)
            }
        }
    }
}

/// What is asked of vectors that come over the wire.
enum RemoteVectors {
    /// Twice what the longest spelling of the numbers needs.
    static func mostBytes(texts: Int, dimensions: Int) -> Int { 65_536 + texts * (dimensions * 48 + 512) }

    /// All there, of the model's length, finite and not zero; then each at length 1 (shortened ones don't come so).
    static func check(_ vectors: [[Float]?], _ model: EmbeddingModel) throws(ProviderFailure) -> [[Float]] {
        var checked: [[Float]] = []
        checked.reserveCapacity(vectors.count)
        for vector in vectors {
            guard let vector else { throw ProviderFailure(model.name, .badResponse, code: "missing_vectors") }
            guard vector.count == model.dimensions else { throw ProviderFailure(model.name, .badResponse, code: "wrong_dimensions") }
            guard let unit = EmbeddingText.unit(vector) else { throw ProviderFailure(model.name, .badResponse, code: "no_direction") }
            checked.append(unit)
        }
        return checked
    }
}
