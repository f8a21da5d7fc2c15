import Store

/// The experiments of one business in the database.
package struct Experiments {
    /// Of a business.
    package static let most = 100

    private static let columns: Query = """
        id, name, measure, ceiling, minimum_sample, state, created_at, started_at, stopped_at
        """

    let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    // MARK: reading

    /// The newest first.
    package func list() throws -> [Experiment] { try fetch(" ORDER BY created_at DESC, id DESC LIMIT \(Self.most)") }

    package func find(_ id: ExperimentID) throws -> Experiment {
        guard let found = try fetch(" AND id = \(id)").first else { throw Failure.notFound }
        return found
    }

    /// The one that runs, if any. Read with each turn that asks a model.
    package func running() throws -> Experiment? { try fetch(" AND state = 'running'").first }

    private func fetch(_ conditions: Query, locking: Query = "") throws -> [Experiment] {
        var experiments = try db.fetch(
            "SELECT \(Self.columns) FROM experiments WHERE business_id = \(db.business)\(conditions)\(locking)"
        ).map { row throws in try Experiment(row) }
        if experiments.isEmpty { return [] }
        let rows = try db.fetch(
            """
            SELECT experiment_id, model_id, label, share, stopped_at FROM experiment_arms
            WHERE business_id = \(db.business) AND experiment_id IN \(list: experiments.map(\.id)) ORDER BY experiment_id, position
            """)
        var arms: [ExperimentID: [Experiment.Arm]] = [:]
        for row in rows {
            arms[try row["experiment_id"], default: []].append(
                Experiment.Arm(
                    model: try row["model_id"], label: try row["label"], share: try row["share"], stoppedAt: try row["stopped_at"]))
        }
        for index in experiments.indices { experiments[index].arms = arms[experiments[index].id] ?? [] }
        return experiments
    }

    private func lock(_ id: ExperimentID) throws -> Experiment {
        guard let found = try fetch(" AND id = \(id)", locking: forUpdate).first else { throw Failure.notFound }
        return found
    }

    // MARK: changing

    /// - Parameter models: those that the business may use.
    package func create(_ draft: ExperimentDraft, models: [LLMModel], by actor: AuditLog.Actor, now: Instant) throws -> Experiment {
        let experiment = try draft.experiment(id: ExperimentID(at: now), models: models, now: now)
        try Businesses(db).lock()
        let row = try db.first("SELECT COUNT(*) AS experiments FROM experiments WHERE business_id = \(db.business)")
        if let row, try row["experiments"] as Int >= Self.most {
            throw Failure(
                .conflict, code: "too_many_experiments", ar: "وصلت لأقصى عدد تجارب (\(Self.most)). امسح تجربة قديمة الأول.",
                en: "You have the most experiments possible (\(Self.most)). Delete an old one first.")
        }
        try insert(experiment)
        try AuditLog(db).record(actor, .experimentCreated, .experiment(experiment.id), now: now)
        return experiment
    }

    /// Only a draft: what has begun would no longer compare like with like.
    package func update(
        _ id: ExperimentID, _ change: (inout ExperimentDraft) -> Void, models: [LLMModel], by actor: AuditLog.Actor, now: Instant
    ) throws -> Experiment {
        let old = try lock(id)
        guard old.state == .draft else {
            throw Failure(
                .conflict, code: "experiment_started", ar: "التجربة بدأت خلاص ومش ممكن تتغير. وقفها واعمل واحدة جديدة.",
                en: "The experiment has begun and can't be changed. Stop it and make a new one.")
        }
        var draft = ExperimentDraft(old)
        change(&draft)
        let experiment = try draft.experiment(id: id, models: models, now: old.createdAt)
        try db.execute("DELETE FROM experiments WHERE business_id = \(db.business) AND id = \(id)")
        try insert(experiment)
        try AuditLog(db).record(actor, .experimentUpdated, .experiment(id), now: now)
        return experiment
    }

    /// With what it has measured. One that runs ends; nothing is taken from the conversations.
    package func delete(_ id: ExperimentID, by actor: AuditLog.Actor, now: Instant) throws {
        guard try db.execute("DELETE FROM experiments WHERE business_id = \(db.business) AND id = \(id)") == 1 else { throw Failure.notFound }
        try AuditLog(db).record(actor, .experimentDeleted, .experiment(id), now: now)
    }

    /// From now on new conversations are shared among the arms. One experiment of a business at a time.
    package func start(_ id: ExperimentID, by actor: AuditLog.Actor, now: Instant) throws -> Experiment {
        try Businesses(db).lock()
        var experiment = try lock(id)
        if experiment.state == .running { return experiment }
        guard experiment.state == .draft else {
            throw Failure(
                .conflict, code: "experiment_stopped", ar: "التجربة دي خلصت. اعمل واحدة جديدة بنفس الموديلات.",
                en: "This experiment has ended. Make a new one with the same models.")
        }
        if let other = try running() {
            throw Failure(
                .conflict, code: "experiment_running", ar: "فيه تجربة تانية شغالة («\(other.name)»). وقفها الأول.",
                en: "Another experiment is running (“\(other.name)”). Stop it first.")
        }
        experiment.state = .running
        experiment.startedAt = now
        try save(experiment)
        try AuditLog(db).record(actor, .experimentStarted, .experiment(id), now: now)
        return experiment
    }

    /// The conversations go by the models' own shares again. Stopping one that has ended changes nothing.
    package func stop(_ id: ExperimentID, by actor: AuditLog.Actor, now: Instant) throws -> Experiment {
        var experiment = try lock(id)
        switch experiment.state {
        case .stopped: return experiment
        case .draft:
            throw Failure(
                .conflict, code: "experiment_not_started", ar: "التجربة لسه ما بدأتش، فمفيش حاجة تقف.",
                en: "The experiment has not begun: there is nothing to stop.")
        case .running: break
        }
        experiment.state = .stopped
        experiment.stoppedAt = now
        try save(experiment)
        try AuditLog(db).record(actor, .experimentStopped, .experiment(id), now: now)
        return experiment
    }

    /// The arms that were found to be clearly worse get no more conversations. With one arm left the experiment is over.
    func stop(arms: Set<LLMModelID>, of id: ExperimentID, now: Instant) throws -> Experiment {
        var experiment = try lock(id)
        guard experiment.state == .running else { return experiment }
        for index in experiment.arms.indices where arms.contains(experiment.arms[index].model) && experiment.arms[index].stoppedAt == nil {
            experiment.arms[index].stoppedAt = now
            try db.execute(
                """
                UPDATE experiment_arms SET stopped_at = \(now)
                WHERE business_id = \(db.business) AND experiment_id = \(id) AND model_id = \(experiment.arms[index].model)
                """)
            try AuditLog(db).record(.system, .experimentArmStopped, .experiment(id), now: now)
        }
        return experiment.runningArms.count > 1 ? experiment : try stop(id, by: .system, now: now)
    }

    private func save(_ experiment: Experiment) throws {
        try db.execute(
            """
            UPDATE experiments SET state = \(experiment.state), started_at = \(experiment.startedAt), stopped_at = \(experiment.stoppedAt)
            WHERE business_id = \(db.business) AND id = \(experiment.id)
            """)
    }

    private func insert(_ experiment: Experiment) throws {
        try db.execute(
            """
            INSERT INTO experiments (business_id, id, name, measure, ceiling, minimum_sample, state, created_at)
            VALUES (\(db.business), \(experiment.id), \(experiment.name), \(experiment.measure), \(experiment.ceiling),
              \(experiment.minimumSample), \(experiment.state), \(experiment.createdAt))
            """)
        for (position, arm) in experiment.arms.enumerated() {
            try db.execute(
                """
                INSERT INTO experiment_arms (business_id, experiment_id, position, model_id, label, share)
                VALUES (\(db.business), \(experiment.id), \(position), \(arm.model), \(arm.label), \(arm.share))
                """)
        }
    }
}

extension Experiment {
    /// Without its arms.
    fileprivate init(_ row: ResultRow) throws {
        self.init(
            id: try row["id"], name: try row["name"], measure: try row["measure"], ceiling: try row["ceiling"],
            minimumSample: try row["minimum_sample"], state: try row["state"], arms: [], createdAt: try row["created_at"],
            startedAt: try row["started_at"], stoppedAt: try row["stopped_at"])
    }
}

extension AuditLog.Action {
    package static let experimentCreated = Self(rawValue: "experiment.created")
    package static let experimentUpdated = Self(rawValue: "experiment.updated")
    package static let experimentDeleted = Self(rawValue: "experiment.deleted")
    package static let experimentStarted = Self(rawValue: "experiment.started")
    package static let experimentStopped = Self(rawValue: "experiment.stopped")
    package static let experimentArmStopped = Self(rawValue: "experiment.arm_stopped")
}

extension AuditLog.Object {
    package static func experiment(_ id: ExperimentID) -> Self { Self(kind: "experiment", id: id.description) }
}
