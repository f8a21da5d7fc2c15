import HTTPTypes
import Hummingbird
import Kalamna

struct ExperimentBody: Encodable {
    struct Arm: Encodable {
        let modelID: LLMModelID
        let label: String
        let share: Int64
        let stoppedAt: Instant?

        enum CodingKeys: String, CodingKey {
            case label, share
            case modelID = "model_id"
            case stoppedAt = "stopped_at"
        }

        static let schema = Schema.object(
            ["model_id": .id, "label": .string(), "share": .integer(), "stopped_at": .time], optional: ["stopped_at"])
    }

    let id: ExperimentID
    let name: String
    let measure: String
    let ceiling: Int64?
    let minimumSample: Int
    let state: String
    let arms: [Arm]
    let createdAt: Instant
    let startedAt: Instant?
    let stoppedAt: Instant?

    init(_ experiment: Experiment) {
        self.id = experiment.id
        self.name = experiment.name
        self.measure = experiment.measure.rawValue
        self.ceiling = experiment.measure.standardCeiling == 0 ? nil : experiment.ceiling
        self.minimumSample = experiment.minimumSample
        self.state = experiment.state.rawValue
        self.arms = experiment.arms.map { Arm(modelID: $0.model, label: $0.label, share: $0.share, stoppedAt: $0.stoppedAt) }
        self.createdAt = experiment.createdAt
        self.startedAt = experiment.startedAt
        self.stoppedAt = experiment.stoppedAt
    }

    enum CodingKeys: String, CodingKey {
        case id, name, measure, ceiling, state, arms
        case minimumSample = "minimum_sample"
        case createdAt = "created_at"
        case startedAt = "started_at"
        case stoppedAt = "stopped_at"
    }

    static let schema = Schema.object(
        [
            "id": .id, "name": .string(), "measure": .oneOf(Experiment.Measure.self), "ceiling": .integer(), "minimum_sample": .integer(),
            "state": .oneOf(Experiment.State.self), "arms": .array(of: Arm.schema), "created_at": .time, "started_at": .time, "stopped_at": .time,
        ], optional: ["ceiling", "started_at", "stopped_at"])
}

struct VerdictBody: Encodable {
    struct Arm: Encodable {
        let modelID: LLMModelID
        let label: String
        let sample: Int
        let mean: Double?
        let isWorse: Bool

        enum CodingKeys: String, CodingKey {
            case label, sample, mean
            case modelID = "model_id"
            case isWorse = "is_worse"
        }

        static let schema = Schema.object(
            ["model_id": .id, "label": .string(), "sample": .integer(), "mean": .number(0...1), "is_worse": .boolean], optional: ["mean"])
    }

    struct Comparison: Encodable {
        let better: LLMModelID
        let worse: LLMModelID
        let difference: Double
        let low: Double
        let high: Double
        let isDecided: Bool

        enum CodingKeys: String, CodingKey {
            case better, worse, difference, low, high
            case isDecided = "is_decided"
        }

        static let schema = Schema.object([
            "better": .id, "worse": .id, "difference": .number(-1...1), "low": .number(-1...1), "high": .number(-1...1), "is_decided": .boolean,
        ])
    }

    let finding: String
    let text: String
    let arms: [Arm]
    let comparisons: [Comparison]

    init(_ verdict: ExperimentVerdict, in locale: Kalamna.Locale) {
        self.finding = verdict.finding.rawValue
        self.text = verdict.words.text(in: locale)
        self.arms = verdict.arms.map {
            Arm(modelID: $0.arm.model, label: $0.arm.label, sample: $0.sample, mean: $0.mean, isWorse: $0.isWorse)
        }
        self.comparisons = verdict.comparisons.map {
            Comparison(
                better: $0.first, worse: $0.second, difference: $0.difference, low: $0.interval.lowerBound, high: $0.interval.upperBound,
                isDecided: $0.isDecided)
        }
    }

    static let schema = Schema.object([
        "finding": .oneOf(ExperimentVerdict.Finding.self), "text": .string().described("For people, by Accept-Language"),
        "arms": .array(of: Arm.schema).described("`mean`: of scores of 0…1, the higher the better"),
        "comparisons": .array(of: Comparison.schema).described(
            "Of each two arms with enough conversations; `low` and `high`: where the true difference lies, right at any moment"),
    ])
}

/// Experiments with language models: made, begun, stopped and judged by owners.
enum ExperimentRoutes {
    struct ChangesBody: Decodable {
        struct Arm: Decodable {
            let modelID: LLMModelID
            let share: WholeNumber

            enum CodingKeys: String, CodingKey {
                case share
                case modelID = "model_id"
            }

            static let schema = Schema.object(["model_id": .id, "share": .integer(1...1000)])
        }

        var name: String?
        var measure: Experiment.Measure?
        var arms: [Arm]?
        var minimumSample: WholeNumber?
        var ceiling: WholeNumber?

        enum CodingKeys: String, CodingKey {
            case name, measure, arms, ceiling
            case minimumSample = "minimum_sample"
        }

        func apply(to draft: inout ExperimentDraft) {
            if let name { draft.name = name }
            if let measure, measure != draft.measure { (draft.measure, draft.ceiling) = (measure, nil) }
            if let arms { draft.arms = arms.map { ExperimentDraft.Arm(model: $0.modelID, share: $0.share.value) } }
            if let minimumSample { draft.minimumSample = minimumSample.value }
            if let ceiling { draft.ceiling = ceiling.value }
        }

        private static let fields: [String: Schema] = [
            "name": .string(1...80), "measure": .oneOf(Experiment.Measure.self), "arms": .array(of: Arm.schema, atMost: 5),
            "minimum_sample": .integer(30...10_000).described("Conversations of each arm before anything is said (100)"),
            "ceiling": .integer(100...10_000_000).described(
                "What is more counts as this: milliseconds for first_token (10000), millionths of a US dollar for cost (20000)"),
        ]
        static let creation = Schema.object(fields, optional: ["minimum_sample", "ceiling"])
        static let schema = Schema.changes(fields)
    }

    struct CreateBody: Decodable {
        let draft: ExperimentDraft

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: ChangesBody.CodingKeys.self)
            var draft = ExperimentDraft(
                name: try container.decode(String.self, forKey: .name),
                measure: try container.decode(Experiment.Measure.self, forKey: .measure),
                arms: try container.decode([ChangesBody.Arm].self, forKey: .arms).map {
                    ExperimentDraft.Arm(model: $0.modelID, share: $0.share.value)
                })
            if let sample = try container.decodeIfPresent(WholeNumber.self, forKey: .minimumSample) { draft.minimumSample = sample.value }
            if let ceiling = try container.decodeIfPresent(WholeNumber.self, forKey: .ceiling) { draft.ceiling = ceiling.value }
            self.draft = draft
        }
    }

    static func add(to routes: inout RouteTable) {
        routes.get(
            "/v1/experiments", "listExperiments", "Experiments with language models, the newest first", for: .owner,
            response: .array(of: ExperimentBody.schema)
        ) { call, identity in
            try call.json(try await call.services.database.read(of: identity.business) { try Experiments($0).list() }.map(ExperimentBody.init))
        }

        routes.post(
            "/v1/experiments", "createExperiment", "Prepare an experiment; it does nothing until it is started", for: .owner,
            body: ChangesBody.creation, status: .created, response: ExperimentBody.schema, otherStatuses: [409], idempotent: true
        ) { call, identity in
            let body: CreateBody = try call.decode()
            let now = call.services.clock.now()
            let experiment = try await call.services.database.write(of: identity.business) { db in
                try Experiments(db).create(
                    body.draft, models: try LLMModels(db).list().map(\.model), by: call.actor(identity), now: now)
            }
            return try call.json(ExperimentBody(experiment), status: .created)
        }

        routes.get(
            "/v1/experiments/{experiment_id}", "getExperiment", "One experiment", for: .owner, response: ExperimentBody.schema
        ) { call, identity in
            let id: ExperimentID = try call.id("experiment_id")
            return try call.json(ExperimentBody(try await call.services.database.read(of: identity.business) { try Experiments($0).find(id) }))
        }

        routes.patch(
            "/v1/experiments/{experiment_id}", "updateExperiment", "Change an experiment that has not begun", for: .owner,
            body: ChangesBody.schema, response: ExperimentBody.schema, otherStatuses: [409]
        ) { call, identity in
            let body: ChangesBody = try call.decode()
            let id: ExperimentID = try call.id("experiment_id")
            let now = call.services.clock.now()
            let experiment = try await call.services.database.write(of: identity.business) { db in
                try Experiments(db).update(
                    id, body.apply, models: try LLMModels(db).list().map(\.model), by: call.actor(identity), now: now)
            }
            return try call.json(ExperimentBody(experiment))
        }

        addActs(to: &routes)
    }

    private static func addActs(to routes: inout RouteTable) {
        routes.post(
            "/v1/experiments/{experiment_id}/start", "startExperiment", "New conversations are shared among the arms from now on", for: .owner,
            response: ExperimentBody.schema, otherStatuses: [409]
        ) { call, identity in
            let id: ExperimentID = try call.id("experiment_id")
            let now = call.services.clock.now()
            let experiment = try await call.services.database.write(of: identity.business) { db in
                try Experiments(db).start(id, by: call.actor(identity), now: now)
            }
            return try call.json(ExperimentBody(experiment))
        }

        routes.post(
            "/v1/experiments/{experiment_id}/stop", "stopExperiment", "Conversations go by the models' own shares again", for: .owner,
            response: ExperimentBody.schema, otherStatuses: [409]
        ) { call, identity in
            let id: ExperimentID = try call.id("experiment_id")
            let now = call.services.clock.now()
            let experiment = try await call.services.database.write(of: identity.business) { db in
                try Experiments(db).stop(id, by: call.actor(identity), now: now)
            }
            return try call.json(ExperimentBody(experiment))
        }

        routes.get(
            "/v1/experiments/{experiment_id}/verdict", "getExperimentVerdict",
            "What the experiment has shown so far; looking often does not make it err more often", for: .owner, response: VerdictBody.schema,
            limits: [.each(.caller, "verdicts", 60, per: .minutes(1))]
        ) { call, identity in
            let id: ExperimentID = try call.id("experiment_id")
            let verdict = try await ExperimentVerdict.current(
                of: id, in: identity.business, call.services.database, now: call.services.clock.now())
            return try call.json(VerdictBody(verdict, in: call.locale))
        }

        routes.delete(
            "/v1/experiments/{experiment_id}", "deleteExperiment", "Delete an experiment with what it has measured; one that runs ends", for: .owner,
            status: .noContent
        ) { call, identity in
            let id: ExperimentID = try call.id("experiment_id")
            let now = call.services.clock.now()
            try await call.services.database.write(of: identity.business) { db in
                try Experiments(db).delete(id, by: call.actor(identity), now: now)
            }
            return Response(status: .noContent)
        }
    }
}
