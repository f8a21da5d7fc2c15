import ArabicText

/// What a turn asks: the customer's unanswered messages and all that is needed to answer them.
package struct Question: Sendable {
    let session: ChatSession
    let settings: BusinessSettings
    /// In order; answered together.
    let messages: [ChatMessage]
    let knowledgeVersion: Int64
    let business: BusinessID
    let now: Instant
}

/// What a turn stores.
package struct Answer: Sendable {
    /// Nil: the bot says nothing.
    var text: String?
    var sender: ChatMessage.Sender = .bot
    let outcome: TurnOutcome
    var confidence: Double?
    var citations: [Citation] = []
    var model: String?
    /// One for each message of the question.
    var understandings: [Understanding] = []
    var handling: ChatSession.Handling?
    var noticed: ChatSession.Notice?
    /// The knowledge did not have the answer.
    var isGap = false

    /// The state of the conversation after this answer.
    func apply(to session: inout ChatSession) {
        if let handling { session.handling = handling }
        if let noticed { session.noticed = noticed }
        switch outcome {
        case .answered, .smallTalk:
            session.unanswered = 0
            // The business is there again: the next time that it is not is worth another notice.
            session.noticed = nil
        case .abstained:
            session.unanswered += 1
            session.noticed = nil
        default: break
        }
    }

    static func failed(_ settings: BusinessSettings, _ session: ChatSession) -> Answer {
        Answer(
            text: Phrases(settings: settings, locale: session.locale).failed(), sender: .system, outcome: .failed, handling: .waiting,
            noticed: .waiting)
    }
}

/// From a customer's words to the business's answer: understand, decide, retrieve, compose.
package struct Assistant: Sendable {
    /// After this many answers in a row that the knowledge did not have, a human takes over.
    private static let mostUnanswered = 2
    /// The passages that are noted down with an answer: the cited one and its nearest rivals.
    private static let keptHits = 3

    private let retriever: Retriever

    package init(retriever: Retriever) { self.retriever = retriever }

    package func answer(_ question: Question) async throws -> Answer {
        let understandings = question.messages.map { Understanding(of: $0.text) }
        let whole = understandings.count == 1 ? understandings[0] : Understanding(of: question.messages.map(\.text).joined(separator: "\n"))
        var answer = try await answer(question, whole)
        answer.understandings = understandings
        return answer
    }

    private func answer(_ question: Question, _ understanding: Understanding) async throws -> Answer {
        let settings = question.settings
        let phrases = Phrases(settings: settings, locale: understanding.replyLocale)
        let variant = question.session.lastSeq
        switch Policy.decide(session: question.session, settings: settings, understanding: understanding, now: question.now) {
        case .silent:
            return Answer(outcome: .silent)
        case .handOver:
            return handover(phrases, at: question.now)
        case .notice(let notice, let outcome, let waits):
            let text =
                switch notice {
                case .waiting: phrases.waiting()
                case .away: phrases.away(at: question.now)
                case .autoReplyOff: phrases.autoReplyOff()
                }
            return Answer(text: text, sender: .system, outcome: outcome, handling: waits ? .waiting : nil, noticed: waits ? .waiting : notice)
        case .smallTalk(let intent):
            let text =
                switch intent {
                case .thanks: phrases.welcome(variant: variant)
                case .goodbye: phrases.farewell(variant: variant)
                default: phrases.greeting(variant: variant)
                }
            return Answer(text: text, outcome: .smallTalk, confidence: understanding.intentConfidence)
        case .answer:
            return try await fromKnowledge(question, understanding, phrases)
        }
    }

    private func fromKnowledge(_ question: Question, _ understanding: Understanding, _ phrases: Phrases) async throws -> Answer {
        let found = try await retriever.search(
            understanding.analyzed, in: question.business, version: question.knowledgeVersion, limit: Self.keptHits)
        guard let first = found.hits.first, found.confidence >= question.settings.confidenceThreshold else {
            if question.session.unanswered + 1 >= Self.mostUnanswered { return handover(phrases, at: question.now, isGap: true) }
            return Answer(
                text: phrases.doNotKnow(variant: question.session.lastSeq), outcome: .abstained, confidence: found.confidence, isGap: true)
        }
        let text = Extractive.answer(to: understanding.analyzed, from: first.chunk)
        return Answer(
            text: phrases.framed(text, variant: question.session.lastSeq), outcome: .answered, confidence: found.confidence,
            citations: found.hits.enumerated().map { rank, hit in
                Citation(
                    item: hit.chunk.item, chunk: hit.chunk.id, version: hit.chunk.version, title: hit.chunk.title, score: hit.score,
                    cited: rank == 0)
            },
            model: Extractive.name)
    }

    private func handover(_ phrases: Phrases, at now: Instant, isGap: Bool = false) -> Answer {
        Answer(
            text: phrases.handover(at: now), sender: .system, outcome: .handedOver, handling: .waiting, noticed: .waiting, isGap: isGap)
    }
}
