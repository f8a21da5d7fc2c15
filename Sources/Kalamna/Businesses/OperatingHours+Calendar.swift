package import Foundation

// All arithmetic with local days and clock changes is here, and is Foundation's.

extension OperatingHours {
    package func isOpen(at instant: Instant, in timezone: TimeZone) -> Bool {
        if alwaysOpen { return true }
        let calendar = LocalCalendar(timezone)
        // Yesterday's last span may run past midnight.
        return [-1, 0].contains { days in
            openings(on: calendar.day(of: instant, plus: days), in: calendar).contains { $0.contains(instant) }
        }
    }

    /// When the doors open for the first time after `instant`; nil when they are always open, or stay as they are for 400 days.
    package func nextOpening(after instant: Instant, in timezone: TimeZone) -> Instant? {
        if alwaysOpen || weekly.isEmpty { return nil }
        let calendar = LocalCalendar(timezone)
        var closing: Instant?
        for days in -1...400 {
            for span in openings(on: calendar.day(of: instant, plus: days), in: calendar) {
                // A span that begins when or before the last one ends is no opening.
                if span.lowerBound > instant, closing.map({ span.lowerBound > $0 }) ?? true { return span.lowerBound }
                closing = max(closing ?? span.upperBound, span.upperBound)
            }
        }
        return nil
    }

    /// The spans that begin on this day, in order, as moments.
    private func openings(on day: LocalCalendar.Day, in calendar: LocalCalendar) -> [Range<Instant>] {
        guard let spans = weekly[day.weekday], !holidays.contains(where: { $0.date == day.date }) else { return [] }
        return spans.compactMap { span in
            guard let from = calendar.instant(on: day.date, minutes: span.from.minutes),
                let to = calendar.instant(on: day.date, minutes: span.endMinutes), from < to
            else { return nil }
            return from..<to
        }.sorted { $0.lowerBound < $1.lowerBound }
    }
}

/// One zone's calendar, in the types of this room.
private struct LocalCalendar {
    struct Day {
        let date: LocalDate
        let weekday: Weekday
    }

    private let calendar: Calendar

    init(_ timezone: TimeZone) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timezone
        self.calendar = calendar
    }

    /// The local day of `instant`, or a day before or after it.
    func day(of instant: Instant, plus days: Int = 0) -> Day {
        let today = calendar.dateComponents([.year, .month, .day], from: Date(instant))
        // By way of noon, which no clock change skips or repeats.
        let noon = DateComponents(year: today.year, month: today.month, day: (today.day ?? 1) + days, hour: 12)
        let date = calendar.date(from: noon) ?? Date(instant)
        let parts = calendar.dateComponents([.year, .month, .day, .weekday], from: date)
        return Day(
            date: LocalDate(year: parts.year ?? 1970, month: parts.month ?? 1, day: parts.day ?? 1),
            weekday: Self.weekdays[((parts.weekday ?? 1) - 1) % 7])
    }

    /// The moment when clocks show this time for the first time; when they skip it, as long after midnight as usual.
    func instant(on date: LocalDate, minutes: Int) -> Instant? {
        let parts = DateComponents(
            year: date.year, month: date.month, day: date.day + minutes / (24 * 60), hour: minutes / 60 % 24, minute: minutes % 60)
        return calendar.date(from: parts).map(Instant.init)
    }

    /// In Foundation's order, which begins with Sunday.
    private static let weekdays: [Weekday] = [.sun, .mon, .tue, .wed, .thu, .fri, .sat]
}

extension Date {
    fileprivate init(_ instant: Instant) { self.init(timeIntervalSince1970: Double(instant.milliseconds) / 1000) }
}

extension Instant {
    fileprivate init(_ date: Date) { self.init(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded())) }
}
