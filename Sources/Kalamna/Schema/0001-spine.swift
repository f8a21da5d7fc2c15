import Store

extension Schema {
    /// Businesses and their people, knowledge, conversations and turns (docs/data-model.md says why of each).
    static let spine = Migration(
        id: "0001-spine",
        statements: businesses + knowledge + conversations + operations
            + isolate("businesses", by: "id")
            + [
                "business_settings", "admins", "admin_sessions", "invitations", "api_keys", "end_users", "user_segments", "knowledge_items",
                "knowledge_versions", "knowledge_chunks", "knowledge_usage", "chat_sessions", "chat_messages", "turns", "feedback",
                "content_gaps", "content_gap_queries", "idempotency_keys", "audit_log",
            ].flatMap { isolate($0) })

    private static let businesses: [Query] = [
        """
        CREATE TABLE businesses (
          id \(id) PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, description TEXT NOT NULL, industry TEXT NOT NULL,
          domain_url TEXT, status TEXT NOT NULL, knowledge_version BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL)
        """,
        """
        CREATE TABLE business_settings (
          business_id \(id) PRIMARY KEY REFERENCES businesses (id) ON DELETE CASCADE,
          bot_name TEXT NOT NULL, tone_style TEXT NOT NULL, auto_reply_enabled BOOLEAN NOT NULL, outside_hours TEXT NOT NULL,
          operating_hours TEXT NOT NULL, timezone TEXT NOT NULL, locale TEXT NOT NULL, greeting TEXT NOT NULL, away_message TEXT NOT NULL,
          confidence_threshold DOUBLE PRECISION NOT NULL, idle_minutes BIGINT NOT NULL, reopen_minutes BIGINT NOT NULL,
          updated_at BIGINT NOT NULL)
        """,
        """
        CREATE TABLE admins (
          business_id \(id) NOT NULL REFERENCES businesses (id) ON DELETE CASCADE, id \(id) NOT NULL,
          email TEXT NOT NULL, email_folded TEXT NOT NULL UNIQUE, name TEXT NOT NULL, password_hash TEXT NOT NULL, role TEXT NOT NULL,
          is_active BOOLEAN NOT NULL, last_login_at BIGINT, created_at BIGINT NOT NULL, PRIMARY KEY (business_id, id))
        """,
        """
        CREATE TABLE admin_sessions (
          token_hash TEXT PRIMARY KEY, business_id \(id) NOT NULL, admin_id \(id) NOT NULL, user_agent TEXT NOT NULL,
          created_at BIGINT NOT NULL, last_seen_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
          FOREIGN KEY (business_id, admin_id) REFERENCES admins (business_id, id) ON DELETE CASCADE)
        """,
        "CREATE INDEX admin_sessions_by_admin ON admin_sessions (business_id, admin_id)",
        """
        CREATE TABLE invitations (
          business_id \(id) NOT NULL REFERENCES businesses (id) ON DELETE CASCADE, id \(id) NOT NULL,
          email TEXT NOT NULL, role TEXT NOT NULL, token_hash TEXT NOT NULL UNIQUE, invited_by \(id) NOT NULL,
          created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, accepted_at BIGINT, revoked_at BIGINT, PRIMARY KEY (business_id, id))
        """,
        """
        CREATE TABLE api_keys (
          business_id \(id) NOT NULL REFERENCES businesses (id) ON DELETE CASCADE, id \(id) NOT NULL,
          kind TEXT NOT NULL, name TEXT NOT NULL, hint TEXT NOT NULL, secret_hash TEXT NOT NULL UNIQUE, allowed_origins TEXT NOT NULL,
          is_active BOOLEAN NOT NULL, created_by \(id), created_at BIGINT NOT NULL, last_used_at BIGINT, expires_at BIGINT,
          revoked_at BIGINT, revoked_by \(id), replaces \(id), PRIMARY KEY (business_id, id))
        """,
    ]

    private static let knowledge: [Query] = [
        """
        CREATE TABLE knowledge_items (
          business_id \(id) NOT NULL REFERENCES businesses (id) ON DELETE CASCADE, id \(id) NOT NULL,
          base_type TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL, search_text TEXT NOT NULL, category TEXT NOT NULL,
          language TEXT NOT NULL, status TEXT NOT NULL, failure_reason TEXT, current_version BIGINT NOT NULL, external_id TEXT,
          file_url TEXT, file_type TEXT, created_by \(id), created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,
          PRIMARY KEY (business_id, id))
        """,
        "CREATE UNIQUE INDEX knowledge_items_by_external_id ON knowledge_items (business_id, external_id) WHERE external_id IS NOT NULL",
        "CREATE INDEX knowledge_items_by_update ON knowledge_items (business_id, updated_at, id)",
        """
        CREATE TABLE knowledge_versions (
          business_id \(id) NOT NULL, item_id \(id) NOT NULL, version BIGINT NOT NULL, title TEXT NOT NULL, category TEXT NOT NULL,
          language TEXT NOT NULL, content_json TEXT NOT NULL, created_by \(id), created_at BIGINT NOT NULL, restored_from BIGINT,
          PRIMARY KEY (business_id, item_id, version),
          FOREIGN KEY (business_id, item_id) REFERENCES knowledge_items (business_id, id) ON DELETE CASCADE)
        """,
        """
        CREATE TABLE knowledge_chunks (
          business_id \(id) NOT NULL, id \(id) NOT NULL, item_id \(id) NOT NULL, version BIGINT NOT NULL, position BIGINT NOT NULL,
          heading TEXT NOT NULL, content TEXT NOT NULL, answer TEXT,
          PRIMARY KEY (business_id, id),
          FOREIGN KEY (business_id, item_id) REFERENCES knowledge_items (business_id, id) ON DELETE CASCADE)
        """,
        "CREATE INDEX knowledge_chunks_by_item ON knowledge_chunks (business_id, item_id, position)",
    ]

    private static let conversations: [Query] = [
        """
        CREATE TABLE end_users (
          business_id \(id) NOT NULL REFERENCES businesses (id) ON DELETE CASCADE, id \(id) NOT NULL,
          channel TEXT NOT NULL, external_id TEXT, name TEXT, phone TEXT, email TEXT, attributes TEXT NOT NULL, status TEXT NOT NULL,
          first_seen_at BIGINT NOT NULL, last_seen_at BIGINT NOT NULL, PRIMARY KEY (business_id, id))
        """,
        "CREATE UNIQUE INDEX end_users_by_external_id ON end_users (business_id, channel, external_id) WHERE external_id IS NOT NULL",
        "CREATE INDEX end_users_by_last_seen ON end_users (business_id, last_seen_at, id)",
        """
        CREATE TABLE user_segments (
          business_id \(id) NOT NULL, id \(id) NOT NULL, end_user_id \(id) NOT NULL, segment TEXT NOT NULL, valid_from BIGINT NOT NULL,
          valid_until BIGINT, reason TEXT NOT NULL, assigned_by \(id), PRIMARY KEY (business_id, id),
          FOREIGN KEY (business_id, end_user_id) REFERENCES end_users (business_id, id) ON DELETE CASCADE)
        """,
        """
        CREATE TABLE chat_sessions (
          business_id \(id) NOT NULL, id \(id) NOT NULL, end_user_id \(id) NOT NULL, token_hash TEXT NOT NULL UNIQUE, api_key_id \(id),
          channel TEXT NOT NULL, status TEXT NOT NULL, handling TEXT NOT NULL, assigned_admin_id \(id), department_id \(id), topic TEXT,
          priority TEXT NOT NULL, locale TEXT NOT NULL, started_at BIGINT NOT NULL, last_activity_at BIGINT NOT NULL, ended_at BIGINT,
          end_reason TEXT, last_seq BIGINT NOT NULL, unanswered BIGINT NOT NULL, noticed TEXT,
          turn_owner TEXT, turn_lease_until BIGINT, turn_fence BIGINT NOT NULL,
          PRIMARY KEY (business_id, id),
          FOREIGN KEY (business_id, end_user_id) REFERENCES end_users (business_id, id) ON DELETE CASCADE)\(clustered)
        """,
        "CREATE INDEX chat_sessions_by_activity ON chat_sessions (business_id, last_activity_at, id)",
        "CREATE INDEX chat_sessions_by_user ON chat_sessions (business_id, end_user_id)",
        // Without the time of the last activity: a message should not have to move its session in two indexes.
        "CREATE INDEX chat_sessions_active ON chat_sessions (business_id) WHERE status = 'active'",
        """
        CREATE TABLE chat_messages (
          business_id \(id) NOT NULL, id \(id) NOT NULL, session_id \(id) NOT NULL, seq BIGINT NOT NULL, sender_type TEXT NOT NULL,
          sender_id \(id), kind TEXT NOT NULL, content TEXT NOT NULL, client_message_id TEXT, reply_to \(id), outcome TEXT,
          script TEXT, language TEXT, intent TEXT, intent_confidence DOUBLE PRECISION, emotion_detected TEXT, confidence DOUBLE PRECISION,
          ai_model_used TEXT, prompt_version TEXT, first_token_ms BIGINT, total_ms BIGINT, tokens_in BIGINT, tokens_out BIGINT,
          cost_micros BIGINT, thumb TEXT, delivery_status TEXT, created_at BIGINT NOT NULL,
          PRIMARY KEY (business_id, session_id, seq), UNIQUE (business_id, id),
          FOREIGN KEY (business_id, session_id) REFERENCES chat_sessions (business_id, id) ON DELETE CASCADE)\(clustered)
        """,
        """
        CREATE UNIQUE INDEX chat_messages_by_client_id ON chat_messages (business_id, session_id, client_message_id)
        WHERE client_message_id IS NOT NULL
        """,
        // The promise "exactly one answer for each message", kept by the database itself.
        "CREATE UNIQUE INDEX chat_messages_by_reply ON chat_messages (business_id, reply_to) WHERE reply_to IS NOT NULL",
        """
        CREATE TABLE turns (
          business_id \(id) NOT NULL, message_id \(id) NOT NULL, session_id \(id) NOT NULL, seq BIGINT NOT NULL, state TEXT NOT NULL,
          attempts BIGINT NOT NULL, outcome TEXT, answer_id \(id), created_at BIGINT NOT NULL, finished_at BIGINT,
          PRIMARY KEY (business_id, session_id, seq),
          FOREIGN KEY (business_id, session_id) REFERENCES chat_sessions (business_id, id) ON DELETE CASCADE)\(clustered)
        """,
        "CREATE INDEX turns_pending ON turns (business_id, session_id, seq) WHERE state = 'pending'",
        """
        CREATE TABLE knowledge_usage (
          business_id \(id) NOT NULL, message_id \(id) NOT NULL, rank BIGINT NOT NULL, item_id \(id) NOT NULL, chunk_id \(id) NOT NULL,
          version BIGINT NOT NULL, title TEXT NOT NULL, score DOUBLE PRECISION NOT NULL, cited BOOLEAN NOT NULL,
          PRIMARY KEY (business_id, message_id, rank),
          FOREIGN KEY (business_id, message_id) REFERENCES chat_messages (business_id, id) ON DELETE CASCADE)\(clustered)
        """,
        """
        CREATE TABLE feedback (
          business_id \(id) NOT NULL, session_id \(id) NOT NULL, rating BIGINT NOT NULL, comment TEXT NOT NULL,
          created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, PRIMARY KEY (business_id, session_id),
          FOREIGN KEY (business_id, session_id) REFERENCES chat_sessions (business_id, id) ON DELETE CASCADE)
        """,
        """
        CREATE TABLE content_gaps (
          business_id \(id) NOT NULL REFERENCES businesses (id) ON DELETE CASCADE, id \(id) NOT NULL, cluster TEXT NOT NULL,
          title TEXT NOT NULL, frequency BIGINT NOT NULL, first_seen_at BIGINT NOT NULL, last_seen_at BIGINT NOT NULL,
          priority TEXT NOT NULL, status TEXT NOT NULL, resolving_item_id \(id), answers_saved BIGINT NOT NULL,
          PRIMARY KEY (business_id, id), UNIQUE (business_id, cluster))
        """,
        """
        CREATE TABLE content_gap_queries (
          business_id \(id) NOT NULL, gap_id \(id) NOT NULL, message_id \(id) NOT NULL, query TEXT NOT NULL, created_at BIGINT NOT NULL,
          PRIMARY KEY (business_id, gap_id, message_id),
          FOREIGN KEY (business_id, gap_id) REFERENCES content_gaps (business_id, id) ON DELETE CASCADE,
          FOREIGN KEY (business_id, message_id) REFERENCES chat_messages (business_id, id) ON DELETE CASCADE)
        """,
    ]

    private static let operations: [Query] = [
        """
        CREATE TABLE idempotency_keys (
          business_id \(id) NOT NULL, route TEXT NOT NULL, key TEXT NOT NULL, request_hash TEXT NOT NULL, status BIGINT, response TEXT,
          created_at BIGINT NOT NULL, PRIMARY KEY (business_id, route, key))
        """,
        """
        CREATE TABLE audit_log (
          business_id \(id) NOT NULL, id \(id) NOT NULL, actor_kind TEXT NOT NULL, actor_id \(id), action TEXT NOT NULL,
          object_kind TEXT NOT NULL, object_id TEXT, request_id TEXT, created_at BIGINT NOT NULL, PRIMARY KEY (business_id, id))
        """,
    ]
}
