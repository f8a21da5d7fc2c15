package import Logging
import Store

/// Looks after the experiments that run: an arm that is clearly worse gets no more customers. Called by time alone (`Housekeeping`);
/// how often it looks does not make it err more often.
package struct ExperimentWatch: Sendable {
    /// Between two looks at one experiment.
    package static let interval = Duration.minutes(10)

    private let database: Database
    private let clock: WallClock
    private let logger: Logger

    package init(database: Database, clock: WallClock, logger: Logger) {
        self.database = database
        self.clock = clock
        self.logger = logger
    }

    /// Those of all businesses that were not looked at for a while. One that can't be judged does not keep the others waiting.
    package func check() async {
        let now = clock.now()
        do {
            let due = try await database.readAcrossBusinesses { transaction in
                try transaction.fetch(
                    """
                    SELECT business_id, id FROM experiments
                    WHERE state = 'running' AND (checked_at IS NULL OR checked_at <= \(now - Self.interval)) LIMIT 200
                    """
                ).map { row throws in (business: try row["business_id"] as BusinessID, experiment: try row["id"] as ExperimentID) }
            }
            for (business, experiment) in due { await check(experiment, of: business, now: now) }
        } catch {
            logger.error("looking after experiments failed", metadata: ["error": "\(String(reflecting: error))"])
        }
    }

    private func check(_ id: ExperimentID, of business: BusinessID, now: Instant) async {
        do {
            let verdict = try await ExperimentVerdict.current(of: id, in: business, database, now: now)
            let worse = Set(verdict.worse)
            let after = try await database.write(of: business) { db in
                try db.execute("UPDATE experiments SET checked_at = \(now) WHERE business_id = \(db.business) AND id = \(id)")
                return try Experiments(db).stop(arms: worse, of: id, now: now)
            }
            if after.runningArms.count < verdict.experiment.runningArms.count {
                logger.notice(
                    "experiment: clearly worse models were stopped",
                    metadata: ["experiment": "\(id)", "left": "\(after.runningArms.count)", "state": "\(after.state.rawValue)"])
            }
        } catch {
            logger.error("looking after an experiment failed", metadata: ["experiment": "\(id)", "error": "\(String(reflecting: error))"])
        }
    }
}
