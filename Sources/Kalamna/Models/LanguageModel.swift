/// A model that writes text. One conversation's request goes in, text comes out piece by piece.
package protocol LanguageModel: Sendable {
    /// Gives the text to `receive` as it is written, and returns the whole when the provider has said that it is complete.
    ///
    /// Throws a `ProviderFailure` (also when the stream ends without both signs of its end, reference §2: the text so far is
    /// then worth nothing), whatever `receive` throws, or a `CancellationError`; the provider's request is ended in each case.
    func write(_ request: ModelRequest, receive: @Sendable (String) async throws -> Void) async throws -> ModelCompletion
}

/// What a model is asked. Holds customers' words: never log it.
package struct ModelRequest: Sendable, CustomReflectable {
    package var system: String
    /// Begins with the customer; two of the same side in a row are merged by the provider's adapter.
    package var messages: [ModelMessage]
    package var tools: [ModelTool]
    /// Of the answer.
    package var mostTokens: Int
    package var timeouts: ModelTimeouts

    package init(
        system: String, messages: [ModelMessage], tools: [ModelTool] = [], mostTokens: Int = 400, timeouts: ModelTimeouts = ModelTimeouts()
    ) {
        self.system = system
        self.messages = messages
        self.tools = tools
        self.mostTokens = mostTokens
        self.timeouts = timeouts
    }

    package var customMirror: Mirror { Mirror(self, children: []) }
}

package struct ModelMessage: Sendable, Hashable {
    package enum Content: Sendable, Hashable {
        case customer(String)
        /// What the model said before, and the tools that it called with it.
        case model(String, calls: [ModelToolCall] = [])
        /// The result of a tool call, as text.
        case toolResult(String, of: ModelToolCall)
    }

    package let content: Content

    package init(_ content: Content) { self.content = content }
}

/// Something that the model may ask us to do.
package struct ModelTool: Sendable, Hashable {
    package struct Parameter: Sendable, Hashable {
        package let name: String
        package let description: String

        package init(name: String, description: String) {
            self.name = name
            self.description = description
        }
    }

    package let name: String
    package let description: String
    /// All are required texts: nothing more is needed by our three tools.
    package let parameters: [Parameter]

    package init(name: String, description: String, parameters: [Parameter] = []) {
        self.name = name
        self.description = description
        self.parameters = parameters
    }
}

package struct ModelToolCall: Sendable, Hashable {
    /// The provider's; made up by the adapter when the provider gives none.
    package let id: String
    package let name: String
    /// Only texts are kept; what is not a JSON object gives none.
    package let arguments: [String: String]
    /// Gemini's `thoughtSignature`: to be given back untouched.
    package let signature: String?

    package init(id: String, name: String, arguments: [String: String], signature: String? = nil) {
        self.id = id
        self.name = name
        self.arguments = arguments
        self.signature = signature
    }
}

/// How long a model may take. Shorter than in a batch job: somebody waits (reference §5.3).
package struct ModelTimeouts: Sendable, Hashable {
    package var firstToken: Duration
    package var betweenTokens: Duration
    package var total: Duration

    package init(firstToken: Duration = .seconds(15), betweenTokens: Duration = .seconds(20), total: Duration = .seconds(90)) {
        self.firstToken = firstToken
        self.betweenTokens = betweenTokens
        self.total = total
    }
}

/// What a model has written, whole.
package struct ModelCompletion: Sendable {
    package enum Ending: Sendable, Hashable {
        case complete
        /// The provider's limit of tokens cut it.
        case cutOff
        case toolCalls
        /// The provider refuses this request or answer (safety filter, refusal).
        case blocked
    }

    package let text: String
    package let calls: [ModelToolCall]
    package let ending: Ending
    package let usage: ModelUsage

    package init(text: String, calls: [ModelToolCall] = [], ending: Ending, usage: ModelUsage) {
        self.text = text
        self.calls = calls
        self.ending = ending
        self.usage = usage
    }
}

/// In tokens.
package struct ModelUsage: Sendable, Hashable {
    package var input: Int
    package var output: Int
    /// The provider did not tell: estimated from the length of the texts.
    package var isEstimated: Bool

    package init(input: Int, output: Int, isEstimated: Bool = false) {
        self.input = input
        self.output = output
        self.isEstimated = isEstimated
    }

    package static let none = ModelUsage(input: 0, output: 0)

    package static func + (one: ModelUsage, other: ModelUsage) -> ModelUsage {
        ModelUsage(input: one.input + other.input, output: one.output + other.output, isEstimated: one.isEstimated || other.isEstimated)
    }

    /// About as many as tokenizers make of a text: 4 bytes of English or 2.5 letters of Arabic each.
    package static func estimate(_ text: String) -> Int {
        (text.unicodeScalars.reduce(0) { $0 + ($1.isASCII ? 5 : 8) } + 19) / 20
    }
}
