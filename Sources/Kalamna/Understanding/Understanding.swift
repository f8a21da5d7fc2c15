package import ArabicText

/// What a message is about, by its words alone.
package struct Understanding: Sendable {
    package let analyzed: AnalyzedText
    package let intent: Intent?
    /// 0…1.
    package let intentConfidence: Double?

    /// Nothing that the knowledge could answer.
    package var isSmallTalk: Bool {
        switch intent {
        case .greeting, .thanks, .goodbye, .humanAgent: true
        default: false
        }
    }

    package var script: String { analyzed.script.rawValue }
    package var language: String { analyzed.language.rawValue }
    /// The language to answer in: English to English, Arabic to everything else (also to Arabizi).
    package var replyLocale: Locale { analyzed.language == .english ? .en : .ar }
}

/// The intents of customer messages (shared/eval README; the classifier of all of them comes with `kalamna train`).
package enum Intent: String, Sendable, CaseIterable {
    case greeting, thanks, goodbye, price, delivery
    case orderStatus = "order_status"
    case returnRefund = "return_refund"
    case complaint
    case workingHours = "working_hours"
    case location, payment
    case productAvailability = "product_availability"
    case technicalProblem = "technical_problem"
    case cancel
    case humanAgent = "human_agent"
    case other
}
