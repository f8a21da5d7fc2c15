import Foundation
import HTTPTypes
import Hummingbird
import Kalamna
import NIOCore
import Store

/// An error on the wire: RFC 9457 problem details, in the client's language.
struct Problem: Encodable {
    struct Field: Encodable {
        let field: String
        let message: String
    }

    var type = "about:blank"
    let title: String
    let status: Int
    let detail: String
    let code: String
    let requestID: String
    let errors: [Field]

    enum CodingKeys: String, CodingKey {
        case type, title, status, detail, code, errors
        case requestID = "request_id"
    }

    init(_ failure: Failure, locale: Kalamna.Locale, requestID: String) {
        let status = failure.kind.status(of: failure.code)
        self.title = status.reasonPhrase
        self.status = status.code
        self.detail = failure.message.text(in: locale)
        self.code = failure.code
        self.requestID = requestID
        self.errors = failure.fields.map { Field(field: $0.field, message: $0.message.text(in: locale)) }
    }

    func response(retryAfter: Duration? = nil, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = "application/problem+json; charset=utf-8"
        headers[.cacheControl] = "no-store"
        if let retryAfter { headers[.retryAfter] = String(max(1, retryAfter.milliseconds / 1000)) }
        let body = (try? WireJSON.encode(self)) ?? Data("{}".utf8)
        return Response(status: HTTPResponse.Status(code: status), headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}

extension Failure.Kind {
    /// The one place where kinds become HTTP.
    func status(of code: String) -> HTTPResponse.Status {
        switch self {
        case .invalid: code == "unsupported_media_type" ? .unsupportedMediaType : code == "invalid_json" ? .badRequest : .unprocessableContent
        case .unauthenticated: .unauthorized
        case .forbidden: .forbidden
        case .notFound: code == "method_not_allowed" ? .methodNotAllowed : .notFound
        case .conflict: .conflict
        case .gone: .gone
        case .tooLarge: .contentTooLarge
        case .tooMany: .tooManyRequests
        case .unavailable: .serviceUnavailable
        case .fault: .internalServerError
        }
    }
}

extension Failure {
    /// Whatever was thrown, as what a person may see.
    init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case StoreError.unavailable(let reason):
            self.init(
                .unavailable, code: "store_unavailable", ar: "قاعدة البيانات مشغولة، جرب كمان ثواني.",
                en: "The database is busy: try again in a few seconds.", retryAfter: .seconds(2), cause: StoreError.unavailable(reason))
        case let error as HTTPError where error.status == .notFound: self = .notFound
        case let error as HTTPError where error.status == .contentTooLarge: self = .tooLarge
        case let error as HTTPError where error.status.code < 500:
            self.init(.invalid, code: "invalid_json", ar: "الطلب مش صحيح.", en: "The request is not valid.", cause: error)
        case is NIOTooManyBytesError: self = .tooLarge
        case is CancellationError:
            self.init(.unavailable, code: "cancelled", ar: "الطلب اتلغى.", en: "The request was cancelled.", cause: error)
        default:
            self.init(
                .fault, code: "internal", ar: "حصل خطأ عندنا، سجلناه وهنصلحه. جرب تاني.",
                en: "Something went wrong on our side. It was recorded: please try again.", cause: error)
        }
    }

    static let tooLarge = Failure(
        .tooLarge, code: "body_too_large", ar: "البيانات أكبر من المسموح: قسمها أو صغّرها.",
        en: "The request body is too large: split it or make it smaller.")

    static let methodNotAllowed = Failure(
        .notFound, code: "method_not_allowed", ar: "العنوان ده مش بيقبل الطريقة دي.", en: "This address does not take that method.")
}
