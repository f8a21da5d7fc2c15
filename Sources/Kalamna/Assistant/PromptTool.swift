/// What a model may ask us to do. None takes an id: whose conversation it is stands in the turn, not in the model's words.
package enum PromptTool: String, Sendable, CaseIterable {
    case searchAgain = "search_again"
    case handOver = "hand_over"
    case closePolitely = "close_politely"

    package var tool: ModelTool {
        switch self {
        case .searchAgain:
            ModelTool(
                name: rawValue,
                description: "ابحث تاني في معلومات النشاط بكلمات مختلفة، لما اللي معاك مش بيرد على السؤال. Search the information again.",
                parameters: [.init(name: "query", description: "كلمات البحث، بدون أي بيانات شخصية. Words to search for.")])
        case .handOver:
            ModelTool(
                name: rawValue,
                description: "حوّل المحادثة لموظف، لما العميل يطلب كده أو يكون متضايق جدًا. Pass the conversation on to a human.",
                parameters: [.init(name: "reason", description: "السبب في جملة قصيرة. The reason in one short sentence.")])
        case .closePolitely:
            ModelTool(name: rawValue, description: "العميل خلّص وبيشكر أو بيودّع. The customer is done and says goodbye.")
        }
    }

    /// Of all descriptions, about.
    static var tokens: Int {
        allCases.map(\.tool).reduce(0) { sum, tool in
            let texts = [tool.name, tool.description] + tool.parameters.flatMap { [$0.name, $0.description] }
            return sum + texts.reduce(20) { $0 + ModelUsage.estimate($1) }
        }
    }
}
