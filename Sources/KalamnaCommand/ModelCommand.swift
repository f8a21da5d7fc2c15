import ArgumentParser
import Foundation
import Kalamna

struct ModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Register language models, for one business or shared with all, and try them.",
        discussion: "With SQLite, stop the server first: one process holds the database. Owners use the dashboard or /v1/models.",
        subcommands: [Add.self, List.self, Test.self, Remove.self, Reseal.self])

    /// Whose models are meant.
    struct Whose: ParsableArguments {
        @Flag(help: "Models of the installation, which all businesses may use.") var shared = false
        @Option(help: "The business: its id, or the e-mail of one of its people.") var business: String?
        @Option(help: "Folder of the SQLite database.") var data: String?

        func validate() throws {
            if shared == (business != nil) { throw ValidationError("Say either --shared or --business.") }
        }

        /// Nil: shared.
        func find(in database: Database) async throws -> BusinessID? {
            guard let business else { return nil }
            if let id = BusinessID(business) {
                _ = try await database.read(of: id) { try Businesses($0).current() }
                return id
            }
            let found = try await database.readAcrossBusinesses { try Admins.byEmail(EmailAddress.fold(business), in: $0) }
            guard let found else { throw ValidationError("There is no business with the id or e-mail \(business).") }
            return found.business
        }

        /// One of the shared ones, or one of those that the business may use.
        func model(_ text: String, of business: BusinessID?, in database: Database) async throws -> RegisteredModel {
            guard let id = LLMModelID(text) else { throw ValidationError("\(text) is not a model's id: kalamna model list shows them.") }
            guard let business else { return try await database.readAcrossBusinesses { try SharedLLMModels($0).find(id) } }
            return try await database.read(of: business) { try LLMModels($0).find(id) }
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Register a model.",
            discussion: "Its key is read from an environment variable or from the input, never from the command line, which others can see.")

        @OptionGroup var whose: Whose
        @Option(help: "openai (any server of that form), gemini or anthropic.") var provider: String
        @Option(help: "The provider's name of the model.") var model: String
        @Option(help: "Its name for people; the model's own by default.") var label: String?
        @Option(help: "Such as https://api.openai.com/v1; the provider's own by default.") var baseURL: String?
        @Option(help: "The environment variable that holds the key.") var keyEnv: String?
        @Flag(help: "Read the key from the first line of the input.") var keyStdin = false
        @Flag(help: "It runs on this installation's own machines.") var local = false
        @Option(help: "US dollars for a million tokens read.") var inputPrice: Double = 0
        @Option(help: "US dollars for a million tokens written.") var outputPrice: Double = 0
        @Option(help: "Of the conversations, beside the others' shares; 0: only as a fallback.") var share: Int64 = 100
        @Option(help: "Order among fallbacks, the lowest first.") var rank: Int64 = 0
        @Option(help: "0 to 2; left to the provider by default.") var temperature: Double?
        @Option(help: "The most tokens of an answer.") var mostTokens: Int = LLMModel.Parameters().mostTokens
        @Flag(help: "Send max_completion_tokens instead of max_tokens.") var newTokenLimit = false
        @Flag(help: "The model refuses a system message.") var foldsSystem = false
        @Flag(help: "The model can call tools.") var callsTools = false

        func validate() throws {
            if LLMModel.Provider(rawValue: provider) == nil { throw ValidationError("--provider is openai, gemini or anthropic.") }
            if keyEnv != nil && keyStdin { throw ValidationError("Say either --key-env or --key-stdin.") }
            for price in [inputPrice, outputPrice] where !(0...1000).contains(price) { throw ValidationError("A price is from 0 to 1000 dollars.") }
        }

        func run() async throws {
            let draft = try draft()
            try await OperatorSettings(dataFolder: whose.data).withServices { services in
                let (source, now) = (services.languageModels, services.clock.now())
                let made =
                    if let business = try await whose.find(in: services.database) {
                        try await services.database.write(of: business) { try LLMModels($0).insert(draft, source: source, by: .system, now: now) }
                    } else {
                        try await services.database.writeAcrossBusinesses { try SharedLLMModels($0).insert(draft, source: source, now: now) }
                    }
                print("model      \(made.model.id)\nlabel      \(made.model.label)\nkey        \(made.hasKey ? "sealed" : "none")")
            }
        }

        private func draft() throws -> LLMModelDraft {
            guard let provider = LLMModel.Provider(rawValue: provider) else { throw ValidationError("--provider is openai, gemini or anthropic.") }
            var details = LLMModelChanges()
            details.label = label ?? model
            details.model = model
            details.baseURL = baseURL
            details.key = try key().map { .key($0) }
            details.isLocal = local
            details.inputPrice = Int64((inputPrice * 1_000_000).rounded())
            details.outputPrice = Int64((outputPrice * 1_000_000).rounded())
            details.trafficShare = share
            details.fallbackRank = rank
            var parameters = LLMModel.Parameters()
            parameters.temperature = temperature
            parameters.mostTokens = mostTokens
            parameters.usesOldTokenLimit = !newTokenLimit
            parameters.foldsSystem = foldsSystem
            parameters.callsTools = callsTools
            details.parameters = parameters
            return LLMModelDraft(provider, details)
        }

        private func key() throws -> String? {
            if let keyEnv {
                guard let key = ProcessInfo.processInfo.environment[keyEnv], !key.isEmpty else { throw ValidationError("\(keyEnv) is not set.") }
                return key
            }
            guard keyStdin else { return nil }
            guard let key = readLine(), !key.isEmpty else { throw ValidationError("There is no key in the input.") }
            return key
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List models; of a business, with the shared ones that it may use.")

        @OptionGroup var whose: Whose

        func run() async throws {
            try await OperatorSettings(dataFolder: whose.data).withServices { services in
                let models =
                    if let business = try await whose.find(in: services.database) {
                        try await services.database.read(of: business) { try LLMModels($0).list() }
                    } else {
                        try await services.database.readAcrossBusinesses { try SharedLLMModels($0).list() }
                    }
                if models.isEmpty { print("There are none: kalamna model add --help") }
                for registered in models {
                    let model = services.languageModels.current(registered)
                    let marks = [
                        model.isShared ? "shared" : nil, model.isLocal ? "local" : nil, registered.hasKey ? "key" : nil,
                        model.isActive ? nil : "off",
                    ].compactMap(\.self).joined(separator: " ")
                    print(
                        "\(model.id)  \(model.label)  \(model.provider.rawValue) \(model.model)  \(model.address)  share \(model.trafficShare)"
                            + "  rank \(model.fallbackRank)  \(marks)")
                }
            }
        }
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Ask a model for one short sentence.")

        @OptionGroup var whose: Whose
        @Argument(help: "The model's id.") var model: String

        func run() async throws {
            try await OperatorSettings(dataFolder: whose.data).withServices { services in
                let business = try await whose.find(in: services.database)
                let registered = try await whose.model(model, of: business, in: services.database)
                let source = services.languageModels
                let model =
                    if let business {
                        try source.languageModel(for: registered, of: business)
                    } else {
                        try source.languageModel(forShared: registered)
                    }
                do {
                    let trial = try await ModelTrial.run(model, name: registered.model.label)
                    print("first token \(trial.firstToken.milliseconds) ms\ntotal       \(trial.total.milliseconds) ms")
                    print("tokens      \(trial.usage.input) read, \(trial.usage.output) written\nanswer      \(trial.sample)")
                } catch let failure as ProviderFailure {
                    print("\(failure.failure.message.en) (\(failure))")
                    throw ExitCode.failure
                }
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Forget a model and its key.")

        @OptionGroup var whose: Whose
        @Argument(help: "The model's id.") var model: String

        func run() async throws {
            try await OperatorSettings(dataFolder: whose.data).withServices { services in
                let business = try await whose.find(in: services.database)
                let found = try await whose.model(model, of: business, in: services.database).model
                let now = services.clock.now()
                if let business {
                    try await services.database.write(of: business) { try LLMModels($0).delete(found.id, by: .system, now: now) }
                } else {
                    try await services.database.writeAcrossBusinesses { try SharedLLMModels($0).delete(found.id) }
                }
                print("\(found.label) is gone.")
            }
        }
    }

    struct Reseal: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Seal all keys with the present KALAMNA_SECRET_KEY.",
            discussion: "After a change of the key: set the old one as KALAMNA_SECRET_KEY_PREVIOUS, run this, and take the old one away.")

        @Option(help: "Folder of the SQLite database.") var data: String?

        func run() async throws {
            try await OperatorSettings(dataFolder: data).withServices { services in
                guard let secrets = services.languageModels.secrets else { throw Failure.noSecretKey }
                let count = try await services.database.writeAcrossBusinesses { try ModelSecrets($0).reseal(with: secrets) }
                print("\(count) keys were sealed anew.")
            }
        }
    }
}
