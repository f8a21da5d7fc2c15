package enum Weekday: String, Sendable, CaseIterable {
    case sat, sun, mon, tue, wed, thu, fri
}

/// When a business is open, in its own local time.
package struct OperatingHours: Sendable, Hashable {
    /// Weekly spans and holidays are kept but don't count.
    package var alwaysOpen: Bool
    package var weekly: [Weekday: [Span]]
    package var holidays: [Holiday]

    package init(alwaysOpen: Bool = false, weekly: [Weekday: [Span]], holidays: [Holiday] = []) {
        self.alwaysOpen = alwaysOpen
        self.weekly = weekly
        self.holidays = holidays
    }

    package static let always = OperatingHours(alwaysOpen: true, weekly: [:])

    /// The same span every day of the week.
    package static func daily(_ span: Span) -> OperatingHours {
        OperatingHours(weekly: Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0, [span]) }))
    }
}

extension OperatingHours {
    /// From `from` until just before `to`; when `to` is not later, until `to` of the next day.
    package struct Span: Sendable, Hashable {
        package let from: TimeOfDay
        package let to: TimeOfDay

        package init(from: TimeOfDay, to: TimeOfDay) {
            self.from = from
            self.to = to
        }

        /// In minutes since the midnight at which the day of `from` begins: up to 48 hours.
        var endMinutes: Int { to.minutes > from.minutes ? to.minutes : to.minutes + 24 * 60 }
    }

    /// Closes the spans that begin on this local date.
    package struct Holiday: Sendable, Hashable {
        package let date: LocalDate
        package let name: String?

        package init(date: LocalDate, name: String? = nil) {
            self.date = date
            self.name = name
        }
    }
}

/// A time on the clock, `HH:mm` from `00:00` to `24:00`.
package struct TimeOfDay: Sendable, Hashable, CustomStringConvertible {
    package let minutes: Int

    /// Nil unless it has exactly the form `HH:mm`.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":"), let hour = twoDigits(bytes[0...1]), let minute = twoDigits(bytes[3...4]),
            minute < 60, hour < 24 || (hour == 24 && minute == 0)
        else { return nil }
        self.minutes = hour * 60 + minute
    }

    package var description: String { padded(minutes / 60) + ":" + padded(minutes % 60) }
}

/// A day of the calendar, `2026-10-06`, without a time zone.
package struct LocalDate: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let year: Int
    package let month: Int
    package let day: Int

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// Nil unless it has exactly the form `yyyy-MM-dd` and the month has that day.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"), let century = twoDigits(bytes[0...1]),
            let rest = twoDigits(bytes[2...3]), let month = twoDigits(bytes[5...6]), let day = twoDigits(bytes[8...9])
        else { return nil }
        let year = century * 100 + rest
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...12).contains(month), (1...lengths[month - 1]).contains(day) else { return nil }
        self.init(year: year, month: month, day: day)
    }

    package static func < (left: LocalDate, right: LocalDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    package var description: String { padded(year / 100) + padded(year % 100) + "-" + padded(month) + "-" + padded(day) }
}

private func twoDigits(_ bytes: ArraySlice<UInt8>) -> Int? {
    bytes.reduce(Int?.some(0)) { number, byte in
        guard let number, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        return number * 10 + Int(byte - UInt8(ascii: "0"))
    }
}

private func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
