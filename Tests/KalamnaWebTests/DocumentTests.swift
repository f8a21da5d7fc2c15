import Foundation
import HTTPTypes
import KalamnaWeb
import TestSupport
import Testing

/// The OpenAPI document: all of the API and nothing else, without a loose end.
@Suite struct DocumentTests {
    private static func document(of server: TestServer) async throws -> [String: Any] {
        let answer = try await server.call("GET", "/openapi.json")
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "application/json; charset=utf-8")
        return answer.object
    }

    private static func operations(in document: [String: Any]) throws -> [String: [String: Any]] {
        let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
        var operations: [String: [String: Any]] = [:]
        for (path, methods) in paths {
            for (method, operation) in methods { operations["\(method.uppercased()) \(path)"] = operation }
        }
        return operations
    }

    @Test func describesEveryRouteAndNothingElse() async throws {
        let server = try await TestServer(.sqlite)
        let document = try await Self.document(of: server)
        #expect(document["openapi"] as? String == "3.1.0")
        let info = try #require(document["info"] as? [String: Any])
        #expect(info["version"] as? String == Server.version)
        let operations = try Self.operations(in: document)
        #expect(Set(operations.keys) == Set(server.server.endpoints.map { "\($0.method.rawValue) \($0.path)" }))
        let ids = operations.values.compactMap { $0["operationId"] as? String }
        #expect(ids.count == operations.count)
        #expect(Set(ids).count == ids.count)
        for endpoint in server.server.endpoints {
            let operation = try #require(operations["\(endpoint.method.rawValue) \(endpoint.path)"])
            #expect(operation["operationId"] as? String == endpoint.name)
            #expect((operation["summary"] as? String)?.isEmpty == false)
            let parameters = operation["parameters"] as? [[String: Any]] ?? []
            func names(in place: String) -> Set<String> {
                Set(parameters.filter { $0["in"] as? String == place }.compactMap { $0["name"] as? String })
            }
            #expect(names(in: "path") == Set(endpoint.parameterNames), "\(endpoint.name)")
            #expect(names(in: "query") == Set(endpoint.query.map(\.name)), "\(endpoint.name)")
            #expect(names(in: "header") == (endpoint.idempotent ? ["Idempotency-Key"] : []), "\(endpoint.name)")
            for parameter in parameters {
                #expect(parameter["schema"] is [String: Any], "\(endpoint.name)")
                #expect(parameter["required"] as? Bool == (parameter["in"] as? String == "path"), "\(endpoint.name)")
            }
        }
    }

    @Test func answersAndCallersAreDescribed() async throws {
        let server = try await TestServer(.sqlite)
        let document = try await Self.document(of: server)
        let operations = try Self.operations(in: document)
        let components = try #require(document["components"] as? [String: Any])
        let schemes = try #require(components["securitySchemes"] as? [String: [String: Any]])
        for endpoint in server.server.endpoints {
            let operation = try #require(operations["\(endpoint.method.rawValue) \(endpoint.path)"])
            let responses = try #require(operation["responses"] as? [String: [String: Any]])
            let successes = responses.keys.filter { $0.hasPrefix("2") }
            #expect(!successes.isEmpty, "\(endpoint.name)")
            let silent = responses.filter { ($0.value["description"] as? String ?? "").isEmpty }.keys.sorted()
            #expect(silent.isEmpty, "\(endpoint.name) does not say what these mean")
            for (status, response) in responses {
                let types = (response["content"] as? [String: Any])?.keys.sorted() ?? []
                if !status.hasPrefix("2") { #expect(types == ["application/problem+json"], "\(endpoint.name) \(status)") }
                if status == "204" { #expect(types.isEmpty) }
            }
            let named = (operation["security"] as? [[String: Any]] ?? []).flatMap(\.keys)
            #expect(named.allSatisfy { schemes[$0] != nil })
            let wanted: Set<String> =
                switch endpoint.access {
                case .anyone: []
                case .widget: ["widgetKey"]
                case .session: ["sessionToken"]
                case .admin, .owner: ["adminSession"]
                case .business: ["adminSession", "serverKey"]
                }
            #expect(Set(named) == wanted, "\(endpoint.name)")
        }
        #expect(schemes["adminSession"]?["name"] as? String == "kalamna_session")
    }

    @Test func everyReferenceResolvesAndEverySchemaIsUsed() async throws {
        let server = try await TestServer(.sqlite)
        let document = try await Self.document(of: server)
        let components = try #require(document["components"] as? [String: Any])
        let schemas = try #require(components["schemas"] as? [String: [String: Any]])
        var used: Set<String> = []
        func walk(_ value: Any) {
            if let object = value as? [String: Any] {
                if let reference = object["$ref"] as? String {
                    let name = reference.split(separator: "/").last.map(String.init) ?? ""
                    #expect(reference == "#/components/schemas/\(name)")
                    #expect(schemas[name] != nil, "\(reference)")
                    used.insert(name)
                }
                if let required = object["required"] as? [String] {
                    let properties = object["properties"] as? [String: Any] ?? [:]
                    for name in required { #expect(properties[name] != nil, "\(name) is required and not described") }
                }
                for inner in object.values { walk(inner) }
            } else if let list = value as? [Any] {
                for inner in list { walk(inner) }
            }
        }
        walk(document)
        #expect(used == Set(schemas.keys))
    }

    /// What is really sent has every field that is promised, and none that is not described.
    @Test func answersHaveTheDescribedFields() async throws {
        let server = try await TestServer(.sqlite)
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        let document = try await Self.document(of: server)
        let schemas = try #require((document["components"] as? [String: Any])?["schemas"] as? [String: [String: Any]])
        func check(_ value: Any, _ schema: [String: Any], _ place: String) {
            if let reference = schema["$ref"] as? String {
                check(value, schemas[reference.split(separator: "/").last.map(String.init) ?? ""] ?? [:], place)
            } else if let properties = schema["properties"] as? [String: [String: Any]], let object = value as? [String: Any] {
                let required = Set(schema["required"] as? [String] ?? [])
                #expect(required.isSubset(of: object.keys), "\(place) lacks \(required.subtracting(object.keys))")
                #expect(Set(object.keys).isSubset(of: properties.keys), "\(place) has \(Set(object.keys).subtracting(properties.keys))")
                for (name, inner) in object { check(inner, properties[name] ?? [:], "\(place).\(name)") }
            } else if schema["type"] as? String == "array" {
                #expect(value is [Any], "\(place)")
                for inner in value as? [Any] ?? [] { check(inner, schema["items"] as? [String: Any] ?? [:], place) }
            } else if let values = schema["enum"] as? [String] {
                #expect((value as? String).map(values.contains) == true, "\(place): \(value)")
            }
        }
        let operations = try Self.operations(in: document)
        for endpoint in server.server.endpoints where endpoint.method == .get && endpoint.mediaTypes.contains("application/json") {
            let isStream = endpoint.query.contains { $0.name == "wait" }
            let caller = try #require(acme.callers(of: endpoint).first)
            let answer = try await server.call("GET", acme.path(of: endpoint) + (isStream ? "?wait=0" : ""), auth: caller)
            let responses = operations["GET \(endpoint.path)"]?["responses"] as? [String: [String: Any]]
            let content = responses?["200"]?["content"] as? [String: [String: Any]]
            let schema = try #require(content?["application/json"]?["schema"] as? [String: Any], "\(endpoint.name)")
            check(try #require(answer.json), schema, endpoint.name)
        }
    }
}
