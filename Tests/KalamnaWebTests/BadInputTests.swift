import Foundation
import TestSupport
import Testing

/// What no good client sends: a clear refusal in the client's language, and nothing stored.
@Suite struct BadInputTests {
    /// A route that makes something, with a body that it takes.
    private struct Target {
        let path: String
        let auth: String
        let body: [String: Any]
        /// A field of text.
        let text: String
        /// What the fields are, where it is not text.
        var lists: Set<String> = []
        var objects: Set<String> = []
        var optional: Set<String> = []

        func json(_ field: String, _ raw: String) throws -> [UInt8] {
            var body = body
            body[field] = "@@"
            let text = String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
            return Array(text.replacing("\"@@\"", with: raw).utf8)
        }
    }

    private static func targets(_ acme: Belongings) -> [Target] {
        [
            Target(path: "/v1/widget/session/messages", auth: acme.customer.token, body: ["client_message_id": "bad", "text": "هاي"], text: "text"),
            Target(
                path: "/v1/sessions", auth: acme.serverKey,
                body: ["external_id": "bad", "name": "منى", "phone": "0100", "email": "m@x.example", "locale": "ar"],
                text: "name", optional: ["external_id", "name", "phone", "email", "locale"]),
            Target(
                path: "/v1/keys", auth: acme.owner, body: ["kind": "widget", "name": "Key", "allowed_origins": ["https://a.example"]], text: "name",
                lists: ["allowed_origins"], optional: ["allowed_origins"]),
            Target(
                path: "/v1/knowledge", auth: acme.owner,
                body: ["title": "عنوان", "category": "c", "language": "ar", "content": ["kind": "text", "text": "نص"], "external_id": "e"],
                text: "title",
                objects: ["content"], optional: ["category", "language", "external_id"]),
        ]
    }

    @Test(arguments: Engine.all) func bodiesThatAreNoJSON(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        let before = try await acme.everything(on: server)
        for target in Self.targets(acme) {
            let bodies: [(name: String, bytes: [UInt8])] = [
                ("invalid UTF-8", try target.json(target.text, "\"a@b\"").map { $0 == UInt8(ascii: "@") ? 0xFF : $0 }),
                ("overlong UTF-8", try target.json(target.text, "\"a@b\"").flatMap { $0 == UInt8(ascii: "@") ? [0xC0, 0xAF] : [$0] }),
                ("a surrogate in UTF-8", try target.json(target.text, "\"a@b\"").flatMap { $0 == UInt8(ascii: "@") ? [0xED, 0xA0, 0x80] : [$0] }),
                ("a lone surrogate", try target.json(target.text, #""\ud800""#)),
                ("a lone low surrogate", try target.json(target.text, #""\udc00 x""#)),
                ("cut off", Array(try target.json(target.text, "\"a\"").dropLast(3))),
                ("something behind", try target.json(target.text, "\"a\"") + Array("x".utf8)),
                ("two documents", try target.json(target.text, "\"a\"") + Array("{}".utf8)),
                ("a raw line break", try target.json(target.text, "\"a\nb\"")),
                ("a raw NUL", try target.json(target.text, "\"a\u{0}b\"")), ("NaN", try target.json(target.text, "NaN")),
                ("single quotes", try target.json(target.text, "'a'")), ("a comment", try target.json(target.text, "\"a\" /* b */")),
                ("nothing but blanks", Array("  \n".utf8)), ("30,000 brackets", Array(repeating: UInt8(ascii: "["), count: 30_000)),
                ("a deep field", try target.json(target.text, String(repeating: "[", count: 25_000) + String(repeating: "]", count: 25_000))),
            ]
            for (name, bytes) in bodies {
                let answer = try await server.call("POST", target.path, auth: target.auth, body: bytes)
                expectProblem(answer, 400, "invalid_json", "\(name) to \(target.path)")
            }
            let deep = Array(repeating: UInt8(ascii: "["), count: 100_000)
            let answer = try await server.call("POST", target.path, auth: target.auth, body: deep)
            if target.path == "/v1/knowledge" { expectProblem(answer, 400, "invalid_json") } else { expectProblem(answer, 413, "body_too_large") }
        }
        expectUnchanged(before, try await acme.everything(on: server))
    }

    @Test(arguments: Engine.all) func bodiesThatAreTooLarge(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        let before = try await acme.everything(on: server)
        for target in Self.targets(acme) {
            let bytes = try target.json(target.text, "\"" + String(repeating: "a", count: 5 << 20) + "\"")
            for inChunks in [false, true] {
                let answer = try await server.call("POST", target.path, auth: target.auth, body: bytes, inChunks: inChunks)
                expectProblem(answer, 413, "body_too_large", "\(target.path), in chunks: \(inChunks)")
            }
        }
        let big = try await server.call(
            "POST", "/v1/widget/session/messages", auth: acme.customer.token, body: [UInt8](repeating: 0x20, count: (64 << 10) + 1))
        expectProblem(big, 413, "body_too_large")
        let full = try await server.call(
            "POST", "/v1/widget/session/messages", auth: acme.customer.token, body: [UInt8](repeating: 0x20, count: 64 << 10))
        expectProblem(full, 400, "invalid_json")
        expectUnchanged(before, try await acme.everything(on: server))
    }

    @Test(arguments: Engine.all) func wrongTypes(engine: Engine) async throws {
        let server = try await TestServer(engine)
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        let before = try await acme.everything(on: server)
        for target in Self.targets(acme) {
            for field in target.body.keys {
                var wrong = ["5", "true", "1.5", "-0", "9223372036854775808"]
                if !target.lists.contains(field) { wrong += ["[]", "[\"a\"]"] }
                if !target.objects.contains(field) { wrong += ["{}", "{\"a\":1}"] }
                if target.lists.contains(field) || target.objects.contains(field) { wrong.append("\"a\"") }
                if !target.optional.contains(field) { wrong.append("null") }
                for raw in wrong {
                    let answer = try await server.call("POST", target.path, auth: target.auth, body: try target.json(field, raw))
                    // A content that is an empty object lacks its kind.
                    let isInside = answer.errors.keys.contains { $0.hasPrefix("\(field).") }
                    expectProblem(answer, 422, "invalid_input", field: isInside ? nil : field, "\(field): \(raw) to \(target.path)")
                }
            }
            for raw in ["[]", "[{}]", "\"text\"", "5", "true", "null"] {
                let answer = try await server.call("POST", target.path, auth: target.auth, body: Array(raw.utf8))
                expectProblem(answer, 422, "invalid_input", field: "body", "\(raw) to \(target.path)")
            }
            for field in target.body.keys where !target.optional.contains(field) {
                let answer = try await server.call(
                    "POST", target.path, auth: target.auth, json: target.body.filter { $0.key != field })
                expectProblem(answer, 422, "invalid_input", field: field, "without \(field) to \(target.path)")
            }
            if target.path != "/v1/sessions" {
                let empty = try await server.call("POST", target.path, auth: target.auth, body: [])
                expectProblem(empty, 422, "invalid_input", "nothing to \(target.path)")
                #expect(empty.errors.count == 1)
            }
        }
        expectUnchanged(before, try await acme.everything(on: server))
    }

    @Test func otherMediaTypes() async throws {
        let server = try await TestServer(.sqlite)
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        let before = try await acme.everything(on: server)
        for target in Self.targets(acme) {
            let bytes = try target.json(target.text, "\"a\"")
            for type in [nil, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json", "application/jsonp", "*/*", ""] {
                let answer = try await server.call("POST", target.path, auth: target.auth, body: bytes, contentType: type)
                expectProblem(answer, 415, "unsupported_media_type", "\(type ?? "none") to \(target.path)")
            }
        }
        expectUnchanged(before, try await acme.everything(on: server))
        let upper = try await server.call(
            "POST", "/v1/search", auth: acme.owner, body: Array(#"{"query":"الشحن"}"#.utf8), contentType: "Application/JSON ; charset=UTF-8")
        #expect(upper.status == 200, "\(upper.text)")
    }
}
