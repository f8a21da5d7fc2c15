import Store

/// Everything that changes the knowledge. Each change makes a version, replaces the chunks and raises the business's
/// knowledge version, all in the caller's transaction, so that a search index never meets half of it.
extension KnowledgeItems {
    @discardableResult
    package func create(_ draft: KnowledgeDraft, by admin: AdminID?, now: Instant) throws -> KnowledgeItem {
        let knowledge = try PreparedKnowledge(draft)
        try lock()
        try checkRoom(for: 1)
        if let externalID = knowledge.draft.externalID, try current(externalIDs: [externalID])[externalID] != nil {
            throw Failure(
                .conflict,
                code: "external_id_in_use",
                ar: "في معلومة تانية بنفس المعرّف الخارجي، عدّلها هي أو غيّر المعرّف.",
                en: "Another item has this external id: change that item, or use another id."
            )
        }
        let change = KnowledgeChange(new: knowledge, by: admin, now: now)
        try store([change])
        return change.item
    }

    /// A new version, unless the draft says what is stored already. An external id stays as it was given first.
    @discardableResult
    package func update(_ id: KnowledgeItemID, _ draft: KnowledgeDraft, by admin: AdminID?, now: Instant) throws -> KnowledgeItem {
        let knowledge = try PreparedKnowledge(draft)
        try lock()
        let current = try current(id)
        if let externalID = knowledge.draft.externalID, externalID != current.item.externalID {
            throw Failure.invalid(
                "external_id",
                ar: "المعرّف الخارجي بيتحدد وقت الإضافة بس ومش بيتغير بعدها: سيبه فاضي.",
                en: "The external id is set when an item is made and can't be changed later: leave it out."
            )
        }
        if current.says(knowledge.draft) { return current.item }
        let change = KnowledgeChange(of: current, to: knowledge, by: admin, now: now)
        try store([change])
        return change.item
    }

    /// A new version that says what an old one said. Restoring the current one changes nothing.
    @discardableResult
    package func restore(_ id: KnowledgeItemID, version: Int64, by admin: AdminID?, now: Instant) throws -> KnowledgeItem {
        try lock()
        let current = try current(id)
        if version == current.item.currentVersion { return current.item }
        let old = try self.version(version, of: id)
        let draft = KnowledgeDraft(title: old.title, category: old.category, language: old.language, content: old.content)
        let change = KnowledgeChange(of: current, to: try PreparedKnowledge(draft), by: admin, now: now, restoredFrom: version)
        try store([change])
        return change.item
    }

    /// With its versions and chunks. Answers that cited it keep its title.
    package func delete(_ id: KnowledgeItemID) throws {
        try lock()
        guard try db.execute("DELETE FROM knowledge_items WHERE business_id = \(db.business) AND id = \(id)") > 0 else { throw Failure.notFound }
        try raiseVersion()
    }

    // MARK: many at once

    /// What `save` would do with these. Each must be checked and have an external id.
    func compare(_ drafts: [KnowledgeDraft]) throws -> ImportCounts {
        let existing = try current(externalIDs: drafts.compactMap(\.externalID))
        return drafts.reduce(into: ImportCounts()) { counts, draft in
            let current = draft.externalID.flatMap { existing[$0] }
            switch current?.says(draft) {
            case nil: counts.created += 1
            case false?: counts.updated += 1
            case true?: counts.unchanged += 1
            }
        }
    }

    /// One batch of an import: one look-up, and a few statements for all that is new or changed.
    func save(_ batch: [PreparedKnowledge], by admin: AdminID?, now: Instant) throws -> ImportCounts {
        try lock()
        let existing = try current(externalIDs: batch.compactMap(\.draft.externalID))
        var counts = ImportCounts()
        var changes: [KnowledgeChange] = []
        for knowledge in batch {
            guard let current = knowledge.draft.externalID.flatMap({ existing[$0] }) else {
                changes.append(KnowledgeChange(new: knowledge, by: admin, now: now))
                counts.created += 1
                continue
            }
            if current.says(knowledge.draft) {
                counts.unchanged += 1
            } else {
                changes.append(KnowledgeChange(of: current, to: knowledge, by: admin, now: now))
                counts.updated += 1
            }
        }
        if counts.created > 0 { try checkRoom(for: counts.created) }
        try store(changes)
        return counts
    }

    func checkRoom(for added: Int) throws {
        guard try count() + added > Self.mostItems else { return }
        throw Failure(
            .conflict,
            code: "too_many_items",
            ar: "أقصى عدد للمعلومات هو \(Self.mostItems): امسح اللي مش محتاجه، أو اجمع أكتر من سؤال في معلومة واحدة.",
            en: "A business can have at most \(Self.mostItems) items: delete what you don't need, or put several questions into one item."
        )
    }

    // MARK: storing

    /// Changes of one business's knowledge follow one another: versions have no gap, two imports don't deadlock, and whoever
    /// sees a knowledge version sees all that it stands for. NO KEY: new customers, who refer to the business, don't wait.
    private func lock() throws {
        let wait = Query.either(sqlite: "", postgres: " FOR NO KEY UPDATE")
        guard try db.first("SELECT id FROM businesses WHERE id = \(db.business)\(wait)") != nil else { throw Failure.notFound }
    }

    private func raiseVersion() throws { try KnowledgeChunks(db).raiseVersion() }

    private func store(_ changes: [KnowledgeChange]) throws {
        if changes.isEmpty { return }
        try db.insert(
            """
            knowledge_items (business_id, id, base_type, kind, title, search_text, category, language, status, current_version,
              external_id, created_by, created_at, updated_at)
            """,
            changes.map(itemRow),
            or: """
                (business_id, id) DO UPDATE SET kind = excluded.kind, title = excluded.title, search_text = excluded.search_text,
                  category = excluded.category, language = excluded.language, status = excluded.status, failure_reason = NULL,
                  current_version = excluded.current_version, updated_at = excluded.updated_at
                """
        )
        try db.insert(
            """
            knowledge_versions (business_id, item_id, version, title, category, language, content_json, created_by, created_at, restored_from)
            """,
            changes.map(versionRow)
        )
        for group in changes.filter({ $0.item.currentVersion > 1 }).map(\.item.id).inStatementGroups {
            try db.execute("DELETE FROM knowledge_chunks WHERE business_id = \(db.business) AND item_id IN \(list: group)")
        }
        // Passages and pairs apart: a statement whose answers are all missing, or none, has one shape.
        for isPair in [false, true] {
            try db.insert(
                "knowledge_chunks (business_id, id, item_id, version, position, heading, content, answer)",
                changes.flatMap { chunkRows($0, pairs: isPair) }
            )
        }
        try raiseVersion()
    }

    private func itemRow(_ change: KnowledgeChange) -> Query {
        let item = change.item
        return """
            (\(db.business), \(item.id), \(item.baseType), \(item.kind), \(item.title), \(change.knowledge.searchText), \(item.category),
             \(item.language), \(item.status), \(item.currentVersion), \(item.externalID), \(change.admin), \(item.createdAt), \(item.updatedAt))
            """
    }

    private func versionRow(_ change: KnowledgeChange) -> Query {
        let item = change.item
        return """
            (\(db.business), \(item.id), \(item.currentVersion), \(item.title), \(item.category), \(item.language),
             \(change.knowledge.contentJSON), \(change.admin), \(item.updatedAt), \(change.restoredFrom))
            """
    }

    private func chunkRows(_ change: KnowledgeChange, pairs: Bool) -> [Query] {
        let item = change.item
        return change.knowledge.chunks.enumerated().filter { ($0.element.answer != nil) == pairs }.map { position, chunk in
            """
            (\(db.business), \(KnowledgeChunkID(at: item.updatedAt)), \(item.id), \(item.currentVersion), \(position), \(chunk.heading),
             \(chunk.content), \(chunk.answer))
            """
        }
    }
}

extension BusinessTransaction {
    fileprivate func insert(_ table: Query, _ rows: [Query], or conflict: Query? = nil) throws {
        let end: Query = conflict.map { " ON CONFLICT \($0)" } ?? ""
        for group in rows.inStatementGroups {
            var statement = Query.Interpolation(literalCapacity: 0, interpolationCount: rows.count)
            statement.appendInterpolation("INSERT INTO \(table) VALUES " as Query)
            for (index, row) in group.enumerated() {
                if index > 0 { statement.appendLiteral(", ") }
                statement.appendInterpolation(row)
            }
            statement.appendInterpolation(end)
            try execute(Query(stringInterpolation: statement))
        }
    }
}

extension Array {
    /// In runs of 64, 8 or 1: few round trips, and only three texts of a statement for the drivers to keep prepared.
    var inStatementGroups: [[Element]] {
        var groups: [[Element]] = []
        var start = 0
        while start < count {
            let size = [64, 8, 1].first { $0 <= count - start } ?? 1
            groups.append(Array(self[start..<start + size]))
            start += size
        }
        return groups
    }
}
