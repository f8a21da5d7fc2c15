import Store

package typealias SessionNoteID = ID<SessionNote>

/// What an agent notes down about a conversation for the colleagues. No customer and no model ever reads it.
package struct SessionNote: Sendable {
    /// In characters.
    package static let longest = 2000

    package let id: SessionNoteID
    package let admin: AdminID
    package let adminName: String?
    package let text: String
    package let createdAt: Instant
}

package struct SessionNotes {
    private static let mostListed = 200
    let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    /// The newest 200, ascending.
    package func list(of session: ChatSessionID) throws -> [SessionNote] {
        _ = try ChatSessions(db).find(session)
        return try db.fetch(
            """
            SELECT n.id AS id, n.admin_id AS admin_id, n.text AS text, n.created_at AS created_at, a.name AS admin_name FROM session_notes n
            LEFT JOIN admins a ON a.business_id = n.business_id AND a.id = n.admin_id
            WHERE n.business_id = \(db.business) AND n.session_id = \(session) ORDER BY n.id DESC LIMIT \(Self.mostListed)
            """
        ).reversed().map { row throws in
            SessionNote(
                id: try row["id"], admin: try row["admin_id"], adminName: try row["admin_name"], text: try row["text"],
                createdAt: try row["created_at"])
        }
    }

    package func add(_ text: String, to session: ChatSessionID, by admin: Admin, now: Instant) throws -> SessionNote {
        var validation = Validation()
        let text = validation.text("text", text, atLeast: 1, atMost: SessionNote.longest)
        try validation.check()
        _ = try ChatSessions(db).find(session)
        let note = SessionNote(id: SessionNoteID(at: now), admin: admin.id, adminName: admin.name, text: text, createdAt: now)
        try db.execute(
            """
            INSERT INTO session_notes (business_id, session_id, id, admin_id, text, created_at)
            VALUES (\(db.business), \(session), \(note.id), \(note.admin), \(note.text), \(note.createdAt))
            """)
        return note
    }
}
