/// How many things happened in the last while, and how many of them were of the marked kind.
struct RollingCounts: Sendable {
    private struct Slot: Sendable {
        var number: Int64 = -1
        var all = 0
        var marked = 0
    }

    private let width: Int64
    private var slots: [Slot]

    /// Exact to a tenth of the window.
    init(over window: Duration) {
        width = max(1, window.milliseconds / 10)
        slots = [Slot](repeating: Slot(), count: 10)
    }

    /// - Parameter now: as the router's clock tells it.
    mutating func add(marked: Bool, now: Duration) {
        let number = now.milliseconds / width
        let place = Int(number % 10)
        if slots[place].number != number { slots[place] = Slot(number: number) }
        slots[place].all += 1
        if marked { slots[place].marked += 1 }
    }

    func totals(now: Duration) -> (all: Int, marked: Int) {
        let number = now.milliseconds / width
        return slots.lazy.filter { $0.number > number - 10 }.reduce(into: (0, 0)) { totals, slot in
            totals.0 += slot.all
            totals.1 += slot.marked
        }
    }
}
