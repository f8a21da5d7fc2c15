import ArabicText

/// A reply that the knowledge offers an agent: words to change or to leave.
package struct ReplySuggestion: Sendable {
    /// Nil: the knowledge has nothing near the question.
    package let text: String?
    /// That the first source answers the question.
    package let confidence: Double
    /// Where the text comes from.
    package let citations: [Citation]
}

/// Suggests what an agent could say, in the business's own words and tone. Asks no model and stores nothing.
package struct ReplySuggester: Sendable {
    /// An agent judges for himself: half of what the bot would need to speak is worth showing.
    private static let worthShowing = 0.5
    /// So far back the question and what it leans on are looked for.
    private static let history = 30
    private static let mostMessages = 5

    private let database: Database
    private let retriever: Retriever

    package init(database: Database, retriever: Retriever) {
        self.database = database
        self.retriever = retriever
    }

    /// For the customer's last messages.
    package func suggestion(for reference: SessionReference) async throws -> ReplySuggestion {
        let (session, messages, settings, version) = try await database.read(of: reference.business) { db in
            (
                try ChatSessions(db).find(reference.session),
                try ChatMessages(db).before(nil, in: reference.session, limit: Self.history), try Settings(db).current(),
                try KnowledgeChunks(db).version()
            )
        }
        let (before, question) = Self.question(in: messages)
        guard !question.isEmpty else {
            throw Failure(
                .conflict, code: "nothing_asked", ar: "العميل لسه ما سألش حاجة.", en: "The customer has not asked anything yet.")
        }
        let understanding = Understanding(of: question.map(\.text).joined(separator: "\n"))
        let found = try await search(understanding.analyzed, after: before, in: reference.business, version: version)
        guard let first = found.hits.first, found.confidence >= settings.confidenceThreshold * Self.worthShowing else {
            return ReplySuggestion(text: nil, confidence: found.confidence, citations: [])
        }
        let phrases = Phrases(settings: settings, locale: understanding.replyLocale)
        let citation = Citation(
            item: first.chunk.item, chunk: first.chunk.id, version: first.chunk.version, title: first.chunk.title, score: first.score, cited: true)
        return ReplySuggestion(
            text: phrases.framed(Extractive.answer(to: understanding.analyzed, from: first.chunk), variant: session.lastSeq),
            confidence: found.confidence, citations: [citation])
    }

    /// As the bot searches: the message as it stands, and with what it leaves out when it leans on those before.
    private func search(
        _ analyzed: AnalyzedText, after history: [ChatMessage], in business: BusinessID, version: Int64
    ) async throws -> SearchResult {
        let query = FollowUp.rewrite(analyzed, after: Exchange.all(in: history))
        guard query.isFollowUp else { return try await retriever.search(analyzed, in: business, version: version, limit: 1) }
        return FollowUp.merge(
            own: try await retriever.search(analyzed, in: business, version: version, limit: FollowUp.depth),
            carried: try await retriever.search(query.analyzed, in: business, version: version, limit: FollowUp.depth), for: query, limit: 1)
    }

    /// The customer's last messages up to the answer before them, and all that was said before. Notices in between are no answers.
    static func question(in messages: [ChatMessage]) -> (before: [ChatMessage], question: [ChatMessage]) {
        guard let last = messages.lastIndex(where: { $0.sender == .user }) else { return (messages, []) }
        let answer = messages[..<last].lastIndex { $0.sender == .bot || $0.sender == .admin }
        let asked = messages[(answer.map { $0 + 1 } ?? 0)...last].filter { $0.sender == .user }.suffix(mostMessages)
        return (answer.map { Array(messages[...$0]) } ?? [], Array(asked))
    }
}
