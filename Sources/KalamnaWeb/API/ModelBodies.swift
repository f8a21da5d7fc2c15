import Kalamna

struct ModelBody: Encodable {
    let id: LLMModelID
    let provider: String
    let label: String
    let model: String
    let version: String
    /// Not of a shared model: it tells of the operator's network.
    let baseURL: String?
    let parameters: LLMModel.Parameters
    let inputPrice: Int64
    let outputPrice: Int64
    let trafficShare: Int64
    let fallbackRank: Int64
    let isActive: Bool
    let isShared: Bool
    let isLocal: Bool
    let hasKey: Bool
    let createdAt: Instant

    /// - Parameter source: knows which addresses are local today.
    init(_ registered: RegisteredModel, _ source: ModelSource) {
        let model = source.current(registered)
        self.id = model.id
        self.provider = model.provider.rawValue
        self.label = model.label
        self.model = model.model
        self.version = model.version
        self.baseURL = model.isShared ? nil : model.address.description
        self.parameters = model.parameters
        self.inputPrice = model.inputPrice
        self.outputPrice = model.outputPrice
        self.trafficShare = model.trafficShare
        self.fallbackRank = model.fallbackRank
        self.isActive = model.isActive
        self.isShared = model.isShared
        self.isLocal = model.isLocal
        self.hasKey = registered.hasKey
        self.createdAt = model.createdAt
    }

    enum CodingKeys: String, CodingKey {
        case id, provider, label, model, version, parameters
        case baseURL = "base_url"
        case inputPrice = "input_price"
        case outputPrice = "output_price"
        case trafficShare = "traffic_share"
        case fallbackRank = "fallback_rank"
        case isActive = "is_active"
        case isShared = "is_shared"
        case isLocal = "is_local"
        case hasKey = "has_key"
        case createdAt = "created_at"
    }

    static let schema = Schema.object(
        ModelInput.fields.merging([
            "id": .id, "provider": .oneOf(LLMModel.Provider.self),
            "base_url": .string().described("Not shown of shared models"),
            "is_shared": .boolean.described("The installation's, for all businesses: only its operator changes it"),
            "has_key": .boolean.described("The key itself is never shown"), "created_at": .time,
        ]) { _, new in new }.filter { $0.key != "key" && $0.key != "removes_key" },
        optional: ["base_url"])
}

/// The fields of a model that can be written.
struct ModelInput: Decodable {
    var changes = LLMModelChanges()

    enum CodingKeys: String, CodingKey {
        case label, model, version, parameters, key
        case baseURL = "base_url"
        case inputPrice = "input_price"
        case outputPrice = "output_price"
        case trafficShare = "traffic_share"
        case fallbackRank = "fallback_rank"
        case isActive = "is_active"
        case isLocal = "is_local"
        case removesKey = "removes_key"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func number(_ key: CodingKeys) throws -> Int64? { try container.decodeIfPresent(WholeNumber.self, forKey: key).map { Int64($0.value) } }
        changes.label = try container.decodeIfPresent(String.self, forKey: .label)
        changes.model = try container.decodeIfPresent(String.self, forKey: .model)
        changes.version = try container.decodeIfPresent(String.self, forKey: .version)
        changes.baseURL = try container.decodeIfPresent(String.self, forKey: .baseURL)
        changes.parameters = try container.decodeIfPresent(ParametersInput.self, forKey: .parameters)?.parameters
        changes.inputPrice = try number(.inputPrice)
        changes.outputPrice = try number(.outputPrice)
        changes.trafficShare = try number(.trafficShare)
        changes.fallbackRank = try number(.fallbackRank)
        changes.isActive = try container.decodeIfPresent(Bool.self, forKey: .isActive)
        changes.isLocal = try container.decodeIfPresent(Bool.self, forKey: .isLocal)
        if let key = try container.decodeIfPresent(String.self, forKey: .key) {
            changes.key = .key(key)
        } else if try container.decodeIfPresent(Bool.self, forKey: .removesKey) == true {
            changes.key = .removed
        }
    }

    static let fields: [String: Schema] = [
        "label": .string(1...80).described("For people"),
        "model": .string(1...200, pattern: "^[A-Za-z0-9._:/@+-]+$").described("The provider's name of the model"),
        "version": .string(0...80),
        "base_url": .string(1...300).described("Such as https://api.openai.com/v1; the provider's own by default"),
        "parameters": ParametersInput.schema,
        "input_price": .integer(0...1_000_000_000).described("Of a million tokens, in millionths of a US dollar"),
        "output_price": .integer(0...1_000_000_000).described("Of a million tokens, in millionths of a US dollar"),
        "traffic_share": .integer(0...1000).described("Of the conversations, beside the shares of the others; 0: only as a fallback"),
        "fallback_rank": .integer(0...1000).described("Order among fallbacks, the lowest first"), "is_active": .boolean,
        "is_local": .boolean.described("Runs on the installation's own machines; only for addresses that its operator has allowed"),
        "key": .string(1...500).described("The provider's key; never shown again"),
        "removes_key": .boolean.described("Forgets the stored key"),
    ]
}

/// All of a model's parameters: what is left out has its usual value.
private struct ParametersInput: Decodable {
    var parameters = LLMModel.Parameters()

    private enum CodingKeys: String, CodingKey {
        case temperature
        case topP = "top_p"
        case mostTokens = "most_tokens"
        case usesOldTokenLimit = "uses_old_token_limit"
        case foldsSystem = "folds_system"
        case callsTools = "calls_tools"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func flag(_ key: CodingKeys) throws -> Bool? { try container.decodeIfPresent(Bool.self, forKey: key) }
        parameters.temperature = try container.decodeIfPresent(Double.self, forKey: .temperature)
        parameters.topP = try container.decodeIfPresent(Double.self, forKey: .topP)
        parameters.mostTokens = try container.decodeIfPresent(WholeNumber.self, forKey: .mostTokens)?.value ?? parameters.mostTokens
        parameters.usesOldTokenLimit = try flag(.usesOldTokenLimit) ?? parameters.usesOldTokenLimit
        parameters.foldsSystem = try flag(.foldsSystem) ?? parameters.foldsSystem
        parameters.callsTools = try flag(.callsTools) ?? parameters.callsTools
    }

    static let schema = Schema.changes([
        "temperature": .number(0...2), "top_p": .number(0...1), "most_tokens": .integer(16...8192).described("Of an answer"),
        "uses_old_token_limit": .boolean.described("`max_tokens` instead of `max_completion_tokens`"),
        "folds_system": .boolean.described("For models that refuse a system message"),
        "calls_tools": .boolean.described("Whether the model can call tools"),
    ]).described("All of them: what is left out has its usual value")
}

/// What a call to a model gave: its times and first words, or what went wrong.
struct ModelTestBody: Encodable {
    let ok: Bool
    var firstTokenMs: Int64?
    var totalMs: Int64?
    var tokensIn: Int?
    var tokensOut: Int?
    var sample: String?
    var code: String?
    var detail: String?

    init(_ trial: ModelTrial) {
        self.ok = true
        self.firstTokenMs = trial.firstToken.milliseconds
        self.totalMs = trial.total.milliseconds
        self.tokensIn = trial.usage.input
        self.tokensOut = trial.usage.output
        self.sample = trial.sample
    }

    init(_ failure: Failure, in locale: Kalamna.Locale) {
        self.ok = false
        self.code = failure.code
        self.detail = failure.message.text(in: locale)
    }

    enum CodingKeys: String, CodingKey {
        case ok, sample, code, detail
        case firstTokenMs = "first_token_ms"
        case totalMs = "total_ms"
        case tokensIn = "tokens_in"
        case tokensOut = "tokens_out"
    }

    static let schema = Schema.object(
        [
            "ok": .boolean, "first_token_ms": .integer(), "total_ms": .integer(), "tokens_in": .integer(), "tokens_out": .integer(),
            "sample": .string(0...80).described("The beginning of what the model wrote"),
            "code": .string().described("What went wrong, for programs"), "detail": .string().described("What went wrong, for people"),
        ], optional: ["first_token_ms", "total_ms", "tokens_in", "tokens_out", "sample", "code", "detail"])
}
