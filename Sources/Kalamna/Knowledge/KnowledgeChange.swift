/// An item as it will stand, and the text that makes it so.
struct KnowledgeChange {
    let item: KnowledgeItem
    let knowledge: PreparedKnowledge
    let admin: AdminID?
    let restoredFrom: Int64?

    init(new knowledge: PreparedKnowledge, by admin: AdminID?, now: Instant) {
        let draft = knowledge.draft
        self.item = KnowledgeItem(
            id: KnowledgeItemID(at: now),
            kind: draft.content.kind,
            title: draft.title,
            category: draft.category.isEmpty ? KnowledgeDraft.defaultCategory : draft.category,
            language: draft.language ?? knowledge.guessedLanguage,
            currentVersion: 1,
            externalID: draft.externalID,
            createdAt: now,
            updatedAt: now
        )
        self.knowledge = knowledge
        self.admin = admin
        self.restoredFrom = nil
    }

    /// A category that the draft leaves open stays; so does a language, unless the text is another one.
    init(
        of current: KnowledgeItems.Current,
        to knowledge: PreparedKnowledge,
        by admin: AdminID?,
        now: Instant,
        restoredFrom: Int64? = nil
    ) {
        let draft = knowledge.draft
        var item = current.item
        item.kind = draft.content.kind
        item.title = draft.title
        if !draft.category.isEmpty { item.category = draft.category }
        item.language = draft.language ?? (current.hasText(of: draft) ? item.language : knowledge.guessedLanguage)
        item.status = .ready
        item.failureReason = nil
        item.currentVersion += 1
        item.updatedAt = now
        self.item = item
        self.knowledge = knowledge
        self.admin = admin
        self.restoredFrom = restoredFrom
    }
}

extension KnowledgeItems.Current {
    func hasText(of draft: KnowledgeDraft) -> Bool { draft.title == item.title && draft.content == content }

    /// Whether the (checked) draft would change nothing.
    func says(_ draft: KnowledgeDraft) -> Bool {
        hasText(of: draft) && item.status == .ready && (draft.category.isEmpty || draft.category == item.category)
            && (draft.language == nil || draft.language == item.language)
    }
}
