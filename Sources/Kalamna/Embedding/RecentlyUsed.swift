/// A dictionary with room for so many: the one that was longest not asked for leaves first. Every operation is O(1).
struct RecentlyUsed<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        let key: Key
        var value: Value
        /// Neighbours in the order of use; -1 at the ends.
        var newer: Int
        var older: Int
    }

    let capacity: Int
    private var entries: [Entry] = []
    private var places: [Key: Int] = [:]
    private var newest = -1
    private var oldest = -1

    init(capacity: Int) { self.capacity = max(1, capacity) }

    var count: Int { entries.count }

    /// The value, which counts as a use.
    mutating func value(of key: Key) -> Value? {
        guard let place = places[key] else { return nil }
        moveToFront(place)
        return entries[place].value
    }

    mutating func store(_ value: Value, for key: Key) {
        if let place = places[key] {
            entries[place].value = value
            moveToFront(place)
        } else if entries.count < capacity {
            entries.append(Entry(key: key, value: value, newer: -1, older: -1))
            places[key] = entries.count - 1
            link(entries.count - 1)
        } else {
            let place = oldest
            unlink(place)
            places[entries[place].key] = nil
            entries[place] = Entry(key: key, value: value, newer: -1, older: -1)
            places[key] = place
            link(place)
        }
    }

    private mutating func moveToFront(_ place: Int) {
        if place == newest { return }
        unlink(place)
        link(place)
    }

    private mutating func link(_ place: Int) {
        entries[place].newer = -1
        entries[place].older = newest
        if newest >= 0 { entries[newest].newer = place } else { oldest = place }
        newest = place
    }

    private mutating func unlink(_ place: Int) {
        let (newer, older) = (entries[place].newer, entries[place].older)
        if newer >= 0 { entries[newer].older = older } else { newest = older }
        if older >= 0 { entries[older].newer = newer } else { oldest = newer }
    }
}
