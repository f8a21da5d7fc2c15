import Foundation
import Store

/// What needs somebody now, how the bot did of late, and what is left of setting up.
package struct HomeOverview: Sendable {
    /// The customers' messages of a time, by what became of them.
    package struct Traffic: Sendable, Equatable {
        package let messages: Int
        package let answered: Int
        package let abstained: Int
        package let handedOver: Int
    }

    package struct Setup: Sendable, Equatable {
        package let hasKnowledge: Bool
        package let hasHours: Bool
        package let hasUsedWidget: Bool
        package let hasInvited: Bool
    }

    /// Customers in the queue, and since when the first of them has not been answered.
    package let waiting: Int
    package let waitingSince: Instant?
    package let openGaps: Int
    /// The most frequent three.
    package let topGaps: [ContentGap]
    /// Ratings of one or two stars within seven days.
    package let lowRatings: Int
    package let today: Traffic
    /// Today and the six days before it.
    package let week: Traffic
    package let setup: Setup
}

package struct HomeOverviews {
    private static let mostGaps = 3
    private static let low = 2
    let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    /// Days are the business's own.
    package func current(now: Instant) throws -> HomeOverview {
        let settings = try Settings(db).current()
        let today = Self.startOfDay(now, in: settings.zone)
        let week = Self.startOfDay(today - .days(6) + .hours(12), in: settings.zone)
        let (waiting, since) = try queue()
        let (ofToday, ofWeek) = try traffic(today: today, week: week)
        return HomeOverview(
            waiting: waiting, waitingSince: since, openGaps: try openGaps(), topGaps: try ContentGaps(db).open(limit: Self.mostGaps),
            lowRatings: try lowRatings(since: now - .days(7)), today: ofToday, week: ofWeek,
            setup: try setup(hasHours: settings.hours != .always))
    }

    private func queue() throws -> (count: Int, since: Instant?) {
        // `seq` has no gaps: what nobody has answered begins right after the last answer.
        let row = try db.first(
            """
            SELECT COUNT(*) AS waiting, MIN(w.created_at) AS since FROM chat_sessions s\(SessionFilter.withPeople)
            LEFT JOIN chat_messages w ON w.business_id = s.business_id AND w.session_id = s.id AND w.seq = 1 + COALESCE(
              (SELECT m.seq FROM chat_messages m WHERE m.business_id = s.business_id AND m.session_id = s.id
                 AND m.sender_type IN ('bot', 'admin') ORDER BY m.seq DESC LIMIT 1), 0)
            WHERE s.business_id = \(db.business) AND s.status = 'active' AND s.handling <> 'bot' AND s.handling = 'waiting'
            """)
        guard let row else { return (0, nil) }
        return (try row["waiting"], try row["since"])
    }

    private func openGaps() throws -> Int {
        try db.first(
            "SELECT COUNT(*) AS gaps FROM content_gaps WHERE business_id = \(db.business) AND status IN ('open', 'in_progress')"
        ).map { row throws in try row["gaps"] } ?? 0
    }

    private func lowRatings(since: Instant) throws -> Int {
        try db.first(
            """
            SELECT COUNT(*) AS ratings FROM feedback
            WHERE business_id = \(db.business) AND created_at >= \(since) AND rating <= \(Self.low)
            """
        ).map { row throws in try row["ratings"] } ?? 0
    }

    /// Through the conversations that were active since: turns have no index by time, and each new message would pay for one.
    private func traffic(today: Instant, week: Instant) throws -> (today: HomeOverview.Traffic, week: HomeOverview.Traffic) {
        let rows = try db.fetch(
            """
            SELECT t.outcome AS outcome, COUNT(*) AS messages, SUM(CASE WHEN t.created_at >= \(today) THEN 1 ELSE 0 END) AS of_today
            FROM chat_sessions s JOIN turns t ON t.business_id = s.business_id AND t.session_id = s.id
            WHERE s.business_id = \(db.business) AND s.last_activity_at >= \(week) AND t.created_at >= \(week) GROUP BY t.outcome
            """
        ).map { row throws in
            (outcome: try row["outcome"] as TurnOutcome?, week: try row["messages"] as Int, today: try row["of_today"] as Int)
        }
        func traffic(_ count: (_ row: (outcome: TurnOutcome?, week: Int, today: Int)) -> Int) -> HomeOverview.Traffic {
            func of(_ outcome: TurnOutcome) -> Int { rows.filter { $0.outcome == outcome }.map(count).reduce(0, +) }
            return HomeOverview.Traffic(
                messages: rows.map(count).reduce(0, +), answered: of(.answered), abstained: of(.abstained), handedOver: of(.handedOver))
        }
        return (traffic(\.today), traffic(\.week))
    }

    private func setup(hasHours: Bool) throws -> HomeOverview.Setup {
        func exists(_ query: Query) throws -> Bool { try db.first(query) != nil }
        return HomeOverview.Setup(
            hasKnowledge: try exists("SELECT id FROM knowledge_items WHERE business_id = \(db.business) AND status = 'ready' LIMIT 1"),
            hasHours: hasHours,
            hasUsedWidget: try exists(
                "SELECT id FROM api_keys WHERE business_id = \(db.business) AND kind = 'widget' AND last_used_at IS NOT NULL LIMIT 1"),
            hasInvited: try exists("SELECT id FROM invitations WHERE business_id = \(db.business) LIMIT 1"))
    }

    private static func startOfDay(_ moment: Instant, in zone: TimeZone) -> Instant {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let start = calendar.startOfDay(for: Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000))
        return Instant(milliseconds: Int64(start.timeIntervalSince1970 * 1000))
    }
}
