import Foundation
import HTTPTypes
import Hummingbird
import Kalamna
import NIOCore

/// One request on its way to a handler.
struct Call: Sendable {
    let request: Request
    private(set) var body = ByteBuffer()
    /// In bytes.
    let largestBody: Int
    let parameters: Parameters
    let locale: Kalamna.Locale
    let requestID: String
    let address: String
    let services: Services
    let gatekeeper: Gatekeeper
    let limiter: RateLimiter
    let settings: WebSettings

    /// Whether the browser speaks HTTPS, with us or with the proxy in front of us.
    var isSecure: Bool { settings.isSecure || settings.trustsProxy && ClientAddress.cameByHTTPS(request) }
    var publicURL: String { settings.publicURL }

    /// Who did it, for the audit log.
    func actor(_ identity: AdminIdentity) -> AuditLog.Actor { .admin(identity.admin.id).during(requestID) }

    // MARK: input

    /// The call with its body, of which nothing is read before it is known that the caller may send one.
    func withBody() async throws -> Call {
        if [.get, .head].contains(request.method) { return self }
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > largestBody { throw Failure.tooLarge }
        var call = self
        call.body = try await request.body.collect(upTo: largestBody)
        return call
    }

    /// An id of the path. Something that is no id is not found.
    func id<Entity>(_ name: String, of type: ID<Entity>.Type = ID<Entity>.self) throws -> ID<Entity> {
        guard let text = parameters.get(name), let id = ID<Entity>(text) else { throw Failure.notFound }
        return id
    }

    func integer(_ name: String) throws -> Int {
        guard let number = parameters.get(name).flatMap({ Int($0) }), number >= 0 else { throw Failure.notFound }
        return number
    }

    func query(_ name: String) throws -> String? {
        guard let value = request.uri.queryParameters[name[...]] else { return nil }
        let text = String(value)
        if text.unicodeScalars.contains(where: { $0.isControl }) {
            throw Failure.invalid(name, ar: "قيمة \(name) فيها رموز مش مسموحة.", en: "The value of \(name) contains characters that are not allowed.")
        }
        return text
    }

    func query(_ name: String, in range: ClosedRange<Int>, default standard: Int) throws -> Int {
        guard let text = try query(name) else { return standard }
        guard let number = Int(text), range.contains(number) else {
            throw Failure.invalid(
                name, ar: "\(name) لازم يكون رقم من \(range.lowerBound) لـ \(range.upperBound).",
                en: "\(name) must be a number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    func query<Name: StoredName & CaseIterable>(_ name: String, as type: Name.Type) throws -> Name? {
        guard let text = try query(name) else { return nil }
        guard let value = Name(rawValue: text) else {
            let names = Name.allCases.map(\.rawValue).joined(separator: ", ")
            throw Failure.invalid(name, ar: "\(name) لازم يكون واحد من: \(names).", en: "\(name) must be one of: \(names).")
        }
        return value
    }

    func query<Entity>(_ name: String, as type: ID<Entity>.Type) throws -> ID<Entity>? {
        guard let text = try query(name) else { return nil }
        guard let id = ID<Entity>(text) else { throw Failure.invalid(name, ar: "\(name) مش معرّف صحيح.", en: "\(name) is not a valid id.") }
        return id
    }

    /// `true` or `false` and nothing else: a trial that was meant must not become the real thing.
    func flag(_ name: String) throws -> Bool {
        switch try query(name) {
        case nil, "false": false
        case "true": true
        default: throw Failure.invalid(name, ar: "\(name) يا true يا false.", en: "\(name) must be true or false.")
        }
    }

    func cursor() throws -> ListCursor? { try query("cursor").map { try ListCursor($0) } }
    func limit() throws -> Int { try query("limit", in: 1...100, default: 50) }

    /// The body as JSON; every way in which it is not what was asked for is told in words.
    func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        let type = request.headers[.contentType]?.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
        guard body.readableBytes == 0 || type == "application/json" else {
            throw Failure(
                .invalid, code: "unsupported_media_type", ar: "ابعت البيانات بصيغة JSON (Content-Type: application/json).",
                en: "Send the data as JSON (Content-Type: application/json).")
        }
        let data = body.readableBytes == 0 ? Data("{}".utf8) : Data(body.readableBytesView)
        do {
            return try JSONDecoder().decode(Value.self, from: data)
        } catch let error as DecodingError {
            throw error.failure
        }
    }

    // MARK: output

    func json(_ value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) throws -> Response {
        var headers = headers
        headers[.contentType] = "application/json; charset=utf-8"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: try WireJSON.encode(value))))
    }

    func message(_ message: ChatMessage, status: HTTPResponse.Status) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: MessageJSON(message).bytes)))
    }

    func page<Item, Wire: Encodable>(_ page: Page<Item>, _ wire: (Item) -> Wire) throws -> Response {
        try json(PageBody(items: page.items.map(wire), nextCursor: page.next))
    }
}

/// A whole number in a request. JSON has one kind of number, and JSONDecoder tells 4.5 from an integer without saying where.
struct WholeNumber: Decodable {
    let value: Int

    init(from decoder: any Decoder) throws {
        let number = try decoder.singleValueContainer().decode(Double.self)
        guard let value = Int(exactly: number) else {
            throw DecodingError.typeMismatch(Int.self, DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "not whole"))
        }
        self.value = value
    }
}

/// One encoder's settings for every answer.
enum WireJSON {
    static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        return try encoder.encode(value)
    }
}

struct PageBody<Item: Encodable>: Encodable {
    let items: [Item]
    let nextCursor: String?

    enum CodingKeys: String, CodingKey {
        case items
        case nextCursor = "next_cursor"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(items, forKey: .items)
        try container.encode(nextCursor, forKey: .nextCursor)
    }
}

extension DecodingError {
    /// In words of the wire: which field, and what it should be.
    fileprivate var failure: Failure {
        switch self {
        case .keyNotFound(let key, let context):
            let field = Self.path(context.codingPath + [key])
            return .invalid(field, ar: "ناقص \(field).", en: "\(field) is missing.")
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            let field = Self.path(context.codingPath)
            let wanted = Self.name(of: type)
            return .invalid(field, ar: "نوع \(field) مش صحيح، المطلوب \(wanted.ar).", en: "\(field) must be \(wanted.en).")
        case .dataCorrupted(let context):
            if context.codingPath.isEmpty {
                return Failure(
                    .invalid, code: "invalid_json", ar: "البيانات مش JSON صحيح بترميز UTF-8.", en: "The body is not valid JSON in UTF-8.", cause: self
                )
            }
            let field = Self.path(context.codingPath)
            return .invalid(field, ar: "قيمة \(field) مش مقبولة.", en: "The value of \(field) is not accepted.")
        @unknown default:
            return Failure(.invalid, code: "invalid_json", ar: "البيانات مش مقروءة.", en: "The body can't be read.", cause: self)
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.isEmpty ? "body" : keys.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }

    private static func name(of type: Any.Type) -> (ar: String, en: String) {
        switch type {
        case is String.Type: ("نص", "a string")
        case is Bool.Type: ("true أو false", "true or false")
        case is Int.Type, is Int64.Type: ("رقم صحيح", "a whole number")
        case is Double.Type: ("رقم", "a number")
        case is [String: Any].Type: ("كائن JSON", "a JSON object")
        default: "\(type)".hasPrefix("Array") ? ("قائمة", "a list") : ("قيمة من نوع تاني", "of another type")
        }
    }
}
