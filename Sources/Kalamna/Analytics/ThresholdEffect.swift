import Store

/// What another confidence threshold would have done to the questions of late: shown beside the setting, so that an owner moves it knowingly.
package struct ThresholdEffect: Sendable {
    package struct Step: Sendable {
        package let threshold: Double
        /// Questions that the bot would have answered.
        package let answered: Int
        /// Of those: answers that were given and that a customer found bad.
        package let thumbsDown: Int
    }

    /// The bot searched the knowledge for so many.
    package let questions: Int
    package let steps: [Step]

    /// - Parameter answers: one for each question: how sure the bot was, and whether the answer was found bad.
    init(_ answers: [(confidence: Double, isBad: Bool)]) {
        questions = answers.count
        steps = stride(from: 0, through: 100, by: 5).map { percent in
            let threshold = Double(percent) / 100
            let kept = answers.filter { $0.confidence >= threshold }
            return Step(threshold: threshold, answered: kept.count, thumbsDown: kept.count(where: \.isBad))
        }
    }
}

package struct ThresholdEffects {
    private static let mostAnswers = 5000
    let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    /// Over the newest answers since `since`, 5,000 at most.
    package func since(_ since: Instant) throws -> ThresholdEffect {
        let rows = try db.fetch(
            """
            SELECT m.confidence AS confidence, m.thumb AS thumb
            FROM chat_sessions s JOIN chat_messages m ON m.business_id = s.business_id AND m.session_id = s.id
            WHERE s.business_id = \(db.business) AND s.last_activity_at >= \(since) AND m.confidence IS NOT NULL
              AND m.outcome IN ('answered', 'abstained', 'handed_over') AND m.created_at >= \(since)
            ORDER BY m.created_at DESC LIMIT \(Self.mostAnswers)
            """)
        return ThresholdEffect(
            try rows.map { row throws in
                let thumb: ChatMessage.Thumb? = try row["thumb"]
                return (confidence: try row["confidence"] as Double, isBad: thumb == .down)
            })
    }
}
