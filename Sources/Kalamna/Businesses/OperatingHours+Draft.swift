extension OperatingHours {
    /// Operating hours as they come over the wire and lie in the database, not yet looked at:
    /// `{"always_open": false, "weekly": {"sat": [{"from": "10:00", "to": "22:00"}]}, "holidays": [{"date": "2026-10-06"}]}`.
    package struct Draft: Sendable, Codable {
        package struct Span: Sendable, Codable {
            package var from: String
            package var to: String

            package init(from: String, to: String) {
                self.from = from
                self.to = to
            }
        }

        package struct Holiday: Sendable, Codable {
            package var date: String
            package var name: String?

            package init(date: String, name: String? = nil) {
                self.date = date
                self.name = name
            }
        }

        package var alwaysOpen: Bool?
        package var weekly: [String: [Span]]?
        package var holidays: [Holiday]?

        package init(alwaysOpen: Bool? = nil, weekly: [String: [Span]]? = nil, holidays: [Holiday]? = nil) {
            self.alwaysOpen = alwaysOpen
            self.weekly = weekly
            self.holidays = holidays
        }

        private enum CodingKeys: String, CodingKey {
            case alwaysOpen = "always_open"
            case weekly, holidays
        }
    }
}

extension OperatingHours: Codable {
    /// Throws the `Failure` that names every wrong field.
    package init(from decoder: any Decoder) throws {
        var validation = Validation()
        self = validation.operatingHours("operating_hours", try Draft(from: decoder))
        try validation.check()
    }

    package func encode(to encoder: any Encoder) throws {
        var weekly: [String: [Draft.Span]] = [:]
        for (day, spans) in self.weekly {
            weekly[day.rawValue] = spans.map { Draft.Span(from: $0.from.description, to: $0.to.description) }
        }
        let holidays = holidays.map { Draft.Holiday(date: $0.date.description, name: $0.name) }
        try Draft(alwaysOpen: alwaysOpen, weekly: weekly, holidays: holidays).encode(to: encoder)
    }
}

extension Validation {
    private static let mostSpans = 6
    private static let mostHolidays = 400

    /// The hours of what could be read; what could not is refused.
    package mutating func operatingHours(_ field: String, _ draft: OperatingHours.Draft) -> OperatingHours {
        var hours = OperatingHours(alwaysOpen: draft.alwaysOpen ?? false, weekly: [:])
        for (name, spans) in (draft.weekly ?? [:]).sorted(by: { $0.key < $1.key }) {
            let path = "\(field).weekly.\(name)"
            guard let day = Weekday(rawValue: name) else {
                let known = Weekday.allCases.map(\.rawValue).joined(separator: ", ")
                refuse(path, ar: "يوم مش معروف، الأيام هي: \(known).", en: "This is not a day of the week. The days are: \(known).")
                continue
            }
            if spans.count > Self.mostSpans {
                refuse(
                    path, ar: "\(day.texts.ar): أقصى حاجة \(Self.mostSpans) مواعيد في اليوم، ادمج بعضها.",
                    en: "\(day.texts.en): at most \(Self.mostSpans) spans a day, so join some of them.")
                continue
            }
            let read = spans.enumerated().compactMap { span("\(path).\($0.offset)", day, $0.element) }
            if !read.isEmpty { hours.weekly[day] = read.sorted { $0.from.minutes < $1.from.minutes } }
        }
        refuseOverlaps(field, hours.weekly)
        hours.holidays = holidays("\(field).holidays", draft.holidays ?? [])
        return hours
    }

    private mutating func span(_ path: String, _ day: Weekday, _ draft: OperatingHours.Draft.Span) -> OperatingHours.Span? {
        let from = TimeOfDay(draft.from)
        let to = TimeOfDay(draft.to)
        if let from, from.minutes < 24 * 60, let to { return OperatingHours.Span(from: from, to: to) }
        if from == nil || from?.minutes == 24 * 60 {
            refuse(
                "\(path).from", ar: "\(day.texts.ar): ميعاد البداية مش مظبوط، اكتبه من 00:00 لحد 23:59 زي 09:30.",
                en: "\(day.texts.en): the start is not a time from 00:00 to 23:59. Write it like 09:30.")
        }
        if to == nil {
            refuse(
                "\(path).to", ar: "\(day.texts.ar): ميعاد النهاية مش مظبوط، اكتبه من 00:00 لحد 24:00 زي 22:30.",
                en: "\(day.texts.en): the end is not a time from 00:00 to 24:00. Write it like 22:30.")
        }
        return nil
    }

    /// The week is a circle: Friday's night runs into Saturday.
    private mutating func refuseOverlaps(_ field: String, _ weekly: [Weekday: [OperatingHours.Span]]) {
        let dayLength = 24 * 60
        let spans = Weekday.allCases.enumerated().flatMap { number, day in
            (weekly[day] ?? []).map { (day: day, span: $0, from: number * dayLength + $0.from.minutes, to: number * dayLength + $0.endMinutes) }
        }
        for (index, span) in spans.enumerated() {
            let isLast = index == spans.count - 1
            let next = spans[isLast ? 0 : index + 1]
            guard spans.count > 1, span.to > next.from + (isLast ? 7 * dayLength : 0) else { continue }
            let (first, second) = ("\(span.span.from)–\(span.span.to)", "\(next.span.from)–\(next.span.to)")
            refuse(
                "\(field).weekly.\(next.day.rawValue)",
                ar: "ميعاد \(span.day.texts.ar) \(first) داخل في ميعاد \(next.day.texts.ar) \(second)، عدل واحد منهم.",
                en: "\(span.day.texts.en) \(first) overlaps \(next.day.texts.en) \(second): change one of them.")
        }
    }

    private mutating func holidays(_ field: String, _ drafts: [OperatingHours.Draft.Holiday]) -> [OperatingHours.Holiday] {
        guard drafts.count <= Self.mostHolidays else {
            refuse(
                field, ar: "أقصى حاجة \(Self.mostHolidays) يوم إجازة، امسح الأيام القديمة.",
                en: "At most \(Self.mostHolidays) holidays: remove the old ones.")
            return []
        }
        var read: [LocalDate: OperatingHours.Holiday] = [:]
        for (index, draft) in drafts.enumerated() {
            let name = draft.name.map { line("\(field).\(index).name", $0, atLeast: 0, atMost: 80) }
            if let date = LocalDate(draft.date) {
                read[date] = OperatingHours.Holiday(date: date, name: name?.isEmpty == true ? nil : name)
            } else {
                refuse(
                    "\(field).\(index).date", ar: "تاريخ الإجازة مش مظبوط، اكتبه سنة-شهر-يوم زي 2026-10-06.",
                    en: "This is not a date: write it as year-month-day, like 2026-10-06.")
            }
        }
        return read.values.sorted { $0.date < $1.date }
    }
}

extension Weekday {
    fileprivate var texts: LocalizedText {
        switch self {
        case .sat: LocalizedText(ar: "السبت", en: "Saturday")
        case .sun: LocalizedText(ar: "الحد", en: "Sunday")
        case .mon: LocalizedText(ar: "الاتنين", en: "Monday")
        case .tue: LocalizedText(ar: "التلات", en: "Tuesday")
        case .wed: LocalizedText(ar: "الأربع", en: "Wednesday")
        case .thu: LocalizedText(ar: "الخميس", en: "Thursday")
        case .fri: LocalizedText(ar: "الجمعة", en: "Friday")
        }
    }
}
