import Store

/// What a business has used of language models so far. Money is in millionths of a US dollar.
package struct ModelSpending: Sendable, Hashable {
    /// Of the conversation that is asked about.
    package var tokensOfSession: Int64 = 0
    package var tokensToday: Int64 = 0
    package var costToday: Int64 = 0
    package var costThisMonth: Int64 = 0

    package init() {}
}

/// The calls of language models of one business in the database.
package struct LLMCalls {
    private let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    /// Stores the call, counts it in the day's sums and, in an experiment, remembers its conversation's arm.
    ///
    /// - Parameter message: the answer that the call was for; nil: nothing was said.
    package func insert(_ call: LLMCall, message: ChatMessageID? = nil) throws {
        try db.send(
            """
            INSERT INTO llm_calls (business_id, day, id, session_id, message_id, model_id, label, is_fallback, started_at, ending,
              first_token_ms, total_ms, tokens_in, tokens_out, is_estimated, cost_micros, grounded, handed_over, experiment_id)
            VALUES (\(db.business), \(call.day), \(call.id), \(call.session), \(message), \(call.model), \(call.label), \(call.isFallback),
              \(call.startedAt), \(call.ending), \(call.firstToken), \(call.total), \(call.usage.input), \(call.usage.output),
              \(call.usage.isEstimated), \(call.cost), \(call.grounded), \(call.handedOver), \(call.place?.experiment))
            """)
        try db.send(
            """
            INSERT INTO llm_usage (business_id, day, model_id, calls, tokens, cost_micros)
            VALUES (\(db.business), \(call.day), \(call.model), 1, \(call.usage.input + call.usage.output), \(call.cost))
            ON CONFLICT (business_id, day, model_id) DO UPDATE SET calls = llm_usage.calls + 1,
              tokens = llm_usage.tokens + excluded.tokens, cost_micros = llm_usage.cost_micros + excluded.cost_micros
            """)
        guard let place = call.place else { return }
        // From a SELECT: an experiment that was deleted meanwhile is no reason to lose the answer.
        try db.send(
            """
            INSERT INTO experiment_sessions (business_id, experiment_id, session_id, model_id, assigned_at)
            SELECT business_id, id, \(call.session), \(place.arm), \(call.startedAt) FROM experiments
            WHERE business_id = \(db.business) AND id = \(place.experiment) AND state = 'running'
            ON CONFLICT (business_id, experiment_id, session_id) DO NOTHING
            """)
    }

    /// - Parameter day: today, in the business's zone.
    package func spending(of session: ChatSessionID, on day: LocalDate) throws -> ModelSpending {
        let ofSession = try db.send(
            """
            SELECT CAST(COALESCE(SUM(tokens_in + tokens_out), 0) AS BIGINT) AS tokens FROM llm_calls
            WHERE business_id = \(db.business) AND session_id = \(session)
            """)
        // From the beginning of the month; a day of it is at most a row for each model.
        let ofBusiness = try db.send(
            """
            SELECT CAST(COALESCE(SUM(CASE WHEN day = \(day) THEN tokens ELSE 0 END), 0) AS BIGINT) AS tokens_today,
              CAST(COALESCE(SUM(CASE WHEN day = \(day) THEN cost_micros ELSE 0 END), 0) AS BIGINT) AS cost_today,
              CAST(COALESCE(SUM(cost_micros), 0) AS BIGINT) AS cost_this_month
            FROM llm_usage WHERE business_id = \(db.business) AND day >= \(day.firstOfMonth) AND day <= \(day)
            """)
        var spending = ModelSpending()
        if let row = try ofSession.get().first { spending.tokensOfSession = try row["tokens"] }
        if let row = try ofBusiness.get().first {
            spending.tokensToday = try row["tokens_today"]
            spending.costToday = try row["cost_today"]
            spending.costThisMonth = try row["cost_this_month"]
        }
        return spending
    }
}
