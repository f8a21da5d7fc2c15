import Store

extension Schema {
    /// Language models: those that a business has registered, and those that the operator shares with all.
    static let models = Migration(
        id: "0003-models",
        statements: [
            """
            CREATE TABLE llm_models (
              business_id \(id) NOT NULL REFERENCES businesses (id) ON DELETE CASCADE, id \(id) NOT NULL, \(modelColumns),
              PRIMARY KEY (business_id, id))
            """,
            "CREATE TABLE shared_llm_models (id \(id) PRIMARY KEY, \(modelColumns))",
            "ALTER TABLE business_settings ADD COLUMN model_settings TEXT NOT NULL DEFAULT '{}'",
        ] + isolate("llm_models") + share("shared_llm_models"))

    /// `secret_sealed` opens only in its own row and with the installation's key (`SecretBox`).
    private static let modelColumns: Query = """
        provider TEXT NOT NULL, label TEXT NOT NULL, model TEXT NOT NULL, version TEXT NOT NULL, address TEXT NOT NULL,
        parameters TEXT NOT NULL, input_price BIGINT NOT NULL, output_price BIGINT NOT NULL, traffic_share BIGINT NOT NULL,
        fallback_rank BIGINT NOT NULL, is_active BOOLEAN NOT NULL, is_local BOOLEAN NOT NULL, secret_sealed TEXT,
        created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL
        """

    /// Rows of the operator: every business reads them, none writes them.
    private static func share(_ table: String) -> [Query] {
        let rule: Query = "current_setting('kalamna.scope', TRUE) = 'everything'"
        func onPostgres(_ query: Query) -> Query { .either(sqlite: "SELECT 1", postgres: query) }
        return [
            onPostgres("ALTER TABLE \(.verbatim(table)) ENABLE ROW LEVEL SECURITY"),
            onPostgres("ALTER TABLE \(.verbatim(table)) FORCE ROW LEVEL SECURITY"),
            onPostgres("CREATE POLICY everybody_reads ON \(.verbatim(table)) FOR SELECT USING (TRUE)"),
            onPostgres("CREATE POLICY operator_writes ON \(.verbatim(table)) USING (\(rule)) WITH CHECK (\(rule))"),
        ]
    }
}
