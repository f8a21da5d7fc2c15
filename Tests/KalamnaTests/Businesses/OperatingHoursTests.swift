import Foundation
import Kalamna
import Testing

@Suite struct OperatingHoursTests {
    private let cairo = TimeZone(identifier: "Africa/Cairo") ?? .gmt

    /// A moment written in UTC.
    private func utc(_ text: String) throws -> Instant {
        let date = try Date(text + ":00Z", strategy: .iso8601)
        return Instant(milliseconds: Int64(date.timeIntervalSince1970) * 1000)
    }

    private func hours(_ weekly: [String: [(String, String)]], holidays: [String] = []) throws -> OperatingHours {
        var validation = Validation()
        let hours = validation.operatingHours(
            "operating_hours",
            OperatingHours.Draft(
                weekly: weekly.mapValues { spans in spans.map { OperatingHours.Draft.Span(from: $0.0, to: $0.1) } },
                holidays: holidays.map { OperatingHours.Draft.Holiday(date: $0) }))
        try validation.check()
        return hours
    }

    private func problems(_ json: String) -> [String: String] {
        do {
            _ = try JSONDecoder().decode(OperatingHours.self, from: Data(json.utf8))
            return [:]
        } catch let failure as Failure {
            return Dictionary(failure.fields.map { ($0.field, $0.message.en) }, uniquingKeysWith: { first, _ in first })
        } catch {
            return ["": "\(error)"]
        }
    }

    // MARK: open or closed

    // 2026-11-22 is a Sunday; Cairo is at UTC+2 in winter.
    @Test(arguments: [
        ("2026-11-22T07:59", false), ("2026-11-22T08:00", true), ("2026-11-22T12:00", false), ("2026-11-22T14:00", true),
        ("2026-11-22T19:59", true), ("2026-11-22T20:00", false), ("2026-11-23T08:00", false),
    ])
    func followsTheSpansOfTheDay(moment: String, open: Bool) throws {
        let hours = try hours(["sun": [("10:00", "14:00"), ("16:00", "22:00")]])
        #expect(hours.isOpen(at: try utc(moment), in: cairo) == open)
    }

    @Test(arguments: [
        ("2026-11-26T17:59", false), ("2026-11-26T18:00", true), ("2026-11-27T00:29", true), ("2026-11-27T00:30", false),
        ("2026-11-27T18:00", false),
    ])
    func spanRunsPastMidnight(moment: String, open: Bool) throws {
        let hours = try hours(["thu": [("20:00", "02:30")]])
        #expect(hours.isOpen(at: try utc(moment), in: cairo) == open)
    }

    @Test func equalTimesAreAWholeDay() throws {
        let hours = try hours(["sun": [("10:00", "10:00")]])
        #expect(hours.isOpen(at: try utc("2026-11-22T08:00"), in: cairo))
        #expect(hours.isOpen(at: try utc("2026-11-23T07:59"), in: cairo))
        #expect(!hours.isOpen(at: try utc("2026-11-23T08:00"), in: cairo))
    }

    @Test func endsAtMidnightByEitherName() throws {
        for end in ["24:00", "00:00"] {
            let hours = try hours(["sun": [("18:00", end)]])
            #expect(hours.isOpen(at: try utc("2026-11-22T21:59"), in: cairo))
            #expect(!hours.isOpen(at: try utc("2026-11-22T22:00"), in: cairo))
        }
    }

    @Test func holidayClosesTheSpansThatBeginOnIt() throws {
        let hours = try hours(["mon": [("20:00", "02:00")], "tue": [("10:00", "22:00")], "wed": [("10:00", "22:00")]], holidays: ["2026-10-06"])
        // Monday's night still runs into the holiday (Cairo is at UTC+3 until 29 October).
        #expect(hours.isOpen(at: try utc("2026-10-05T22:30"), in: cairo))
        #expect(!hours.isOpen(at: try utc("2026-10-05T23:00"), in: cairo))
        #expect(!hours.isOpen(at: try utc("2026-10-06T09:00"), in: cairo))
        #expect(hours.isOpen(at: try utc("2026-10-07T07:00"), in: cairo))
        #expect(hours.nextOpening(after: try utc("2026-10-05T23:30"), in: cairo) == (try utc("2026-10-07T07:00")))
    }

    @Test func holidayOnAMondayClosesItsNightToo() throws {
        let hours = try hours(["mon": [("20:00", "02:00")]], holidays: ["2026-10-05"])
        #expect(!hours.isOpen(at: try utc("2026-10-05T22:30"), in: cairo))
    }

    // MARK: Egypt's summer time (begins on Friday 24 April 2026 at 00:00, ends on Thursday 29 October 2026 at 24:00)

    @Test func opensAtTheSameLocalTimeAllYear() throws {
        let hours = OperatingHours.daily(try span("10:00", "22:00"))
        #expect(!hours.isOpen(at: try utc("2026-04-23T07:59"), in: cairo))
        #expect(hours.isOpen(at: try utc("2026-04-23T08:00"), in: cairo))
        #expect(!hours.isOpen(at: try utc("2026-04-24T06:59"), in: cairo))
        #expect(hours.isOpen(at: try utc("2026-04-24T07:00"), in: cairo))
        #expect(hours.isOpen(at: try utc("2026-10-29T07:00"), in: cairo))
        #expect(!hours.isOpen(at: try utc("2026-10-30T07:00"), in: cairo))
        #expect(hours.isOpen(at: try utc("2026-10-30T08:00"), in: cairo))
    }

    @Test func hourThatTheClockSkips() throws {
        let hours = try hours(["thu": [("20:00", "24:00")], "fri": [("00:00", "02:00")]])
        // 21:59 UTC is 23:59; a minute later it is 01:00.
        for moment in ["2026-04-23T21:59", "2026-04-23T22:00", "2026-04-23T22:59"] {
            #expect(hours.isOpen(at: try utc(moment), in: cairo), "\(moment)")
        }
        #expect(!hours.isOpen(at: try utc("2026-04-23T23:00"), in: cairo))
    }

    @Test func hourThatTheClockRepeats() throws {
        let hours = try hours(["thu": [("20:00", "24:00")]])
        // 23:00–24:00 passes twice: at 20:30 and at 21:30 UTC it is half past eleven.
        #expect(hours.isOpen(at: try utc("2026-10-29T20:30"), in: cairo))
        #expect(hours.isOpen(at: try utc("2026-10-29T21:30"), in: cairo))
        #expect(!hours.isOpen(at: try utc("2026-10-29T22:00"), in: cairo))
        // What closes in that hour closes once.
        let early = try self.hours(["thu": [("20:00", "23:30")]])
        #expect(early.isOpen(at: try utc("2026-10-29T20:29"), in: cairo))
        #expect(!early.isOpen(at: try utc("2026-10-29T20:30"), in: cairo))
        #expect(!early.isOpen(at: try utc("2026-10-29T21:10"), in: cairo))
    }

    // MARK: the next opening

    @Test func nextOpeningIsTheNextClosedDoorThatOpens() throws {
        let hours = try hours(["sun": [("10:00", "14:00"), ("14:00", "16:00"), ("18:00", "20:00")], "thu": [("10:00", "12:00")]])
        #expect(hours.nextOpening(after: try utc("2026-11-22T06:00"), in: cairo) == (try utc("2026-11-22T08:00")))
        // At 14:00 one span follows the other: nothing opens.
        #expect(hours.nextOpening(after: try utc("2026-11-22T08:00"), in: cairo) == (try utc("2026-11-22T16:00")))
        #expect(hours.nextOpening(after: try utc("2026-11-22T17:00"), in: cairo) == (try utc("2026-11-26T08:00")))
        #expect(hours.nextOpening(after: try utc("2026-11-26T11:00"), in: cairo) == (try utc("2026-11-29T08:00")))
    }

    @Test func nextOpeningAcrossTheClockChange() throws {
        let hours = OperatingHours.daily(try span("10:00", "22:00"))
        #expect(hours.nextOpening(after: try utc("2026-04-23T21:00"), in: cairo) == (try utc("2026-04-24T07:00")))
        #expect(hours.nextOpening(after: try utc("2026-10-29T21:30"), in: cairo) == (try utc("2026-10-30T08:00")))
    }

    @Test func noNextOpening() throws {
        let moment = try utc("2026-11-22T06:00")
        #expect(OperatingHours.always.isOpen(at: moment, in: cairo))
        #expect(OperatingHours.always.nextOpening(after: moment, in: cairo) == nil)
        #expect(OperatingHours(weekly: [:]).nextOpening(after: moment, in: cairo) == nil)
        #expect(!OperatingHours(weekly: [:]).isOpen(at: moment, in: cairo))
        #expect(OperatingHours.daily(try span("00:00", "24:00")).nextOpening(after: moment, in: cairo) == nil)
    }

    @Test func agreesWithItselfAroundTheYear() throws {
        let hours = try hours(
            [
                "sat": [("22:00", "04:00")], "mon": [("00:00", "01:30"), ("09:00", "23:30")], "thu": [("23:15", "00:45")],
                "fri": [("01:00", "13:00")],
            ],
            holidays: ["2026-04-24", "2026-10-29"])
        var moment = try utc("2026-04-01T00:00")
        let end = try utc("2026-12-01T00:00")
        while moment < end {
            let next = try #require(hours.nextOpening(after: moment, in: cairo))
            #expect(next > moment)
            #expect(hours.isOpen(at: next, in: cairo))
            #expect(!hours.isOpen(at: next - .milliseconds(1), in: cairo))
            moment = next
        }
    }

    @Test func isCheap() throws {
        let hours = OperatingHours.daily(try span("20:00", "04:00"))
        let moment = try utc("2026-11-22T06:00")
        let clock = ContinuousClock()
        let taken = clock.measure {
            for minute in 0..<1000 { _ = hours.isOpen(at: moment + .minutes(Int64(minute)), in: cairo) }
        }
        #expect(taken < .seconds(1), "1000 look-ups took \(taken)")
    }

    // MARK: the wire

    @Test func roundTrip() throws {
        let json = """
            {"always_open":false,"holidays":[{"date":"2026-10-06","name":"نصر أكتوبر"},{"date":"2027-01-07"}],\
            "weekly":{"fri":[{"from":"14:00","to":"24:00"}],"sat":[{"from":"10:00","to":"13:00"},{"from":"20:00","to":"02:00"}]}}
            """
        let hours = try JSONDecoder().decode(OperatingHours.self, from: Data(json.utf8))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(String(decoding: try encoder.encode(hours), as: UTF8.self) == json)
        #expect(try JSONDecoder().decode(OperatingHours.self, from: Data(#"{"always_open":true}"#.utf8)) == .always)
    }

    @Test func namesEveryWrongFieldAtOnce() {
        let found = problems(
            """
            {"weekly": {"sat": [{"from": "9:00", "to": "25:00"}], "sun": [{"from": "24:00", "to": "12:60"}], "funday": [],
                        "mon": [{"from": "١٠:٠٠", "to": "22:00"}]},
             "holidays": [{"date": "2026-02-29"}, {"date": "2028-02-29"}, {"date": "6/10/2026"}]}
            """)
        #expect(
            found.keys.sorted() == [
                "operating_hours.holidays.0.date", "operating_hours.holidays.2.date", "operating_hours.weekly.funday",
                "operating_hours.weekly.mon.0.from", "operating_hours.weekly.sat.0.from", "operating_hours.weekly.sat.0.to",
                "operating_hours.weekly.sun.0.from", "operating_hours.weekly.sun.0.to",
            ])
    }

    @Test(arguments: [
        (#"{"weekly": {"sun": [{"from": "10:00", "to": "14:00"}, {"from": "13:59", "to": "18:00"}]}}"#, "sun"),
        (#"{"weekly": {"sun": [{"from": "20:00", "to": "02:00"}], "mon": [{"from": "01:00", "to": "05:00"}]}}"#, "mon"),
        (#"{"weekly": {"fri": [{"from": "20:00", "to": "02:00"}], "sat": [{"from": "01:00", "to": "05:00"}]}}"#, "sat"),
        (#"{"weekly": {"sun": [{"from": "10:00", "to": "10:00"}, {"from": "12:00", "to": "13:00"}]}}"#, "sun"),
    ])
    func refusesOverlaps(json: String, day: String) {
        #expect(problems(json).keys.sorted() == ["operating_hours.weekly.\(day)"])
    }

    @Test func refusesTooMuch() {
        let spans = (0..<7).map { #"{"from": "0\#($0):00", "to": "0\#($0):30"}"# }.joined(separator: ",")
        #expect(problems(#"{"weekly": {"sun": [\#(spans)]}}"#).keys.sorted() == ["operating_hours.weekly.sun"])
        let holidays = Array(repeating: #"{"date": "2026-10-06"}"#, count: 401).joined(separator: ",")
        #expect(problems(#"{"holidays": [\#(holidays)]}"#).keys.sorted() == ["operating_hours.holidays"])
    }

    private func span(_ from: String, _ to: String) throws -> OperatingHours.Span {
        OperatingHours.Span(from: try #require(TimeOfDay(from)), to: try #require(TimeOfDay(to)))
    }
}
