import Store

package typealias LLMModelID = ID<LLMModel>

/// A language model that a business (or the operator, for all) has registered. Its key is not in here: `ModelSecrets`.
package struct LLMModel: Sendable, Hashable {
    package enum Provider: String, StoredName, CaseIterable {
        /// Any server of OpenAI's form: OpenAI, vLLM, llama.cpp, Ollama.
        case openAI = "openai"
        case gemini, anthropic

        /// Where it is reached unless somebody says otherwise.
        package var standardAddress: String {
            switch self {
            case .openAI: "https://api.openai.com/v1"
            case .gemini: "https://generativelanguage.googleapis.com/v1beta"
            case .anthropic: "https://api.anthropic.com/v1"
            }
        }
    }

    /// What is sent with each request; what is nil is left out, since some servers refuse what they don't know.
    package struct Parameters: Sendable, Hashable, Codable {
        package var temperature: Double?
        package var topP: Double?
        /// Of an answer.
        package var mostTokens = 400
        /// `max_tokens` instead of OpenAI's own `max_completion_tokens`: most servers at home read only that.
        package var usesOldTokenLimit = true
        /// Models of the Gemma-2 family refuse a system message: it is put before the first message of the customer.
        package var foldsSystem = false
        /// Small models can't call tools.
        package var callsTools = false

        package init() {}

        /// As they are stored and sent.
        enum CodingKeys: String, CodingKey {
            case temperature
            case topP = "top_p"
            case mostTokens = "most_tokens"
            case usesOldTokenLimit = "uses_old_token_limit"
            case foldsSystem = "folds_system"
            case callsTools = "calls_tools"
        }
    }

    package let id: LLMModelID
    /// For people: "NileChat on our server".
    package var label: String
    package var provider: Provider
    /// The provider's name of the model.
    package var model: String
    package var version: String
    package var address: ProviderAddress
    package var parameters: Parameters
    /// Of a million tokens, in millionths of a US dollar.
    package var inputPrice: Int64
    package var outputPrice: Int64
    /// Of the conversations, beside the shares of the others; 0: only as a fallback.
    package var trafficShare: Int64
    /// Order among fallbacks, the lowest first.
    package var fallbackRank: Int64
    package var isActive: Bool
    /// Registered by the operator for all businesses.
    package var isShared: Bool
    /// Runs on the operator's own machines: allowed when a business lets no data leave this server.
    package var isLocal: Bool
    package let createdAt: Instant

    /// In millionths of a US dollar, rounded up.
    package func cost(of usage: ModelUsage) -> Int64 {
        let exact = Int64(usage.input) * inputPrice + Int64(usage.output) * outputPrice
        return (exact + 999_999) / 1_000_000
    }
}

extension LLMModel.Parameters {
    /// What is missing keeps its usual value: a row may be older than a parameter.
    package init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        temperature = try container.decodeIfPresent(Double.self, forKey: .temperature)
        topP = try container.decodeIfPresent(Double.self, forKey: .topP)
        mostTokens = try container.decodeIfPresent(Int.self, forKey: .mostTokens) ?? mostTokens
        usesOldTokenLimit = try container.decodeIfPresent(Bool.self, forKey: .usesOldTokenLimit) ?? usesOldTokenLimit
        foldsSystem = try container.decodeIfPresent(Bool.self, forKey: .foldsSystem) ?? foldsSystem
        callsTools = try container.decodeIfPresent(Bool.self, forKey: .callsTools) ?? callsTools
    }
}
