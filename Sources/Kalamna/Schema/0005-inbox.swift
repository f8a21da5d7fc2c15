import Store

extension Schema {
    /// The inbox of the business's people: their notes, their canned replies, and the ways to what needs them.
    static let inbox = Migration(
        id: "0005-inbox",
        statements: inboxTables + inboxIndexes + ["session_notes", "canned_replies"].flatMap { isolate($0) })

    private static let inboxTables: [Query] = [
        """
        CREATE TABLE session_notes (
          business_id \(id) NOT NULL, session_id \(id) NOT NULL, id \(id) NOT NULL, admin_id \(id) NOT NULL, text TEXT NOT NULL,
          created_at BIGINT NOT NULL, PRIMARY KEY (business_id, session_id, id),
          FOREIGN KEY (business_id, session_id) REFERENCES chat_sessions (business_id, id) ON DELETE CASCADE)\(clustered)
        """,
        """
        CREATE TABLE canned_replies (
          business_id \(id) NOT NULL REFERENCES businesses (id) ON DELETE CASCADE, id \(id) NOT NULL, title TEXT NOT NULL,
          text TEXT NOT NULL, shortcut TEXT NOT NULL, created_by \(id), updated_at BIGINT NOT NULL,
          PRIMARY KEY (business_id, id), UNIQUE (business_id, shortcut))
        """,
    ]

    private static let inboxIndexes: [Query] = [
        // Few at any time, among many that the bot talks to. Without a time, for the reason of `chat_sessions_active`.
        """
        CREATE INDEX chat_sessions_with_people ON chat_sessions (business_id, handling)
        WHERE status = 'active' AND handling <> 'bot'
        """,
        "CREATE INDEX feedback_by_creation ON feedback (business_id, created_at, session_id)",
        """
        CREATE INDEX content_gaps_open ON content_gaps (business_id, frequency, last_seen_at)
        WHERE status IN ('open', 'in_progress')
        """,
    ]
}
