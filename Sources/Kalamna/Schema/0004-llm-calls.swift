import Store

extension Schema {
    /// What language models did and cost, and the experiments that compare them.
    static let llmCalls = Migration(
        id: "0004-llm-calls",
        statements: calls + experiments
            + ["llm_calls", "llm_usage", "experiments", "experiment_arms", "experiment_sessions"].flatMap { isolate($0) })

    private static let calls: [Query] = [
        // By the day first: reports read whole days. `day` compares by bytes, like an id.
        """
        CREATE TABLE llm_calls (
          business_id \(id) NOT NULL, day \(id) NOT NULL, id \(id) NOT NULL, session_id \(id) NOT NULL, message_id \(id),
          model_id \(id) NOT NULL, label TEXT NOT NULL, is_fallback BOOLEAN NOT NULL, started_at BIGINT NOT NULL, ending TEXT NOT NULL,
          first_token_ms BIGINT, total_ms BIGINT NOT NULL, tokens_in BIGINT NOT NULL, tokens_out BIGINT NOT NULL,
          is_estimated BOOLEAN NOT NULL, cost_micros BIGINT NOT NULL, grounded BOOLEAN, handed_over BOOLEAN NOT NULL, experiment_id \(id),
          PRIMARY KEY (business_id, day, id),
          FOREIGN KEY (business_id, session_id) REFERENCES chat_sessions (business_id, id) ON DELETE CASCADE)\(clustered)
        """,
        "CREATE INDEX llm_calls_by_session ON llm_calls (business_id, session_id)",
        // The sums that budgets ask for with each call. They stay when a conversation is erased: its money is spent.
        """
        CREATE TABLE llm_usage (
          business_id \(id) NOT NULL REFERENCES businesses (id) ON DELETE CASCADE, day \(id) NOT NULL, model_id \(id) NOT NULL,
          calls BIGINT NOT NULL, tokens BIGINT NOT NULL, cost_micros BIGINT NOT NULL, PRIMARY KEY (business_id, day, model_id))\(clustered)
        """,
    ]

    private static let experiments: [Query] = [
        """
        CREATE TABLE experiments (
          business_id \(id) NOT NULL REFERENCES businesses (id) ON DELETE CASCADE, id \(id) NOT NULL, name TEXT NOT NULL,
          measure TEXT NOT NULL, ceiling BIGINT NOT NULL, minimum_sample BIGINT NOT NULL, state TEXT NOT NULL, created_at BIGINT NOT NULL,
          started_at BIGINT, stopped_at BIGINT, checked_at BIGINT, PRIMARY KEY (business_id, id))
        """,
        // Two at once would give one conversation two models.
        "CREATE UNIQUE INDEX experiments_running ON experiments (business_id) WHERE state = 'running'",
        """
        CREATE TABLE experiment_arms (
          business_id \(id) NOT NULL, experiment_id \(id) NOT NULL, position BIGINT NOT NULL, model_id \(id) NOT NULL, label TEXT NOT NULL,
          share BIGINT NOT NULL, stopped_at BIGINT, PRIMARY KEY (business_id, experiment_id, position),
          UNIQUE (business_id, experiment_id, model_id),
          FOREIGN KEY (business_id, experiment_id) REFERENCES experiments (business_id, id) ON DELETE CASCADE)
        """,
        """
        CREATE TABLE experiment_sessions (
          business_id \(id) NOT NULL, experiment_id \(id) NOT NULL, session_id \(id) NOT NULL, model_id \(id) NOT NULL,
          assigned_at BIGINT NOT NULL, PRIMARY KEY (business_id, experiment_id, session_id),
          FOREIGN KEY (business_id, experiment_id) REFERENCES experiments (business_id, id) ON DELETE CASCADE,
          FOREIGN KEY (business_id, session_id) REFERENCES chat_sessions (business_id, id) ON DELETE CASCADE)\(clustered)
        """,
        // For the end of a conversation, which takes its rows with it.
        "CREATE INDEX experiment_sessions_by_session ON experiment_sessions (business_id, session_id)",
    ]
}
