package import Store

/// Every change of the schema, in order. Append only; one file each.
package enum Schema {
    package static let migrations = [spine, vectors, models, llmCalls, inbox, files]

    /// UUIDs as text compare by bytes, not by a language's rules.
    static let id = Query.either(sqlite: "TEXT", postgres: "TEXT COLLATE \"C\"")

    /// SQLite keeps such a table in the order of its primary key, without a second tree for it.
    static let clustered = Query.either(sqlite: " WITHOUT ROWID", postgres: "")

    /// The second wall (the first is `BusinessTransaction`): without the business of the transaction a row is not
    /// there, can't be changed and can't be written, not even by the tables' owner.
    /// `kalamna.tenant` reads as an empty string after a transaction that set it: hence NULLIF.
    static func isolate(_ table: String, by column: String = "business_id") -> [Query] {
        let rule: Query = """
            \(.verbatim(column)) = NULLIF(current_setting('kalamna.tenant', TRUE), '')
            OR current_setting('kalamna.scope', TRUE) = 'everything'
            """
        func onPostgres(_ query: Query) -> Query { .either(sqlite: "SELECT 1", postgres: query) }
        return [
            onPostgres("ALTER TABLE \(.verbatim(table)) ENABLE ROW LEVEL SECURITY"),
            onPostgres("ALTER TABLE \(.verbatim(table)) FORCE ROW LEVEL SECURITY"),
            onPostgres("CREATE POLICY tenant ON \(.verbatim(table)) USING (\(rule)) WITH CHECK (\(rule))"),
        ]
    }
}
