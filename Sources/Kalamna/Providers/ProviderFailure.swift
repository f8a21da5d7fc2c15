/// A provider did not answer, or not well. Safe to log: it holds neither keys nor texts nor what the provider wrote.
package struct ProviderFailure: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: String, Sendable, CaseIterable {
        /// The key is wrong, or may not do this.
        case authentication
        /// Paid out, or the day's share is used up: waiting a minute does not help.
        case outOfQuota
        case rateLimited
        /// It is there and can't now: 5xx, 409, 529.
        case overloaded
        case timeout
        case unreachable
        /// It does not take the request: unknown model, too long a text, a wrong address.
        case badRequest
        /// It answered something that we can't use.
        case badResponse
        /// The operator's rules allow no connection to its address.
        case forbiddenAddress
    }

    /// The model or the host that was asked.
    package let provider: String
    package let kind: Kind
    /// The HTTP status, when there was one.
    package let status: Int?
    /// The provider's name for it, or ours: letters and `_` only.
    package let code: String?
    package let retryAfter: Duration?

    package init(_ provider: String, _ kind: Kind, status: Int? = nil, code: String? = nil, retryAfter: Duration? = nil) {
        self.provider = provider
        self.kind = kind
        self.status = status
        self.code = code.flatMap(Self.harmless)
        self.retryAfter = retryAfter
    }

    package init(_ provider: String, transport failure: HTTPTransportFailure) {
        switch failure {
        case .timeout: self.init(provider, .timeout)
        case .unreachable: self.init(provider, .unreachable)
        case .tooLarge: self.init(provider, .badResponse, code: "response_too_large")
        case .forbiddenAddress: self.init(provider, .forbiddenAddress)
        }
    }

    /// Whether the same request may succeed later.
    package var isWorthRetrying: Bool {
        switch kind {
        case .rateLimited, .overloaded, .timeout, .unreachable: true
        case .authentication, .outOfQuota, .badRequest, .badResponse, .forbiddenAddress: false
        }
    }

    package var description: String {
        var text = "\(provider): \(kind.rawValue)"
        if let status { text += ", HTTP \(status)" }
        if let code { text += ", \(code)" }
        if let retryAfter { text += ", again in \(retryAfter.milliseconds / 1000) s" }
        return text
    }

    /// Nothing that could be a key or a customer's words gets through.
    private static func harmless(_ code: String) -> String? {
        let isName = (1...48).contains(code.utf8.count) && code.utf8.allSatisfy { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || $0 == 0x5F }
        return isName ? code.lowercased() : nil
    }
}

extension ProviderFailure {
    /// For the person who set the provider up.
    package var failure: Failure {
        let (ar, en) =
            switch kind {
            case .authentication: ("المفتاح مرفوض: راجع مفتاح الربط بتاع \(provider).", "\(provider) refuses the key: check it.")
            case .outOfQuota: ("رصيد \(provider) خلص أو حصة النهارده خلصت.", "The quota at \(provider) is used up.")
            case .rateLimited: ("\(provider) بيقول الطلبات كتير، جرب كمان شوية.", "\(provider) gets too many requests: try again shortly.")
            case .overloaded: ("\(provider) عليه ضغط دلوقتي، جرب كمان شوية.", "\(provider) is overloaded: try again shortly.")
            case .timeout: ("\(provider) اتأخر في الرد، جرب كمان شوية.", "\(provider) took too long: try again shortly.")
            case .unreachable:
                ("مش قادرين نوصل لـ \(provider): راجع العنوان والشبكة.", "\(provider) can't be reached: check its address and the network.")
            case .badRequest:
                ("\(provider) رفض الطلب: راجع اسم الموديل والعنوان.", "\(provider) refuses the request: check the model's name and the address.")
            case .badResponse:
                ("رد \(provider) مش مفهوم: راجع الموديل وحجم المتجه.", "The answer of \(provider) can't be used: check the model and its dimensions.")
            case .forbiddenAddress:
                (
                    "عنوان \(provider) مش مسموح بيه من السيرفر ده: اكتب عنوان عام على الإنترنت، أو خلي مسؤول السيرفر يسمح بيه.",
                    "This server does not connect to the address of \(provider): use a public one, or ask its operator to allow it."
                )
            }
        return Failure(.unavailable, code: "provider_\(kind.rawValue.snakeCased)", ar: ar, en: en, retryAfter: retryAfter, cause: self)
    }
}

extension String {
    /// `badRequest` → `bad_request`.
    fileprivate var snakeCased: String {
        reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
    }
}
