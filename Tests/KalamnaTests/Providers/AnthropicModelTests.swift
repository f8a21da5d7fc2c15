import TestSupport
import Testing

@testable import Kalamna

@Suite struct AnthropicModelTests {
    private func write(
        _ data: [String], _ request: ModelRequest = .test, _ change: (inout LLMModel) -> Void = { _ in }
    ) async throws -> (ModelCompletion, StreamedTransport) {
        let transport = StreamedTransport(events: data)
        return (try await LLMModel.test(.anthropic, change).writer(transport).write(request) { _ in }, transport)
    }

    @Test func asksAsAnthropicExpects() async throws {
        let (completion, transport) = try await write(ProviderAnswers.anthropic(["a"])) { model in
            model.parameters.temperature = 1.5
            model.parameters.topP = 0.9
        }
        let request = try #require(transport.requests.first)
        #expect(request.url == "https://llm.example/v1/messages" && request.header("x-api-key") == "sk-secret-1")
        #expect(request.header("anthropic-version") == "2023-06-01")
        let body = try transport.body()
        #expect(body["max_tokens"] as? Int == 400 && body["system"] as? String == "Answer from the passages.")
        #expect(body["temperature"] as? Double == 1 && body["top_p"] == nil)
        #expect(completion.usage == ModelUsage(input: 58, output: 8))
    }

    @Test(arguments: [
        ("end_turn", ModelCompletion.Ending.complete), ("stop_sequence", .complete), ("max_tokens", .cutOff),
        ("model_context_window_exceeded", .cutOff), ("refusal", .blocked),
    ])
    func readsTheEnding(reason: String, ending: ModelCompletion.Ending) async throws {
        #expect(try await write(ProviderAnswers.anthropic(["a"], stop: reason)).0.ending == ending)
    }

    @Test(arguments: [ProviderAnswers.anthropic(["a"], stop: nil), ProviderAnswers.anthropic(["a"], isStopped: false)])
    func bothSignsAreNeeded(data: [String]) async throws {
        let failure = try await providerFailure { _ = try await self.write(data) }
        #expect(failure?.kind == .badResponse && failure?.code == "incomplete_stream")
    }

    @Test func joinsToolCallsAndSendsThemBack() async throws {
        let (completion, _) = try await write([
            #"{"type":"message_start","message":{"usage":{"input_tokens":5,"cache_read_input_tokens":10,"output_tokens":1}}}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}"#,
            #"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"tu_1","name":"order_status","input":{}}}"#,
            #"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"order\": \"4"}}"#,
            #"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"27\"}"}}"#,
            #"{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"tu_2","name":"handover","input":{}}}"#,
            #"{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":20}}"#, #"{"type":"new_event"}"#,
            #"{"type":"message_stop"}"#,
        ])
        #expect(completion.ending == .toolCalls && completion.calls.map(\.id) == ["tu_1", "tu_2"] && completion.text.isEmpty)
        #expect(completion.calls.map(\.arguments) == [["order": "427"], [:]] && completion.usage == ModelUsage(input: 15, output: 20))
        let call = completion.calls[0]
        let request = ModelRequest(
            system: "",
            messages: [
                .init(.customer("a")), .init(.model("let me look", calls: [call])), .init(.toolResult("on its way", of: call)), .init(.customer("b")),
            ], tools: [ModelTool(name: "order_status", description: "d")])
        let (_, transport) = try await write(ProviderAnswers.anthropic(["a"]), request) { $0.parameters.callsTools = true }
        let messages = try #require(try transport.body()["messages"] as? [[String: Any]])
        #expect(messages.map { $0["role"] as? String } == ["user", "assistant", "user"])
        #expect((messages[2]["content"] as? [[String: Any]])?.map { $0["type"] as? String } == ["tool_result", "text"])
        #expect((messages[1]["content"] as? [[String: Any]])?.map { $0["type"] as? String } == ["text", "tool_use"])
    }
}
