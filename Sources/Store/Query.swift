/// A value that both databases can store. Six cases and no others, on purpose:
/// times are milliseconds, identifiers and JSON are text.
package enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case double(Double)
    case text(String)
    case blob([UInt8])
    case bool(Bool)
}

/// What may be interpolated into a `Query`: it is always bound, never spliced.
package protocol SQLBindable {
    var sqlValue: SQLValue { get }
}

extension SQLValue: SQLBindable { package var sqlValue: SQLValue { self } }
extension String: SQLBindable { package var sqlValue: SQLValue { .text(self) } }
extension Int: SQLBindable { package var sqlValue: SQLValue { .integer(Int64(self)) } }
extension Int64: SQLBindable { package var sqlValue: SQLValue { .integer(self) } }
extension Double: SQLBindable { package var sqlValue: SQLValue { .double(self) } }
extension Bool: SQLBindable { package var sqlValue: SQLValue { .bool(self) } }
extension Array: SQLBindable where Element == UInt8 { package var sqlValue: SQLValue { .blob(self) } }

package enum Dialect: Sendable {
    case sqlite
    case postgres
}

/// SQL text with its bound values, written once and rendered for either database.
package struct Query: Sendable, ExpressibleByStringInterpolation {
    enum Part: Sendable {
        case text(String)
        case bind(SQLValue)
        case either(sqlite: Query, postgres: Query)
    }

    var parts: [Part]

    package init(stringLiteral value: String) { self.parts = [.text(value)] }
    package init(stringInterpolation: Interpolation) { self.parts = stringInterpolation.parts }

    /// The one place where the two databases may differ.
    package static func either(sqlite: Query, postgres: Query) -> Query {
        var query: Query = ""
        query.parts = [.either(sqlite: sqlite, postgres: postgres)]
        return query
    }

    /// SQL text that was built by the program: names of tables and columns, never anything from outside.
    package static func verbatim(_ text: String) -> Query { Query(stringLiteral: text) }

    package static func + (left: Query, right: Query) -> Query {
        var query = left
        query.parts += right.parts
        return query
    }

    package struct Interpolation: StringInterpolationProtocol {
        var parts: [Part] = []

        package init(literalCapacity: Int, interpolationCount: Int) { parts.reserveCapacity(interpolationCount * 2 + 1) }

        package mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { parts.append(.text(literal)) }
        }
        package mutating func appendInterpolation(_ value: some SQLBindable) { parts.append(.bind(value.sqlValue)) }
        package mutating func appendInterpolation<Value: SQLBindable>(_ value: Value?) {
            parts.append(.bind(value?.sqlValue ?? .null))
        }
        package mutating func appendInterpolation(_ query: Query) { parts += query.parts }

        /// `(?, ?, …)`; an empty list is `(NULL)`, which nothing equals.
        package mutating func appendInterpolation(list values: [some SQLBindable]) {
            parts.append(.text("("))
            for (index, value) in values.enumerated() {
                if index > 0 { parts.append(.text(", ")) }
                parts.append(.bind(value.sqlValue))
            }
            if values.isEmpty { parts.append(.text("NULL")) }
            parts.append(.text(")"))
        }
    }

    package func rendered(for dialect: Dialect) -> (text: String, values: [SQLValue]) {
        var text = ""
        text.reserveCapacity(256)
        var values: [SQLValue] = []
        values.reserveCapacity(parts.count / 2)
        render(dialect, into: &text, &values)
        return (text, values)
    }

    private func render(_ dialect: Dialect, into text: inout String, _ values: inout [SQLValue]) {
        for part in parts {
            switch part {
            case .text(let literal): text += literal
            case .bind(let value):
                values.append(value)
                text += dialect == .sqlite ? "?" : "$"
                text += String(values.count)
            case .either(let sqlite, let postgres):
                (dialect == .sqlite ? sqlite : postgres).render(dialect, into: &text, &values)
            }
        }
    }
}
