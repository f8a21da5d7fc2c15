import Foundation
import Testing

@testable import Kalamna

@Suite struct OpenAIEmbedderTests {
    private func embedder(
        _ transport: any HTTPTransport, dimensions: Int = 3, _ change: (inout OpenAIEmbedder.Configuration) -> Void = { _ in }
    ) throws -> OpenAIEmbedder {
        var configuration = OpenAIEmbedder.Configuration(
            address: try ProviderAddress("https://llm.example/v1/"), key: ProviderKey("sk-secret-1"), modelName: "small", dimensions: dimensions)
        change(&configuration)
        return OpenAIEmbedder(configuration, transport: transport)
    }

    /// Vectors that tell their text: its length, at the first place.
    private struct Answer: Encodable {
        struct Item: Encodable {
            let index: Int
            let embedding: [Float]
        }
        let data: [Item]

        init(_ request: HTTPRequestData) throws {
            data = try request.inputs().enumerated().reversed().map { Item(index: $0, embedding: [Float($1.utf8.count), 1, 0]) }
        }
    }

    @Test func asksAsTheServerExpects() async throws {
        let transport = ScriptedTransport(#"{"data": [{"index": 0, "embedding": [3, 0, 4]}]}"#)
        let vectors = try await embedder(transport) { $0.asksForDimensions = true }.embed(["سياسة الاسترجاع"], as: .passage)
        #expect(vectors == [[0.6, 0, 0.8]])
        let request = try #require(transport.requests.first)
        #expect(request.method == "POST" && request.url == "https://llm.example/v1/embeddings")
        #expect(request.header("authorization") == "Bearer sk-secret-1" && request.header("content-type") == "application/json")
        let body = try #require(try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
        #expect(body["model"] as? String == "small" && body["input"] as? [String] == ["سياسة الاسترجاع"])
        #expect(body["dimensions"] as? Int == 3 && body["encoding_format"] as? String == "base64")
    }

    @Test func readsBase64() async throws {
        // 0.25, -0.5, 1 in little-endian 32-bit floats.
        let transport = ScriptedTransport(#"{"object": "list", "data": [{"index": 0, "embedding": "AACAPgAAAL8AAIA/"}], "usage": null}"#)
        let vector = try await embedder(transport).embed(query: "refund")
        let length = Float(0.25 * 0.25 + 0.5 * 0.5 + 1).squareRoot()
        for (number, expected) in zip(vector, [0.25 / length, -0.5 / length, 1 / length]) { #expect(abs(number - expected) < 1e-6) }
        #expect(vector.count == 3)
    }

    @Test func sendsBatchesAndKeepsTheOrder() async throws {
        let transport = ScriptedTransport { request in try .json(try Answer(request)) }
        let texts = (1...10).map { String(repeating: "x", count: $0) }
        let vectors = try await embedder(transport) {
            $0.textsPerCall = 4
            $0.bytesPerCall = 20
        }.embed(texts, as: .passage)
        // Each vector's first two numbers are as its text's length to one.
        #expect(vectors.map { ($0[0] / $0[1]).rounded() } == (1...10).map(Float.init))
        #expect(try transport.requests.map { try $0.inputs().count } == [4, 3, 2, 1])
    }

    @Test func putsThePrefixesBeforeAndCutsLongTexts() async throws {
        let transport = ScriptedTransport { request in try .json(try Answer(request)) }
        let embedder = try embedder(transport) {
            $0.prefixes = .e5
            $0.longestText = 12
        }
        _ = try await embedder.embed(["سؤال طويل"], as: .query)
        _ = try await embedder.embed(["ab"], as: .passage)
        #expect(try transport.requests.flatMap { try $0.inputs() } == ["query: سؤ", "passage: ab"])
        #expect(embedder.model.version == "query: |passage: " && embedder.model.name == "llm.example/small")
        #expect(try self.embedder(transport).model != embedder.model)
    }

    @Test(arguments: [
        (#"{"data": []}"#, "missing_vectors"),
        (#"{"data": [{"index": 1, "embedding": [1, 2, 3]}]}"#, "wrong_index"),
        (#"{"data": [{"index": 0, "embedding": [1, 2, 3]}, {"index": 0, "embedding": [1, 2, 3]}]}"#, "wrong_index"),
        (#"{"data": [{"index": 0, "embedding": [1, 2]}]}"#, "wrong_dimensions"),
        (#"{"data": [{"index": 0, "embedding": [0, 0, 0]}]}"#, "no_direction"),
        (#"{"data": [{"index": 0, "embedding": "AADAfwAAAL8AAIA/"}]}"#, "no_direction"),
        (#"{"data": [{"index": 0, "embedding": "AACAPgA"}]}"#, "not_the_expected_json"),
        ("<html>sk-secret-1</html>", "not_the_expected_json"),
    ])
    func refusesWhatItCanNotUse(body: String, code: String) async throws {
        let embedder = try embedder(ScriptedTransport(body))
        let failure = try #require(try await providerFailure { _ = try await embedder.embed(["a"], as: .query) })
        #expect(failure.kind == .badResponse && failure.code == code)
        #expect(!"\(failure)".contains("sk-secret"))
    }

    @Test func asksNothingForAnEmptyText() async throws {
        let transport = ScriptedTransport("{}")
        let embedder = try embedder(transport)
        await #expect(throws: Failure.self) { try await embedder.embed(["a", " \n"], as: .query) }
        #expect(transport.requests.isEmpty)
    }

    @Test(arguments: [
        (HTTPTransportFailure.timeout, ProviderFailure.Kind.timeout), (.unreachable, .unreachable), (.tooLarge, .badResponse),
    ])
    func namesWhatTheConnectionDid(transport: HTTPTransportFailure, kind: ProviderFailure.Kind) async throws {
        let embedder = try embedder(ScriptedTransport { _ in throw transport })
        let failure = try #require(try await providerFailure { _ = try await embedder.embed(["a"], as: .query) })
        #expect(failure.kind == kind && failure.status == nil)
    }

    @Test(arguments: [
        "ftp://llm.example/v1", "https://", "llm.example/v1", "https://key@llm.example/v1", "https://u:p@llm.example", "https://llm.example/v1?key=1",
        "https://llm.example/#a", "https://llm.example/a b", "https://llm.example/\u{202E}", "",
    ])
    func takesOnlyWholeAddresses(text: String) {
        #expect(throws: Failure.self) { try ProviderAddress(text) }
    }

    @Test(arguments: [
        ("https://LLM.example/v1/", "https://LLM.example/v1", "llm.example"),
        ("http://127.0.0.1:8099/v1", "http://127.0.0.1:8099/v1", "127.0.0.1:8099"),
        (" https://llm.example:443 ", "https://llm.example:443", "llm.example"),
    ])
    func keepsOneFormOfAnAddress(text: String, form: String, host: String) throws {
        let address = try ProviderAddress(text)
        #expect(address.description == form && address.host == host)
    }
}
