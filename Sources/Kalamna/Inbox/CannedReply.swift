import Store

package typealias CannedReplyID = ID<CannedReply>

/// A text that agents send often. `{{name}}` and `{{agent}}` in it are filled in by whoever shows it.
package struct CannedReply: Sendable {
    package let id: CannedReplyID
    package var title: String
    package var text: String
    /// What an agent types to find it: lower case, no spaces, one of a kind in its business.
    package var shortcut: String
    package let createdBy: AdminID?
    package var updatedAt: Instant
}

/// What a request says of a canned reply; nil stays as it is.
package struct CannedReplyChanges: Sendable {
    package static let longestTitle = 80
    package static let longestShortcut = 30

    package var title: String?
    package var text: String?
    package var shortcut: String?

    package init(title: String? = nil, text: String? = nil, shortcut: String? = nil) {
        self.title = title
        self.text = text
        self.shortcut = shortcut
    }

    fileprivate func apply(to reply: inout CannedReply) throws(Failure) {
        var validation = Validation()
        if let title { reply.title = validation.line("title", title, atMost: Self.longestTitle) }
        if let text { reply.text = validation.text("text", text, atLeast: 1, atMost: MessageText.longest) }
        if let shortcut {
            reply.shortcut = validation.line("shortcut", shortcut.lowercased(), atMost: Self.longestShortcut)
            if !reply.shortcut.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }) {
                validation.refuse(
                    "shortcut", ar: "الاختصار حروف وأرقام و - و _ بس، من غير مسافات.",
                    en: "A shortcut has only letters, digits, - and _, without spaces.")
            }
        }
        try validation.check()
    }
}

package struct CannedReplies {
    /// A longer list helps nobody to answer quickly.
    package static let most = 500
    private static let columns: Query = "id, title, text, shortcut, created_by, updated_at"
    let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    /// By their titles.
    package func list() throws -> [CannedReply] {
        try db.fetch("SELECT \(Self.columns) FROM canned_replies WHERE business_id = \(db.business) LIMIT \(Self.most)")
            .map { row throws in try CannedReply(row) }
            // Sorted here: the two databases order texts differently.
            .sorted { ($0.title, $0.shortcut) < ($1.title, $1.shortcut) }
    }

    package func create(title: String, text: String, shortcut: String, by admin: AdminID, now: Instant) throws -> CannedReply {
        var reply = CannedReply(id: CannedReplyID(at: now), title: "", text: "", shortcut: "", createdBy: admin, updatedAt: now)
        try CannedReplyChanges(title: title, text: text, shortcut: shortcut).apply(to: &reply)
        let count = try db.first("SELECT COUNT(*) AS replies FROM canned_replies WHERE business_id = \(db.business)")
            .map { row throws in try row["replies"] as Int }
        guard (count ?? 0) < Self.most else {
            throw Failure(
                .conflict, code: "too_many_canned_replies", ar: "وصلت لأكبر عدد من الردود الجاهزة (\(Self.most)): امسح اللي مش بتستخدمه.",
                en: "You have the most canned replies there can be (\(Self.most)): delete those you do not use.")
        }
        do {
            try db.execute(
                """
                INSERT INTO canned_replies (business_id, id, title, text, shortcut, created_by, updated_at)
                VALUES (\(db.business), \(reply.id), \(reply.title), \(reply.text), \(reply.shortcut), \(reply.createdBy), \(reply.updatedAt))
                """)
        } catch {
            // Not as a pattern of `catch`: the compiler (6.3.1) fails on it here.
            if case .uniqueViolation = error { throw Self.shortcutTaken }
            throw error
        }
        return reply
    }

    package func update(_ id: CannedReplyID, _ changes: CannedReplyChanges, now: Instant) throws -> CannedReply {
        let row = try db.first(
            "SELECT \(Self.columns) FROM canned_replies WHERE business_id = \(db.business) AND id = \(id)\(forUpdate)")
        guard let row else { throw Failure.notFound }
        var reply = try CannedReply(row)
        try changes.apply(to: &reply)
        reply.updatedAt = now
        do {
            try db.execute(
                """
                UPDATE canned_replies SET title = \(reply.title), text = \(reply.text), shortcut = \(reply.shortcut),
                  updated_at = \(reply.updatedAt)
                WHERE business_id = \(db.business) AND id = \(id)
                """)
        } catch {
            // Not as a pattern of `catch`: the compiler (6.3.1) fails on it here.
            if case .uniqueViolation = error { throw Self.shortcutTaken }
            throw error
        }
        return reply
    }

    package func delete(_ id: CannedReplyID) throws {
        guard try db.execute("DELETE FROM canned_replies WHERE business_id = \(db.business) AND id = \(id)") == 1 else { throw Failure.notFound }
    }

    private static let shortcutTaken = Failure(
        .conflict, code: "shortcut_taken", ar: "الاختصار ده مستخدم لرد تاني: اختار غيره.",
        en: "Another canned reply has this shortcut: choose a different one.")
}

extension CannedReply {
    fileprivate init(_ row: ResultRow) throws {
        self.init(
            id: try row["id"], title: try row["title"], text: try row["text"], shortcut: try row["shortcut"],
            createdBy: try row["created_by"], updatedAt: try row["updated_at"])
    }
}
