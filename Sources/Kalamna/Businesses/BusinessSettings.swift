package import Foundation
import Store

/// How the bot addresses people.
package enum Tone: String, StoredName, CaseIterable {
    case formal, friendly, neutral
}

/// What the bot does while the business is closed.
package enum OutsideHours: String, StoredName, CaseIterable {
    /// Says once that nobody is there, and when they are back.
    case notice
    /// Answers as it does in the day.
    case answer
}

/// What an owner decides about the bot. One row for each business.
package struct BusinessSettings: Sendable, Hashable {
    package var botName: String
    package var tone: Tone
    package var autoReply: Bool
    package var outsideHours: OutsideHours
    package var hours: OperatingHours
    /// An IANA name; days and hours are the business's own.
    package var timezone: String
    package var locale: Locale
    package var greeting: String
    package var awayMessage: String
    /// Below it the bot says that it doesn't know.
    package var confidenceThreshold: Double
    /// A conversation without a message for so long is over.
    package var idleMinutes: Int
    /// For so long after its end a customer's next message opens it again.
    package var reopenMinutes: Int
    package var models = ModelSettings()

    package var zone: TimeZone { TimeZone(identifier: timezone) ?? .gmt }

    package func isOpen(at now: Instant) -> Bool { hours.isOpen(at: now, in: zone) }

    package static func defaults(businessName: String, locale: Locale) -> BusinessSettings {
        let arabic = locale == .ar
        let botName = arabic ? "كلمنا" : "Kalamna"
        return BusinessSettings(
            botName: botName, tone: .friendly, autoReply: true, outsideHours: .notice, hours: .always, timezone: "Africa/Cairo",
            locale: locale,
            greeting: arabic
                ? "أهلاً بيك في \(businessName)! أنا \(botName)، المساعد الآلي. أقدر أساعدك في إيه؟"
                : "Welcome to \(businessName)! I'm \(botName), the automatic assistant. How can I help you?",
            awayMessage: arabic
                ? "إحنا مش موجودين دلوقتي. سيب رسالتك وهنرد عليك أول ما نرجع."
                : "We are away right now. Leave your message and we will answer as soon as we are back.",
            confidenceThreshold: 0.35, idleMinutes: 60, reopenMinutes: 1440)
    }
}

/// What a request changes of the settings; what is nil stays.
package struct SettingsChanges: Sendable {
    package var botName: String?
    package var tone: Tone?
    package var autoReply: Bool?
    package var outsideHours: OutsideHours?
    package var hours: OperatingHours.Draft?
    package var timezone: String?
    package var locale: Locale?
    package var greeting: String?
    package var awayMessage: String?
    package var confidenceThreshold: Double?
    package var idleMinutes: Int?
    package var reopenMinutes: Int?
    package var models: ModelSettingsChanges?

    package init(
        botName: String? = nil, tone: Tone? = nil, autoReply: Bool? = nil, outsideHours: OutsideHours? = nil,
        hours: OperatingHours.Draft? = nil, timezone: String? = nil, locale: Locale? = nil, greeting: String? = nil,
        awayMessage: String? = nil, confidenceThreshold: Double? = nil, idleMinutes: Int? = nil, reopenMinutes: Int? = nil,
        models: ModelSettingsChanges? = nil
    ) {
        self.botName = botName
        self.tone = tone
        self.autoReply = autoReply
        self.outsideHours = outsideHours
        self.hours = hours
        self.timezone = timezone
        self.locale = locale
        self.greeting = greeting
        self.awayMessage = awayMessage
        self.confidenceThreshold = confidenceThreshold
        self.idleMinutes = idleMinutes
        self.reopenMinutes = reopenMinutes
        self.models = models
    }

    /// The settings with these changes; refuses all wrong fields at once.
    package func apply(to settings: BusinessSettings) throws(Failure) -> BusinessSettings {
        var changed = settings
        var validation = Validation()
        if let botName { changed.botName = validation.line("bot_name", botName, atMost: 60) }
        if let tone { changed.tone = tone }
        if let autoReply { changed.autoReply = autoReply }
        if let outsideHours { changed.outsideHours = outsideHours }
        if let hours { changed.hours = validation.operatingHours("operating_hours", hours) }
        if let timezone { changed.timezone = validation.timezone("timezone", timezone) }
        if let locale { changed.locale = locale }
        if let greeting { changed.greeting = validation.text("greeting", greeting, atLeast: 1, atMost: 1000) }
        if let awayMessage { changed.awayMessage = validation.text("away_message", awayMessage, atLeast: 1, atMost: 1000) }
        if let confidenceThreshold {
            changed.confidenceThreshold = validation.number("confidence_threshold", confidenceThreshold, in: 0...1)
        }
        if let idleMinutes { changed.idleMinutes = validation.number("idle_minutes", idleMinutes, in: 1...10_080) }
        if let reopenMinutes { changed.reopenMinutes = validation.number("reopen_minutes", reopenMinutes, in: 0...43_200) }
        if let models { changed.models = models.apply(to: settings.models, &validation) }
        try validation.check()
        return changed
    }
}

extension Validation {
    fileprivate mutating func timezone(_ field: String, _ value: String) -> String {
        let name = value.trimmed
        if TimeZone(identifier: name) == nil {
            refuse(
                field, ar: "التوقيت مش معروف، اكتبه زي Africa/Cairo.", en: "This time zone is not known: write it like Africa/Cairo.")
        }
        return name
    }

    fileprivate mutating func number<Number: Comparable>(_ field: String, _ value: Number, in range: ClosedRange<Number>) -> Number {
        if !range.contains(value) {
            refuse(
                field, ar: "\(field) لازم يكون من \(range.lowerBound) لحد \(range.upperBound).",
                en: "\(field) must be from \(range.lowerBound) to \(range.upperBound).")
        }
        return value
    }
}
