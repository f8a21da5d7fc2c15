package import Store

/// A user message that waits for its answer.
package struct PendingTurn: Sendable {
    package let message: ChatMessageID
    package let seq: Int64
    package let attempts: Int
}

/// What one run of the bot works on, as one transaction saw it.
struct TurnWork: Sendable {
    let session: ChatSession
    let turns: [PendingTurn]
    /// Of the turns, in order.
    let messages: [ChatMessage]
    let settings: BusinessSettings
    let knowledgeVersion: Int64
}

/// The durable work: a row for each user message, written in the transaction that accepts the message.
package struct Turns {
    let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    func insert(for message: ChatMessage) throws {
        try db.send(
            """
            INSERT INTO turns (business_id, message_id, session_id, seq, state, attempts, created_at)
            VALUES (\(db.business), \(message.id), \(message.session), \(message.seq), 'pending', 0, \(message.createdAt))
            """)
    }

    /// In the order of the messages, the first ones.
    package func pending(in session: ChatSessionID, limit: Int = 1000) throws -> [PendingTurn] {
        try findingPending(in: session, limit: limit).get()
    }

    func findingPending(in session: ChatSessionID, limit: Int) throws -> Reply<[PendingTurn]> {
        try db.send(
            """
            SELECT message_id, seq, attempts FROM turns
            WHERE business_id = \(db.business) AND session_id = \(session) AND state = 'pending' ORDER BY seq LIMIT \(limit)
            """
        ).map { rows in
            try rows.map { row throws in PendingTurn(message: try row["message_id"], seq: try row["seq"], attempts: try row["attempts"]) }
        }
    }

    func finish(_ turns: [PendingTurn], of session: ChatSessionID, outcome: TurnOutcome, answer: ChatMessageID?, now: Instant) throws {
        try db.send(
            """
            UPDATE turns SET state = 'done', outcome = \(outcome), answer_id = \(answer), finished_at = \(now)
            WHERE business_id = \(db.business) AND session_id = \(session) AND seq IN \(list: turns.map { $0.seq }) AND state = 'pending'
            """)
    }

    func beginAttempt(in session: ChatSessionID) throws {
        try db.execute(
            """
            UPDATE turns SET attempts = attempts + 1
            WHERE business_id = \(db.business) AND session_id = \(session) AND state = 'pending'
            """)
    }

    /// Takes sessions whose turns nobody works on (their process died, or never began). Each is claimed once, by whom
    /// the conditional update lets through.
    static func claimAbandoned(for node: String, lease: Duration, now: Instant, in transaction: any Transaction) throws -> [SessionReference] {
        let candidates = try transaction.fetch(
            """
            SELECT DISTINCT t.business_id, t.session_id FROM turns t
            JOIN chat_sessions s ON s.business_id = t.business_id AND s.id = t.session_id
            WHERE t.state = 'pending' AND (s.turn_lease_until IS NULL OR s.turn_lease_until < \(now)) LIMIT 200
            """
        ).map { row throws in SessionReference(business: try row["business_id"], session: try row["session_id"]) }
        return try candidates.filter { candidate in
            try transaction.execute(
                """
                UPDATE chat_sessions SET turn_owner = \(node), turn_lease_until = \(now + lease), turn_fence = turn_fence + 1
                WHERE business_id = \(candidate.business) AND id = \(candidate.session)
                  AND (turn_lease_until IS NULL OR turn_lease_until < \(now))
                """) == 1
        }
    }

    /// Lets what this node held before it died run out. Safe also when an older process of the same name still runs: its
    /// fence is passed. The owner stays: a session without one has nothing pending, and these may have.
    static func releaseLeases(of node: String, in transaction: any Transaction) throws {
        try transaction.execute(
            "UPDATE chat_sessions SET turn_lease_until = 0, turn_fence = turn_fence + 1 WHERE turn_owner = \(node)")
    }

    package static func countPending(in transaction: any Transaction) throws -> Int {
        try transaction.first("SELECT COUNT(*) AS pending FROM turns WHERE state = 'pending'").map { row throws in try row["pending"] } ?? 0
    }
}
