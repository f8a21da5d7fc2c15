import Foundation
package import Store

/// A model as it stands in the database, with its sealed key.
package struct RegisteredModel: Sendable, Hashable {
    package let model: LLMModel
    package let secret: SealedSecret?

    package var hasKey: Bool { secret != nil }
}

/// The language models that one business may use: its own, which it can change, and the operator's, which it can see.
package struct LLMModels {
    package static let most = 50

    private let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    /// Its own first, then by rank and age.
    package func list() throws -> [RegisteredModel] { try reading().get() }

    /// `list`, in one round trip with what is asked for next.
    func reading() throws -> Reply<[RegisteredModel]> { try send("") }

    /// One of its own or of the operator's.
    package func find(_ id: LLMModelID) throws -> RegisteredModel {
        guard let found = try send(" AND id = \(id)").get().first else { throw Failure.notFound }
        return found
    }

    @discardableResult
    package func insert(_ draft: LLMModelDraft, source: ModelSource, by actor: AuditLog.Actor, now: Instant) throws -> RegisteredModel {
        let (model, key) = try draft.model(id: LLMModelID(at: now), isShared: false, source: source, now: now)
        let secret = try source.seal(key, for: .model(model.id, of: db.business))
        try Businesses(db).lock()
        try makeRoom()
        try db.execute(
            """
            INSERT INTO llm_models (business_id, id, \(ModelRow.columns), created_at, updated_at)
            VALUES (\(db.business), \(model.id), \(ModelRow.values(of: model, secret)), \(now), \(now))
            """)
        try AuditLog(db).record(actor, .modelCreated, .model(model.id), now: now)
        return RegisteredModel(model: model, secret: secret)
    }

    /// The key stays unless the changes say otherwise.
    @discardableResult
    package func update(
        _ id: LLMModelID, _ changes: LLMModelChanges, source: ModelSource, by actor: AuditLog.Actor, now: Instant
    ) throws -> RegisteredModel {
        let old = try own(id)
        let (model, key) = try changes.apply(to: old, source: source)
        let secret = changes.key == nil ? old.secret : try source.seal(key, for: .model(id, of: db.business))
        try db.execute(
            """
            UPDATE llm_models SET (\(ModelRow.columns), updated_at) = (\(ModelRow.values(of: model, secret)), \(now))
            WHERE business_id = \(db.business) AND id = \(id)
            """)
        try AuditLog(db).record(actor, changes.key == nil ? .modelUpdated : .modelKeyChanged, .model(id), now: now)
        return RegisteredModel(model: model, secret: secret)
    }

    package func delete(_ id: LLMModelID, by actor: AuditLog.Actor, now: Instant) throws {
        _ = try own(id)
        try db.execute("DELETE FROM llm_models WHERE business_id = \(db.business) AND id = \(id)")
        try AuditLog(db).record(actor, .modelDeleted, .model(id), now: now)
    }

    private func own(_ id: LLMModelID) throws -> RegisteredModel {
        let row = try db.first(
            """
            SELECT id, \(ModelRow.columns), FALSE AS is_shared, created_at FROM llm_models
            WHERE business_id = \(db.business) AND id = \(id)\(forUpdate)
            """)
        if let row { return try RegisteredModel(row: row) }
        guard try find(id).model.isShared else { throw Failure.notFound }
        throw Failure(
            .forbidden, code: "model_is_shared", ar: "الموديل ده بتاع السيرفر لكل الأنشطة: مسؤول السيرفر بس اللي يعدله. سجل موديل خاص بيك لو محتاج.",
            en: "This model is the installation's, for all businesses: only its operator changes it. Register one of your own if you need to.")
    }

    private func send(_ condition: Query) throws -> Reply<[RegisteredModel]> {
        try db.send(
            """
            SELECT id, \(ModelRow.columns), FALSE AS is_shared, created_at FROM llm_models
            WHERE business_id = \(db.business)\(condition)
            UNION ALL
            SELECT id, \(ModelRow.columns), TRUE AS is_shared, created_at FROM shared_llm_models
            WHERE TRUE\(condition)
            ORDER BY is_shared, fallback_rank, created_at, id
            """
        ).map { rows in try rows.map { row throws in try RegisteredModel(row: row) } }
    }

    private func makeRoom() throws {
        let row = try db.first("SELECT COUNT(*) AS models FROM llm_models WHERE business_id = \(db.business)")
        guard let row, try row["models"] as Int >= Self.most else { return }
        throw Failure(
            .conflict, code: "too_many_models", ar: "وصلت لأقصى عدد موديلات (\(Self.most)). امسح موديل مش بتستخدمه الأول.",
            en: "You have the most models possible (\(Self.most)). Delete one that you don't use first.")
    }
}

/// The operator's models, which every business may use. Only for a transaction across businesses.
package struct SharedLLMModels {
    private let transaction: any Transaction

    package init(_ transaction: any Transaction) { self.transaction = transaction }

    package func list() throws -> [RegisteredModel] {
        try transaction.fetch(
            """
            SELECT id, \(ModelRow.columns), TRUE AS is_shared, created_at FROM shared_llm_models
            ORDER BY fallback_rank, created_at, id
            """
        ).map { row throws in try RegisteredModel(row: row) }
    }

    package func find(_ id: LLMModelID) throws -> RegisteredModel {
        guard let found = try list().first(where: { $0.model.id == id }) else { throw Failure.notFound }
        return found
    }

    @discardableResult
    package func insert(_ draft: LLMModelDraft, source: ModelSource, now: Instant) throws -> RegisteredModel {
        let (model, key) = try draft.model(id: LLMModelID(at: now), isShared: true, source: source, now: now)
        let secret = try source.seal(key, for: .model(model.id, of: nil))
        try transaction.execute(
            """
            INSERT INTO shared_llm_models (id, \(ModelRow.columns), created_at, updated_at)
            VALUES (\(model.id), \(ModelRow.values(of: model, secret)), \(now), \(now))
            """)
        return RegisteredModel(model: model, secret: secret)
    }

    package func delete(_ id: LLMModelID) throws {
        guard try transaction.execute("DELETE FROM shared_llm_models WHERE id = \(id)") == 1 else { throw Failure.notFound }
    }
}

/// What both tables have in common.
private enum ModelRow {
    static let columns: Query = """
        provider, label, model, version, address, parameters, input_price, output_price, traffic_share, fallback_rank, is_active, is_local,
        secret_sealed
        """

    static func values(of model: LLMModel, _ secret: SealedSecret?) throws -> Query {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let parameters = String(decoding: try encoder.encode(model.parameters), as: UTF8.self)
        return """
            \(model.provider), \(model.label), \(model.model), \(model.version), \(model.address.description), \(parameters),
            \(model.inputPrice), \(model.outputPrice), \(model.trafficShare), \(model.fallbackRank), \(model.isActive), \(model.isLocal),
            \(secret?.text)
            """
    }
}

extension ModelSource {
    fileprivate func seal(_ key: ProviderKey?, for place: SecretPlace) throws -> SealedSecret? {
        guard let key else { return nil }
        guard let secrets else { throw Failure.noSecretKey }
        return try secrets.seal(key, for: place)
    }
}

extension RegisteredModel {
    init(row: ResultRow) throws {
        let parameters: String = try row["parameters"]
        let secret: String? = try row["secret_sealed"]
        self.model = LLMModel(
            id: try row["id"], label: try row["label"], provider: try row["provider"], model: try row["model"], version: try row["version"],
            address: try ProviderAddress(try row["address"] as String),
            parameters: try JSONDecoder().decode(LLMModel.Parameters.self, from: Data(parameters.utf8)), inputPrice: try row["input_price"],
            outputPrice: try row["output_price"], trafficShare: try row["traffic_share"], fallbackRank: try row["fallback_rank"],
            isActive: try row["is_active"], isShared: try row["is_shared"], isLocal: try row["is_local"], createdAt: try row["created_at"])
        self.secret = secret.map { SealedSecret(stored: $0) }
    }
}

extension AuditLog.Action {
    package static let modelCreated = Self(rawValue: "model.created")
    package static let modelUpdated = Self(rawValue: "model.updated")
    package static let modelKeyChanged = Self(rawValue: "model.key_changed")
    package static let modelDeleted = Self(rawValue: "model.deleted")
}

extension AuditLog.Object {
    package static func model(_ id: LLMModelID) -> Self { Self(kind: "model", id: id.description) }
}
