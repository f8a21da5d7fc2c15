import Testing

@testable import Kalamna

@Suite struct ProviderFailureTests {
    private func failure(_ status: Int, _ body: String = "", _ headers: [(name: String, value: String)] = []) -> ProviderFailure {
        ProviderFailure("llm.example/small", response: HTTPResponseData(status: status, headers: headers, body: Array(body.utf8)))
    }

    @Test(arguments: [
        (401, ProviderFailure.Kind.authentication), (403, .authentication), (402, .outOfQuota), (408, .timeout), (504, .timeout),
        (429, .rateLimited), (409, .overloaded), (500, .overloaded), (503, .overloaded), (529, .overloaded), (400, .badRequest),
        (404, .badRequest), (413, .badRequest), (422, .badRequest), (307, .badResponse), (101, .badResponse),
    ])
    func readsTheStatus(status: Int, kind: ProviderFailure.Kind) {
        #expect(failure(status, "<html>upstream</html>").kind == kind)
        #expect(failure(status, #"{"error": {"message": "m", "code": 3}}"#).kind == kind)
    }

    @Test func readsTheBodiesOfEveryProvider() {
        let openAI = failure(429, #"{"error": {"message": "pay", "type": "insufficient_quota", "param": null, "code": "insufficient_quota"}}"#)
        #expect(openAI.kind == .outOfQuota && openAI.code == "insufficient_quota" && !openAI.isWorthRetrying)
        let vLLM = failure(404, #"{"object": "error", "message": "no", "type": "NotFoundError", "param": null, "code": 404}"#)
        #expect(vLLM.kind == .badRequest && vLLM.code == "notfounderror")
        let wrongKey = failure(
            400, #"{"error": {"code": 400, "status": "INVALID_ARGUMENT", "details": [{"@type": "e", "reason": "API_KEY_INVALID"}]}}"#)
        #expect(wrongKey.kind == .authentication && wrongKey.code == "api_key_invalid")
        let perMinute = #"{"retryDelay": "22.5s"}, {"violations": [{"quotaId": "PerMinute"}]}"#
        let minute = failure(429, #"[{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "details": [\#(perMinute)]}}]"#)
        #expect(minute.kind == .rateLimited && minute.retryAfter == .milliseconds(22_500) && minute.code == "resource_exhausted")
        let day = failure(
            429, #"{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "details": [{"violations": [{"quotaId": "RequestsPerDayPerProject"}]}]}}"#)
        #expect(day.kind == .outOfQuota)
    }

    @Test(arguments: [
        ("7", Duration.seconds(7)), ("0.5", .milliseconds(500)), ("-3", .zero), ("99999999", .seconds(86_400)),
        ("1e400", nil), ("soon", nil), ("nan", nil), ("Sun, 22 Nov 2026 13:00:30 GMT", .seconds(30)),
    ])
    func readsRetryAfter(text: String, expected: Duration?) {
        let date = (name: "Date", value: "Sun, 22 Nov 2026 13:00:00 GMT")
        #expect(failure(429, "", [("Retry-After", text), date]).retryAfter == expected)
        #expect(failure(429, "", [("retry-after-ms", "1500"), ("retry-after", text)]).retryAfter == .milliseconds(1500))
    }

    @Test func showsNoSecrets() throws {
        let key = try #require(ProviderKey(" sk-abc123 "))
        let request = HTTPRequestData(
            "POST", "https://llm.example/v1/x?key=sk-abc123", headers: [("authorization", "Bearer \(key.reveal())")], body: Array("رقم كارتي".utf8),
            timeout: .seconds(1), mostBytes: 1)
        let echo = failure(400, #"{"error": {"message": "sk-abc123 رقم كارتي", "type": "sk-abc123", "code": "the text: رقم كارتي"}}"#)
        var dumped = ""
        dump((key, request, echo, echo.failure), to: &dumped)
        for text in ["\(key)", String(reflecting: key), "\(request)", "\(echo)", "\(echo.failure)", dumped] {
            #expect(!text.contains("abc123") && !text.contains("كارتي"), "\(text)")
        }
        #expect(echo.code == nil && key.reveal() == "sk-abc123")
        #expect(ProviderKey("a b") == nil && ProviderKey("a\r\nx: y") == nil && ProviderKey("") == nil && ProviderKey("مفتاح") == nil)
    }

    @Test(arguments: ProviderFailure.Kind.allCases) func tellsThePersonInTwoLanguages(kind: ProviderFailure.Kind) {
        let failure = ProviderFailure("llm.example/small", kind, retryAfter: .seconds(3)).failure
        #expect(failure.kind == .unavailable && failure.code.hasPrefix("provider_") && failure.code == failure.code.lowercased())
        #expect(failure.message.ar.contains("llm.example/small") && failure.message.en.contains("llm.example/small"))
        #expect(failure.retryAfter == .seconds(3))
    }
}
