import Kalamna
import Store
import TestSupport
import Testing

@Suite struct StartTests {
    private func start(
        _ kalamna: TestKalamna, _ customer: EndUserDetails = EndUserDetails(), on channel: Channel = .api, locale: Locale? = nil,
        in business: TestBusiness? = nil
    ) async throws -> Conversations.Started {
        try await kalamna.services.conversations.start(
            Conversations.Start(channel: channel, endUser: customer, locale: locale, apiKeyID: nil), in: (business ?? kalamna.acme).business.id)
    }

    @Test(arguments: Engine.all) func theGreetingIsTheFirstMessage(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await kalamna.change(SettingsChanges(greeting: "نورت المحل!"))
        let talk = try await Talk(kalamna)
        #expect(talk.started.messages.map(\.text) == ["نورت المحل!"])
        let session = try await talk.session()
        #expect(session.status == .active && session.handling == .bot && session.lastSeq == 1 && session.unanswered == 0)
        #expect(session.startedAt == kalamna.clock.now && session.endedAt == nil && session.locale == .ar)
        let stored = try await talk.messages()
        #expect(stored.map(\.seq) == [1] && stored.map(\.sender) == [.bot] && stored.map(\.text) == ["نورت المحل!"])
        #expect(stored.map(\.id) == talk.started.messages.map(\.id))
        #expect(try await talk.turns().isEmpty)
    }

    @Test(arguments: Engine.all) func theTokenIsStoredHashedOnly(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (talk, other) = (try await Talk(kalamna), try await Talk(kalamna))
        let token = talk.started.token
        #expect(Secrets.isWellFormed(token, prefix: "kst_") && token != other.started.token)
        let stored: String? = try await kalamna.database.read(of: talk.reference.business) { db in
            try db.first("SELECT token_hash FROM chat_sessions WHERE business_id = \(db.business) AND id = \(talk.id)")
                .map { row throws in try row["token_hash"] }
        }
        #expect(stored == Secrets.hash(token) && stored?.count == 64)
        let (holder, byToken) = try await kalamna.database.readAcrossBusinesses { transaction in
            (
                try ChatSessions.holder(ofToken: Secrets.hash(token), in: transaction)?.reference,
                try ChatSessions.holder(ofToken: token, in: transaction)?.reference
            )
        }
        #expect(holder == talk.reference && byToken == nil)
    }

    @Test(arguments: Engine.all) func aKnownCustomerIsMetAgain(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let first = try await start(kalamna, EndUserDetails(externalID: "crm-7", name: "سارة", phone: "0100"))
        kalamna.clock.advance(by: .minutes(5))
        let second = try await start(kalamna, EndUserDetails(externalID: "crm-7", email: "sara@example.com"), locale: .en)
        #expect(first.session.endUserID == second.session.endUserID && first.session.id != second.session.id)
        #expect(second.session.locale == .en)
        let user = try await kalamna.database.read(of: kalamna.acme.business.id) { try EndUsers($0).find(second.session.endUserID) }
        #expect(user.name == "سارة" && user.phone == "0100" && user.email == "sara@example.com" && user.externalID == "crm-7")
        #expect(user.lastSeenAt == kalamna.clock.now && user.firstSeenAt == kalamna.clock.now - .minutes(5))
        // The same name elsewhere is somebody else: on another channel, with another business, or without a name.
        let others = [
            try await start(kalamna, EndUserDetails(externalID: "crm-7"), on: .whatsapp),
            try await start(kalamna, EndUserDetails(externalID: "crm-7"), in: kalamna.globex),
            try await start(kalamna), try await start(kalamna),
        ]
        #expect(Set(others.map(\.session.endUserID) + [first.session.endUserID]).count == 5)
    }

    @Test(arguments: Engine.all) func aNewCustomerWhoComesTwiceAtOnceIsOne(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        try await kalamna.openConnections()
        for round in 0..<10 {
            let users = try await withThrowingTaskGroup(of: EndUserID.self) { group in
                for _ in 0..<6 {
                    group.addTask { try await start(kalamna, EndUserDetails(externalID: "crm-\(round)")).session.endUserID }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(users.count == 6 && Set(users).count == 1)
        }
    }

    @Test(arguments: Engine.all) func aBlockedCustomerIsLeftOutside(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (customer, business) = (EndUserDetails(externalID: "crm-9"), kalamna.acme.business.id)
        let user = try await start(kalamna, customer).session.endUserID
        let blocked = try await kalamna.services.conversations.block(user, in: business, blocked: true)
        #expect(blocked.status == .blocked)
        let refusal = try await failure { try await start(kalamna, customer) }
        #expect(refusal?.kind == .forbidden && refusal?.code == "blocked")
        let sessions = try await kalamna.database.read(of: business) { db in
            try InboxEntries(db).list(SessionFilter(endUser: user), after: nil, limit: 10).items
        }
        #expect(sessions.count == 1)
        // Only this one, and only until they are let in again.
        _ = try await start(kalamna, EndUserDetails(externalID: "crm-10"))
        _ = try await kalamna.services.conversations.block(user, in: business, blocked: false)
        #expect(try await start(kalamna, customer).session.endUserID == user)
    }
}
