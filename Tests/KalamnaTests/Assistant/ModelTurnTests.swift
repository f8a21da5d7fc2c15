import Store
import Synchronization
import TestSupport
import Testing

@testable import Kalamna

/// Turns whose answer a language model writes; the model plays what a test says.
@Suite struct ModelTurnTests {
    /// What the model does with one request.
    private enum Act: Sendable {
        case say([String], ending: ModelCompletion.Ending = .complete)
        case call(String, [String: String])
        case fail(ProviderFailure.Kind)
        /// Begins and never ends.
        case hang(String)
    }

    private final class Actor: LanguageModel {
        private struct State {
            var acts: [Act]
            var requests: [ModelRequest] = []
            var isLeft = false
        }
        private let state: Mutex<State>

        init(_ acts: [Act]) { state = Mutex(State(acts: acts)) }

        var requests: [ModelRequest] { state.withLock(\.requests) }
        var isLeft: Bool { state.withLock(\.isLeft) }

        func write(_ request: ModelRequest, receive: @Sendable (String) async throws -> Void) async throws -> ModelCompletion {
            let act = state.withLock { state -> Act in
                state.requests.append(request)
                return state.acts.isEmpty ? .fail(.badRequest) : state.acts.removeFirst()
            }
            let usage = ModelUsage(input: 100, output: 20)
            switch act {
            case .say(let pieces, let ending):
                for piece in pieces { try await receive(piece) }
                return ModelCompletion(text: pieces.joined(), ending: ending, usage: usage)
            case .call(let name, let arguments):
                return ModelCompletion(
                    text: "", calls: [ModelToolCall(id: "1", name: name, arguments: arguments)], ending: .toolCalls, usage: usage)
            case .fail(let kind): throw ProviderFailure("actor", kind)
            case .hang(let text):
                do {
                    try await receive(text)
                    try await Task.sleep(for: .seconds(60))
                } catch {
                    state.withLock { $0.isLeft = true }
                    throw error
                }
                throw ProviderFailure("actor", .timeout)
            }
        }
    }

    private struct Stage {
        let kalamna: TestKalamna
        let actor: Actor
        let talk: Talk

        init(_ engine: Engine, callsTools: Bool = false, _ acts: Act...) async throws {
            let actor = Actor(acts)
            let kalamna = try await TestKalamna(
                engine, languageModels: ModelSource(make: { _, _ in actor }, secrets: nil, isAllowedLocal: { _ in true }))
            self.actor = actor
            self.kalamna = kalamna
            try await Shop.open(in: kalamna)
            var details = LLMModelChanges()
            details.label = "Actor"
            details.model = "actor-1"
            details.inputPrice = 1_000_000
            details.outputPrice = 2_000_000
            details.parameters = LLMModel.Parameters()
            details.parameters?.callsTools = callsTools
            let draft = LLMModelDraft(.openAI, details)
            try await kalamna.database.write(of: kalamna.acme.business.id) { db in
                try LLMModels(db).insert(
                    draft, source: kalamna.services.languageModels, by: .system, now: kalamna.clock.wall.now())
            }
            talk = try await Talk(kalamna)
        }

        struct StoredCall: Equatable {
            let ending: String
            let grounded: Bool?
            let tokens: Int64
        }

        func calls() async throws -> [StoredCall] {
            try await kalamna.database.read(of: kalamna.acme.business.id) { db in
                try db.fetch(
                    "SELECT ending, grounded, tokens_in + tokens_out AS tokens FROM llm_calls WHERE business_id = \(db.business) ORDER BY id"
                )
                .map { row throws in StoredCall(ending: try row["ending"], grounded: try row["grounded"], tokens: try row["tokens"]) }
            }
        }
    }

    @Test(arguments: Engine.all) func aModelAnswersFromThePassages(engine: Engine) async throws {
        let stage = try await Stage(engine, .say(["أكيد! الشحن للقاهرة ", "بخمسين ", "جنيه ", "[1]", ".", " يومين ويوصلك."]))
        let reply = try await stage.talk.ask(Shop.shippingQuestion)
        let answer = try #require(reply.message)
        #expect(answer.text == "أكيد! الشحن للقاهرة بخمسين جنيه. يومين ويوصلك." && reply.outcome == .answered && answer.model == "actor-1")
        #expect(answer.citations.first?.cited == true)
        #expect(try await stage.calls() == [.init(ending: "ok", grounded: true, tokens: 120)])
        let request = try #require(stage.actor.requests.first)
        #expect(request.system.contains("Acme"))
        guard case .customer(let asked)? = request.messages.last?.content else { throw Failure.notFound }
        #expect(asked.contains(Shop.shipping) && asked.contains(Shop.shippingQuestion))
    }

    @Test(arguments: Engine.all) func anInventedPriceNeverGetsOut(engine: Engine) async throws {
        let stage = try await Stage(engine, .say(["الشحن للقاهرة بـ ", "35 ", "جنيه. ", "تمام؟"]), .say(["الشحن 70 جنيه."]))
        let seen = stage.kalamna.services.hub.watch(stage.talk.reference, credential: "test")
        let reply = try await stage.talk.ask(Shop.shippingQuestion)
        let answer = try #require(reply.message)
        #expect(answer.text.contains(Shop.shipping) && answer.model == "extractive-1")
        #expect(stage.actor.requests.count == 2 && stage.actor.requests.last?.system.contains(Prompt.insistence) == true)
        #expect(try await stage.calls().map(\.ending) == ["ungrounded", "ungrounded"])
        var shown = ""
        if case .events(let events) = await seen.next() {
            for case .delta(let text, _) in events { shown += text }
        }
        #expect(!shown.contains("35") && !shown.contains("70"))
    }

    @Test(arguments: Engine.all) func itMaySayThatItDoesNotKnow(engine: Engine) async throws {
        let stage = try await Stage(engine, .say(["NO", "_ANSWER"]))
        let reply = try await stage.talk.ask(Shop.shippingQuestion)
        #expect(reply.outcome == .abstained && reply.text?.contains("NO_") == false)
        #expect(try await stage.calls().map(\.ending) == ["abstained"])
    }

    @Test(arguments: Engine.all) func aProviderThatFailsIsNoReasonForSilence(engine: Engine) async throws {
        let stage = try await Stage(engine, .fail(.authentication))
        let reply = try await stage.talk.ask(Shop.shippingQuestion)
        #expect(reply.outcome == .answered && reply.message?.model == "extractive-1" && reply.text?.contains(Shop.shipping) == true)
        #expect(try await stage.calls().map(\.ending) == ["error_authentication"])
        // Its breaker is open: it is not asked again.
        _ = try await stage.talk.ask(Shop.returnsQuestion)
        #expect(stage.actor.requests.count == 1)
    }

    @Test(arguments: Engine.all) func itSearchesAgainAndHandsOver(engine: Engine) async throws {
        let searching = try await Stage(
            engine, callsTools: true, .call("search_again", ["query": Shop.returnsQuestion, "business_id": "someone else"]),
            .say(["معاك 14 يوم [2]."]))
        let reply = try await searching.talk.ask(Shop.shippingQuestion)
        #expect(reply.text == "معاك 14 يوم." && reply.outcome == .answered)
        #expect(reply.message?.citations.contains { $0.cited && $0.title.contains("ارجاع") } == true)

        let leaving = try await Stage(engine, callsTools: true, .call("hand_over", ["reason": "asked"]))
        let handed = try await leaving.talk.ask(Shop.shippingQuestion)
        #expect(handed.outcome == .handedOver)
    }

    @Test(arguments: Engine.all) func personalDataStaysHereAndComesBack(engine: Engine) async throws {
        let stage = try await Stage(engine, .say(["هنكلمك على ", "[PHONE", "_1]", " والشحن للقاهرة 50 جنيه."]))
        let reply = try await stage.talk.ask("الشحن للقاهرة بكام؟ رقمي 01012345678")
        #expect(reply.text == "هنكلمك على 01012345678 والشحن للقاهرة 50 جنيه.")
        for message in stage.actor.requests.flatMap(\.messages) {
            if case .customer(let text) = message.content { #expect(!text.contains("01012345678")) }
        }
    }

    @Test(arguments: Engine.all) func anEmptyBudgetIsAHardStop(engine: Engine) async throws {
        let stage = try await Stage(engine, .say(["الشحن للقاهرة 50 جنيه."]))
        try await stage.kalamna.database.write(of: stage.kalamna.acme.business.id) { db in
            try db.execute(
                "UPDATE business_settings SET model_settings = \("{\"budget\":{\"tokens_per_day\":10}}") WHERE business_id = \(db.business)")
        }
        let reply = try await stage.talk.ask(Shop.shippingQuestion)
        #expect(reply.message?.model == "extractive-1" && stage.actor.requests.isEmpty)
    }

    @Test(arguments: Engine.all) func aHumanWhoTakesOverStopsTheModel(engine: Engine) async throws {
        let stage = try await Stage(engine, .hang("الشحن "))
        let message = try await stage.talk.send(Shop.shippingQuestion)
        #expect(try await eventually { !stage.actor.requests.isEmpty })
        _ = try await stage.kalamna.services.conversations.takeOver(stage.talk.reference, by: stage.kalamna.acme.owner.id)
        let turn = try await stage.talk.finished(message.id)
        #expect(turn.outcome == .silent && turn.answer == nil)
        #expect(try await eventually { stage.actor.isLeft })
    }

    @Test(arguments: Engine.all) func aCustomerWhoLeavesStopsTheModelForGood(engine: Engine) async throws {
        let stage = try await Stage(engine, .hang("الشحن "), .say(["الشحن للقاهرة 50 جنيه."]))
        let message = try await stage.talk.send(Shop.shippingQuestion)
        #expect(try await eventually { !stage.actor.requests.isEmpty })
        _ = try await stage.kalamna.services.conversations.close(stage.talk.reference, because: .customer)
        let turn = try await stage.talk.finished(message.id)
        #expect(turn.outcome == .silent && turn.answer == nil)
        #expect(stage.actor.requests.count == 1, "nobody is there to read a second answer")
    }
}
