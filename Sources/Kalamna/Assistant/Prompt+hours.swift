import Foundation

extension Prompt {
    /// A business's opening hours in words: neighbouring days with the same hours together.
    package static func hours(_ settings: BusinessSettings, locale: Locale) -> String {
        let hours = settings.hours
        if hours.alwaysOpen { return locale == .en ? "always open." : "فاتحين طول اليوم كل يوم." }
        var groups: [(days: [Weekday], spans: [OperatingHours.Span])] = []
        for day in Weekday.allCases {
            let spans = hours.weekly[day] ?? []
            if groups.last?.spans == spans, !groups.isEmpty {
                groups[groups.count - 1].days.append(day)
            } else {
                groups.append(([day], spans))
            }
        }
        let words = groups.map { group in
            let days = days(group.days, locale)
            if group.spans.isEmpty { return days + (locale == .en ? ": closed" : ": إجازة") }
            let spans = group.spans.map { span in
                locale == .en
                    ? "\(clock(span.from, locale)) to \(clock(span.to, locale))" : "من \(clock(span.from, locale)) لحد \(clock(span.to, locale))"
            }
            return days + ": " + spans.joined(separator: locale == .en ? " and " : " و")
        }
        let holidays = hours.holidays.sorted { $0.date < $1.date }.suffix(mostHolidays).map { holiday in
            "\(holiday.date)" + (holiday.name.map { " (\($0.prefix(40)))" } ?? "")
        }
        let week = words.joined(separator: locale == .en ? "; " : "؛ ") + "."
        if holidays.isEmpty { return week }
        return week + (locale == .en ? " Closed on: " : " أيام إجازة: ") + holidays.joined(separator: locale == .en ? ", " : "، ") + "."
    }
    private static let mostHolidays = 8

    /// `الأحد 22 نوفمبر 2026، الساعة 3:05 مساءً`.
    static func date(_ now: Instant, in zone: TimeZone, locale: Locale) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = calendar.dateComponents(
            [.year, .month, .day, .weekday, .hour, .minute], from: Date(timeIntervalSince1970: Double(now.milliseconds) / 1000))
        let (year, month, day) = (parts.year ?? 1970, (parts.month ?? 1) - 1, parts.day ?? 1)
        // Foundation's week begins with Sunday, ours with Saturday.
        let weekday = name(of: Weekday.allCases[(parts.weekday ?? 1) % 7], locale)
        let time = clock((parts.hour ?? 0) * 60 + (parts.minute ?? 0), locale)
        if locale == .en { return "\(weekday), \(day) \(englishMonths[month]) \(year), \(time)" }
        return "\(weekday) \(day) \(arabicMonths[month]) \(year)، الساعة \(time)"
    }

    private static func days(_ days: [Weekday], _ locale: Locale) -> String {
        guard let first = days.first, let last = days.last else { return "" }
        if days.count == 7 { return locale == .en ? "every day" : "كل يوم" }
        if days.count == 1 { return name(of: first, locale) }
        let joint = days.count == 2 ? (locale == .en ? " and " : " و") : (locale == .en ? " to " : " لحد ")
        return name(of: first, locale) + joint + name(of: last, locale)
    }

    private static func name(of day: Weekday, _ locale: Locale) -> String {
        switch day {
        case .sat: locale == .en ? "Saturday" : "السبت"
        case .sun: locale == .en ? "Sunday" : "الأحد"
        case .mon: locale == .en ? "Monday" : "الاثنين"
        case .tue: locale == .en ? "Tuesday" : "الثلاثاء"
        case .wed: locale == .en ? "Wednesday" : "الأربعاء"
        case .thu: locale == .en ? "Thursday" : "الخميس"
        case .fri: locale == .en ? "Friday" : "الجمعة"
        }
    }

    private static func clock(_ time: TimeOfDay, _ locale: Locale) -> String { clock(time.minutes, locale) }

    private static func clock(_ minutes: Int, _ locale: Locale) -> String {
        let (hour, minute) = (minutes / 60 % 24, minutes % 60)
        if minute == 0 && hour == 0 { return locale == .en ? "midnight" : "12 نص الليل" }
        let half = locale == .en ? (hour < 12 ? "am" : "pm") : (hour < 12 ? "صباحًا" : "مساءً")
        return "\(hour % 12 == 0 ? 12 : hour % 12)" + (minute == 0 ? "" : ":\(minute < 10 ? "0" : "")\(minute)") + " " + half
    }

    private static let arabicMonths = [
        "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر",
    ]
    private static let englishMonths = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ]
}
