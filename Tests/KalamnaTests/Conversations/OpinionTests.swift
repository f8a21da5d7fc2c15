import Kalamna
import TestSupport
import Testing

@Suite struct OpinionTests {
    @Test(arguments: Engine.all) func aRatingIsOneAndCanBeChangedForADay(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let talk = try await Talk(kalamna)
        let conversations = talk.services.conversations
        func stored() async throws -> Feedback? {
            try await kalamna.database.read(of: talk.reference.business) { try FeedbackEntries($0).find(talk.id) }
        }
        #expect(try await stored() == nil)
        let given = kalamna.clock.now
        let first = try await conversations.rate(talk.reference, rating: 2, comment: "  الرد اتأخر ")
        #expect(first.rating == 2 && first.comment == "الرد اتأخر" && first.createdAt == given && first.updatedAt == given)

        kalamna.clock.advance(by: .hours(24))
        let changed = try await conversations.rate(talk.reference, rating: 5, comment: "")
        #expect(changed.rating == 5 && changed.comment.isEmpty && changed.createdAt == given && changed.updatedAt == kalamna.clock.now)

        // The day begins with the first rating, not with its last change.
        kalamna.clock.advance(by: .milliseconds(1))
        let refusal = try await failure { try await conversations.rate(talk.reference, rating: 1, comment: "غيرت رأيي") }
        #expect(refusal?.kind == .conflict && refusal?.code == "feedback_final")
        let kept = try #require(try await stored())
        #expect(kept.rating == 5 && kept.comment.isEmpty && kept.updatedAt == given + .hours(24))
    }

    @Test(arguments: Engine.all) func ratingAtOnceLeavesOneRating(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (talk, other) = (try await Talk(kalamna), try await Talk(kalamna))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<10 {
                group.addTask { _ = try await talk.services.conversations.rate(talk.reference, rating: number % 5 + 1, comment: "") }
            }
            try await group.waitForAll()
        }
        _ = try await other.services.conversations.rate(other.reference, rating: 4, comment: "تمام")
        let all = try await kalamna.database.read(of: talk.reference.business) { try FeedbackEntries($0).list(after: nil, limit: 10).items }
        #expect(all.count == 2 && Set(all.map(\.session)) == [talk.id, other.id])
    }

    @Test(arguments: Engine.all, [(0, ""), (6, ""), (-1, ""), (3, String(repeating: "ا", count: 2001)), (3, "a\u{0}")])
    func refusesWhatIsNoRating(engine: Engine, rating: (stars: Int, comment: String)) async throws {
        let talk = try await Talk(TestKalamna(engine))
        let refusal = try await failure {
            try await talk.services.conversations.rate(talk.reference, rating: rating.stars, comment: rating.comment)
        }
        #expect(refusal?.kind == .invalid && refusal?.fields.map(\.field) == [(1...5).contains(rating.stars) ? "comment" : "rating"])
        #expect(try await talk.kalamna.database.read(of: talk.reference.business) { try FeedbackEntries($0).find(talk.id) } == nil)
    }

    @Test(arguments: Engine.all) func thumbsAreForAnswersOnly(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (talk, other) = (try await Talk(kalamna), try await Talk(kalamna))
        let conversations = talk.services.conversations
        let reply = try await talk.ask("السلام عليكم")
        let answer = try #require(reply.message)
        _ = try await conversations.askForHuman(in: talk.reference)
        _ = try await conversations.takeOver(talk.reference, by: kalamna.acme.owner.id)
        let agents = try await conversations.reply("مع حضرتك", by: kalamna.acme.owner.id, clientMessageID: "a-1", in: talk.reference).message
        let notice = try #require(try await talk.messages().first { $0.sender == .system })
        for (message, thumb) in [(answer, ChatMessage.Thumb.up), (agents, .down)] {
            #expect(try await conversations.thumb(thumb, on: message.id, in: talk.reference).thumb == thumb)
        }
        let greeting = try #require(try await talk.messages().first { $0.sender == .bot && $0.seq == 1 })
        for message in [reply.question, notice, greeting] {
            let refusal = try await failure { try await conversations.thumb(.up, on: message.id, in: talk.reference) }
            #expect(refusal?.kind == .conflict && refusal?.code == "not_an_answer")
        }
        // Not through another conversation either.
        let refusal = try await failure { try await conversations.thumb(.up, on: answer.id, in: other.reference) }
        #expect(refusal?.kind == .notFound)
        func thumbs() async throws -> [ChatMessage.Thumb?] { try await talk.messages().map(\.thumb) }
        #expect(try await thumbs() == [nil, nil, .up, nil, .down])
        _ = try await conversations.thumb(nil, on: answer.id, in: talk.reference)
        #expect(try await thumbs() == [nil, nil, nil, nil, .down])
    }
}
