/// A number, amount, time or day that a text names, in digits or words.
public struct Quantity: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
        /// No unit known: `12345`.
        case number
        /// `50%`, `خمسين في المية`: the value is 50.
        case percent
        /// The unit is the currency's code, `EGP` for pounds of any name.
        case money
        /// In minutes: a day is 1440, a month 30 days, a year 365.
        case duration
        /// `3 kg`, `20 جيجا`: the unit is a short English name.
        case measure
        /// Time of day in minutes after midnight; unit `am` or `pm` where the text says so.
        case time
        /// Year × 10000 + month × 100 + day; year 0 where the text has none.
        case date
        /// 1 Monday … 7 Sunday.
        case weekday
        /// Days from today: `بكرة` 1, `امبارح` -1.
        case day
    }

    public let kind: Kind
    public let value: Double
    public let unit: String?
    /// UTF-8 offsets in the source.
    public let range: Range<Int>

    public init(kind: Kind, value: Double, unit: String? = nil, range: Range<Int>) {
        self.kind = kind
        self.value = value
        self.unit = unit
        self.range = range
    }

    /// Whether both mean the same, as far as each says: a bare number agrees with an amount, `5:00` with `5 pm`, `5/10` with `5/10/2026`.
    public func agrees(with other: Quantity) -> Bool {
        if kind != other.kind {
            let isBare = kind == .number || other.kind == .number
            let amounts: Set<Kind> = [.number, .percent, .money, .measure]
            return isBare && amounts.contains(kind) && amounts.contains(other.kind) && isClose(value, other.value)
        }
        switch kind {
        case .time where unit == nil || other.unit == nil:
            return Int(value) % 720 == Int(other.value) % 720
        case .date where value < 10_000 || other.value < 10_000:
            return Int(value) % 10_000 == Int(other.value) % 10_000
        default:
            return isClose(value, other.value) && (unit == other.unit || unit == nil || other.unit == nil)
        }
    }

    private func isClose(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 0.005 * max(1, abs(a)) }
}
