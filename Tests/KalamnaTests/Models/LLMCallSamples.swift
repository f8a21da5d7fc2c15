import Foundation
import Store
import TestSupport
import Testing

@testable import Kalamna

/// Conversations and calls of models for tests, put in by the rooms that the product uses.
struct CallStage: Sendable {
    let kalamna: TestKalamna
    let business: TestBusiness
    private let talk: Talk

    var id: BusinessID { business.business.id }
    static let cairo = TimeZone(identifier: "Africa/Cairo") ?? .gmt

    init(_ kalamna: TestKalamna, _ business: TestBusiness? = nil) async throws {
        self.kalamna = kalamna
        self.business = business ?? kalamna.acme
        self.talk = try await Talk(kalamna, with: self.business)
    }

    /// - Parameter price: of a million tokens of either kind, in millionths of a dollar.
    static func model(_ label: String, price: Int64 = 1_000_000) throws -> LLMModel {
        LLMModel(
            id: LLMModelID(at: Instant(milliseconds: 1_795_000_000_000)), label: label, provider: .openAI, model: label.lowercased(), version: "1",
            address: try ProviderAddress("https://models.example/v1"), parameters: LLMModel.Parameters(), inputPrice: price, outputPrice: price,
            trafficShare: 100, fallbackRank: 0, isActive: true, isShared: false, isLocal: false, createdAt: Instant(milliseconds: 0))
    }

    /// Without a greeting: rows only, so that there can be many.
    func sessions(_ count: Int) async throws -> [ChatSessionID] {
        let (now, endUser) = (kalamna.clock.now, talk.started.session.endUserID)
        return try await kalamna.database.write(of: id) { db in
            try (0..<count).map { _ in
                let session = ChatSessionID(at: now)
                try db.execute(
                    """
                    INSERT INTO chat_sessions (business_id, id, end_user_id, token_hash, channel, status, handling, priority, locale, started_at,
                      last_activity_at, last_seq, unanswered, turn_fence)
                    VALUES (\(db.business), \(session), \(endUser), \(session), 'widget', 'active', 'bot', 'normal', 'ar', \(now), \(now), 0, 0, 0)
                    """)
                return session
            }
        }
    }

    func insert(_ calls: [LLMCall]) async throws {
        try await kalamna.database.write(of: id) { db in
            for call in calls { try LLMCalls(db).insert(call) }
        }
    }

    func rate(_ session: ChatSessionID, _ stars: Int) async throws {
        let now = kalamna.clock.now
        try await kalamna.database.write(of: id) { db in _ = try FeedbackEntries(db).save(rating: stars, comment: "", for: session, now: now) }
    }

    func spending(of session: ChatSessionID, at now: Instant? = nil) async throws -> ModelSpending {
        let day = LocalDate(now ?? kalamna.clock.now, in: Self.cairo)
        return try await kalamna.database.read(of: id) { try LLMCalls($0).spending(of: session, on: day) }
    }
}

extension LLMCall {
    /// A call that took 1000 tokens in and 100 out.
    static func sample(
        of model: LLMModel, in session: ChatSessionID, at now: Instant, _ ending: Ending = .ok, firstToken: Int = 300, total: Int = 900,
        grounded: Bool? = nil, handedOver: Bool = false, place: ExperimentPlace? = nil
    ) -> LLMCall {
        LLMCall(
            of: model, in: session, startedAt: now, zone: CallStage.cairo, ending: ending, firstToken: .milliseconds(firstToken),
            total: .milliseconds(total), usage: ModelUsage(input: 1000, output: 100), grounded: grounded, handedOver: handedOver, place: place)
    }
}
