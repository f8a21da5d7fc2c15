import Kalamna
import TestSupport
import Testing

@Suite struct HistoryTests {
    /// A greeting and nine messages.
    private func talk(_ engine: Engine) async throws -> Talk {
        let talk = try await Talk(TestKalamna(engine))
        for number in 2...10 { try await talk.leave("رسالة \(number)") }
        return talk
    }

    private func read<Value: Sendable>(
        _ talk: Talk, _ body: @escaping @Sendable (ChatMessages, ChatSessionID) throws -> Value
    ) async throws -> Value {
        try await talk.kalamna.database.read(of: talk.reference.business) { [id = talk.id] in try body(ChatMessages($0), id) }
    }

    @Test(arguments: Engine.all) func afterGoesForward(engine: Engine) async throws {
        let talk = try await talk(engine)
        let pages = try await read(talk) { messages, id in
            try [
                messages.after(0, in: id, limit: 4), messages.after(4, in: id, limit: 4), messages.after(8, in: id, limit: 4),
                messages.after(10, in: id, limit: 4), messages.after(-5, in: id, limit: 1), messages.after(.max, in: id, limit: 4),
            ].map { $0.map(\.seq) }
        }
        #expect(pages == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10], [], [1], []])
    }

    @Test(arguments: Engine.all) func beforeGoesBackwardAndReadsForward(engine: Engine) async throws {
        let talk = try await talk(engine)
        let pages = try await read(talk) { messages, id in
            try [
                messages.before(nil, in: id, limit: 4), messages.before(7, in: id, limit: 4), messages.before(3, in: id, limit: 4),
                messages.before(1, in: id, limit: 4), messages.before(.max, in: id, limit: 100),
            ].map { $0.map(\.seq) }
        }
        #expect(pages == [[7, 8, 9, 10], [3, 4, 5, 6], [1, 2], [], Array(1...10)])
        let texts = try await read(talk) { messages, id in try messages.before(5, in: id, limit: 2).map(\.text) }
        #expect(texts == ["رسالة 3", "رسالة 4"])
    }

    @Test(arguments: Engine.all) func aHistoryIsOneConversations(engine: Engine) async throws {
        let first = try await talk(engine)
        let second = try await Talk(first.kalamna)
        try await second.leave("غيرها")
        let texts = try await read(second) { messages, id in try messages.before(nil, in: id, limit: 100).map(\.text) }
        #expect(texts.count == 2 && texts.last == "غيرها")
        let mine = try await first.messages()
        let found = try await read(first) { messages, id in try messages.find(mine[3].id, in: id) }
        #expect(found.text == "رسالة 4" && found.seq == 4)
        let refusal = try await failure { try await read(second) { messages, id in try messages.find(mine[3].id, in: id) } }
        #expect(refusal?.kind == .notFound)
    }

    /// The latest activity first; the filters narrow it; pages neither repeat nor leave out.
    @Test(arguments: Engine.all) func conversationsAreListed(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        var talks: [Talk] = []
        for number in 0..<7 {
            talks.append(try await Talk(kalamna, customer: EndUserDetails(externalID: "crm-\(number % 2)")))
            // Two share each moment.
            if number % 2 == 1 { kalamna.clock.advance(by: .seconds(1)) }
        }
        _ = try await kalamna.services.conversations.close(talks[2].reference, because: .customer)
        _ = try await kalamna.services.conversations.askForHuman(in: talks[3].reference)
        try await talks[0].leave("رجعت")
        func list(_ filter: SessionFilter = SessionFilter(), limit: Int = 3) async throws -> [ChatSessionID] {
            try await kalamna.database.read(of: kalamna.acme.business.id) { db in
                var (ids, cursor): ([ChatSessionID], ListCursor?) = ([], nil)
                repeat {
                    let page = try InboxEntries(db).list(filter, after: cursor, limit: limit)
                    #expect(page.items.count <= limit)
                    ids += page.items.map(\.session.id)
                    cursor = try page.next.map { try ListCursor($0) }
                } while cursor != nil
                return ids
            }
        }
        let all = try await list()
        #expect(all.count == 7 && Set(all) == Set(talks.map(\.id)))
        #expect(Set(all.prefix(2)) == [talks[0].id, talks[6].id] && Set(all.suffix(1)) == [talks[1].id])
        #expect(try await list(limit: 100) == all)
        #expect(try await list(SessionFilter(status: .closed)) == [talks[2].id])
        #expect(try await list(SessionFilter(handling: .waiting)) == [talks[3].id])
        #expect(try await Set(list(SessionFilter(status: .active))) == Set(talks.map(\.id)).subtracting([talks[2].id]))
        let user = talks[1].started.session.endUserID
        #expect(try await Set(list(SessionFilter(endUser: user))) == [talks[1].id, talks[3].id, talks[5].id])
    }
}
