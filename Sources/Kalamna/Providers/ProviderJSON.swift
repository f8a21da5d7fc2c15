import Foundation

/// JSON of somebody else's form: built for requests, and read leniently from answers, where anything may be missing, null or
/// of another type.
enum ProviderJSON: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([ProviderJSON])
    case object([String: ProviderJSON])

    init?(_ bytes: some Sequence<UInt8>) {
        guard let value = try? JSONDecoder().decode(ProviderJSON.self, from: Data(bytes)) else { return nil }
        self = value
    }

    init?(_ text: String) { self.init(text.utf8) }

    /// The fields that are not null.
    subscript(_ field: String) -> ProviderJSON? {
        guard case .object(let fields) = self, let value = fields[field], value != .null else { return nil }
        return value
    }

    var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    var int: Int? {
        switch self {
        case .integer(let int): int
        case .number(let number): Int(exactly: number.rounded())
        default: nil
        }
    }

    /// Empty when it is no list.
    var list: [ProviderJSON] {
        guard case .list(let list) = self else { return [] }
        return list
    }

    var isObject: Bool {
        guard case .object = self else { return false }
        return true
    }

    /// The arguments of a tool call: texts, and whole numbers as texts, since small models write an order's number as one.
    var arguments: [String: String] {
        guard case .object(let fields) = self else { return [:] }
        return fields.compactMapValues { $0.text ?? $0.int.map { String($0) } }
    }

    /// Without the fields that are nil.
    static func fields(_ fields: [String: ProviderJSON?]) -> ProviderJSON { .object(fields.compactMapValues(\.self)) }

    /// The same value always gives the same bytes.
    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self))
    }
}

extension ProviderJSON: Codable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let fields = try? container.decode([String: ProviderJSON].self) {
            self = .object(fields)
        } else if let list = try? container.decode([ProviderJSON].self) {
            self = .list(list)
        } else if let bool = try? container.decode(Bool.self) {
            self = .bool(bool)
        } else if let int = try? container.decode(Int.self) {
            self = .integer(int)
        } else {
            self = .number(try container.decode(Double.self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let bool): try container.encode(bool)
        case .integer(let int): try container.encode(int)
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        case .list(let list): try container.encode(list)
        case .object(let fields): try container.encode(fields)
        }
    }
}

extension ProviderJSON: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int) { self = .integer(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(arrayLiteral elements: ProviderJSON...) { self = .list(elements) }
    init(dictionaryLiteral elements: (String, ProviderJSON)...) { self = .object(Dictionary(elements) { _, last in last }) }
}
