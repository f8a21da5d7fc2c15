/// What one side said, before the other spoke again: the form that every provider takes.
///
/// Gemma's and Mistral's templates and Gemini refuse two turns of one side after each other, and a conversation that the model
/// begins; Anthropic refuses empty texts, and calls of tools when no tools are sent.
struct ProviderTurn: Hashable {
    enum Side: Hashable { case customer, model }

    let side: Side
    private(set) var texts: [String] = []
    /// Only the model's, and only those that have a result.
    private(set) var calls: [ModelToolCall] = []
    /// Only the customer's; they come before its texts.
    private(set) var results: [Result] = []

    struct Result: Hashable {
        let call: ModelToolCall
        let text: String
    }

    /// Texts that follow each other become one, each on a line of its own.
    var text: String { texts.joined(separator: "\n") }

    private init(_ side: Side) { self.side = side }

    /// The turns, alternating, the customer's first.
    ///
    /// - Parameter callsTools: false writes what tools gave as text, for models that know no tools.
    static func turns(of messages: [ModelMessage], callsTools: Bool) -> [ProviderTurn] {
        var turns: [ProviderTurn] = []
        func add(_ side: Side, _ change: (inout ProviderTurn) -> Void) {
            if turns.last?.side != side {
                // Before the customer has spoken, the model has said nothing that matters.
                if turns.isEmpty && side == .model { return }
                turns.append(ProviderTurn(side))
            }
            change(&turns[turns.count - 1])
        }
        let answered = Set(messages.compactMap { if case .toolResult(_, let call) = $0.content { call.id } else { nil } })
        for message in messages {
            switch message.content {
            case .customer(let text):
                if !text.trimmed.isEmpty { add(.customer) { $0.texts.append(text) } }
            case .model(let text, let calls):
                let calls = callsTools ? calls.filter { answered.contains($0.id) } : []
                if !text.trimmed.isEmpty || !calls.isEmpty {
                    add(.model) {
                        if !text.trimmed.isEmpty { $0.texts.append(text) }
                        $0.calls += calls
                    }
                }
            case .toolResult(let text, let call):
                let isAsked =
                    turns.last?.calls.contains { $0.id == call.id } == true || turns.dropLast().last?.calls.contains { $0.id == call.id } == true
                if callsTools && isAsked {
                    add(.customer) { $0.results.append(Result(call: call, text: text)) }
                } else if !callsTools {
                    add(.customer) { $0.texts.append("[\(call.name): \(text)]") }
                }
            }
        }
        return turns
    }
}

extension ModelRequest {
    /// For a model as it was registered.
    struct Prepared {
        /// Empty: none, or it is in the first turn.
        var system: String
        var turns: [ProviderTurn]
        var tools: [ModelTool]
        var mostTokens: Int
        /// Should the provider not tell.
        var estimatedInput: Int
    }

    func prepared(for model: LLMModel) -> Prepared {
        let tools = model.parameters.callsTools ? self.tools : []
        var messages = messages
        var system = system.trimmed
        let texts = messages.map { message in
            switch message.content {
            case .customer(let text), .toolResult(let text, _), .model(let text, _): text
            }
        }
        let estimate = ModelUsage.estimate(system) + texts.reduce(0) { $0 + ModelUsage.estimate($1) }
        if model.parameters.foldsSystem, !system.isEmpty,
            let first = messages.firstIndex(where: { if case .customer(let text) = $0.content { !text.trimmed.isEmpty } else { false } }),
            case .customer(let text) = messages[first].content
        {
            messages[first] = ModelMessage(.customer(system + "\n\n" + text))
            system = ""
        }
        return Prepared(
            system: system, turns: ProviderTurn.turns(of: messages, callsTools: !tools.isEmpty), tools: tools,
            mostTokens: max(1, min(mostTokens, model.parameters.mostTokens)), estimatedInput: estimate)
    }
}

extension ModelTool {
    /// As JSON Schema; nil when it takes nothing.
    func schema(object: String, string: String) -> ProviderJSON? {
        if parameters.isEmpty { return nil }
        let properties = parameters.map { ($0.name, ["type": .text(string), "description": .text($0.description)] as ProviderJSON) }
        return [
            "type": .text(object), "properties": .object(Dictionary(properties) { first, _ in first }),
            "required": .list(parameters.map { .text($0.name) }),
        ]
    }
}
