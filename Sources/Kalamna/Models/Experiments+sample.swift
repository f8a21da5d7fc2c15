import Store

extension Experiments {
    /// Conversations beyond so many say nothing new: what they have not shown is no difference worth knowing.
    private static let largestSample = 40_000

    /// Each conversation whose measure can no longer change, in the order in which that came to be.
    package func sample(of experiment: Experiment, now: Instant) throws -> [ExperimentObservation] {
        let rows = try db.fetch(measured(experiment, until: now - Experiment.Measure.settling))
        return try rows.map { row throws in
            ExperimentObservation(
                arm: try row["model_id"], score: experiment.measure.score(try row["value"], ceiling: experiment.ceiling))
        }
    }

    private func measured(_ experiment: Experiment, until: Instant) -> Query {
        let settling = Experiment.Measure.settling.milliseconds
        /// Calls of the conversation's first day in the experiment, whichever model answered.
        func calls(_ value: Query, where condition: Query = "") -> Query {
            """
            SELECT e.model_id, e.session_id, e.assigned_at, CAST(\(value) AS DOUBLE PRECISION) AS value FROM experiment_sessions e
            JOIN llm_calls c ON c.business_id = e.business_id AND c.session_id = e.session_id
            WHERE e.business_id = \(db.business) AND e.experiment_id = \(experiment.id) AND e.assigned_at <= \(until)
              AND c.started_at >= e.assigned_at AND c.started_at < e.assigned_at + \(settling)\(condition)
            GROUP BY e.model_id, e.session_id, e.assigned_at ORDER BY e.assigned_at, e.session_id LIMIT \(Self.largestSample)
            """
        }
        switch experiment.measure {
        case .rating:
            return """
                SELECT e.model_id, CAST(f.rating AS DOUBLE PRECISION) AS value FROM experiment_sessions e
                JOIN feedback f ON f.business_id = e.business_id AND f.session_id = e.session_id
                WHERE e.business_id = \(db.business) AND e.experiment_id = \(experiment.id) AND f.created_at <= \(until)
                ORDER BY f.created_at, e.session_id LIMIT \(Self.largestSample)
                """
        case .grounded: return calls("AVG(CASE WHEN c.grounded = TRUE THEN 1.0 ELSE 0.0 END)", where: " AND c.grounded IS NOT NULL")
        // A model that gave no text kept the customer waiting until it was given up.
        case .firstToken: return calls("AVG(COALESCE(c.first_token_ms, c.total_ms))")
        case .cost: return calls("SUM(c.cost_micros)")
        case .handedOver:
            return """
                SELECT e.model_id, CAST(CASE WHEN EXISTS (SELECT 1 FROM turns t
                    WHERE t.business_id = e.business_id AND t.session_id = e.session_id AND t.outcome = 'handed_over'
                      AND t.finished_at >= e.assigned_at AND t.finished_at < e.assigned_at + \(settling))
                  THEN 1 ELSE 0 END AS DOUBLE PRECISION) AS value FROM experiment_sessions e
                WHERE e.business_id = \(db.business) AND e.experiment_id = \(experiment.id) AND e.assigned_at <= \(until)
                ORDER BY e.assigned_at, e.session_id LIMIT \(Self.largestSample)
                """
        }
    }
}

/// What one conversation says about its arm.
package struct ExperimentObservation: Sendable, Hashable {
    package let arm: LLMModelID
    /// 0…1, the higher the better.
    package let score: Double

    package init(arm: LLMModelID, score: Double) {
        self.arm = arm
        self.score = score
    }
}
