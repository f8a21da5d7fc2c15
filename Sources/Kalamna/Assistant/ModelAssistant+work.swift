import Foundation

extension ModelAssistant {
    /// One answer in the making.
    struct Work: Sendable {
        let question: Question
        let plan: Plan
        let began: Instant
        private let context: AnswerContext
        var answer: ModelAnswer
        private(set) var request: ModelRequest
        private(set) var redaction: Redaction
        private(set) var check: GroundingCheck
        /// By all calls so far.
        private(set) var used = ModelUsage.none

        init(_ question: Question, _ plan: Plan, hits: [Hit], _ context: AnswerContext, replyLocale: Locale, began: Instant) {
            self.question = question
            self.plan = plan
            self.context = context
            self.began = began
            answer = ModelAnswer(result: .nothing, hits: hits)
            redaction = Redactor(keeping: hits.map(\.chunk.content)).redaction()
            check = Self.check(question, hits, context)
            request =
                Prompt(
                    business: context.business, settings: question.settings, replyLocale: replyLocale, passages: hits.map(\.chunk),
                    exchanges: Exchange.all(in: context.history), question: question.text, now: question.now,
                    callsTools: plan.models.first?.parameters.callsTools ?? false, cleaned: UntrustedText.cleaned
                ).request
            if question.settings.models.redacts { request = redacted(request) }
        }

        /// Tokens of the next call, about.
        var estimatedInput: Int {
            request.messages.reduce(ModelUsage.estimate(request.system)) { sum, message in
                switch message.content {
                case .customer(let text), .model(let text, _), .toolResult(let text, _): sum + ModelUsage.estimate(text)
                }
            }
        }

        mutating func insistOnPassages() {
            request.system += "\n\n" + Prompt.insistence
        }

        /// What the model has searched for itself.
        mutating func add(_ hits: [Hit], of call: ModelToolCall, said: String) {
            let known = Set(answer.hits.map(\.chunk.id))
            let new = hits.filter { !known.contains($0.chunk.id) }
            let first = answer.hits.count + 1
            answer.hits += new
            check = Self.check(question, answer.hits, context)
            let passages = Prompt.passages(new.map(\.chunk), from: first, cleaned: UntrustedText.cleaned)
            let result = question.settings.models.redacts ? redaction.redact(passages) : passages
            request.messages += [ModelMessage(.model(said, calls: [call])), ModelMessage(.toolResult(result, of: call))]
        }

        /// Notes the calls down that were made for one request.
        ///
        /// - Parameter last: how the last one ended, the one that answered; nil when none did.
        mutating func note(
            _ attempts: [Attempt], last: LLMCall.Ending?, grounded: Bool? = nil, handedOver: Bool = false, since started: Instant
        ) {
            for attempt in attempts where attempt.wasAsked {
                let answered = attempt.outcome == .answered
                note(
                    attempt.model, answered ? last ?? .ok : .failed(attempt.failure ?? .badResponse), at: started + attempt.startedAfter,
                    firstToken: attempt.firstToken, total: attempt.total, usage: attempt.usage, grounded: answered ? grounded : nil,
                    handedOver: answered && handedOver)
            }
        }

        /// A call that we broke off ourselves.
        mutating func note(_ model: LLMModel, _ ending: LLMCall.Ending, since started: Instant, until: Instant, tokens: Int) {
            note(
                model, ending, at: started, firstToken: nil, total: until - started,
                usage: ModelUsage(input: estimatedInput, output: tokens, isEstimated: true), grounded: false, handedOver: false)
        }

        private mutating func note(
            _ model: LLMModel, _ ending: LLMCall.Ending, at started: Instant, firstToken: Duration?, total: Duration, usage: ModelUsage?,
            grounded: Bool?, handedOver: Bool
        ) {
            let first = plan.models.first
            answer.calls.append(
                LLMCall(
                    of: model, in: question.session.id, isFallback: model.id != first?.id, startedAt: started, zone: question.settings.zone,
                    ending: ending, firstToken: firstToken, total: total, usage: usage, grounded: grounded, handedOver: handedOver,
                    place: first.flatMap { plan.entry.experiment?.place(of: question.session, first: $0.id) }))
            used = used + (usage ?? .none)
        }

        /// Not the rules: the business's own words, and what a placeholder looks like.
        private mutating func redacted(_ request: ModelRequest) -> ModelRequest {
            var request = request
            request.messages = request.messages.map { message in
                switch message.content {
                case .customer(let text): ModelMessage(.customer(redaction.redact(text)))
                case .model(let text, let calls): ModelMessage(.model(redaction.redact(text), calls: calls))
                case .toolResult(let text, let call): ModelMessage(.toolResult(redaction.redact(text), of: call))
                }
            }
            return request
        }

        private static func check(_ question: Question, _ hits: [Hit], _ context: AnswerContext) -> GroundingCheck {
            let business = context.business
            // Who is always open would otherwise make every weekday true.
            let hours = question.settings.hours.alwaysOpen ? [] : [Kalamna.Locale.ar, .en].map { Prompt.hours(question.settings, locale: $0) }
            return GroundingCheck(
                passages: hits.map { GroundingCheck.Passage(title: $0.chunk.title, text: $0.chunk.content) },
                customer: context.history.filter { $0.sender == .user }.map(\.text) + question.messages.map(\.text),
                business: [business.name, question.settings.botName, business.description] + hours,
                domains: business.domainURL.map { [$0] } ?? [])
        }
    }
}

extension Exchange {
    /// What was asked and answered in a piece of a conversation, in order.
    static func all(in history: [ChatMessage]) -> [Exchange] {
        var exchanges: [Exchange] = []
        var asked: [String] = []
        for message in history {
            switch message.sender {
            case .user: asked.append(message.text)
            case .bot, .admin:
                // A greeting answers nothing.
                if asked.isEmpty { continue }
                let knew = message.sender == .admin || message.outcome == .answered
                exchanges.append(
                    Exchange(
                        question: asked.joined(separator: "\n"), answer: knew ? message.text : nil,
                        sources: message.citations.filter(\.cited).map { Source(item: $0.item, title: $0.title) }))
                asked = []
            case .system: continue
            }
        }
        if !asked.isEmpty { exchanges.append(Exchange(question: asked.joined(separator: "\n"))) }
        return exchanges
    }
}
