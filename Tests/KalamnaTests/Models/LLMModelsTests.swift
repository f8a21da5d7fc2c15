import Synchronization
import TestSupport
import Testing

@testable import Kalamna
@testable import Store

/// The registry: whose a model is, what may be changed, and what of a key can be seen.
@Suite struct LLMModelsTests {
    static let key = "sk-test-4fK9sQ2mZx7LbT0cVn8RyH1w"

    static func changes(_ change: (inout LLMModelChanges) -> Void) -> LLMModelChanges {
        var changes = LLMModelChanges()
        change(&changes)
        return changes
    }

    static func draft(_ change: (inout LLMModelChanges) -> Void = { _ in }) -> LLMModelDraft {
        LLMModelDraft(
            .openAI,
            changes {
                $0.label = "GPT بتاعنا"
                $0.model = "gpt-5-mini"
                change(&$0)
            })
    }

    /// The keys that models were made with.
    private final class Keyring: Sendable {
        private let keys = Mutex<[String?]>([])
        var all: [String?] { keys.withLock { $0 } }

        func source(_ box: SecretBox? = ModelSource.test.secrets) -> ModelSource {
            ModelSource(
                make: { model, key in
                    self.keys.withLock { $0.append(key?.reveal()) }
                    return EchoModel(name: model.model)
                }, secrets: box)
        }
    }

    @Test(arguments: Engine.all) func keepsWhatWasEntered(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (mine, now) = (kalamna.acme.business.id, kalamna.clock.now)
        let owner = AuditLog.Actor.admin(kalamna.acme.owner.id)
        var parameters = LLMModel.Parameters()
        parameters.temperature = 0.25
        parameters.mostTokens = 512
        parameters.callsTools = true
        let (entered, given) = (parameters, Self.key)
        let made = try await kalamna.database.write(of: mine) { db in
            try LLMModels(db).insert(
                Self.draft {
                    $0.key = .key("  \(given)\n")
                    $0.parameters = entered
                    $0.inputPrice = 250_000
                    $0.trafficShare = 0
                }, source: .test, by: owner, now: now)
        }
        #expect(made.hasKey && made.model.address.description == "https://api.openai.com/v1" && made.model.parameters == entered)
        #expect(made.model.inputPrice == 250_000 && made.model.trafficShare == 0 && made.model.isActive && !made.model.isShared)
        #expect(try await kalamna.database.read(of: mine) { try LLMModels($0).list() } == [made])
        #expect(try await kalamna.database.read(of: mine) { try LLMModels($0).find(made.model.id) } == made)

        let renamed = try await kalamna.database.write(of: mine) { db in
            try LLMModels(db).update(made.model.id, Self.changes { $0.label = "الجديد" }, source: .none, by: owner, now: now + .seconds(1))
        }
        #expect(renamed.model.label == "الجديد" && renamed.model.parameters == entered)
        #expect(renamed.secret == made.secret, "a key stays until another is given")
        let rekeyed = try await kalamna.database.write(of: mine) { db in
            try LLMModels(db).update(made.model.id, Self.changes { $0.key = .key("other") }, source: .test, by: owner, now: now + .seconds(2))
        }
        #expect(rekeyed.hasKey && rekeyed.secret != made.secret)
        let bare = try await kalamna.database.write(of: mine) { db in
            try LLMModels(db).update(made.model.id, Self.changes { $0.key = .removed }, source: .none, by: owner, now: now + .seconds(3))
        }
        #expect(!bare.hasKey)
        #expect(try await kalamna.database.read(of: mine) { try LLMModels($0).list() } == [bare])
        let actions = try await kalamna.database.write(of: mine) { db in
            try LLMModels(db).delete(made.model.id, by: owner, now: now + .seconds(4))
            #expect(try LLMModels(db).list().isEmpty)
            return try AuditLog(db).entries(limit: 50).items.filter { $0.object == .model(made.model.id) && $0.actor == owner }.map(\.action)
        }
        #expect(actions == [.modelDeleted, .modelKeyChanged, .modelKeyChanged, .modelUpdated, .modelCreated])
    }

    @Test(arguments: Engine.all) func sharedModelsAreSeenAndNotChanged(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let now = kalamna.clock.now
        let shared = try await kalamna.database.writeAcrossBusinesses { transaction in
            try SharedLLMModels(transaction).insert(Self.draft { $0.key = .key(Self.key) }, source: .test, now: now)
        }
        let own = try await kalamna.database.write(of: kalamna.acme.business.id) { db in
            try LLMModels(db).insert(Self.draft { $0.fallbackRank = 9 }, source: .test, by: .system, now: now)
        }
        #expect(shared.model.isShared)
        #expect(try await kalamna.database.read(of: kalamna.acme.business.id) { try LLMModels($0).list() } == [own, shared])
        #expect(try await kalamna.database.read(of: kalamna.globex.business.id) { try LLMModels($0).list() } == [shared])
        for business in [kalamna.acme, kalamna.globex] {
            #expect(try await kalamna.database.read(of: business.business.id) { try LLMModels($0).find(shared.model.id) } == shared)
            let update = await #expect(throws: Failure.self) {
                try await kalamna.database.write(of: business.business.id) { db in
                    _ = try LLMModels(db).update(
                        shared.model.id, Self.changes { $0.isActive = false }, source: .test, by: .system, now: now)
                }
            }
            #expect(update?.code == "model_is_shared" && update?.kind == .forbidden)
            let delete = await #expect(throws: Failure.self) {
                try await kalamna.database.write(of: business.business.id) { try LLMModels($0).delete(shared.model.id, by: .system, now: now) }
            }
            #expect(delete?.code == "model_is_shared")
        }
        let keyring = Keyring()
        _ = try keyring.source().languageModel(for: shared, of: kalamna.globex.business.id)
        _ = try keyring.source().languageModel(forShared: shared)
        #expect(keyring.all == [Self.key, Self.key])
        try await kalamna.database.writeAcrossBusinesses { try SharedLLMModels($0).delete(shared.model.id) }
        #expect(try await kalamna.database.read(of: kalamna.globex.business.id) { try LLMModels($0).list() }.isEmpty)
    }

    /// The second wall: PostgreSQL lets a business read the operator's models and nothing else.
    @Test func aBusinessCantWriteSharedRows() async throws {
        let kalamna = try await TestKalamna(.postgres)
        let (mine, now) = (kalamna.acme.business.id, kalamna.clock.now)
        let shared = try await kalamna.database.writeAcrossBusinesses { transaction in
            try SharedLLMModels(transaction).insert(Self.draft(), source: .test, now: now)
        }
        let touched = try await kalamna.database.write(of: mine) { db in
            #expect(try db.fetch("SELECT id FROM shared_llm_models").count == 1)
            return try db.execute("UPDATE shared_llm_models SET label = 'x'") + db.execute("DELETE FROM shared_llm_models")
        }
        #expect(touched == 0)
        await #expect(throws: StoreError.self) {
            try await kalamna.database.write(of: mine) { db in
                _ = try SharedLLMModels(db.transaction).insert(Self.draft(), source: .test, now: now)
            }
        }
        #expect(try await kalamna.database.readAcrossBusinesses { try SharedLLMModels($0).list() } == [shared])
    }

    /// A sealed key that is copied into another row, of the same business or of another, opens nothing.
    @Test(arguments: Engine.all) func aSealedKeyCantBeMoved(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (acme, globex, now) = (kalamna.acme.business.id, kalamna.globex.business.id, kalamna.clock.now)
        let insert: @Sendable (BusinessTransaction) throws -> RegisteredModel = { db in
            try LLMModels(db).insert(Self.draft { $0.key = .key(Self.key) }, source: .test, by: .system, now: now)
        }
        let (first, second) = try await kalamna.database.write(of: acme) { db in (try insert(db), try insert(db)) }
        let theirs = try await kalamna.database.write(of: globex) { db in try insert(db) }
        let keyring = Keyring()
        for (model, business) in [(first, acme), (second, acme), (theirs, globex)] {
            _ = try keyring.source().languageModel(for: model, of: business)
        }
        #expect(keyring.all == [Self.key, Self.key, Self.key])
        let sealed = try #require(first.secret).text
        for (model, business) in [(second, acme), (theirs, globex)] {
            let moved = try await kalamna.database.write(of: business) { db in
                try db.execute(
                    "UPDATE llm_models SET secret_sealed = \(sealed) WHERE business_id = \(db.business) AND id = \(model.model.id)")
                return try LLMModels(db).find(model.model.id)
            }
            let failure = #expect(throws: Failure.self) { _ = try keyring.source().languageModel(for: moved, of: business) }
            #expect(failure?.code == "secret_unreadable")
        }
        #expect(throws: Failure.self) { _ = try keyring.source().languageModel(for: first, of: globex) }
        #expect(keyring.all.count == 3, "no model was made without its key")
        let without = #expect(throws: Failure.self) { _ = try keyring.source(nil).languageModel(for: first, of: acme) }
        #expect(without?.code == "no_secret_key")
    }

    @Test(arguments: Engine.all) func theKeyIsNowhereToRead(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (mine, now) = (kalamna.acme.business.id, kalamna.clock.now)
        let draft = Self.draft { $0.key = .key(Self.key) }
        let made = try await kalamna.database.write(of: mine) { try LLMModels($0).insert(draft, source: .test, by: .system, now: now) }
        var texts = ["\(draft)", String(reflecting: draft), "\(made)", String(reflecting: made), "\(ModelSource.test)"]
        for value in [draft, made, draft.details, ModelSource.test] as [Any] {
            var text = ""
            dump(value, to: &text)
            texts.append(text)
        }
        let tables = try await kalamna.store.read(.everything) { transaction in
            try ["llm_models", "audit_log", "business_settings"].map { table in
                "\(try transaction.fetch("SELECT * FROM \(.verbatim(table))").map(\.values))"
            }
        }
        #expect(tables[0].contains(try #require(made.secret).text), "it is stored")
        for text in texts + tables {
            #expect(!text.contains(Self.key) && !text.contains(Self.key.dropFirst(8)))
            #expect(!text.contains("5a5a5a"))
        }
        for text in texts { #expect(!text.contains(try #require(made.secret).text)) }
    }

    @Test(arguments: Engine.all) func withoutASecretKeyOnlyModelsWithoutKeys(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (mine, now) = (kalamna.acme.business.id, kalamna.clock.now)
        let refused = await #expect(throws: Failure.self) {
            try await kalamna.database.write(of: mine) { db in
                _ = try LLMModels(db).insert(Self.draft { $0.key = .key(Self.key) }, source: .none, by: .system, now: now)
            }
        }
        #expect(refused?.code == "no_secret_key")
        #expect(try await kalamna.database.read(of: mine) { try LLMModels($0).list() }.isEmpty)
        let made = try await kalamna.database.write(of: mine) { try LLMModels($0).insert(Self.draft(), source: .none, by: .system, now: now) }
        let keyring = Keyring()
        _ = try keyring.source(nil).languageModel(for: made, of: mine)
        #expect(keyring.all == [nil])
    }

    @Test(arguments: Engine.all) func aNewSecretKeyTakesOver(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (mine, now) = (kalamna.acme.business.id, kalamna.clock.now)
        try await kalamna.database.write(of: mine) { db in
            try LLMModels(db).insert(Self.draft { $0.key = .key(Self.key) }, source: .test, by: .system, now: now)
            try LLMModels(db).insert(Self.draft(), source: .test, by: .system, now: now)
        }
        try await kalamna.database.writeAcrossBusinesses { transaction in
            _ = try SharedLLMModels(transaction).insert(Self.draft { $0.key = .key(Self.key) }, source: .test, now: now)
        }
        let (old, new) = (String(repeating: "5a", count: 32), String(repeating: "a5", count: 32))
        let box = try #require(SecretBox(key: new, previous: old))
        #expect(try await kalamna.database.writeAcrossBusinesses { try ModelSecrets($0).reseal(with: box) } == 2)
        #expect(try await kalamna.database.writeAcrossBusinesses { try ModelSecrets($0).reseal(with: box) } == 0)
        let keyring = Keyring()
        for model in try await kalamna.database.read(of: mine, { try LLMModels($0).list() }) where model.hasKey {
            _ = try keyring.source(SecretBox(key: new)).languageModel(for: model, of: mine)
            #expect(throws: Failure.self) { _ = try keyring.source(SecretBox(key: old)).languageModel(for: model, of: mine) }
        }
        #expect(keyring.all == [Self.key, Self.key])
    }

    @Test(arguments: Engine.all) func thereIsAnEnd(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (mine, now) = (kalamna.acme.business.id, kalamna.clock.now)
        try await kalamna.database.write(of: mine) { db in
            for _ in 0..<LLMModels.most { try LLMModels(db).insert(Self.draft(), source: .none, by: .system, now: now) }
        }
        let failure = await #expect(throws: Failure.self) {
            try await kalamna.database.write(of: mine) { _ = try LLMModels($0).insert(Self.draft(), source: .none, by: .system, now: now) }
        }
        #expect(failure?.code == "too_many_models")
    }
}
