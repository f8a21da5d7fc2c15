import TestSupport
import Testing

@testable import Kalamna
@testable import Store

/// A row of each kind that belongs to one business.
struct Cast: Sendable {
    let business: TestBusiness
    let talk: Talk
    let endUser: EndUserID
    let question: ChatMessage
    let answer: ChatMessage
    let item: KnowledgeItemID
    let key: APIKeyID
    let model: LLMModelID
    let experiment: ExperimentID
    let invitation: InvitationID
    let cannedReply: CannedReplyID
    let file: KnowledgeItemID
    let adminSession: String

    var id: BusinessID { business.business.id }
    static let embeddingModel = EmbeddingModel(name: "test", version: "1", dimensions: 2)

    var session: ChatSessionID { talk.id }
    var admin: AdminID { business.owner.id }

    init(_ kalamna: TestKalamna, _ business: TestBusiness) async throws {
        self.business = business
        let (owner, now) = (business.owner.id, kalamna.clock.now)
        let name = business.business.name
        self.item = try await Shop.open(in: kalamna, for: business).shipping.id
        self.talk = try await Talk(kalamna, with: business, customer: EndUserDetails(externalID: "crm-1", name: "Customer of \(name)"))
        self.endUser = talk.started.session.endUserID
        let reply = try await talk.ask(Shop.shippingQuestion)
        self.question = reply.question
        self.answer = try #require(reply.message)
        #expect(try await talk.ask(Shop.unknown).outcome == .abstained)
        _ = try await kalamna.services.conversations.rate(talk.reference, rating: 4, comment: name)
        self.adminSession = Secrets.hash(business.ownerToken)
        let (session, endUser, item) = (talk.id, talk.started.session.endUserID, item)
        self.model = try await kalamna.database.write(of: business.business.id) { db in
            try LLMModels(db).insert(LLMModelsTests.draft { $0.key = .key(LLMModelsTests.key) }, source: .test, by: .system, now: now).model.id
        }
        (self.file, self.cannedReply) = try await kalamna.database.write(of: business.business.id) { db in
            let file = try KnowledgeFiles(db).add(try FileUpload(name: "a.txt", bytes: Array("نص \(name)".utf8)), by: nil, now: now)
            _ = try SessionNotes(db).add("Note of \(name)", to: session, by: business.owner, now: now)
            let reply = try CannedReplies(db).create(title: "Canned of \(name)", text: "أهلا {{name}}", shortcut: "hi", by: owner, now: now)
            return (file.id, reply.id)
        }
        let experiment = ExperimentID(at: now)
        self.experiment = experiment
        (self.key, self.invitation) = try await kalamna.database.write(of: business.business.id) { db in
            try KnowledgeVectors(db).store(
                try KnowledgeItems(db).chunks(of: item).map { ($0.id, [1, 0]) }, of: Self.embeddingModel)
            // Tables that nobody writes yet.
            try db.execute(
                """
                INSERT INTO user_segments (business_id, id, end_user_id, segment, valid_from, reason)
                VALUES (\(db.business), \(ID<Cast>(at: now)), \(endUser), 'premium', \(now), 'test')
                """)
            try db.execute(
                """
                INSERT INTO idempotency_keys (business_id, route, key, request_hash, created_at)
                VALUES (\(db.business), 'test', \(session), 'hash', \(now))
                """)
            try db.execute(
                """
                INSERT INTO experiments (business_id, id, name, measure, ceiling, minimum_sample, state, created_at)
                VALUES (\(db.business), \(experiment), 'x', 'rating', 0, 30, 'running', \(now))
                """)
            let model = try CallStage.model("x of \(name)")
            try db.execute(
                """
                INSERT INTO experiment_arms (business_id, experiment_id, position, model_id, label, share)
                VALUES (\(db.business), \(experiment), 0, \(model.id), 'x', 1)
                """)
            try LLMCalls(db).insert(
                .sample(of: model, in: session, at: now, place: ExperimentPlace(experiment: experiment, arm: model.id)))
            return (
                try APIKeys(db).create(.server, name: "CRM", by: .admin(owner), now: now).key.id,
                try Invitations(db).create(email: "mona@\(name.lowercased()).example", by: owner, now: now).invitation.id
            )
        }
    }
}

/// A table that holds rows of businesses.
struct TenantTable: Sendable, Hashable, CustomStringConvertible {
    let name: String

    var description: String { name }
    /// The column that says whose a row is.
    var column: String { name == "businesses" ? "id" : "business_id" }

    /// The list of migrations, and what the operator shares with all (`LLMModelsTests` asks after its wall).
    static let ofNoBusiness: Set = ["schema_migrations", "shared_llm_models"]

    /// Every other table of the database.
    static func all(of store: any Store) async throws -> [TenantTable] {
        try await store.read(.everything) { transaction in
            try transaction.fetch(
                .either(
                    sqlite: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
                    postgres: "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = ANY (current_schemas(FALSE)) ORDER BY tablename")
            ).map { row throws in TenantTable(name: try row["name"]) }
        }.filter { !ofNoBusiness.contains($0.name) }
    }

    /// The rows that this scope sees, or those of one business, each as text, in any order.
    func rows(of business: BusinessID? = nil, in transaction: any Transaction) throws -> [String] {
        let condition: Query = business.map { " WHERE \(.verbatim(column)) = \($0)" } ?? ""
        return try transaction.fetch("SELECT * FROM \(.verbatim(name))\(condition)").map { "\($0.values)" }.sorted()
    }

    /// Whose the rows are that this scope sees.
    func owners(in transaction: any Transaction) throws -> Set<String> {
        Set(try transaction.fetch("SELECT DISTINCT \(.verbatim(column)) AS owner FROM \(.verbatim(name))").map { row throws in try row["owner"] })
    }
}

extension TestKalamna {
    /// Everything that is stored of a business.
    func snapshot(of business: BusinessID) async throws -> [TenantTable: [String]] {
        let tables = try await TenantTable.all(of: store)
        return try await store.read(.everything) { transaction in
            try tables.reduce(into: [:]) { rows, table in rows[table] = try table.rows(of: business, in: transaction) }
        }
    }
}
