import Foundation
import TestSupport
import Testing

@testable import Kalamna

@Suite struct OpenAIChatModelTests {
    private static let tool = ModelTool(name: "order_status", description: "d", parameters: [.init(name: "order", description: "number")])

    private func write(
        _ data: [String], _ request: ModelRequest = .test, _ change: (inout LLMModel) -> Void = { _ in }
    ) async throws -> (ModelCompletion, StreamedTransport) {
        let transport = StreamedTransport(events: data)
        return (try await LLMModel.test(.openAI, change).writer(transport).write(request) { _ in }, transport)
    }

    @Test func asksOnlyForWhatIsSet() async throws {
        let (_, transport) = try await write(ProviderAnswers.openAI(["a"]))
        let request = try #require(transport.requests.first)
        #expect(request.url == "https://llm.example/v1/chat/completions" && request.header("authorization") == "Bearer sk-secret-1")
        #expect(request.header("accept") == "text/event-stream" && request.timeout == .seconds(90))
        let body = try transport.body()
        #expect(Set(body.keys) == ["model", "messages", "stream", "stream_options", "max_tokens"] && body["max_tokens"] as? Int == 400)
        #expect((body["messages"] as? [[String: String]])?.map { $0["role"] ?? "" } == ["system", "user"])
        let (_, newer) = try await write(ProviderAnswers.openAI(["a"])) { model in
            model.parameters.usesOldTokenLimit = false
            model.parameters.temperature = 0.2
            model.parameters.mostTokens = 50
        }
        let other = try newer.body()
        #expect(other["max_completion_tokens"] as? Int == 50 && other["max_tokens"] == nil && other["temperature"] as? Double == 0.2)
    }

    @Test(arguments: [("https://llm.example", "/v1"), ("http://127.0.0.1:8099/", "/v1"), ("https://llm.example/api", "")])
    func anAddressWithoutAPathGetsTheUsualOne(address: String, path: String) throws {
        let model = try LLMModel.test(.openAI, address: address)
        #expect(model.url("/x", usual: "/v1") == model.address.description + path + "/x")
    }

    @Test func joinsToolCallsByIndex() async throws {
        func call(_ json: String) -> String { #"{"choices":[{"index":0,"delta":{"tool_calls":[\#(json)]},"finish_reason":null}]}"# }
        let end = [#"{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"#, "[DONE]"]
        let (completion, _) = try await write(
            [
                call(#"{"index":0,"id":"call_7a","type":"function","function":{"name":"order_status","arguments":""}}"#),
                call(#"{"index":1,"id":"call_7b","function":{"name":"handover","arguments":"{}"}}"#),
                call(#"{"index":0,"function":{"arguments":"{\"order\":\"4"}}"#), call(#"{"index":0,"function":{"arguments":"27\"}"}}"#),
                call(#"{"index":0,"id":"call_7c","function":{"name":"order_status","arguments":"{\"order\": 428}"}}"#),
                call(#"{"id":"call_7d","function":{"name":"order_status","arguments":"{\"order"}}"#),
            ] + end)
        #expect(
            completion.ending == .toolCalls && completion.text.isEmpty && completion.calls.map(\.id) == ["call_7a", "call_7b", "call_7c", "call_7d"])
        #expect(completion.calls.map(\.arguments) == [["order": "427"], [:], ["order": "428"], [:]])
        #expect(completion.usage.isEstimated && completion.usage.input > 0 && completion.usage.output > 0)
    }

    @Test(arguments: [
        ("stop", ModelCompletion.Ending.complete), ("length", .cutOff), ("content_filter", .blocked), ("eos", .complete), ("tool_calls", .complete),
    ])
    func readsTheEnding(reason: String, ending: ModelCompletion.Ending) async throws {
        #expect(try await write(ProviderAnswers.openAI(["a"], finish: reason)).0.ending == ending)
    }

    @Test(arguments: [
        (ProviderAnswers.openAI(["a"], finish: nil), "incomplete_stream"), (ProviderAnswers.openAI(["a"], isDone: false), "incomplete_stream"),
        (ProviderAnswers.openAI(["a"], finish: "abort"), "incomplete_stream"), (ProviderAnswers.openAI([]), "empty_answer"),
        (ProviderAnswers.openAI([" "], finish: "length"), "cut_off_before_text"),
        (ProviderAnswers.openAI([String(repeating: "x", count: 300_000)]), "answer_too_long"),
    ])
    func takesNothingElseForAnAnswer(data: [String], code: String) async throws {
        let failure = try await providerFailure { _ = try await self.write(data) }
        #expect(failure?.kind == .badResponse && failure?.code == code)
    }

    @Test func estimatesWhatTheServerDoesNotCount() async throws {
        let usage = try await write(ProviderAnswers.openAI(["عشرة أيام"], usage: nil)).0.usage
        #expect(usage.isEstimated && usage.input >= 10 && usage.output == ModelUsage.estimate("عشرة أيام"))
    }

    @Test func refusalsAndThoughtsAreNoText() async throws {
        let refused = #"{"choices":[{"delta":{"refusal":"no"},"finish_reason":null}]}"#
        #expect(try await write([refused] + ProviderAnswers.openAI([])).0.ending == .blocked)
        let thought = #"{"choices":[{"delta":{"reasoning_content":"hm"},"finish_reason":null}]}"#
        #expect(try await write([thought] + ProviderAnswers.openAI(["a"])).0.text == "a")
    }

    @Test func sendsCallsWithTheirResults() async throws {
        let call = ModelToolCall(id: "call_1", name: "order_status", arguments: ["order": "427"])
        let unanswered = ModelToolCall(id: "call_2", name: "order_status", arguments: [:])
        let request = ModelRequest(
            system: "", messages: [.init(.customer("a")), .init(.model("", calls: [call, unanswered])), .init(.toolResult("on its way", of: call))],
            tools: [Self.tool])
        let (_, transport) = try await write(ProviderAnswers.openAI(["a"]), request) { $0.parameters.callsTools = true }
        let messages = try #require(try transport.body()["messages"] as? [[String: Any]])
        #expect(messages.map { $0["role"] as? String } == ["user", "assistant", "tool"])
        let calls = try #require(messages[1]["tool_calls"] as? [[String: Any]])
        #expect(calls.count == 1 && (calls[0]["function"] as? [String: String]) == ["name": "order_status", "arguments": #"{"order":"427"}"#])
        #expect(messages[1]["content"] is NSNull && messages[2]["tool_call_id"] as? String == "call_1")
        let (_, without) = try await write(ProviderAnswers.openAI(["a"]), request)
        let plain = try without.body()
        #expect(plain["tools"] == nil && (plain["messages"] as? [[String: String]])?.map { $0["content"] ?? "" } == ["a\n[order_status: on its way]"])
    }
}
