import Store
import TestSupport
import Testing

@testable import Kalamna

/// The list of the inbox: what each row tells, and which rows a filter or a search finds.
@Suite(.timeLimit(.minutes(10))) struct InboxEntriesTests {
    private func entries(_ kalamna: TestKalamna, _ change: @Sendable (inout SessionFilter) -> Void = { _ in }) async throws -> [InboxEntry] {
        var filter = SessionFilter()
        change(&filter)
        let wanted = filter
        return try await kalamna.database.read(of: kalamna.acme.business.id) { try InboxEntries($0).list(wanted, after: nil, limit: 100).items }
    }

    private func entry(_ talk: Talk) async throws -> InboxEntry {
        try await talk.kalamna.database.read(of: talk.reference.business) { [id = talk.id] in try InboxEntries($0).find(id) }
    }

    @Test(arguments: Engine.all) func aRowTellsWhoWaitsAndSinceWhen(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let owner = kalamna.acme.owner
        let talk = try await Talk(kalamna, customer: EndUserDetails(externalID: "crm-1", name: "منى", phone: "0100"))
        let began = try await entry(talk)
        #expect(began.unread == 0 && began.waitingSince == nil && began.mood == nil && began.assignedAdminName == nil)
        #expect(began.last?.sender == .bot, "the greeting")
        #expect(began.customer.name == "منى" && began.customer.phone == "0100" && began.customer.status == .active)

        // Asked in vain, then for a human: the wait begins with the question that nobody answered.
        kalamna.clock.advance(by: .minutes(1))
        let asked = kalamna.clock.now
        let question = try await talk.leave("انا متضايق جدا " + String(repeating: "ا", count: 200)).message
        kalamna.clock.advance(by: .minutes(2))
        _ = try await kalamna.services.conversations.askForHuman(in: talk.reference)
        let understanding = Understanding(of: "انا متضايق جدا")
        try await kalamna.database.write(of: talk.reference.business) { try ChatMessages($0).record(understanding, of: question.id) }
        try await talk.leave("حد هنا؟")
        let waits = try await entry(talk)
        #expect(waits.unread == 2)
        #expect(waits.waitingSince == asked)
        #expect(waits.last?.text == "حد هنا؟", "a notice is not the last word")
        #expect(waits.mood == nil, "of the last message, whose turn has not ended")

        // An agent answers: nothing is unread, and nobody waits.
        _ = try await kalamna.services.conversations.takeOver(talk.reference, by: owner.id)
        let held = try await entry(talk)
        #expect(held.unread == 2 && held.waitingSince == nil && held.assignedAdminName == owner.name)
        _ = try await kalamna.services.conversations.reply(
            String(repeating: "ب", count: 300), by: owner.id, clientMessageID: "a-1", in: talk.reference)
        let answered = try await entry(talk)
        #expect(answered.unread == 0)
        #expect(answered.last?.sender == .admin)
        #expect(answered.last?.text == String(repeating: "ب", count: InboxEntry.LastMessage.longest))
    }

    @Test(arguments: Engine.all) func theMoodIsThatOfTheLastQuestion(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await Shop.open(in: kalamna)
        let talk = try await Talk(kalamna)
        let reply = try await talk.ask(Shop.shippingQuestion)
        let wanted = Understanding(of: Shop.shippingQuestion)
        let entry = try await entry(talk)
        #expect(entry.mood == MessageMood(intent: wanted.intent.rawValue, emotion: wanted.emotion.rawValue))
        #expect(entry.last?.id == reply.message?.id && entry.unread == 0)

        let messages = try await talk.messages()
        let details = try await kalamna.database.read(of: talk.reference.business) { try MessageDetails($0).of(messages) }
        #expect(details[reply.question.id]?.mood == entry.mood)
        #expect(details[reply.question.id]?.adminName == nil)
        #expect(try details[#require(reply.message).id] == nil, "only of people")
    }

    @Test(arguments: Engine.all) func filters(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        var talks: [Talk] = []
        for number in 0..<6 {
            talks.append(try await Talk(kalamna, customer: EndUserDetails(externalID: "crm-\(number)")))
            kalamna.clock.advance(by: .seconds(1))
        }
        let (conversations, owner) = (kalamna.services.conversations, kalamna.acme.owner.id)
        _ = try await conversations.askForHuman(in: talks[1].reference)
        _ = try await conversations.takeOver(talks[2].reference, by: owner)
        _ = try await conversations.close(talks[3].reference, because: .customer)
        try await talks[4].tamper("status = 'expired'")
        // Waited, and left: nobody waits any more.
        _ = try await conversations.askForHuman(in: talks[5].reference)
        _ = try await conversations.close(talks[5].reference, because: .customer)
        func ids(_ change: @Sendable (inout SessionFilter) -> Void) async throws -> [ChatSessionID] {
            try await entries(kalamna, change).map(\.session.id)
        }
        #expect(try await ids { _ in } == talks.reversed().map(\.id))
        #expect(try await ids { ($0.status, $0.handling) = (.active, .waiting) } == [talks[1].id])
        #expect(try await ids { ($0.status, $0.handling) = (.active, .agent) } == [talks[2].id])
        #expect(try await ids { ($0.status, $0.handling) = (.active, .bot) } == [talks[0].id])
        #expect(try await ids { $0.isEnded = true } == [talks[5].id, talks[4].id, talks[3].id])
        #expect(try await ids { $0.assignedAdmin = owner } == [talks[2].id])
        #expect(try await ids { $0.assignedAdmin = AdminID(at: Instant(milliseconds: 0)) } == [])
        let user = talks[3].started.session.endUserID
        #expect(try await ids { ($0.endUser, $0.isEnded) = (user, true) } == [talks[3].id])
        #expect(try await ids { ($0.endUser, $0.status, $0.handling) = (user, .active, .waiting) } == [])
        #expect(try await entries(kalamna) { $0.isEnded = true }.allSatisfy { $0.waitingSince == nil })
    }

    @Test(arguments: Engine.all) func searchFindsNamesAndWords(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let mona = try await Talk(kalamna, customer: EndUserDetails(externalID: "crm-1", name: "منى أحمد", email: "Mona@Example.com"))
        kalamna.clock.advance(by: .seconds(1))
        let other = try await Talk(kalamna, customer: EndUserDetails(externalID: "crm_2", name: "Karim"))
        try await mona.leave("الشحن وصل متأخر 100%")
        kalamna.clock.advance(by: .seconds(1))
        try await other.leave("عايز أرجع الحاجة")
        func found(_ words: String) async throws -> [ChatSessionID] {
            try await entries(kalamna) { $0.search = InboxSearch(words) }.map(\.session.id)
        }
        #expect(try await found("مني") == [mona.id], "however the letter is written")
        #expect(try await found("احمد") == [mona.id])
        #expect(try await found("mona@example.com") == [mona.id])
        #expect(try await found("KARIM") == [other.id])
        #expect(try await found("ارجع الحاجه") == [other.id])
        #expect(try await found("منى الشحن") == [mona.id], "one word in the name, one in a message")
        #expect(try await found("كريم الشحن") == [])
        // What means something to LIKE means itself.
        #expect(try await found("0%") == [mona.id])
        #expect(try await found("crm_2") == [other.id])
        #expect(try await found("%").count == 1)
        #expect(try await found("!").count == 2, "both were greeted with one")
        #expect(try await found("!!") == [])
        #expect(try await found("' OR 1=1 --") == [])
        #expect(InboxSearch("  ") == nil)
        #expect(try await entries(kalamna) { ($0.search, $0.handling) = (InboxSearch("منى"), .agent) }.isEmpty)
    }

    @Test(arguments: Engine.all) func aSearchComesInPages(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        for number in 0..<7 {
            _ = try await Talk(kalamna, customer: EndUserDetails(externalID: "\(number)", name: number % 3 == 0 ? "سارة" : "نور"))
            if number % 2 == 1 { kalamna.clock.advance(by: .seconds(1)) }
        }
        var filter = SessionFilter()
        filter.search = InboxSearch("ساره")
        let wanted = filter
        let (all, paged) = try await kalamna.database.read(of: kalamna.acme.business.id) { db in
            var (seen, cursor): ([ChatSessionID], ListCursor?) = ([], nil)
            repeat {
                let page = try InboxEntries(db).list(wanted, after: cursor, limit: 1)
                seen += page.items.map(\.session.id)
                cursor = try page.next.map { try ListCursor($0) }
            } while cursor != nil && seen.count < 10
            return (try InboxEntries(db).list(wanted, after: nil, limit: 100).items.map(\.session.id), seen)
        }
        #expect(all.count == 3)
        #expect(paged == all)
    }
}
