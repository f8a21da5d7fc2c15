/// One page of a list, and where the next begins.
package struct Page<Item: Sendable>: Sendable {
    package let items: [Item]
    /// Opaque; nil at the end.
    package let next: String?

    package init(items: [Item], next: String?) {
        self.items = items
        self.next = next
    }

    /// - Parameter rows: one more than `limit` when there is a next page.
    package init(_ rows: [Item], limit: Int, cursor: (Item) -> String) {
        self.items = Array(rows.prefix(limit))
        self.next = rows.count > limit ? items.last.map(cursor) : nil
    }

    package func map<Other: Sendable>(_ transform: (Item) -> Other) -> Page<Other> {
        Page<Other>(items: items.map(transform), next: next)
    }
}
