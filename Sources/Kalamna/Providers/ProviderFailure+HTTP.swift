import Foundation

extension ProviderFailure {
    /// What a response other than 2xx means. Reads the error bodies of OpenAI's, vLLM's, llama.cpp's and Google's form.
    package init(_ provider: String, response: HTTPResponseData) {
        let body = ErrorBody(response.body)
        let code = body?.reason ?? body?.code ?? body?.type
        let retryAfter = Self.retryAfter(response) ?? body?.retryDelay
        let kind: Kind =
            switch response.status {
            // Google says 400 to a wrong key.
            case _ where body?.reason == "API_KEY_INVALID": .authentication
            case 401, 403: .authentication
            case 402: .outOfQuota
            case 408, 504: .timeout
            case 429: body?.isOutOfQuota == true ? .outOfQuota : .rateLimited
            case 409, 425, 500...599: .overloaded
            case 400...499: .badRequest
            default: .badResponse
            }
        self.init(provider, kind, status: response.status, code: code, retryAfter: retryAfter)
    }

    /// `Retry-After` in seconds or as a date, which is measured against the server's own clock; a day at most.
    private static func retryAfter(_ response: HTTPResponseData) -> Duration? {
        if let text = response.header("retry-after-ms"), let milliseconds = Double(text) { return bounded(milliseconds / 1000) }
        guard let text = response.header("retry-after") else { return nil }
        if let seconds = Double(text) { return bounded(seconds) }
        guard let later = httpDate(text), let now = response.header("date").flatMap(httpDate) else { return nil }
        return bounded(later.timeIntervalSince(now))
    }

    fileprivate static func bounded(_ seconds: Double) -> Duration? {
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

/// `{"error": {"code", "type", "status", "details"}}`, in whatever mixture a server writes it.
private struct ErrorBody {
    private struct Outer: Decodable {
        let error: Inner?
        let code: Label?
        let type: Label?
    }

    private struct Inner: Decodable {
        let code: Label?
        let type: Label?
        let status: Label?
        let details: [Detail]?
    }

    private struct Detail: Decodable {
        struct Violation: Decodable { let quotaId: String? }
        let reason: String?
        let retryDelay: String?
        let violations: [Violation]?
    }

    /// A word; a number says no more than the status.
    private struct Label: Decodable {
        let text: String?
        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            text = try? container.decode(String.self)
        }
    }

    let code: String?
    let type: String?
    let reason: String?
    let retryDelay: Duration?
    let isOutOfQuota: Bool

    init?(_ bytes: [UInt8]) {
        let data = Data(bytes)
        // Google's streams and its batch calls wrap the error in an array.
        guard let outer = (try? JSONDecoder().decode(Outer.self, from: data)) ?? (try? JSONDecoder().decode([Outer].self, from: data))?.first
        else { return nil }
        let details = outer.error?.details ?? []
        code = outer.error?.code?.text ?? outer.error?.status?.text ?? outer.code?.text
        type = outer.error?.type?.text ?? outer.type?.text
        reason = details.lazy.compactMap(\.reason).first
        retryDelay = details.lazy.compactMap(\.retryDelay).first.flatMap { text in
            text.hasSuffix("s") ? Double(text.dropLast()).flatMap(ProviderFailure.bounded) : nil
        }
        let isDaily = details.contains { $0.violations?.contains { $0.quotaId?.contains("PerDay") == true } == true }
        isOutOfQuota = isDaily || [code, type].compactMap(\.self).contains { ["insufficient_quota", "billing_hard_limit_reached"].contains($0) }
    }
}
