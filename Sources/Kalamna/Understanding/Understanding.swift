package import ArabicText

/// What a message is about and how its writer feels, by its words alone.
package struct Understanding: Sendable {
    package let analyzed: AnalyzedText
    /// `other` when nothing is sure.
    package let intent: Intent
    /// 0…1, calibrated.
    package let intentConfidence: Double
    package let emotion: Emotion
    /// 0…1, calibrated.
    package let emotionConfidence: Double

    package init(of text: String) {
        analyzed = TextAnalyzer.standard.analyze(text)
        let features = MessageFeatures(analyzed)
        let intent = Classifiers.intent.predict(features)
        let found = Intent(rawValue: intent.label) ?? .other
        self.intent = intent.confidence < Self.leastConfidence ? .other : found
        intentConfidence = intent.confidence
        let emotion = Classifiers.emotion.predict(features)
        self.emotion = Emotion(rawValue: emotion.label) ?? .neutral
        emotionConfidence = emotion.confidence
    }

    /// Under this, the likeliest intent of sixteen is a guess.
    private static let leastConfidence = 0.2

    /// What the bot may act upon without having searched the knowledge: answering a question with a greeting is worse than searching for a greeting.
    package var sureIntent: Intent? { intentConfidence >= Self.actingConfidence ? intent : nil }
    private static let actingConfidence = 0.8

    /// Surely nothing that the knowledge could answer.
    package var isSmallTalk: Bool {
        switch sureIntent {
        case .greeting, .thanks, .goodbye, .humanAgent: true
        default: false
        }
    }

    package var script: String { analyzed.script.rawValue }
    package var language: String { analyzed.language.rawValue }
    /// Folded for matching, as it is searched by.
    package var normalized: String { analyzed.normalized.text }
    /// The language to answer in: English to English, Arabic to everything else (also to Arabizi).
    package var replyLocale: Locale { analyzed.language == .english ? .en : .ar }
}

/// What customers want.
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

/// How customers feel.
package enum Emotion: String, Sendable, CaseIterable {
    case neutral, happy, angry, sad, worried, surprised, grateful
}
