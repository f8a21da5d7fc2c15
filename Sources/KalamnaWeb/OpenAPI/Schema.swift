/// The form of a JSON value on the wire (JSON Schema 2020-12, as OpenAPI 3.1 uses it).
struct Schema: Sendable {
    let json: JSONValue

    static let id = Schema(json: ["type": "string", "format": "uuid"])
    static let time = Schema(json: ["type": "string", "format": "date-time"])
    static let boolean = Schema(json: ["type": "boolean"])
    static let any = Schema(json: [:])

    static func string(_ lengths: ClosedRange<Int>? = nil, pattern: String? = nil) -> Schema {
        var json: JSONValue = ["type": "string"]
        if let lengths {
            json = json.adding(["maxLength": .integer(lengths.upperBound)])
            if lengths.lowerBound > 0 { json = json.adding(["minLength": .integer(lengths.lowerBound)]) }
        }
        if let pattern { json = json.adding(["pattern": .string(pattern)]) }
        return Schema(json: json)
    }

    static func oneOf(_ values: [String]) -> Schema { Schema(json: ["type": "string", "enum": .array(values.map { .string($0) })]) }
    static func oneOf<Name: CaseIterable & RawRepresentable>(_ type: Name.Type) -> Schema where Name.RawValue == String {
        oneOf(type.allCases.map(\.rawValue))
    }

    static func integer(_ range: ClosedRange<Int>? = nil) -> Schema {
        var json: JSONValue = ["type": "integer"]
        if let range { json = json.adding(["minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)]) }
        return Schema(json: json)
    }

    static func number(_ range: ClosedRange<Double>? = nil) -> Schema {
        var json: JSONValue = ["type": "number"]
        if let range { json = json.adding(["minimum": .number(range.lowerBound), "maximum": .number(range.upperBound)]) }
        return Schema(json: json)
    }

    static func array(of element: Schema, atMost most: Int? = nil) -> Schema {
        let json: JSONValue = ["type": "array", "items": element.json]
        return Schema(json: most.map { json.adding(["maxItems": .integer($0)]) } ?? json)
    }

    /// - Parameter optional: the names of the fields that may be left out.
    static func object(_ fields: [String: Schema], optional: Set<String> = []) -> Schema {
        Schema(json: [
            "type": "object",
            "properties": .object(fields.mapValues(\.json)),
            "required": .array(fields.keys.filter { !optional.contains($0) }.sorted().map { .string($0) }),
        ])
    }

    /// An object whose fields may all be left out.
    static func changes(_ fields: [String: Schema]) -> Schema { object(fields, optional: Set(fields.keys)) }

    /// A named schema of `components`.
    static func named(_ name: String) -> Schema { Schema(json: ["$ref": .string("#/components/schemas/\(name)")]) }

    var orNull: Schema { Schema(json: ["anyOf": [json, ["type": "null"]]]) }

    func described(_ text: String) -> Schema { Schema(json: json.adding(["description": .string(text)])) }
}
