import Kalamna
import Store
import TestSupport
import Testing

/// One customer's conversation in a test: writes as the customer, reads what was stored.
struct Talk: Sendable {
    /// Kept, because the store is closed with it.
    let kalamna: TestKalamna
    /// The process that the customer's messages reach.
    let services: Services
    let started: Conversations.Started
    let reference: SessionReference

    var id: ChatSessionID { reference.session }

    init(
        _ kalamna: TestKalamna, with business: TestBusiness? = nil, through services: Services? = nil, customer: EndUserDetails = EndUserDetails()
    ) async throws {
        let business = (business ?? kalamna.acme).business.id
        self.kalamna = kalamna
        self.services = services ?? kalamna.services
        self.started = try await kalamna.services.conversations.start(
            Conversations.Start(channel: .widget, endUser: customer, locale: nil, apiKeyID: nil), in: business)
        self.reference = SessionReference(business: business, session: started.session.id)
    }

    // MARK: writing

    /// Stored, and its turn begun.
    @discardableResult
    func send(_ text: String, id: String? = nil) async throws -> ChatMessage {
        try await services.receive(text, clientMessageID: id ?? Self.newID(), in: reference).message
    }

    /// Stored; nobody begins its turn.
    @discardableResult
    func leave(_ text: String, id: String? = nil, by conversations: Conversations? = nil) async throws -> Conversations.Received {
        try await (conversations ?? services.conversations).receive(text, clientMessageID: id ?? Self.newID(), in: reference)
    }

    /// Sends, and waits for the end of the turn.
    func ask(_ text: String) async throws -> Reply {
        let message = try await send(text)
        let turn = try await finished(message.id)
        let answer = try await messages().first { $0.id == turn.answer }
        return Reply(question: message, outcome: turn.outcome, message: answer)
    }

    struct Reply: Sendable {
        let question: ChatMessage
        let outcome: TurnOutcome?
        /// Nil: nothing was said.
        let message: ChatMessage?

        var text: String? { message?.text }
    }

    // MARK: reading

    func session() async throws -> ChatSession {
        try await kalamna.database.read(of: reference.business) { [id] in try ChatSessions($0).find(id) }
    }

    /// All of them.
    func messages() async throws -> [ChatMessage] {
        try await kalamna.database.read(of: reference.business) { [id] in try ChatMessages($0).after(0, in: id, limit: 1000) }
    }

    /// What the customer did not write, without the greeting.
    func answers() async throws -> [ChatMessage] { try await messages().filter { $0.sender != .user && $0.seq > 1 } }

    func turns() async throws -> [StoredTurn] {
        try await kalamna.database.read(of: reference.business) { [id] db in
            try db.fetch(
                """
                SELECT message_id, seq, state, attempts, outcome, answer_id FROM turns
                WHERE business_id = \(db.business) AND session_id = \(id) ORDER BY seq
                """
            ).map { row throws in
                StoredTurn(
                    message: try row["message_id"], seq: try row["seq"], state: try row["state"], attempts: try row["attempts"],
                    outcome: try row["outcome"], answer: try row["answer_id"])
            }
        }
    }

    /// The turn of a message, when it has ended.
    func finished(_ message: ChatMessageID) async throws -> StoredTurn {
        _ = try await eventually(within: .seconds(60)) { try await turns().contains { $0.message == message && $0.state == "done" } }
        return try #require(try await turns().first { $0.message == message && $0.state == "done" }, "the turn did not end")
    }

    /// Whether every turn has ended, soon.
    func isAnswered() async throws -> Bool {
        try await eventually(within: .seconds(60)) { try await turns().allSatisfy { $0.state == "done" } }
    }

    /// Changes the row behind the product's back.
    func tamper(_ change: Query) async throws {
        try await kalamna.database.write(of: reference.business) { [id] db in
            try db.execute("UPDATE chat_sessions SET \(change) WHERE business_id = \(db.business) AND id = \(id)")
        }
    }

    static func newID() -> String { ID<Talk>(at: Instant(milliseconds: 0)).description }
}

/// A row of `turns`.
struct StoredTurn: Sendable, Equatable {
    let message: ChatMessageID
    let seq: Int64
    let state: String
    let attempts: Int
    let outcome: TurnOutcome?
    let answer: ChatMessageID?
}

extension TestKalamna {
    /// Opens the store's connections, so that a race is run by all at once and not by the first that is connected.
    func openConnections() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<12 { group.addTask { _ = try await self.database.readAcrossBusinesses { try Turns.countPending(in: $0) } } }
            try await group.waitForAll()
        }
    }

    /// Another process on the same database.
    func process(named node: String, on store: (any Store)? = nil) -> Services {
        Services(store: store ?? self.store, clock: clock.wall, hasher: hasher, node: node, logger: .quiet)
    }

    @discardableResult
    func change(_ changes: SettingsChanges, of business: TestBusiness? = nil) async throws -> BusinessSettings {
        let now = clock.now
        return try await database.write(of: (business ?? acme).business.id) { try Settings($0).update(changes, by: .system, now: now) }
    }

    @discardableResult
    func learn(_ title: String, _ content: KnowledgeContent, for business: TestBusiness? = nil) async throws -> KnowledgeItem {
        let now = clock.now
        return try await database.write(of: (business ?? acme).business.id) {
            try KnowledgeItems($0).create(KnowledgeDraft(title: title, content: content), by: nil, now: now)
        }
    }

    @discardableResult
    func learn(_ question: String, _ answer: String, for business: TestBusiness? = nil) async throws -> KnowledgeItem {
        try await learn(question, .faq([FAQPair(question: question, answer: answer)]), for: business)
    }
}

/// Runs a process's turns, also its search for abandoned ones, while the body lasts.
func withTurns<Value>(of services: Services, _ body: () async throws -> Value) async throws -> Value {
    let running = Task { try await services.turns.run() }
    do {
        let value = try await body()
        running.cancel()
        try await running.value
        return value
    } catch {
        running.cancel()
        _ = await running.result
        throw error
    }
}

/// What went wrong, or nil.
func failure(of body: () async throws -> some Any) async throws -> Failure? {
    do {
        _ = try await body()
        return nil
    } catch let failure as Failure {
        return failure
    }
}
