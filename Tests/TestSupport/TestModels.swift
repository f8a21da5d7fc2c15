package import Kalamna

/// Answers in two pieces from memory. A model named `broken` refuses its key, one named `silent` writes nothing.
package struct EchoModel: LanguageModel {
    let name: String

    package init(name: String) { self.name = name }

    package func write(_ request: ModelRequest, receive: @Sendable (String) async throws -> Void) async throws -> ModelCompletion {
        if name == "broken" { throw ProviderFailure(name, .authentication, status: 401) }
        let pieces = name == "silent" ? [] : ["أهلاً ", "بيك!"]
        for piece in pieces { try await receive(piece) }
        return ModelCompletion(text: pieces.joined(), ending: .complete, usage: ModelUsage(input: 20, output: pieces.count))
    }
}

extension ModelSource {
    /// The address that the tests' operator has allowed.
    package static let localAddress = "http://127.0.0.1:8081/v1"

    /// Models of which no test goes out into a network, with a box for their keys.
    package static let test = ModelSource(
        make: { model, _ in EchoModel(name: model.model) }, secrets: SecretBox(key: String(repeating: "5a", count: 32)),
        isAllowedLocal: { $0.description == localAddress })
}
