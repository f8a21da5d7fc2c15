import Foundation
import Kalamna
import KalamnaWeb
import TestSupport
import Testing

/// What a chat shows before anything was said.
@Suite struct WidgetConfigTests {
    private static func faq(_ question: String, language: String = "ar") -> [String: Any] {
        [
            "title": "عنوان \(question)", "language": language,
            "content": ["kind": "faq", "pairs": [["question": question, "answer": "الإجابة على \(question)."]]],
        ]
    }

    @Test(arguments: Engine.all) func tellsOfTheBusinessAndBeginsNothing(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = server.kalamna.acme
        let config = try await server.call("GET", "/v1/widget/config", auth: acme.widgetKey)
        #expect(config.status == 200)
        #expect(config["business_name"] as? String == "Acme")
        #expect(config["locale"] as? String == "ar")
        #expect(config["is_open"] as? Bool == true)
        #expect(config["opens_at"] == nil)
        #expect(config["suggested_questions"] as? [String] == [])
        #expect((config["greeting"] as? String)?.contains("Acme") == true)
        let sessions = try await server.call("GET", "/v1/sessions", auth: acme.ownerToken)
        #expect((sessions["items"] as? [Any])?.isEmpty == true)
        expectProblem(try await server.call("GET", "/v1/widget/config"), 401, "unauthenticated", "no key")
        expectProblem(try await server.call("GET", "/v1/widget/config?locale=fr", auth: acme.widgetKey), 422, "invalid_input", field: "locale")
    }

    @Test func tellsWhenPeopleAreBack() async throws {
        let server = try await TestServer(.sqlite)
        let acme = server.kalamna.acme
        // It is Sunday, 13:00 in Cairo (UTC+2).
        let hours = ["weekly": ["mon": [["from": "10:00", "to": "18:00"]]]]
        let changed = try await server.call("PATCH", "/v1/settings", auth: acme.ownerToken, json: ["operating_hours": hours])
        try #require(changed.status == 200)
        let config = try await server.call("GET", "/v1/widget/config", auth: acme.widgetKey)
        #expect(config["is_open"] as? Bool == false)
        #expect((config["opens_at"] as? String)?.hasPrefix("2026-11-23T08:00:00") == true)
        #expect(config["timezone"] as? String == "Africa/Cairo")
    }

    @Test(arguments: Engine.all) func suggestsWhatIsUsedMostThenWhatIsNewest(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = server.kalamna.acme
        for question in ["الشحن بكام؟", "فروعكم فين؟", "الدفع إزاي؟", "الضمان قد إيه؟", "عندكم تقسيط؟"] {
            let made = try await server.call("POST", "/v1/knowledge", auth: acme.ownerToken, json: Self.faq(question))
            try #require(made.status == 201)
            server.kalamna.clock.advance(by: .seconds(1))
        }
        _ = try await server.call("POST", "/v1/knowledge", auth: acme.ownerToken, json: Self.faq("Where are you?", language: "en"))
        _ = try await server.call(
            "POST", "/v1/knowledge", auth: acme.ownerToken, json: ["title": "نص", "content": ["kind": "text", "text": "نص بدون سؤال."]])
        _ = try await server.call("POST", "/v1/knowledge", auth: server.kalamna.globex.ownerToken, json: Self.faq("سؤال نشاط تاني؟"))
        func suggested(_ query: String = "") async throws -> [String] {
            try await server.call("GET", "/v1/widget/config\(query)", auth: acme.widgetKey)["suggested_questions"] as? [String] ?? []
        }
        #expect(try await suggested() == ["عندكم تقسيط؟", "الضمان قد إيه؟", "الدفع إزاي؟", "فروعكم فين؟"])
        #expect(try await suggested("?locale=en") == ["Where are you?"])
        let customer = try await server.customer(of: acme)
        let answer = try await customer.ask("الشحن بكام؟")
        try #require((answer["citations"] as? [[String: Any]])?.isEmpty == false)
        #expect(try await suggested().first == "الشحن بكام؟")
        #expect(try await suggested().count == SuggestedQuestions.most)
    }
}
