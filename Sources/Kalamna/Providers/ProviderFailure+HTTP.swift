import Foundation

extension ProviderFailure {
    /// What a response other than 2xx means. Reads the error bodies of OpenAI's, vLLM's, llama.cpp's, Ollama's, Google's and
    /// Anthropic's form.
    package init(_ provider: String, response: HTTPResponseData) {
        let body = ProviderErrorBody(response.body)
        self.init(
            provider, Self.kind(status: response.status, body), status: response.status, code: body?.name,
            retryAfter: Self.retryAfter(response) ?? body?.retryDelay)
    }

    /// An error that came inside of a stream, after HTTP 200; nil when this is none.
    init?(_ provider: String, inStream event: ProviderJSON) {
        guard let body = ProviderErrorBody(event) else { return nil }
        self.init(
            provider, body.status.map { Self.kind(status: $0, body) } ?? body.kind, status: body.status, code: body.name ?? "error_in_stream",
            retryAfter: body.retryDelay)
    }

    private static func kind(status: Int, _ body: ProviderErrorBody?) -> Kind {
        switch status {
        // Google says 400 to a wrong key.
        case _ where body?.reason == "API_KEY_INVALID": .authentication
        case 401, 403: .authentication
        case 402: .outOfQuota
        case 408, 504: .timeout
        case 429: body?.isOutOfQuota == true ? .outOfQuota : .rateLimited
        // It does not know how: no later try will help.
        case 501: .badRequest
        case 409, 425, 500...599: .overloaded
        case 400...499: .badRequest
        default: .badResponse
        }
    }

    /// `Retry-After` in seconds or as a date, which is measured against the server's own clock; a day at most.
    private static func retryAfter(_ response: HTTPResponseData) -> Duration? {
        if let text = response.header("retry-after-ms"), let milliseconds = Double(text) { return bounded(milliseconds / 1000) }
        guard let text = response.header("retry-after") else { return nil }
        if let seconds = Double(text) { return bounded(seconds) }
        guard let later = httpDate(text), let now = response.header("date").flatMap(httpDate) else { return nil }
        return bounded(later.timeIntervalSince(now))
    }

    static func bounded(_ seconds: Double) -> Duration? {
        seconds.isFinite ? .milliseconds(Int64(min(max(seconds, 0), 86_400) * 1000)) : nil
    }

    private static func httpDate(_ text: String) -> Date? {
        let format = DateFormatter()
        format.locale = Foundation.Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 0)
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return format.date(from: text)
    }
}
