import HTTPTypes
import Hummingbird
import Kalamna

/// Language models: a business's own, and those that the operator shares with all.
enum ModelRoutes {
    struct CreateBody: Decodable {
        let draft: LLMModelDraft

        private enum CodingKeys: String, CodingKey { case provider, label, model }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            let provider = try container.decode(LLMModel.Provider.self, forKey: .provider)
            // Named when they are missing.
            _ = (try container.decode(String.self, forKey: .label), try container.decode(String.self, forKey: .model))
            draft = LLMModelDraft(provider, try ModelInput(from: decoder).changes)
        }

        static let schema = Schema.object(
            ModelInput.fields.merging(["provider": .oneOf(LLMModel.Provider.self)]) { _, new in new }.filter { $0.key != "removes_key" },
            optional: Set(ModelInput.fields.keys).subtracting(["label", "model"]))
    }

    static func add(to routes: inout RouteTable) {
        let one = "/v1/models/{model_id}"

        routes.get(
            "/v1/models", "listModels", "Language models: one's own, then those of the installation", for: .owner,
            response: .array(of: .named("Model"))
        ) { call, identity in
            let models = try await call.services.database.read(of: identity.business) { try LLMModels($0).list() }
            return try call.json(models.map { ModelBody($0, call.services.languageModels) })
        }

        routes.post(
            "/v1/models", "createModel", "Register a language model", for: .owner, body: CreateBody.schema, status: .created,
            response: .named("Model"), otherStatuses: [409], idempotent: true
        ) { call, identity in
            let body: CreateBody = try call.decode()
            let (source, now) = (call.services.languageModels, call.services.clock.now())
            let made = try await call.services.database.write(of: identity.business) { db in
                try LLMModels(db).insert(body.draft, source: source, by: call.actor(identity), now: now)
            }
            call.services.modelCatalogue.forget(identity.business)
            return try call.json(ModelBody(made, source), status: .created)
        }

        routes.get(one, "getModel", "A language model", for: .owner, response: .named("Model")) { call, identity in
            let id: LLMModelID = try call.id("model_id")
            let found = try await call.services.database.read(of: identity.business) { try LLMModels($0).find(id) }
            return try call.json(ModelBody(found, call.services.languageModels))
        }

        routes.patch(
            one, "updateModel", "Change a language model; its key stays unless a new one is given", for: .owner,
            body: Schema.changes(ModelInput.fields), response: .named("Model"), otherStatuses: [409]
        ) { call, identity in
            let body: ModelInput = try call.decode()
            let id: LLMModelID = try call.id("model_id")
            let (source, now) = (call.services.languageModels, call.services.clock.now())
            let changed = try await call.services.database.write(of: identity.business) { db in
                try LLMModels(db).update(id, body.changes, source: source, by: call.actor(identity), now: now)
            }
            call.services.modelCatalogue.forget(identity.business)
            return try call.json(ModelBody(changed, source))
        }

        routes.delete(one, "deleteModel", "Forget a language model and its key", for: .owner, status: .noContent) { call, identity in
            let id: LLMModelID = try call.id("model_id")
            let now = call.services.clock.now()
            try await call.services.database.write(of: identity.business) { try LLMModels($0).delete(id, by: call.actor(identity), now: now) }
            call.services.modelCatalogue.forget(identity.business)
            return Response(status: .noContent)
        }

        routes.post(
            one + "/test", "testModel", "Ask the model for one short sentence, and say what came of it", for: .owner,
            response: .named("ModelTest"), otherStatuses: [409], limits: [.each(.caller, "model_tests", 30, per: .hours(1))]
        ) { call, identity in
            let id: LLMModelID = try call.id("model_id")
            let registered = try await call.services.database.read(of: identity.business) { try LLMModels($0).find(id) }
            let model = try call.services.languageModels.languageModel(for: registered, of: identity.business)
            do {
                return try call.json(ModelTestBody(try await ModelTrial.run(model, name: registered.model.label)))
            } catch let failure as ProviderFailure {
                // The test has run, and this is its result.
                return try call.json(ModelTestBody(failure.failure, in: call.locale))
            }
        }
    }
}
