import Foundation
import TestSupport
import Testing

@testable import Kalamna

/// What is refused of a model, in words and by field.
@Suite struct ModelRegistrationTests {
    private typealias Change = (inout LLMModelChanges) -> Void

    private func refusals(_ change: Change) -> [String] {
        let failure = #expect(throws: Failure.self) {
            let now = Instant(milliseconds: 0)
            _ = try LLMModelsTests.draft(change).model(id: LLMModelID(at: now), isShared: false, source: .test, now: now)
        }
        #expect(failure?.fields.allSatisfy { !$0.message.ar.isEmpty && !$0.message.en.isEmpty } == true)
        return failure?.fields.map(\.field) ?? []
    }

    private func make(_ change: Change) throws -> RegisteredModel {
        let now = Instant(milliseconds: 0)
        let (model, key) = try LLMModelsTests.draft(change).model(id: LLMModelID(at: now), isShared: false, source: .test, now: now)
        return RegisteredModel(model: model, secret: try key.map { try #require(ModelSource.test.secrets).seal($0, for: .model(model.id, of: nil)) })
    }

    @Test func namesEveryWrongFieldAtOnce() {
        var parameters = LLMModel.Parameters()
        parameters.temperature = 2.5
        parameters.topP = .nan
        parameters.mostTokens = 0
        let wrong = refusals {
            $0.label = " "
            $0.model = "../../models"
            $0.version = String(repeating: "v", count: 81)
            $0.baseURL = "https://user:secret@api.example/v1"
            $0.parameters = parameters
            $0.inputPrice = -1
            $0.outputPrice = 1_000_000_001
            $0.trafficShare = 1001
            $0.fallbackRank = -1
            $0.key = .key("two words")
        }
        #expect(
            wrong == [
                "label", "model", "version", "base_url", "parameters.temperature", "parameters.top_p", "parameters.most_tokens", "input_price",
                "output_price", "traffic_share", "fallback_rank", "key",
            ])
    }

    @Test(arguments: ["", "gpt 5", "gpt-5?key=1", "a%2f", "نموذج", "a#b", "a\\b", "..", String(repeating: "m", count: 201)])
    func modelNamesThatCouldLeadAway(name: String) {
        #expect(refusals { $0.model = name } == ["model"])
    }

    @Test(arguments: ["gpt-5-mini", "llama3.2:3b-instruct-q4_K_M", "Qwen/Qwen3-8B", "@cf/meta/llama-3", "models/nile.gguf"])
    func modelNamesOfProviders(name: String) throws {
        #expect(try make { $0.model = name }.model.model == name)
    }

    @Test func onlyTheOperatorsMachinesAreLocalOrUnencrypted() throws {
        #expect(refusals { $0.baseURL = "http://api.example/v1" } == ["base_url"])
        #expect(refusals { $0.isLocal = true } == ["is_local"])
        #expect(
            refusals {
                $0.baseURL = "http://127.0.0.1:9999/v1"
                $0.isLocal = true
            } == ["is_local", "base_url"])
        let local = try make {
            $0.baseURL = ModelSource.localAddress
            $0.isLocal = true
        }
        #expect(local.model.isLocal && ModelSource.test.current(local).isLocal)
        // Taken off the operator's list, it is local no more.
        #expect(!ModelSource.none.current(local).isLocal)
        // And can still be switched off, but not be led elsewhere.
        let off = LLMModelsTests.changes { $0.isActive = false }
        #expect(try off.apply(to: local, source: .none).model.isActive == false)
        let away = LLMModelsTests.changes { $0.baseURL = "https://api.example" }
        #expect(throws: Failure.self) { try away.apply(to: local, source: .test) }
    }

    /// Nobody gets a stored key by leading its model to a server of their own.
    @Test func aKeyStaysWithItsServer() throws {
        let model = try make { $0.key = .key("sk-1") }
        for address in ["https://evil.example/v1", "https://api.openai.com:8443/v1"] {
            let failure = #expect(throws: Failure.self) {
                try LLMModelsTests.changes { $0.baseURL = address }.apply(to: model, source: .test)
            }
            #expect(failure?.fields.map(\.field) == ["key"])
        }
        let samePlace = LLMModelsTests.changes { $0.baseURL = "https://API.openai.com:443/v2/" }
        #expect(try samePlace.apply(to: model, source: .test).model.address.description == "https://API.openai.com:443/v2")
        for key in [ProviderKeyInput.key("sk-2"), .removed] {
            let change = LLMModelsTests.changes {
                $0.baseURL = "https://evil.example/v1"
                $0.key = key
            }
            #expect(try change.apply(to: model, source: .test).model.address.host == "evil.example")
        }
        let bare = try make { _ in }
        #expect(try LLMModelsTests.changes { $0.baseURL = "https://a.example" }.apply(to: bare, source: .test).model.address.host == "a.example")
    }

    @Test func storedParametersMayBeOlder() throws {
        #expect(try LLMModel.Parameters(json: "{}") == LLMModel.Parameters())
        #expect(try LLMModel.Parameters(json: #"{"most_tokens": 64, "later": [1]}"#).mostTokens == 64)
    }
}

extension LLMModel.Parameters {
    fileprivate init(json: String) throws { self = try JSONDecoder().decode(Self.self, from: Data(json.utf8)) }
}
