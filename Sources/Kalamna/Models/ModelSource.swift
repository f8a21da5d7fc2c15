/// Where language models come from: the registry's rows and their sealed keys become something that can be asked.
package struct ModelSource: Sendable {
    /// A model of a provider with its key, over the program's transport.
    let make: @Sendable (LLMModel, ProviderKey?) -> any LanguageModel
    /// Nil without `KALAMNA_SECRET_KEY`: models with keys can then be neither saved nor asked.
    package let secrets: SecretBox?
    /// Whether the operator has named this address as one of its own machines.
    let isAllowedLocal: @Sendable (ProviderAddress) -> Bool

    package init(
        make: @escaping @Sendable (LLMModel, ProviderKey?) -> any LanguageModel, secrets: SecretBox?,
        isAllowedLocal: @escaping @Sendable (ProviderAddress) -> Bool = { _ in false }
    ) {
        self.make = make
        self.secrets = secrets
        self.isAllowedLocal = isAllowedLocal
    }

    /// For programs that ask no model: whoever is asked is out of reach.
    package static let none = ModelSource(make: { model, _ in UnreachableModel(name: model.model) }, secrets: nil)

    /// The key is opened here and nowhere else, for one request. Throws `Failure.noSecretKey` or `secret_unreadable`.
    ///
    /// - Parameter business: of the conversation.
    package func languageModel(for registered: RegisteredModel, of business: BusinessID) throws(Failure) -> any LanguageModel {
        try languageModel(for: registered, at: .model(registered.model.id, of: registered.model.isShared ? nil : business))
    }

    /// A model of the operator, outside of any business.
    package func languageModel(forShared registered: RegisteredModel) throws(Failure) -> any LanguageModel {
        try languageModel(for: registered, at: .model(registered.model.id, of: nil))
    }

    /// As it may be asked now: a model counts as local only while the operator still names its address.
    package func current(_ registered: RegisteredModel) -> LLMModel {
        var model = registered.model
        model.isLocal = model.isLocal && isAllowedLocal(model.address)
        return model
    }

    package func current(_ registered: [RegisteredModel]) -> [LLMModel] { registered.map { current($0) } }

    private func languageModel(for registered: RegisteredModel, at place: SecretPlace) throws(Failure) -> any LanguageModel {
        guard let sealed = registered.secret else { return make(registered.model, nil) }
        guard let secrets else { throw .noSecretKey }
        return make(registered.model, try secrets.open(sealed, for: place))
    }
}

private struct UnreachableModel: LanguageModel {
    let name: String

    func write(_ request: ModelRequest, receive: @Sendable (String) async throws -> Void) async throws -> ModelCompletion {
        throw ProviderFailure(name, .unreachable, code: "no_connection")
    }
}
