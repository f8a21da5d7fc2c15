import Store
import TestSupport
import Testing

@testable import Kalamna

@Suite struct EndingTests {
    @Test(arguments: Engine.all) func aClosedConversationKeepsItsEnd(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let talk = try await Talk(kalamna)
        kalamna.clock.advance(by: .minutes(3))
        let closed = try await talk.services.conversations.close(talk.reference, because: .customer)
        let ended = kalamna.clock.now
        #expect(closed.status == .closed && closed.endReason == .customer && closed.endedAt == ended)
        kalamna.clock.advance(by: .minutes(3))
        _ = try await talk.services.conversations.close(talk.reference, because: .admin)
        let stored = try await talk.session()
        #expect(stored.status == .closed && stored.endReason == .customer && stored.endedAt == ended && stored.lastSeq == 1)
    }

    @Test(arguments: Engine.all) func nobodyActsInAClosedConversation(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (talk, admin) = (try await Talk(kalamna), kalamna.acme.owner.id)
        let conversations = talk.services.conversations
        _ = try await conversations.takeOver(talk.reference, by: admin)
        _ = try await conversations.close(talk.reference, because: .admin)
        let acts: [() async throws -> Void] = [
            { _ = try await conversations.takeOver(talk.reference, by: admin) },
            { _ = try await conversations.handBack(talk.reference, by: kalamna.acme.owner.id, canOverride: true) },
            { _ = try await conversations.askForHuman(in: talk.reference) },
            { _ = try await conversations.reply("اهلا", by: admin, clientMessageID: "a-1", in: talk.reference) },
        ]
        for act in acts {
            let refusal = try await failure { try await act() }
            #expect(refusal?.kind == .conflict && refusal?.code == "session_ended")
        }
        #expect(try await talk.messages().count == 1)
    }

    /// The edge of the window belongs to it.
    @Test(arguments: Engine.all) func theCustomersNextMessageOpensItAgainWithinTheWindow(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await kalamna.change(SettingsChanges(reopenMinutes: 10))
        let (talk, late) = (try await Talk(kalamna), try await Talk(kalamna))
        let conversations = talk.services.conversations
        for talk in [talk, late] {
            _ = try await conversations.takeOver(talk.reference, by: kalamna.acme.owner.id)
            _ = try await conversations.close(talk.reference, because: .admin)
        }
        kalamna.clock.advance(by: .minutes(10))
        #expect(try await talk.leave("لسه عندي سؤال").isNew)
        let open = try await talk.session()
        #expect(open.status == .active && open.handling == .bot && open.assignedAdminID == nil)
        #expect(open.endedAt == nil && open.endReason == nil && open.noticed == nil && open.unanswered == 0 && open.lastSeq == 2)

        kalamna.clock.advance(by: .milliseconds(1))
        let refusal = try await failure { try await late.leave("لسه عندي سؤال") }
        #expect(refusal?.kind == .gone && refusal?.code == "session_ended")
        let closed = try await late.session()
        #expect(closed.status == .closed && closed.lastSeq == 1)
        #expect(try await late.turns().isEmpty)
    }

    @Test(arguments: Engine.all) func aRepeatAfterTheEndReturnsTheFirstAndOpensNothing(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let talk = try await Talk(kalamna)
        let first = try await talk.leave("شكرا", id: "m-1")
        _ = try await talk.services.conversations.close(talk.reference, because: .customer)
        let again = try await talk.leave("شكرا", id: "m-1")
        #expect(!again.isNew && again.message.id == first.message.id)
        #expect(try await talk.session().status == .closed)
    }

    @Test(arguments: Engine.all) func idleConversationsExpire(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await kalamna.change(SettingsChanges(idleMinutes: 30, reopenMinutes: 60))
        let (quiet, busy) = (try await Talk(kalamna), try await Talk(kalamna))
        // An hour is the other business's time.
        let other = try await Talk(kalamna, with: kalamna.globex)
        let housekeeping = kalamna.services.housekeeping
        kalamna.clock.advance(by: .minutes(30))
        await housekeeping.tidy()
        #expect(try await quiet.session().status == .active)

        try await busy.leave("انا لسه هنا")
        kalamna.clock.advance(by: .milliseconds(1))
        await housekeeping.tidy()
        let expired = try await quiet.session()
        #expect(expired.status == .expired && expired.endReason == .idle && expired.endedAt == kalamna.clock.now)
        #expect(expired.lastSeq == 1)
        #expect(try await busy.session().status == .active)
        #expect(try await other.session().status == .active)
        kalamna.clock.advance(by: .minutes(30))
        await housekeeping.tidy()
        #expect(try await other.session().status == .expired)

        #expect(try await quiet.leave("رجعت").isNew)
        #expect(try await quiet.session().status == .active)
    }

    /// What one business's row says must not keep the others waiting.
    @Test(arguments: Engine.all) func aBrokenBusinessDoesNotStopTheOthers(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (broken, sound) = (try await Talk(kalamna), try await Talk(kalamna, with: kalamna.globex))
        try await kalamna.database.write(of: broken.reference.business) { db in
            try db.execute("UPDATE business_settings SET operating_hours = 'x' WHERE business_id = \(db.business)")
        }
        // The broken one is the oldest, and so the first.
        try await broken.tamper("last_activity_at = 0")
        kalamna.clock.advance(by: .days(1))
        await kalamna.services.housekeeping.tidy()
        #expect(try await sound.session().status == .expired)
    }

    @Test(arguments: Engine.all) func blockingEndsWhatIsOpenAndKeepsOut(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let customer = EndUserDetails(externalID: "crm-1")
        let (talk, second) = (try await Talk(kalamna, customer: customer), try await Talk(kalamna, customer: customer))
        let (done, stranger) = (try await Talk(kalamna, customer: customer), try await Talk(kalamna))
        let conversations = talk.services.conversations
        _ = try await conversations.close(done.reference, because: .customer)
        let user = talk.started.session.endUserID
        _ = try await conversations.block(user, in: talk.reference.business, blocked: true)
        for talk in [talk, second] {
            let session = try await talk.session()
            #expect(session.status == .closed && session.endReason == .blocked)
        }
        #expect(try await done.session().endReason == .customer)
        for talk in [talk, second, done] {
            let refusal = try await failure { try await talk.leave("ردوا عليا") }
            #expect(refusal?.kind == .forbidden && refusal?.code == "blocked")
            #expect(try await talk.messages().count == 1)
        }
        #expect(try await stranger.leave("اهلا").isNew)

        _ = try await conversations.block(user, in: talk.reference.business, blocked: false)
        #expect(try await talk.session().status == .closed)
        #expect(try await talk.leave("شكرا").isNew)
        let unknown = try await failure {
            try await conversations.block(EndUserID(at: kalamna.clock.now), in: talk.reference.business, blocked: true)
        }
        #expect(unknown?.kind == .notFound)
    }
}
