/// A model behind `POST {base}/chat/completions`: OpenAI, vLLM, llama.cpp, Ollama, a gateway (reference §2.1, 2.7, 2.8).
package struct OpenAIChatModel: LanguageModel {
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
            provider: model.providerName, transport: transport, url: model.url("/chat/completions", usual: "/v1"),
            headers: key.map { [("authorization", "Bearer \($0.reveal())")] } ?? [], timeouts: request.timeouts,
            estimatedInput: prepared.estimatedInput)
        return try await stream.run(try body(prepared), reader: Reader(provider: model.providerName), receive: receive)
    }

    /// Only what is needed: servers of one's own refuse fields that they don't know.
    private func body(_ request: ModelRequest.Prepared) throws -> ProviderJSON {
        var messages: [ProviderJSON] = request.system.isEmpty ? [] : [["role": "system", "content": .text(request.system)]]
        for turn in request.turns { messages += try Self.messages(turn) }
        let tools = request.tools.map { tool -> ProviderJSON in
            [
                "type": "function",
                "function": .fields([
                    "name": .text(tool.name), "description": .text(tool.description),
                    "parameters": tool.schema(object: "object", string: "string") ?? ["type": "object", "properties": [:]],
                ]),
            ]
        }
        return .fields([
            "model": .text(model.model), "messages": .list(messages), "stream": true, "stream_options": ["include_usage": true],
            model.parameters.usesOldTokenLimit ? "max_tokens" : "max_completion_tokens": .integer(request.mostTokens),
            "temperature": model.parameters.temperature.map { .number($0) }, "top_p": model.parameters.topP.map { .number($0) },
            "tools": tools.isEmpty ? nil : .list(tools),
        ])
    }

    private static func messages(_ turn: ProviderTurn) throws -> [ProviderJSON] {
        if turn.side == .model {
            let calls = try turn.calls.map { call -> ProviderJSON in
                let arguments = ProviderJSON.object(call.arguments.mapValues { .text($0) })
                return [
                    "id": .text(call.id), "type": "function",
                    "function": ["name": .text(call.name), "arguments": .text(String(decoding: try arguments.encoded(), as: UTF8.self))],
                ]
            }
            return [
                .fields([
                    "role": "assistant", "content": turn.texts.isEmpty ? .null : .text(turn.text), "tool_calls": calls.isEmpty ? nil : .list(calls),
                ])
            ]
        }
        let results = turn.results.map { result -> ProviderJSON in
            ["role": "tool", "tool_call_id": .text(result.call.id), "content": .text(result.text)]
        }
        return results + (turn.texts.isEmpty ? [] : [["role": "user", "content": .text(turn.text)]])
    }
}

extension OpenAIChatModel {
    private struct Reader: ProviderStreamReader {
        private struct Call {
            var id: String?
            var name = ""
            var arguments = ""
        }

        let provider: String
        private var text = ""
        private var calls: [Call] = []
        /// The provider's index of a call, and its place in `calls`.
        private var places: [Int: Int] = [:]
        private var finishReason: String?
        private var isRefusal = false
        private var usage: ProviderJSON?
        private(set) var hasEnded = false

        init(provider: String) { self.provider = provider }

        mutating func take(_ event: ServerSentEvents.Event) throws(ProviderFailure) -> ProviderStreamPiece {
            if event.data.trimmed == "[DONE]" {
                hasEnded = true
                return .nothing
            }
            guard let json = ProviderJSON(event.data) else { throw ProviderFailure(provider, .badResponse, code: "not_the_expected_json") }
            if let failure = ProviderFailure(provider, inStream: json) { throw failure }
            usage = json["usage"] ?? usage
            guard let choice = json["choices"]?.list.first(where: { ($0["index"]?.int ?? 0) == 0 }) else { return .nothing }
            if let reason = choice["finish_reason"]?.text { finishReason = reason }
            guard let delta = choice["delta"] else { return .nothing }
            if delta["refusal"]?.text?.isEmpty == false { isRefusal = true }
            let pieces = delta["tool_calls"]?.list ?? []
            for piece in pieces { add(piece) }
            // A plain text, or parts of one.
            let new = delta["content"]?.text ?? delta["content"]?.list.compactMap { $0["text"]?.text }.joined() ?? ""
            if !new.isEmpty {
                text += new
                return .text(new)
            }
            if !pieces.isEmpty { return .call }
            return delta["reasoning_content"] != nil || delta["reasoning"] != nil ? .thought : .nothing
        }

        /// Only the first piece of a call has its id and name. Some servers give no index, others the same to each call.
        private mutating func add(_ piece: ProviderJSON) {
            let index = piece["index"]?.int
            let id = piece["id"]?.text.flatMap { $0.isEmpty ? nil : $0 }
            var place = index.map { places[$0] } ?? (id == nil ? calls.indices.last : calls.firstIndex { $0.id == id })
            if let known = place, let id, let old = calls[known].id, old != id { place = nil }
            let slot = place ?? calls.count
            if slot == calls.count { calls.append(Call()) }
            if let index { places[index] = slot }
            calls[slot].id = calls[slot].id ?? id
            // Some repeat the name with each piece.
            if calls[slot].name.isEmpty { calls[slot].name = piece["function"]?["name"]?.text ?? "" }
            calls[slot].arguments += piece["function"]?["arguments"]?.text ?? ""
        }

        func completion(estimatedInput: Int) throws(ProviderFailure) -> ModelCompletion {
            guard hasEnded, let finishReason else { throw ProviderFailure(provider, .badResponse, code: "incomplete_stream") }
            let ending: ModelCompletion.Ending =
                switch finishReason {
                case "length": .cutOff
                case "content_filter": .blocked
                // vLLM's, when it was stopped in the middle.
                case "abort", "error", "cancelled": throw ProviderFailure(provider, .badResponse, code: "incomplete_stream")
                case "tool_calls", "function_call": .toolCalls
                default: .complete
                }
            let calls = calls.filter { !$0.name.isEmpty }.map { call in
                ModelToolCall(
                    id: call.id ?? ModelToolCall.ownID(), name: call.name, arguments: ProviderJSON(call.arguments)?.arguments ?? [:])
            }
            return try ModelCompletion(
                provider, text: text, calls: calls, ending: isRefusal ? .blocked : ending, input: usage?["prompt_tokens"]?.int,
                output: usage?["completion_tokens"]?.int, estimatedInput: estimatedInput)
        }
    }
}
