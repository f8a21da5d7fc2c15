import Kalamna

/// The first page of the dashboard in one answer.
struct HomeBody: Encodable {
    struct Traffic: Encodable {
        let messages: Int
        let answered: Int
        let abstained: Int
        let handedOver: Int

        init(_ traffic: HomeOverview.Traffic) {
            self.messages = traffic.messages
            self.answered = traffic.answered
            self.abstained = traffic.abstained
            self.handedOver = traffic.handedOver
        }

        enum CodingKeys: String, CodingKey {
            case messages, answered, abstained
            case handedOver = "handed_over"
        }

        static let schema = Schema.object([
            "messages": .integer(0...Int.max), "answered": .integer(0...Int.max), "abstained": .integer(0...Int.max),
            "handed_over": .integer(0...Int.max),
        ])
    }

    struct Setup: Encodable {
        let knowledge: Bool
        let hours: Bool
        let widget: Bool
        let team: Bool

        static let schema = Schema.object([
            "knowledge": .boolean, "hours": Schema.boolean.described("Opening hours differ from always open"),
            "widget": Schema.boolean.described("A widget key has been used"), "team": Schema.boolean.described("Somebody was invited"),
        ])
    }

    let waiting: Int
    let waitingSince: Instant?
    let openGaps: Int
    let topGaps: [GapBody]
    let lowRatings: Int
    let today: Traffic
    let week: Traffic
    let setup: Setup

    init(_ home: HomeOverview) {
        self.waiting = home.waiting
        self.waitingSince = home.waitingSince
        self.openGaps = home.openGaps
        self.topGaps = home.topGaps.map(GapBody.init)
        self.lowRatings = home.lowRatings
        self.today = Traffic(home.today)
        self.week = Traffic(home.week)
        self.setup = Setup(
            knowledge: home.setup.hasKnowledge, hours: home.setup.hasHours, widget: home.setup.hasUsedWidget, team: home.setup.hasInvited)
    }

    enum CodingKeys: String, CodingKey {
        case waiting, today, week, setup
        case waitingSince = "waiting_since"
        case openGaps = "open_gaps"
        case topGaps = "top_gaps"
        case lowRatings = "low_ratings"
    }

    static let schema = Schema.object(
        [
            "waiting": .integer(0...Int.max), "waiting_since": Schema.time.described("Since when the first of them has not been answered"),
            "open_gaps": .integer(0...Int.max), "top_gaps": .array(of: .named("ContentGap"), atMost: 3),
            "low_ratings": Schema.integer(0...Int.max).described("One or two stars, of seven days"),
            "today": Traffic.schema.described("The customers' messages of the business's own day, by what became of them"),
            "week": Traffic.schema.described("The same of today and the six days before"), "setup": Setup.schema,
        ], optional: ["waiting_since"])
}
