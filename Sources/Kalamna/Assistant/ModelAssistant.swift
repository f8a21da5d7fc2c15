import ArabicText
import Foundation
import Logging
import Synchronization

/// What language models made of a question.
struct ModelAnswer: Sendable {
    enum Result: Sendable {
        /// Checked against the passages; the numbers count `hits` from 1.
        case text(String, cited: Set<Int>)
        /// The passages do not have it.
        case unknown
        case handOver
        /// The customer is done.
        case close
        /// Nothing that may be used: the built-in assistant answers.
        case nothing
    }

    var result: Result
    var model: String?
    var hits: [Hit]
    var calls: [LLMCall] = []
    var firstToken: Duration?
    /// Held until the calls are stored.
    var reservations: [BudgetReservation] = []
}

/// Answers in a language model's words from the business's knowledge: asks, checks, asks once more, and gives up in time for the built-in
/// assistant to answer instead.
package struct ModelAssistant: Sendable {
    /// Drafts that said something that the passages don't: the second one is the last.
    private static let mostDrafts = 2
    /// Calls of a model for one answer: drafts and searches together.
    private static let mostRounds = 4
    /// Passages that a model is given at first.
    static let passages = 5

    let router: ModelRouter
    let catalogue: ModelCatalogue
    private let source: ModelSource
    private let reservations = BudgetReservations()
    private let retriever: Retriever
    private let database: Database
    private let clock: WallClock
    private let logger: Logger

    init(
        router: ModelRouter, catalogue: ModelCatalogue, source: ModelSource, retriever: Retriever, database: Database, clock: WallClock,
        logger: Logger
    ) {
        self.router = router
        self.catalogue = catalogue
        self.source = source
        self.retriever = retriever
        self.database = database
        self.clock = clock
        self.logger = logger
    }

    /// The models of a conversation.
    struct Plan: Sendable {
        /// The first to be asked first; never empty.
        let models: [LLMModel]
        let entry: ModelCatalogue.Entry
    }

    /// Nil: there is no model to ask.
    func plan(for question: Question) async throws -> Plan? {
        guard question.settings.models.usesModels else { return nil }
        let entry = try await catalogue.entry(of: question.business)
        let models = router.plan(
            for: question.session.id, of: question.business, models: entry.usable, settings: question.settings.models,
            experiment: entry.experiment?.arms(for: question.session))
        return models.isEmpty ? nil : Plan(models: models, entry: entry)
    }

    /// - Parameter hits: what was found, the best first; the model is given the first of them.
    func answer(_ question: Question, _ plan: Plan, hits: [Hit], context: AnswerContext, replyLocale: Locale) async throws -> ModelAnswer {
        var work = Work(question, plan, hits: Array(hits.prefix(Self.passages)), context, replyLocale: replyLocale, began: clock.now())
        var drafts = 0
        rounds: for _ in 0..<Self.mostRounds {
            guard let reservation = try await reserve(&work) else { break }
            work.answer.reservations.append(reservation)
            let draft = AnswerDraft(passages: work.answer.hits.count, redaction: work.redaction, check: work.check, show: question.show)
            switch try await ask(&work, draft, mostTokens: reservation.mostTokens) {
            case .refused:
                drafts += 1
                if drafts == Self.mostDrafts { break rounds }
                work.insistOnPassages()
            case .search(let query, let call, let said):
                let found = try await retriever.search(query, in: question.business, limit: Self.passages)
                work.add(found.hits, of: call, said: said)
            case .done(let result):
                work.answer.result = result
                return work.answer
            }
        }
        return work.answer
    }

    /// Nil: the business's budget is used up.
    private func reserve(_ work: inout Work) async throws -> BudgetReservation? {
        let ask = ModelAsk(
            input: work.estimatedInput, output: work.plan.models.map(\.parameters.mostTokens).max() ?? 0,
            usedForMessage: work.used.input + work.used.output,
            plan: work.plan.models)
        let question = work.question
        let outcome = try await reservations.reserve(
            ask, of: question.settings.models.budget, for: SessionReference(business: question.business, session: question.session.id),
            on: LocalDate(question.now, in: question.settings.zone), in: database)
        switch outcome {
        case .reserved(let reservation): return reservation
        case .exhausted(let limit):
            logger.notice("budget for language models is used up", metadata: ["business": "\(question.business)", "limit": "\(limit.rawValue)"])
            return nil
        }
    }

    private enum Outcome {
        case refused
        case search(String, ModelToolCall, said: String)
        case done(ModelAnswer.Result)
    }

    private func ask(_ work: inout Work, _ draft: AnswerDraft, mostTokens: Int) async throws -> Outcome {
        let question = work.question
        var request = work.request
        request.mostTokens = mostTokens
        // Who waits for a first word waits no longer for the next one.
        let patience = Duration.milliseconds(max(question.settings.models.firstTokenDeadline, 1000))
        request.timeouts = ModelTimeouts(firstToken: patience, betweenTokens: patience)
        let started = clock.now()
        let asked = Mutex<LLMModel?>(nil)
        do {
            let routed = try await router.write(
                request, plan: work.plan.models, business: question.business, settings: question.settings.models,
                make: { [source, models = work.plan.entry.models] model in
                    asked.withLock { $0 = model }
                    guard let registered = models[model.id] else { throw Failure.notFound }
                    return try source.languageModel(for: registered, of: question.business)
                },
                receive: { try draft.receive($0) })
            return try judge(routed, draft, &work, since: started)
        } catch is ClaimGate.Refusal {
            if let model = asked.withLock({ $0 }) {
                work.note(model, .ungrounded, since: started, until: clock.now(), tokens: draft.tokens)
            }
            if draft.hasShown { question.show(.restart) }
            return .refused
        } catch let failure as RouterFailure {
            logger.warning("no model answered", metadata: ["business": "\(question.business)", "error": "\(failure)"])
            work.note(failure.attempts, last: nil, since: started)
            if draft.hasShown { question.show(.restart) }
            return .done(.nothing)
        }
    }

    private func judge(_ routed: Routed, _ draft: AnswerDraft, _ work: inout Work, since started: Instant) throws -> Outcome {
        let completion = routed.completion
        if work.answer.firstToken == nil, let first = routed.firstToken { work.answer.firstToken = (started - work.began) + first }
        func note(_ ending: LLMCall.Ending, grounded: Bool? = nil, handedOver: Bool = false) {
            work.note(routed.attempts, last: ending, grounded: grounded, handedOver: handedOver, since: started)
        }
        if let call = completion.calls.first {
            if draft.hasShown { work.question.show(.restart) }
            switch PromptTool(rawValue: call.name) {
            case .searchAgain:
                note(.ok)
                return .search(String((call.arguments["query"] ?? work.question.text).prefix(300)), call, said: completion.text)
            case .handOver:
                note(.ok, handedOver: true)
                return .done(.handOver)
            case .closePolitely:
                note(.ok)
                return .done(.close)
            case nil:
                note(.abstained)
                return .done(.nothing)
            }
        }
        guard completion.ending == .complete else {
            note(completion.ending == .blocked ? .blocked : .cutOff)
            if draft.hasShown { work.question.show(.restart) }
            return .done(.nothing)
        }
        do {
            let finished = try draft.finish()
            if finished.isUnknown || finished.text.isEmpty {
                note(.abstained)
                if draft.hasShown { work.question.show(.restart) }
                return .done(finished.isUnknown ? .unknown : .nothing)
            }
            note(.ok, grounded: true)
            work.answer.model = routed.model.model
            return .done(.text(finished.text, cited: finished.cited))
        } catch {
            note(.ungrounded, grounded: false)
            if draft.hasShown { work.question.show(.restart) }
            return .refused
        }
    }
}
