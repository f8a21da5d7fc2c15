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
    /// Read only when it is needed: most answers do without.
    let context: @Sendable () async throws -> AnswerContext
    /// Shows the answer while it is written; may be called from any task, never waits.
    let show: @Sendable (AnswerPiece) -> Void

    var text: String { messages.map(\.text).joined(separator: "\n") }
}

/// What some questions can't be understood without.
struct AnswerContext: Sendable {
    let business: Business
    /// The messages before those of the question, ascending.
    let history: [ChatMessage]
}

/// What those who watch a conversation see of an answer before it is stored.
enum AnswerPiece: Sendable, Hashable {
    case text(String)
    /// What was shown is withdrawn.
    case restart
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
    /// From the beginning of the turn; nil: nothing was shown before the whole.
    var firstToken: Duration?
    var usage: ChatMessage.Usage?
    /// Of language models, also those whose text was not used.
    var calls: [LLMCall] = []
    /// Held until the calls are stored.
    var reservations: [BudgetReservation] = []
    /// The customer is done: the conversation ends with this.
    var closes = false
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
    private let models: ModelAssistant?

    /// - Parameter models: nil: only the built-in assistant answers.
    package init(retriever: Retriever, models: ModelAssistant? = nil) {
        self.retriever = retriever
        self.models = models
    }

    package func answer(_ question: Question) async throws -> Answer {
        let understandings = question.messages.map { Understanding(of: $0.text) }
        let whole = understandings.count == 1 ? understandings[0] : Understanding(of: question.text)
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
        let plan = try await models?.plan(for: question)
        let words = FollowUpWords(understanding.analyzed)
        let needsContext = plan != nil || question.session.lastSeq > 2 && words.lean > 0
        let context = needsContext ? try await question.context() : nil
        let (found, asked) = try await search(question, understanding.analyzed, history: context?.history ?? [])
        let threshold = question.settings.confidenceThreshold
        var calls: [LLMCall] = []
        var reservations: [BudgetReservation] = []
        if let models, let plan, let context, !found.hits.isEmpty, found.confidence >= threshold * Self.worthAsking {
            let drafted = try await models.answer(
                question, plan, hits: found.hits, context: context, replyLocale: understanding.replyLocale)
            (calls, reservations) = (drafted.calls, drafted.reservations)
            if var answer = answer(from: drafted, found.confidence, question, phrases) {
                (answer.calls, answer.reservations) = (calls, reservations)
                return answer
            }
        }
        var answer =
            if let first = found.hits.first, found.confidence >= threshold {
                Answer(
                    text: phrases.framed(Extractive.answer(to: asked, from: first.chunk), variant: question.session.lastSeq),
                    outcome: .answered, confidence: found.confidence,
                    citations: Self.citations(Array(found.hits.prefix(Self.keptHits)), cited: [1]), model: Extractive.name)
            } else {
                doesNotKnow(question, phrases, found.confidence)
            }
        (answer.calls, answer.reservations) = (calls, reservations)
        answer.usage = Self.usage(of: calls)
        return answer
    }

    /// From this share of the threshold on a model is asked: it reads several passages and may find what the words alone don't show. It is
    /// checked, and it may say that it does not know.
    private static let worthAsking = 0.4

    /// The message as it stands, and with what it leaves out when it leans on those before.
    private func search(
        _ question: Question, _ analyzed: AnalyzedText, history: [ChatMessage]
    ) async throws -> (found: SearchResult, asked: AnalyzedText) {
        let limit = ModelAssistant.passages
        func search(_ text: AnalyzedText, _ limit: Int) async throws -> SearchResult {
            try await retriever.search(text, in: question.business, version: question.knowledgeVersion, limit: limit)
        }
        let query = FollowUp.rewrite(analyzed, after: Exchange.all(in: history))
        guard query.isFollowUp else { return (try await search(analyzed, limit), analyzed) }
        let whole = query.analyzed
        let found = FollowUp.merge(
            own: try await search(analyzed, FollowUp.depth), carried: try await search(whole, FollowUp.depth), for: query, limit: limit)
        return (found, whole)
    }

    /// Nil when the model's work is of no use.
    private func answer(from drafted: ModelAnswer, _ confidence: Double, _ question: Question, _ phrases: Phrases) -> Answer? {
        var answer: Answer
        switch drafted.result {
        case .nothing: return nil
        case .unknown: answer = doesNotKnow(question, phrases, confidence)
        case .handOver: answer = handover(phrases, at: question.now)
        case .close: answer = Answer(text: phrases.farewell(variant: question.session.lastSeq), outcome: .smallTalk, closes: true)
        case .text(let text, let cited):
            answer = Answer(
                text: text, outcome: .answered, confidence: confidence,
                citations: Self.citations(drafted.hits, cited: cited.isEmpty ? [1] : cited), model: drafted.model)
        }
        answer.firstToken = drafted.firstToken
        answer.usage = Self.usage(of: drafted.calls)
        return answer
    }

    private static func usage(of calls: [LLMCall]) -> ChatMessage.Usage? {
        if calls.isEmpty { return nil }
        return ChatMessage.Usage(
            promptVersion: Prompt.version, tokens: calls.reduce(.none) { $0 + $1.usage }, cost: calls.reduce(0) { $0 + $1.cost })
    }

    /// - Parameter cited: places in the hits, from 1.
    private static func citations(_ hits: [Hit], cited: Set<Int>) -> [Citation] {
        hits.enumerated().map { rank, hit in
            Citation(
                item: hit.chunk.item, chunk: hit.chunk.id, version: hit.chunk.version, title: hit.chunk.title, score: hit.score,
                cited: cited.contains(rank + 1))
        }
    }

    private func doesNotKnow(_ question: Question, _ phrases: Phrases, _ confidence: Double) -> Answer {
        if question.session.unanswered + 1 >= Self.mostUnanswered { return handover(phrases, at: question.now, unsure: confidence) }
        return Answer(text: phrases.doNotKnow(variant: question.session.lastSeq), outcome: .abstained, confidence: confidence, isGap: true)
    }

    /// - Parameter unsure: the confidence of an answer that was therefore not given; nil: the customer asked for a human.
    private func handover(_ phrases: Phrases, at now: Instant, unsure: Double? = nil) -> Answer {
        Answer(
            text: phrases.handover(at: now), sender: .system, outcome: .handedOver, confidence: unsure, handling: .waiting, noticed: .waiting,
            isGap: unsure != nil)
    }
}
