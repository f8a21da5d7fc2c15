import TestSupport
import Testing

@testable import Kalamna

/// The figures of the first page.
@Suite(.timeLimit(.minutes(10))) struct HomeOverviewTests {
    private func home(_ kalamna: TestKalamna, of business: TestBusiness? = nil) async throws -> HomeOverview {
        let now = kalamna.clock.now
        return try await kalamna.database.read(of: (business ?? kalamna.acme).business.id) { try HomeOverviews($0).current(now: now) }
    }

    @Test(arguments: Engine.all) func aNewBusinessHasNothingYet(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let home = try await home(kalamna)
        #expect(home.waiting == 0 && home.waitingSince == nil && home.openGaps == 0 && home.topGaps.isEmpty && home.lowRatings == 0)
        #expect(home.today == HomeOverview.Traffic(messages: 0, answered: 0, abstained: 0, handedOver: 0))
        #expect(home.week == home.today)
        #expect(home.setup == HomeOverview.Setup(hasKnowledge: false, hasHours: false, hasUsedWidget: false, hasInvited: false))
    }

    @Test(arguments: Engine.all) func daysAreTheBusinesssOwn(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        // 13:00 in Cairo: in 11 hours it is tomorrow there, while it is still today in UTC.
        let talk = try await Talk(kalamna)
        #expect(try await talk.ask(Shop.shippingQuestion).outcome == .answered)
        #expect(try await talk.ask(Shop.unknown).outcome == .abstained)
        #expect(try await talk.ask("عايز اكلم موظف").outcome == .handedOver)
        let today = try await home(kalamna)
        #expect(today.today == HomeOverview.Traffic(messages: 3, answered: 1, abstained: 1, handedOver: 1))
        #expect(today.openGaps == 1 && today.topGaps.map(\.title) == [Shop.unknown])
        #expect(today.setup.hasKnowledge)

        kalamna.clock.advance(by: .hours(11))
        let tomorrow = try await home(kalamna)
        #expect(tomorrow.today.messages == 0)
        #expect(tomorrow.week == today.today)
        kalamna.clock.advance(by: .hours(24 * 6 - 1))
        #expect(try await home(kalamna).week.messages == 3)
        kalamna.clock.advance(by: .hours(1))
        #expect(try await home(kalamna).week.messages == 0)
        #expect(try await home(kalamna, of: kalamna.globex).openGaps == 0)
    }

    @Test(arguments: Engine.all) func theLongestWaitIsTold(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let conversations = kalamna.services.conversations
        var began: [Instant] = []
        var talks: [Talk] = []
        for _ in 0..<3 {
            kalamna.clock.advance(by: .minutes(1))
            let talk = try await Talk(kalamna)
            began.append(kalamna.clock.now)
            try await talk.leave("حد يرد")
            kalamna.clock.advance(by: .minutes(1))
            _ = try await conversations.askForHuman(in: talk.reference)
            talks.append(talk)
        }
        #expect(try await home(kalamna).waiting == 3)
        #expect(try await home(kalamna).waitingSince == began[0])
        _ = try await conversations.takeOver(talks[0].reference, by: kalamna.acme.owner.id)
        _ = try await conversations.close(talks[2].reference, because: .customer)
        let home = try await home(kalamna)
        #expect(home.waiting == 1)
        #expect(home.waitingSince == began[1])
    }

    @Test(arguments: Engine.all) func ratingsAndTheStepsOfSettingUp(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (acme, conversations) = (kalamna.acme, kalamna.services.conversations)
        for rating in [1, 2, 3, 5] { _ = try await conversations.rate(try await Talk(kalamna).reference, rating: rating, comment: "") }
        #expect(try await home(kalamna).lowRatings == 2)
        kalamna.clock.advance(by: .days(7) + .seconds(1))
        #expect(try await home(kalamna).lowRatings == 0)

        try await kalamna.change(SettingsChanges(hours: .init(alwaysOpen: false, weekly: ["sat": [.init(from: "10:00", to: "22:00")]])))
        #expect(try await home(kalamna).setup.hasHours)
        let now = kalamna.clock.now
        try await kalamna.database.write(of: acme.business.id) { db in
            _ = try Invitations(db).create(email: "next@acme.example", by: acme.owner.id, now: now)
            for key in try APIKeys(db).list() where key.kind == .widget { try APIKeys(db).touch(key.id, now: now) }
        }
        let setup = try await home(kalamna).setup
        #expect(setup.hasInvited && setup.hasUsedWidget && !setup.hasKnowledge)
    }
}
