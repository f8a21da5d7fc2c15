import ArabicText
package import Logging
package import Store

/// Everything that the doors of the product need, made once, in the right order.
package struct Services: Sendable {
    package let database: Database
    package let clock: WallClock
    package let hasher: PasswordHasher
    package let hub: EventHub
    package let authentication: Authentication
    package let registration: Registration
    package let conversations: Conversations
    package let retriever: Retriever
    package let languageModels: ModelSource
    package let modelRouter: ModelRouter
    package let modelCatalogue: ModelCatalogue
    package let turns: TurnRunner
    package let housekeeping: Housekeeping
    /// Nil without an embedder.
    package let embeddingWorker: EmbeddingWorker?

    /// - Parameters:
    ///   - node: the name of this process in leases; another for each process on one database.
    ///   - embedder: reads knowledge and questions for their meaning; nil: the words alone decide.
    ///   - languageModels: brings registered models; without it only the built-in assistant answers.
    package init(
        store: any Store, clock: WallClock, hasher: PasswordHasher, node: String, embedder: (any Embedder)? = nil,
        languageModels: ModelSource = .none, logger: Logger
    ) {
        self.database = Database(store)
        self.clock = clock
        self.hasher = hasher
        self.hub = EventHub()
        self.authentication = Authentication(database: database, hasher: hasher, clock: clock)
        self.registration = Registration(database: database, hasher: hasher, clock: clock)
        self.conversations = Conversations(database: database, hub: hub, clock: clock, node: node)
        self.retriever = Retriever(database: database, embedder: embedder, logger: logger)
        self.languageModels = languageModels
        self.modelRouter = ModelRouter()
        self.modelCatalogue = ModelCatalogue(database: database, source: languageModels)
        let models = ModelAssistant(
            router: modelRouter, catalogue: modelCatalogue, source: languageModels, retriever: retriever, database: database, clock: clock,
            logger: logger)
        self.turns = TurnRunner(conversations: conversations, assistant: Assistant(retriever: retriever, models: models), logger: logger)
        self.housekeeping = Housekeeping(
            conversations: conversations, experiments: ExperimentWatch(database: database, clock: clock, logger: logger), logger: logger)
        self.embeddingWorker = embedder.map { [database] in EmbeddingWorker(database: database, embedder: $0, logger: logger) }
    }

    /// Builds what the first message would otherwise wait for: the dialect's lexicon and word lists.
    @concurrent
    package func warmUp() async { _ = TextAnalyzer.standard.analyze("أهلا") }

    /// Stores a customer's message and sees to its answer.
    package func receive(_ text: String, clientMessageID: String, in session: SessionReference) async throws -> Conversations.Received {
        let received = try await conversations.receive(text, clientMessageID: clientMessageID, in: session)
        if received.isOurs { turns.wake(session, with: received.work) }
        return received
    }
}
