package import Foundation
package import Store

// The days of the business, in which models are reported and budgets are counted.

extension LocalDate {
    /// The day on which `instant` falls in this zone.
    package init(_ instant: Instant, in zone: TimeZone) {
        let parts = Self.calendar(of: zone).dateComponents(
            [.year, .month, .day], from: Date(timeIntervalSince1970: Double(instant.milliseconds) / 1000))
        self.init(year: parts.year ?? 1970, month: parts.month ?? 1, day: parts.day ?? 1)
    }

    package var firstOfMonth: LocalDate { LocalDate(year: year, month: month, day: 1) }

    /// Backwards when negative.
    package func adding(days: Int) -> LocalDate {
        // By way of noon in UTC, which no clock change skips or repeats.
        let noon = Self.calendar(of: .gmt).date(from: DateComponents(year: year, month: month, day: day + days, hour: 12)) ?? .distantPast
        return LocalDate(Instant(milliseconds: Int64(noon.timeIntervalSince1970) * 1000), in: .gmt)
    }

    /// When the day begins in this zone; not at midnight where the clocks skip it.
    func begin(in zone: TimeZone) -> Instant {
        let calendar = Self.calendar(of: zone)
        let noon = calendar.date(from: DateComponents(year: year, month: month, day: day, hour: 12)) ?? .distantPast
        return Instant(milliseconds: Int64((calendar.startOfDay(for: noon).timeIntervalSince1970 * 1000).rounded()))
    }

    private static func calendar(of zone: TimeZone) -> Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        return calendar
    }
}

extension LocalDate: SQLBindable, SQLReadable {
    package var sqlValue: SQLValue { .text(description) }
    package init?(sql value: SQLValue) {
        guard case .text(let text) = value else { return nil }
        self.init(text)
    }
}
