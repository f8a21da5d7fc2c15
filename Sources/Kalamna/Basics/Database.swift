package import Store

/// The store as the product uses it: every transaction is of one business, or says aloud that it crosses them.
package struct Database: Sendable {
    package let store: any Store

    package init(_ store: any Store) { self.store = store }

    package func read<Value: Sendable>(
        of business: BusinessID, _ body: @escaping @Sendable (BusinessTransaction) throws -> Value
    ) async throws -> Value {
        try await store.read(.tenant(business.description)) { transaction in
            try body(BusinessTransaction(transaction: transaction, business: business))
        }
    }

    @discardableResult
    package func write<Value: Sendable>(
        of business: BusinessID, _ body: @escaping @Sendable (BusinessTransaction) throws -> Value
    ) async throws -> Value {
        try await store.write(.tenant(business.description)) { transaction in
            try body(BusinessTransaction(transaction: transaction, business: business))
        }
    }

    /// Across businesses: finding who a key or an e-mail belongs to, claiming work. Each use is a place to review.
    package func readAcrossBusinesses<Value: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await store.read(.everything, body)
    }

    @discardableResult
    package func writeAcrossBusinesses<Value: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await store.write(.everything, body)
    }
}

/// An open transaction of one business. The queries of a room take this, so that none can forget the business.
package struct BusinessTransaction {
    package let transaction: any Transaction
    package let business: BusinessID

    package init(transaction: any Transaction, business: BusinessID) {
        self.transaction = transaction
        self.business = business
    }

    package var dialect: Dialect { transaction.dialect }
    package func fetch(_ query: Query) throws(StoreError) -> [ResultRow] { try transaction.fetch(query) }
    package func first(_ query: Query) throws(StoreError) -> ResultRow? { try transaction.first(query) }
    @discardableResult
    package func execute(_ query: Query) throws(StoreError) -> Int { try transaction.execute(query) }
    @discardableResult
    package func send(_ query: Query) throws(StoreError) -> Reply<[ResultRow]> { try transaction.send(query) }
}

/// Locks the selected rows until the commit. SQLite's write transaction is a lock already.
package let forUpdate = Query.either(sqlite: "", postgres: " FOR UPDATE")

/// An enum stored by its name.
package protocol StoredName: RawRepresentable, SQLBindable, SQLReadable, Sendable, Codable where RawValue == String {}

extension StoredName {
    package var sqlValue: SQLValue { .text(rawValue) }
    package init?(sql value: SQLValue) {
        guard case .text(let text) = value else { return nil }
        self.init(rawValue: text)
    }
}
