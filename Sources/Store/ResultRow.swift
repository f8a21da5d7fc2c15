/// The names of a statement's columns, made once and shared by its rows.
package final class ResultColumns {
    let names: [String]
    /// Where the last name was found: columns are mostly read in the order of the statement.
    private var next = 0

    package init(_ names: [String]) { self.names = names }

    func index(of name: String) -> Int? {
        var index = next
        for _ in 0..<names.count {
            if index >= names.count { index = 0 }
            if names[index] == name {
                next = index + 1
                return index
            }
            index += 1
        }
        return nil
    }
}

/// One row. It lives inside its transaction (it is not Sendable): read what you need into a value.
package struct ResultRow {
    let columns: ResultColumns
    let values: [SQLValue]

    package init(columns: ResultColumns, values: [SQLValue]) {
        self.columns = columns
        self.values = values
    }

    /// The column's value, as the type that is asked for.
    package subscript<Value: SQLReadable>(column: String) -> Value {
        get throws(StoreError) {
            guard let index = columns.index(of: column) else { throw .badColumn("no column \(column)") }
            guard let value = Value(sql: values[index]) else { throw .badColumn("\(column) is no \(Value.self)") }
            return value
        }
    }
}

/// What a column can be read as.
package protocol SQLReadable {
    /// Nil when the value is of another type.
    init?(sql value: SQLValue)
}

extension Int64: SQLReadable {
    package init?(sql value: SQLValue) {
        guard case .integer(let number) = value else { return nil }
        self = number
    }
}

extension Int: SQLReadable {
    package init?(sql value: SQLValue) {
        guard case .integer(let number) = value else { return nil }
        self = Int(number)
    }
}

extension Double: SQLReadable {
    package init?(sql value: SQLValue) {
        switch value {
        case .double(let number): self = number
        case .integer(let number): self = Double(number)
        default: return nil
        }
    }
}

extension Bool: SQLReadable {
    package init?(sql value: SQLValue) {
        switch value {
        case .bool(let flag): self = flag
        case .integer(let number): self = number != 0
        default: return nil
        }
    }
}

extension String: SQLReadable {
    package init?(sql value: SQLValue) {
        guard case .text(let text) = value else { return nil }
        self = text
    }
}

extension Array: SQLReadable where Element == UInt8 {
    package init?(sql value: SQLValue) {
        guard case .blob(let bytes) = value else { return nil }
        self = bytes
    }
}

extension Optional: SQLReadable where Wrapped: SQLReadable {
    package init?(sql value: SQLValue) {
        if case .null = value {
            self = .none
        } else {
            guard let wrapped = Wrapped(sql: value) else { return nil }
            self = .some(wrapped)
        }
    }
}
