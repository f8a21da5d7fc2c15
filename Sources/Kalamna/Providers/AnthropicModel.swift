/// A model of Anthropic's Messages API (reference §2.6).
package struct AnthropicModel: LanguageModel {
    /// From 2026-10-21 on the API refuses temperatures; this one takes both.
    private static let apiVersion = "2023-06-01"

    private let model: LLMModel
    private let key: ProviderKey?
    private let transport: any HTTPTransport

    package init(model: LLMModel, key: ProviderKey?, transport: any HTTPTransport) {
        self.model = model
        self.key = key
        self.transport = transport
    }

    package func write(_ request: ModelRequest, receive: @Sendable (String) async throws -> Void) async throws -> ModelCompletion {
        let prepared = request.prepared(for: model)
        let stream = ProviderStream(
            provider: model.providerName, transport: transport, url: model.url("/messages", usual: "/v1"),
            headers: [("anthropic-version", Self.apiVersion)] + (key.map { [("x-api-key", $0.reveal())] } ?? []), timeouts: request.timeouts,
            estimatedInput: prepared.estimatedInput)
        return try await stream.run(body(prepared), reader: Reader(provider: model.providerName), receive: receive)
    }

    private func body(_ request: ModelRequest.Prepared) -> ProviderJSON {
        let tools = request.tools.map { tool -> ProviderJSON in
            [
                "name": .text(tool.name), "description": .text(tool.description),
                "input_schema": tool.schema(object: "object", string: "string") ?? ["type": "object", "properties": [:]],
            ]
        }
        let temperature = model.parameters.temperature
        return .fields([
            "model": .text(model.model), "max_tokens": .integer(request.mostTokens), "stream": true,
            "system": request.system.isEmpty ? nil : .text(request.system),
            "messages": .list(request.turns.map { ["role": $0.side == .model ? "assistant" : "user", "content": .list(Self.blocks($0))] }),
            "tools": tools.isEmpty ? nil : .list(tools),
            // Newer models refuse both together, and more than 1.
            "temperature": temperature.map { .number(min($0, 1)) },
            "top_p": temperature == nil ? model.parameters.topP.map { .number($0) } : nil,
        ])
    }

    private static func blocks(_ turn: ProviderTurn) -> [ProviderJSON] {
        // Results must stand first.
        let results = turn.results.map { result -> ProviderJSON in
            ["type": "tool_result", "tool_use_id": .text(result.call.id), "content": .text(result.text)]
        }
        let texts = turn.texts.isEmpty ? [] : [["type": "text", "text": .text(turn.text)] as ProviderJSON]
        let calls = turn.calls.map { call -> ProviderJSON in
            ["type": "tool_use", "id": .text(call.id), "name": .text(call.name), "input": .object(call.arguments.mapValues { .text($0) })]
        }
        return results + texts + calls
    }
}

extension AnthropicModel {
    private struct Reader: ProviderStreamReader {
        private struct Call {
            let id: String?
            let name: String
            let input: ProviderJSON?
            var arguments = ""
        }

        let provider: String
        private var text = ""
        /// By the index of their block.
        private var calls: [Int: Call] = [:]
        private var stopReason: String?
        private var input: Int?
        private var output: Int?
        private(set) var hasEnded = false

        init(provider: String) { self.provider = provider }

        mutating func take(_ event: ServerSentEvents.Event) throws(ProviderFailure) -> ProviderStreamPiece {
            guard let json = ProviderJSON(event.data) else {
                // A ping needs no words.
                if event.name == "ping" { return .nothing }
                throw ProviderFailure(provider, .badResponse, code: "not_the_expected_json")
            }
            if let failure = ProviderFailure(provider, inStream: json) { throw failure }
            switch json["type"]?.text ?? event.name {
            case "message_start": count(json["message"]?["usage"])
            case "content_block_start":
                guard let block = json["content_block"] else { return .nothing }
                if block["type"]?.text == "tool_use" {
                    calls[json["index"]?.int ?? calls.count] = Call(id: block["id"]?.text, name: block["name"]?.text ?? "", input: block["input"])
                    return .call
                }
                return add(block["text"]?.text)
            case "content_block_delta":
                guard let delta = json["delta"] else { return .nothing }
                if let part = delta["partial_json"]?.text {
                    if let index = json["index"]?.int { calls[index]?.arguments += part }
                    return .call
                }
                return delta["thinking"] == nil ? add(delta["text"]?.text) : .thought
            case "message_delta":
                stopReason = json["delta"]?["stop_reason"]?.text ?? stopReason
                count(json["usage"])
            case "message_stop": hasEnded = true
            // `ping`, `content_block_stop`, and what comes in future.
            default: break
            }
            return .nothing
        }

        private mutating func add(_ new: String?) -> ProviderStreamPiece {
            guard let new, !new.isEmpty else { return .nothing }
            text += new
            return .text(new)
        }

        /// The last word counts; what was read from or written to the cache is input as well.
        private mutating func count(_ usage: ProviderJSON?) {
            if let tokens = usage?["input_tokens"]?.int {
                input = tokens + (usage?["cache_read_input_tokens"]?.int ?? 0) + (usage?["cache_creation_input_tokens"]?.int ?? 0)
            }
            output = usage?["output_tokens"]?.int ?? output
        }

        func completion(estimatedInput: Int) throws(ProviderFailure) -> ModelCompletion {
            guard hasEnded, let stopReason else { throw ProviderFailure(provider, .badResponse, code: "incomplete_stream") }
            let ending: ModelCompletion.Ending =
                switch stopReason {
                case "max_tokens", "model_context_window_exceeded": .cutOff
                case "tool_use": .toolCalls
                case "refusal": .blocked
                default: .complete
                }
            let calls = calls.sorted { $0.key < $1.key }.map(\.value).filter { !$0.name.isEmpty }.map { call in
                ModelToolCall(
                    id: call.id ?? ModelToolCall.ownID(), name: call.name,
                    arguments: (call.arguments.isEmpty ? call.input : ProviderJSON(call.arguments))?.arguments ?? [:])
            }
            return try ModelCompletion(
                provider, text: text, calls: calls, ending: ending, input: input, output: output, estimatedInput: estimatedInput)
        }
    }
}
