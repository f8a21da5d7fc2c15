import Foundation
import Logging
import Store
import TestSupport
import Testing

@testable import Kalamna

/// The life of an experiment, what it measures, and its end by itself.
@Suite struct ExperimentsTests {
    private struct Trial: Sendable {
        let stage: CallStage
        let models: [LLMModel]
        let experiment: Experiment

        var place: @Sendable (Int) -> ExperimentPlace {
            { [experiment, models] arm in ExperimentPlace(experiment: experiment.id, arm: models[arm].id) }
        }

        /// Running, with arms of equal shares.
        init(
            _ kalamna: TestKalamna, _ business: TestBusiness? = nil, measure: Experiment.Measure = .rating, arms: Int = 2, starts: Bool = true
        ) async throws {
            self.stage = try await CallStage(kalamna, business)
            let models = try (0..<arms).map { try CallStage.model("Model \($0)") }
            self.models = models
            let draft = ExperimentDraft(
                name: "Trial", measure: measure, arms: models.map { ExperimentDraft.Arm(model: $0.id, share: 50) }, minimumSample: 30)
            let now = kalamna.clock.now
            self.experiment = try await kalamna.database.write(of: stage.id) { db in
                let made = try Experiments(db).create(draft, models: models, by: .system, now: now)
                return starts ? try Experiments(db).start(made.id, by: .system, now: now) : made
            }
        }

        /// One call in each of so many new conversations of the arm.
        @discardableResult
        func talk(_ count: Int, _ arm: Int, _ change: (inout LLMCall) -> Void = { _ in }) async throws -> [ChatSessionID] {
            let now = stage.kalamna.clock.now
            let sessions = try await stage.sessions(count)
            try await stage.insert(
                sessions.map { session in
                    var call = LLMCall.sample(of: models[arm], in: session, at: now, firstToken: 100 + arm * 2000, place: place(arm))
                    change(&call)
                    return call
                })
            return sessions
        }

        func verdict() async throws -> ExperimentVerdict {
            try await ExperimentVerdict.current(of: experiment.id, in: stage.id, stage.kalamna.database, now: stage.kalamna.clock.now)
        }

        func stored() async throws -> Experiment {
            try await stage.kalamna.database.read(of: stage.id) { [id = experiment.id] in try Experiments($0).find(id) }
        }
    }

    @Test(arguments: Engine.all) func oneRunsAtATime(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (first, second) = (try await Trial(kalamna), try await Trial(kalamna, starts: false))
        let theirs = try await Trial(kalamna, kalamna.globex)
        let now = kalamna.clock.now
        func act(_ body: @escaping @Sendable (Experiments) throws -> Experiment) async throws -> Failure? {
            try await failure { try await kalamna.database.write(of: first.stage.id) { try body(Experiments($0)) } }
        }
        #expect(try await act { try $0.start(second.experiment.id, by: .system, now: now) }?.code == "experiment_running")
        #expect(try await act { try $0.stop(second.experiment.id, by: .system, now: now) }?.code == "experiment_not_started")
        #expect(
            try await act { try $0.update(first.experiment.id, { _ in }, models: first.models, by: .system, now: now) }?.code == "experiment_started")
        for other in [theirs.experiment.id] {
            #expect(try await act { try $0.find(other) }?.kind == .notFound)
            #expect(try await act { try $0.start(other, by: .system, now: now) }?.kind == .notFound)
            #expect(try await act { try $0.stop(other, by: .system, now: now) }?.kind == .notFound)
            #expect(
                try await act {
                    try $0.delete(other, by: .system, now: now)
                    return first.experiment
                }?.kind == .notFound)
        }
        #expect(try await act { try $0.stop(first.experiment.id, by: .system, now: now) } == nil)
        #expect(try await act { try $0.start(first.experiment.id, by: .system, now: now) }?.code == "experiment_stopped")
        #expect(try await act { try $0.start(second.experiment.id, by: .system, now: now) } == nil)
        let (running, listed) = try await kalamna.database.read(of: first.stage.id) { (try Experiments($0).running(), try Experiments($0).list()) }
        #expect(running?.id == second.experiment.id && listed.count == 2)
        #expect(try await theirs.stored().state == .running)
    }

    @Test func draftsAreChecked() throws {
        let models = try (0..<3).map { try CallStage.model("Model \($0)") }
        var off = models[2]
        off.isActive = false
        let draft = ExperimentDraft(
            name: " ", measure: .rating,
            arms: [
                .init(model: models[0].id, share: 0), .init(model: off.id, share: 5),
                .init(model: LLMModelID(at: Instant(milliseconds: 0)), share: 5),
            ],
            minimumSample: 1, ceiling: 5)
        let now = Instant(milliseconds: 0)
        let refusal = #expect(throws: Failure.self) {
            try draft.experiment(id: ExperimentID(at: now), models: [models[0], models[1], off], now: now)
        }
        #expect(
            refusal?.fields.map(\.field) == ["name", "minimum_sample", "ceiling", "arms.0.share", "arms.1.model_id", "arms.2.model_id"])
        let twice = ExperimentDraft(name: "x", measure: .cost, arms: [.init(model: models[0].id, share: 1), .init(model: models[0].id, share: 1)])
        #expect(
            #expect(throws: Failure.self) { try twice.experiment(id: ExperimentID(at: now), models: models, now: now) }?.fields.map(\.field) == [
                "arms"
            ])
    }

    /// A conversation keeps its arm, and one that began before has none.
    @Test(arguments: Engine.all) func conversationsKeepTheirArm(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let early = try await Talk(kalamna).session()
        kalamna.clock.advance(by: .seconds(1))
        let trial = try await Trial(kalamna)
        let late = try await Talk(kalamna).session()
        #expect(trial.experiment.arms(for: early) == nil)
        #expect(trial.experiment.arms(for: late)?.arms.map(\.model) == trial.models.map(\.id))
        #expect(trial.experiment.place(of: late, first: trial.models[1].id) == trial.place(1))
        #expect(trial.experiment.place(of: late, first: try CallStage.model("Other").id) == nil)
        #expect(trial.experiment.place(of: early, first: trial.models[1].id) == nil)

        let session = try await trial.talk(1, 0)[0]
        // Another model had to step in: the conversation stays in its arm.
        try await trial.stage.insert([.sample(of: trial.models[1], in: session, at: kalamna.clock.now, place: trial.place(1))])
        try await trial.stage.rate(session, 5)
        kalamna.clock.advance(by: .hours(24))
        let (id, now) = (trial.experiment, kalamna.clock.now)
        let sample = try await kalamna.database.read(of: trial.stage.id) { try Experiments($0).sample(of: id, now: now) }
        #expect(sample == [ExperimentObservation(arm: trial.models[0].id, score: 1)])
    }

    /// A number that may still change is not counted.
    @Test(arguments: Engine.all) func ratingsCountWhenTheyAreFinal(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let trial = try await Trial(kalamna)
        for (session, stars) in zip(try await trial.talk(5, 0), 1...5) { try await trial.stage.rate(session, stars) }
        #expect(try await trial.verdict().arms.map(\.sample) == [0, 0])
        kalamna.clock.advance(by: .hours(24))
        let verdict = try await trial.verdict()
        #expect(verdict.arms.map(\.sample) == [5, 0] && verdict.arms[0].mean == 0.4 && verdict.arms[1].mean == nil)
        #expect(verdict.finding == .tooFew && verdict.comparisons.isEmpty)
        #expect(verdict.words.ar.contains("30") && verdict.words.en.contains("Model 1"))
    }

    @Test(arguments: Engine.all, Experiment.Measure.allCases) func aClearlyWorseArmIsStopped(engine: Engine, measure: Experiment.Measure) async throws
    {
        let kalamna = try await TestKalamna(engine)
        let trial = try await Trial(kalamna, measure: measure)
        let theirs = try await Trial(kalamna, kalamna.globex, measure: measure)
        for arm in [0, 1] {
            let isGood = arm == 0
            let sessions = try await trial.talk(60, arm) { $0.grounded = isGood }
            try await kalamna.database.write(of: trial.stage.id) { [now = kalamna.clock.now] db in
                for session in sessions {
                    _ = try FeedbackEntries(db).save(rating: isGood ? 5 : 2, comment: "", for: session, now: now)
                    try db.execute(
                        """
                        INSERT INTO turns (business_id, message_id, session_id, seq, state, attempts, outcome, created_at, finished_at)
                        VALUES (\(db.business), \(session), \(session), 1, 'done', 0, \(isGood ? TurnOutcome.answered : .handedOver), \(now), \(now))
                        """)
                    if !isGood {
                        try db.execute(
                            "UPDATE llm_calls SET cost_micros = 12000 WHERE business_id = \(db.business) AND session_id = \(session)")
                    }
                }
            }
        }
        let watch = ExperimentWatch(database: kalamna.database, clock: kalamna.clock.wall, logger: .quiet)
        await watch.check()
        #expect(try await trial.stored().state == .running, "nothing is final yet")
        kalamna.clock.advance(by: .hours(24))
        await watch.check()
        let stopped = try await trial.stored()
        #expect(stopped.state == .stopped && stopped.stoppedAt == kalamna.clock.now && stopped.runningArms.map(\.model) == [trial.models[0].id])
        let verdict = try await trial.verdict()
        #expect(verdict.finding == .decided && verdict.worse == [trial.models[1].id] && verdict.leading?.first == trial.models[0].id)
        let leading = try #require(verdict.leading)
        #expect(leading.interval.lowerBound > 0 && leading.interval.contains(leading.difference))
        #expect(verdict.words.ar.contains("Model 0") && verdict.words.en.contains("stopped: “Model 1”"), "\(verdict.words.en)")
        #expect(try await theirs.stored().state == .running)
        let audit = try await kalamna.database.read(of: trial.stage.id) { try AuditLog($0).entries(limit: 10).items.map(\.action) }
        #expect(audit.contains(.experimentArmStopped) && audit.contains(.experimentStopped))
    }

    /// Of three, the worst goes and the others go on.
    @Test(arguments: Engine.all) func theOthersGoOn(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let trial = try await Trial(kalamna, measure: .grounded, arms: 3)
        for arm in 0..<3 { try await trial.talk(60, arm) { $0.grounded = arm != 2 } }
        kalamna.clock.advance(by: .hours(24))
        let watch = ExperimentWatch(database: kalamna.database, clock: kalamna.clock.wall, logger: .quiet)
        await watch.check()
        let after = try await trial.stored()
        #expect(after.state == .running && after.runningArms.map(\.model) == [trial.models[0].id, trial.models[1].id])
        #expect(try await trial.verdict().finding == .someWorse)
        let late = try await Talk(kalamna).session()
        #expect(after.arms(for: late)?.arms.count == 2)
    }

    @Test func noDifferenceIsSaidInWords() throws {
        let models = try (0..<2).map { try CallStage.model("Model \($0)") }
        let experiment = Experiment(
            id: ExperimentID(at: Instant(milliseconds: 0)), name: "x", measure: .firstToken, ceiling: 10_000, minimumSample: 30, state: .running,
            arms: models.map { Experiment.Arm(model: $0.id, label: $0.label, share: 1) }, createdAt: Instant(milliseconds: 0))
        let sample = (0..<400).flatMap { number in
            models.map { ExperimentObservation(arm: $0.id, score: number % 2 == 0 ? 0.9 : 0.8) }
        }
        let verdict = ExperimentVerdict(experiment, sample: sample)
        #expect(verdict.finding == .noDifference && verdict.comparisons.count == 1 && verdict.worse.isEmpty)
        #expect(verdict.words.ar.contains("800") && verdict.words.ar.contains("مللي ثانية") && verdict.words.en.contains("No difference yet"))
    }
}
