/// A model of Google's, by its own form of the call (`streamGenerateContent`, reference §2.5).
package struct GeminiModel: LanguageModel {
    private let model: LLMModel
    private let key: ProviderKey?
    private let transport: any HTTPTransport

    package init(model: LLMModel, key: ProviderKey?, transport: any HTTPTransport) {
        self.model = model
        self.key = key
        self.transport = transport
    }

    package func write(_ request: ModelRequest, receive: @Sendable (String) async throws -> Void) async throws -> ModelCompletion {
        let name = model.model.hasPrefix("models/") ? String(model.model.dropFirst(7)) : model.model
        // It becomes part of the address.
        let isName =
            !name.isEmpty
            && name.utf8.allSatisfy {
                (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F
            }
        guard isName, !name.hasPrefix(".") else { throw ProviderFailure(model.providerName, .badRequest, code: "wrong_model_name") }
        let prepared = request.prepared(for: model)
        let stream = ProviderStream(
            provider: model.providerName, transport: transport,
            // Without `alt=sse` it is one long JSON list.
            url: model.url("/models/\(name):streamGenerateContent?alt=sse", usual: "/v1beta"),
            // In a header: what stands in an address lands in logs.
            headers: key.map { [("x-goog-api-key", $0.reveal())] } ?? [], timeouts: request.timeouts, estimatedInput: prepared.estimatedInput)
        return try await stream.run(body(prepared, name), reader: Reader(provider: model.providerName), receive: receive)
    }

    /// What a model that can't be told not to think may use for it: thoughts are taken off the limit before the first word.
    private static let thoughtTokens = 1024

    private func body(_ request: ModelRequest.Prepared, _ name: String) -> ProviderJSON {
        let canStopThinking = name.contains("2.5-flash")
        let tools = request.tools.map { tool -> ProviderJSON in
            // A schema without properties is refused.
            .fields([
                "name": .text(tool.name), "description": .text(tool.description), "parameters": tool.schema(object: "OBJECT", string: "STRING"),
            ])
        }
        return .fields([
            "systemInstruction": request.system.isEmpty ? nil : ["parts": [["text": .text(request.system)]]],
            "contents": .list(request.turns.map { ["role": $0.side == .model ? "model" : "user", "parts": .list(Self.parts($0))] }),
            "tools": tools.isEmpty ? nil : [["functionDeclarations": .list(tools)]],
            "generationConfig": .fields([
                "maxOutputTokens": .integer(request.mostTokens + (canStopThinking ? 0 : Self.thoughtTokens)),
                "temperature": model.parameters.temperature.map { .number($0) }, "topP": model.parameters.topP.map { .number($0) },
                "thinkingConfig": canStopThinking ? ["thinkingBudget": 0] : nil,
            ]),
        ])
    }

    private static func parts(_ turn: ProviderTurn) -> [ProviderJSON] {
        let results = turn.results.map { result -> ProviderJSON in
            [
                "functionResponse": .fields([
                    "id": result.call.hasOwnID ? nil : .text(result.call.id), "name": .text(result.call.name),
                    "response": ["result": .text(result.text)],
                ])
            ]
        }
        let texts = turn.texts.isEmpty ? [] : [["text": .text(turn.text)] as ProviderJSON]
        let calls = turn.calls.map { call -> ProviderJSON in
            .fields([
                "functionCall": .fields([
                    "id": call.hasOwnID ? nil : .text(call.id), "name": .text(call.name), "args": .object(call.arguments.mapValues { .text($0) }),
                ]),
                // Without it the next answer fails with MISSING_THOUGHT_SIGNATURE.
                "thoughtSignature": call.signature.map { .text($0) },
            ])
        }
        return results + texts + calls
    }
}

extension GeminiModel {
    private struct Reader: ProviderStreamReader {
        let provider: String
        private var text = ""
        private var calls: [ModelToolCall] = []
        private var finishReason: String?
        private var isBlockedPrompt = false
        private var usage: ProviderJSON?

        init(provider: String) { self.provider = provider }

        /// The stream just ends.
        var hasEnded: Bool { false }

        mutating func take(_ event: ServerSentEvents.Event) throws(ProviderFailure) -> ProviderStreamPiece {
            guard let json = ProviderJSON(event.data) else { throw ProviderFailure(provider, .badResponse, code: "not_the_expected_json") }
            if let failure = ProviderFailure(provider, inStream: json) { throw failure }
            // Each one counts from the beginning.
            usage = json["usageMetadata"] ?? usage
            if json["promptFeedback"]?["blockReason"] != nil { isBlockedPrompt = true }
            guard let candidate = json["candidates"]?.list.first(where: { ($0["index"]?.int ?? 0) == 0 }) else { return .nothing }
            finishReason = candidate["finishReason"]?.text ?? finishReason
            var piece = ProviderStreamPiece.nothing
            var new = ""
            for part in candidate["content"]?["parts"]?.list ?? [] {
                if part["thought"] == .bool(true) {
                    if piece == .nothing { piece = .thought }
                } else if let call = part["functionCall"] {
                    calls.append(
                        ModelToolCall(
                            id: call["id"]?.text ?? ModelToolCall.ownID(), name: call["name"]?.text ?? "", arguments: call["args"]?.arguments ?? [:],
                            signature: part["thoughtSignature"]?.text))
                    piece = .call
                } else {
                    new += part["text"]?.text ?? ""
                }
            }
            text += new
            return new.isEmpty ? piece : .text(new)
        }

        func completion(estimatedInput: Int) throws(ProviderFailure) -> ModelCompletion {
            let ending: ModelCompletion.Ending
            switch finishReason {
            case "STOP": ending = .complete
            case "MAX_TOKENS": ending = .cutOff
            case "SAFETY", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "RECITATION", "MODEL_ARMOR", "ESCALATION": ending = .blocked
            case .some(let reason) where reason.hasPrefix("IMAGE_"): ending = .blocked
            case nil where isBlockedPrompt: ending = .blocked
            case .some(let reason): throw ProviderFailure(provider, .badResponse, code: reason.lowercased())
            case nil: throw ProviderFailure(provider, .badResponse, code: "incomplete_stream")
            }
            let written = usage?["candidatesTokenCount"]?.int
            let thought = usage?["thoughtsTokenCount"]?.int
            return try ModelCompletion(
                provider, text: text, calls: calls.filter { !$0.name.isEmpty }, ending: ending, input: usage?["promptTokenCount"]?.int,
                output: written == nil && thought == nil && ending != .blocked ? nil : (written ?? 0) + (thought ?? 0),
                estimatedInput: estimatedInput)
        }
    }
}
