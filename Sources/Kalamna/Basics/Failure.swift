/// A text in the two languages of the product. The edge picks one by what the client asks for.
package struct LocalizedText: Sendable, Hashable {
    package let ar: String
    package let en: String

    package init(ar: String, en: String) {
        self.ar = ar
        self.en = en
    }

    package func text(in locale: Locale) -> String { locale == .ar ? ar : en }
}

package enum Locale: String, Sendable, Codable, CaseIterable {
    case ar, en
}

/// The one error that people see: what is wrong and what to do, in their language.
package struct Failure: Error, Sendable {
    package enum Kind: String, Sendable {
        case invalid, unauthenticated, forbidden, notFound, conflict, gone, tooLarge, tooMany, unavailable, fault
    }

    /// One field of the request that can't be taken; `field` is its path on the wire (`operating_hours.mon.0`).
    package struct Field: Sendable, Hashable {
        package let field: String
        package let message: LocalizedText

        package init(_ field: String, _ message: LocalizedText) {
            self.field = field
            self.message = message
        }
    }

    package var kind: Kind
    /// Stable, for programs: `message_too_long`.
    package var code: String
    package var message: LocalizedText
    package var fields: [Field]
    package var retryAfter: Duration?
    /// For the log only.
    package var cause: (any Error)?

    package init(
        _ kind: Kind, code: String, ar: String, en: String, fields: [Field] = [], retryAfter: Duration? = nil, cause: (any Error)? = nil
    ) {
        self.kind = kind
        self.code = code
        self.message = LocalizedText(ar: ar, en: en)
        self.fields = fields
        self.retryAfter = retryAfter
        self.cause = cause
    }
}

extension Failure {
    package static let notFound = Failure(
        .notFound, code: "not_found", ar: "مش موجود، أو مش تابع لنشاطك.", en: "It does not exist, or it is not yours.")

    package static let unauthenticated = Failure(
        .unauthenticated, code: "unauthenticated", ar: "محتاجين مفتاح أو تسجيل دخول صالح للطلب ده.",
        en: "This request needs a valid key, token or login.")

    package static let forbidden = Failure(
        .forbidden, code: "forbidden", ar: "صلاحياتك مش بتسمح بكده.", en: "You are not allowed to do this.")

    /// The fields that were refused, in one failure.
    package static func invalid(_ fields: [Field]) -> Failure {
        Failure(
            .invalid, code: "invalid_input", ar: "في بيانات محتاجة تتصلح: \(fields.map(\.message.ar).joined(separator: " "))",
            en: "Some fields need correcting: \(fields.map(\.message.en).joined(separator: " "))", fields: fields)
    }

    package static func invalid(_ field: String, ar: String, en: String) -> Failure {
        invalid([Field(field, LocalizedText(ar: ar, en: en))])
    }
}
