import TestSupport
import Testing

@testable import Kalamna

@Suite struct GeminiModelTests {
    private func write(
        _ data: [String], _ request: ModelRequest = .test, model: String = "gemini-2.5-flash", _ change: (inout LLMModel) -> Void = { _ in }
    ) async throws -> (ModelCompletion, StreamedTransport) {
        let transport = StreamedTransport(events: data)
        let model = try LLMModel.test(.gemini, address: "https://generativelanguage.googleapis.com", model: model, change)
        return (try await model.writer(transport).write(request) { _ in }, transport)
    }

    private func candidate(_ part: String, _ reason: String = "STOP") -> String {
        #"{"candidates":[{"content":{"parts":[\#(part)]},"finishReason":"\#(reason)"}]}"#
    }

    @Test func asksAsGoogleExpects() async throws {
        let (completion, transport) = try await write(ProviderAnswers.gemini(["a", "b"]))
        let request = try #require(transport.requests.first)
        #expect(request.url == "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse")
        #expect(request.header("x-goog-api-key") == "sk-secret-1" && request.header("authorization") == nil)
        let body = try transport.body()
        #expect(body["systemInstruction"] != nil && (body["contents"] as? [[String: Any]])?.first?["role"] as? String == "user")
        let generation = try #require(body["generationConfig"] as? [String: Any])
        #expect(generation["maxOutputTokens"] as? Int == 400 && generation["thinkingConfig"] as? [String: Int] == ["thinkingBudget": 0])
        #expect(completion.usage == ModelUsage(input: 31, output: 6))
        let (_, thinking) = try await write(ProviderAnswers.gemini(["a"]), model: "models/gemini-9-pro")
        let limit = (try thinking.body()["generationConfig"] as? [String: Any])?["maxOutputTokens"] as? Int
        #expect(limit == 1424 && thinking.requests.first?.url.contains("/models/gemini-9-pro:") == true)
    }

    @Test(arguments: ["", "a/b", "../x", "a:b", "نموذج"]) func takesOnlyNamesOfModels(name: String) async throws {
        let failure = try await providerFailure { _ = try await self.write(ProviderAnswers.gemini(["a"]), model: name) }
        #expect(failure?.kind == .badRequest)
    }

    @Test(arguments: [
        ("STOP", ModelCompletion.Ending.complete), ("MAX_TOKENS", .cutOff), ("SAFETY", .blocked), ("IMAGE_SAFETY", .blocked), ("SPII", .blocked),
    ])
    func readsTheEnding(reason: String, ending: ModelCompletion.Ending) async throws {
        #expect(try await write([candidate(#"{"text":"a"}"#, reason)]).0.ending == ending)
    }

    @Test func namesWhatFailed() async throws {
        for (data, code) in [
            (candidate(#"{"text":"a"}"#, "MALFORMED_FUNCTION_CALL"), "malformed_function_call"),
            (candidate(#"{"text":"a"}"#, "NEW_REASON"), "new_reason"),
            (candidate(#"{"text":"hm","thought":true}"#, "MAX_TOKENS"), "cut_off_before_text"), (candidate("", "STOP"), "empty_answer"),
        ] {
            let failure = try await providerFailure { _ = try await self.write([data]) }
            #expect(failure?.kind == .badResponse && failure?.code == code)
        }
    }

    @Test func aBlockedPromptIsAnAnswer() async throws {
        let (completion, _) = try await write([#"{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":9}}"#])
        #expect(completion.ending == .blocked && completion.text.isEmpty && completion.usage == ModelUsage(input: 9, output: 0))
        #expect(try await write([#"{"candidates":[{"finishReason":"PROHIBITED_CONTENT"}]}"#]).0.ending == .blocked)
    }

    @Test func givesSignaturesBackAndSkipsThoughts() async throws {
        let (completion, _) = try await write([
            candidate(#"{"text":"hm","thought":true},{"functionCall":{"name":"order_status","args":{"order":"427"}},"thoughtSignature":"sig=="}"#)
        ])
        let call = try #require(completion.calls.first)
        #expect(completion.ending == .toolCalls && completion.text.isEmpty && call.arguments == ["order": "427"] && call.signature == "sig==")
        let request = ModelRequest(
            system: "S", messages: [.init(.customer("a")), .init(.model("", calls: [call])), .init(.toolResult("on its way", of: call))],
            tools: [ModelTool(name: "order_status", description: "d")])
        let (_, transport) = try await write(ProviderAnswers.gemini(["a"]), request) { $0.parameters.callsTools = true }
        let contents = try #require(try transport.body()["contents"] as? [[String: Any]])
        #expect(contents.map { $0["role"] as? String } == ["user", "model", "user"])
        let part = try #require((contents[1]["parts"] as? [[String: Any]])?.first)
        #expect(part["thoughtSignature"] as? String == "sig==" && (part["functionCall"] as? [String: Any])?["id"] == nil)
        let response = (contents[2]["parts"] as? [[String: Any]])?.first?["functionResponse"] as? [String: Any]
        #expect(response?["response"] as? [String: String] == ["result": "on its way"])
    }
}
