/// Models by how their provider is spoken to.
package enum LanguageModels {
    package static func make(_ model: LLMModel, key: ProviderKey?, transport: any HTTPTransport) -> any LanguageModel {
        switch model.provider {
        case .openAI: OpenAIChatModel(model: model, key: key, transport: transport)
        case .gemini: GeminiModel(model: model, key: key, transport: transport)
        case .anthropic: AnthropicModel(model: model, key: key, transport: transport)
        }
    }
}

extension LLMModel {
    /// How failures and logs call it.
    var providerName: String { "\(address.host)/\(model)" }

    /// The address of one of the provider's paths. An address without any path gets the provider's usual one.
    func url(_ path: String, usual: String) -> String {
        let hasPath = address.description.drop { $0 != ":" }.dropFirst(3).contains("/")
        return "\(address)\(hasPath ? "" : usual)\(path)"
    }
}

extension ModelToolCall {
    /// For a provider that gives none; never sent back to it.
    static func ownID() -> String { ownPrefix + String(UInt64.random(in: .min ... .max), radix: 36) }
    var hasOwnID: Bool { id.hasPrefix(Self.ownPrefix) }
    private static var ownPrefix: String { "own_" }
}
