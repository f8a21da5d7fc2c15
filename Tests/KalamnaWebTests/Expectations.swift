import Foundation
import TestSupport
import Testing

/// A refusal as a client needs it: the status, a code for programs, words for people, an id for the support.
///
/// - Parameter field: the path of a field that must be named.
func expectProblem(
    _ answer: TestAnswer, _ status: Int, _ code: String, field: String? = nil, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let words = "\(what) \(answer.status) \(answer.text.prefix(400))"
    guard answer.status == status, answer.code == code else {
        Issue.record("expected \(status) \(code): \(words)", sourceLocation: sourceLocation)
        return
    }
    #expect(answer.headers["content-type"] == "application/problem+json; charset=utf-8", "\(words)", sourceLocation: sourceLocation)
    #expect(answer["status"] as? Int == status, "\(words)", sourceLocation: sourceLocation)
    for name in ["type", "title", "detail", "request_id"] {
        let text = answer[name] as? String
        #expect(text?.isEmpty == false, "\(name) of \(words)", sourceLocation: sourceLocation)
    }
    #expect(answer["errors"] is [Any], "\(words)", sourceLocation: sourceLocation)
    if let field { #expect(answer.errors[field]?.isEmpty == false, "\(words)", sourceLocation: sourceLocation) }
}

extension TestAnswer {
    /// The messages of the refused fields, by field.
    var errors: [String: String] {
        let fields = object["errors"] as? [[String: String]] ?? []
        return Dictionary(fields.map { ($0["field"] ?? "", $0["message"] ?? "") }) { first, _ in first }
    }

    func string(_ field: String) throws -> String { try #require(object[field] as? String, "\(field) of \(status) \(text)") }
    func list(_ field: String = "items") throws -> [[String: Any]] {
        try #require(object[field] as? [[String: Any]], "\(field) of \(status) \(text)")
    }
    var array: [[String: Any]] { json as? [[String: Any]] ?? [] }

    /// The answer with its fields in one order, so that two can be compared.
    var canonical: String {
        let options: JSONSerialization.WritingOptions = [.sortedKeys, .fragmentsAllowed]
        return json.flatMap { try? JSONSerialization.data(withJSONObject: $0, options: options) }.map { String(decoding: $0, as: UTF8.self) } ?? text
    }

    /// The token in the session cookie that this answer sets.
    var sessionToken: String? {
        guard let pair = headers["set-cookie"]?.prefix(while: { $0 != ";" }), let name = pair.firstRange(of: "kalamna_session=") else { return nil }
        return String(pair[name.upperBound...])
    }

    /// The same for two answers that differ in nothing that a client could learn from.
    var withoutRequestID: String { canonical.replacing(/"request_id":"[^"]*"/, with: "") }
}

extension TestServer {
    /// A new API key, made by an owner.
    func makeKey(_ kind: String, name: String = "Key", origins: [String] = [], by owner: String) async throws -> (id: String, secret: String) {
        let made = try await call("POST", "/v1/keys", auth: owner, json: ["kind": kind, "name": name, "allowed_origins": origins])
        return (try made.string("id"), try made.string("secret"))
    }

    /// A colleague who was invited and has come: their id and login.
    func hire(_ email: String, role: String = "staff", by owner: String) async throws -> (id: String, token: String) {
        let invitation = try await call("POST", "/v1/invitations", auth: owner, json: ["email": email, "role": role])
        let accepted = try await call(
            "POST", "/v1/invitations/accept",
            json: ["token": try invitation.string("token"), "name": "Colleague", "password": "a good passphrase"])
        return (try accepted.string("id"), try #require(accepted.sessionToken))
    }
}
