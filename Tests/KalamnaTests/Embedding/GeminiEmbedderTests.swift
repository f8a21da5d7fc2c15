import Foundation
import Testing

@testable import Kalamna

@Suite struct GeminiEmbedderTests {
    private func embedder(_ transport: any HTTPTransport, _ modelName: String = "models/gemini-embedding-001") throws -> GeminiEmbedder {
        var configuration = try GeminiEmbedder.Configuration(
            key: try #require(ProviderKey("AIza-secret")), modelName: modelName, dimensions: 2)
        configuration.textsPerCall = 2
        return GeminiEmbedder(configuration, transport: transport)
    }

    @Test func asksAsGoogleExpects() async throws {
        let transport = ScriptedTransport(#"{"embeddings": [{"values": [3, 4]}]}"#)
        let embedder = try embedder(transport)
        #expect(try await embedder.embed(query: "بكام الشحن؟") == [0.6, 0.8])
        #expect(embedder.model.name == "generativelanguage.googleapis.com/gemini-embedding-001")
        let request = try #require(transport.requests.first)
        #expect(
            request.url == "https://generativelanguage.googleapis.com/v1beta/models/gemini-embedding-001:batchEmbedContents"
                && request.header("x-goog-api-key") == "AIza-secret")
        let body = try #require(try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: [[String: Any]]])
        let first = try #require(body["requests"]?.first)
        #expect(first["model"] as? String == "models/gemini-embedding-001" && first["taskType"] as? String == "RETRIEVAL_QUERY")
        #expect(first["outputDimensionality"] as? Int == 2)
        #expect((first["content"] as? [String: [[String: String]]])?["parts"] == [["text": "بكام الشحن؟"]])
    }

    @Test func asksOnceForEachTextInBatches() async throws {
        let transport = ScriptedTransport { request in
            struct Body: Decodable { let requests: [Part] }
            struct Part: Decodable { let taskType: String }
            let parts = try JSONDecoder().decode(Body.self, from: Data(request.body)).requests
            #expect(parts.allSatisfy { $0.taskType == "RETRIEVAL_DOCUMENT" })
            return try .json(["embeddings": parts.indices.map { ["values": [Float($0 + 1), 0]] }])
        }
        let vectors = try await embedder(transport).embed(["a", "b", "c"], as: .passage)
        #expect(vectors == [[1, 0], [1, 0], [1, 0]] && transport.requests.count == 2)
    }

    @Test(arguments: [
        (#"{"embeddings": []}"#, "missing_vectors"), (#"{"embeddings": [{"values": [1]}]}"#, "wrong_dimensions"), ("[]", "not_the_expected_json"),
    ])
    func refusesWhatItCanNotUse(body: String, code: String) async throws {
        let embedder = try embedder(ScriptedTransport(body))
        let failure = try #require(try await providerFailure { _ = try await embedder.embed(["a"], as: .query) })
        #expect(failure.kind == .badResponse && failure.code == code)
    }

    @Test(arguments: ["", "models/", "a/b", "a:b", "نموذج", "a?key=1", "../x"])
    func takesOnlyNamesOfModels(name: String) {
        #expect(throws: Failure.self) { try self.embedder(ScriptedTransport("{}"), name) }
    }
}
