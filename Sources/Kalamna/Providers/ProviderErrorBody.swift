/// What a provider's error says, in whatever mixture of forms it writes it: `{"error": {"code", "type", "status", "details"}}`,
/// the same without `error` around it, `{"error": "words"}`, `{"detail": …}`, or one of them in a list.
struct ProviderErrorBody {
    /// Google's reason, a code that is a word, or a type: the most exact there is.
    let name: String?
    let reason: String?
    /// The HTTP status that stands in the body.
    let status: Int?
    let retryDelay: Duration?
    let isOutOfQuota: Bool
    private let names: [String]

    init?(_ bytes: [UInt8]) {
        guard let json = ProviderJSON(bytes) else { return nil }
        self.init(json)
    }

    /// Nil when it is no error.
    init?(_ json: ProviderJSON) {
        // Google's streams and its batch calls wrap the error in a list.
        let outer = json.list.first ?? json
        let isFlat = outer["object"]?.text == "error" || outer["detail"] != nil || outer["message"] != nil && outer["code"] != nil
        guard outer["error"] != nil || outer["type"]?.text == "error" || isFlat else { return nil }
        let inner = outer["error"].flatMap { $0.isObject ? $0 : nil }
        let details = inner?["details"]?.list ?? []
        // A number says no more than the status.
        let code = inner?["code"]?.text ?? inner?["status"]?.text ?? outer["code"]?.text
        let type = inner?["type"]?.text ?? outer["type"]?.text
        reason = details.lazy.compactMap { $0["reason"]?.text }.first
        name = reason ?? code ?? (type == "error" ? nil : type)
        status = (inner?["code"] ?? outer["code"])?.int.flatMap { (400...599).contains($0) ? $0 : nil }
        retryDelay = details.lazy.compactMap { $0["retryDelay"]?.text }.first.flatMap { text in
            text.hasSuffix("s") ? Double(text.dropLast()).flatMap(ProviderFailure.bounded) : nil
        }
        names = [code, type].compactMap { $0?.lowercased() }
        let isDaily = details.contains { $0["violations"]?.list.contains { $0["quotaId"]?.text?.contains("PerDay") == true } == true }
        isOutOfQuota = isDaily || names.contains { ["insufficient_quota", "billing_hard_limit_reached", "billing_error"].contains($0) }
    }

    /// By its name alone, for errors that come without a status.
    var kind: ProviderFailure.Kind {
        if isOutOfQuota { return .outOfQuota }
        func has(_ parts: String...) -> Bool { names.contains { name in parts.contains { name.contains($0) } } }
        if has("rate_limit", "resource_exhausted") { return .rateLimited }
        if has("authentication", "permission", "unauthenticated", "invalid_api_key") { return .authentication }
        if has("timeout", "deadline_exceeded") { return .timeout }
        if has("invalid_request", "invalid_argument", "badrequest", "not_found", "notfound", "context_", "too_large") { return .badRequest }
        // A server that began to answer and then could not.
        return .overloaded
    }
}
