import HTTPTypes
import Hummingbird
import Kalamna

struct SettingsBody: Encodable {
    let settings: BusinessSettings

    enum CodingKeys: String, CodingKey {
        case timezone, locale, greeting, models
        case botName = "bot_name"
        case tone = "tone_style"
        case autoReply = "auto_reply_enabled"
        case outsideHours = "outside_hours"
        case hours = "operating_hours"
        case awayMessage = "away_message"
        case confidenceThreshold = "confidence_threshold"
        case idleMinutes = "idle_minutes"
        case reopenMinutes = "reopen_minutes"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(settings.botName, forKey: .botName)
        try container.encode(settings.tone, forKey: .tone)
        try container.encode(settings.autoReply, forKey: .autoReply)
        try container.encode(settings.outsideHours, forKey: .outsideHours)
        try container.encode(settings.hours, forKey: .hours)
        try container.encode(settings.timezone, forKey: .timezone)
        try container.encode(settings.locale, forKey: .locale)
        try container.encode(settings.greeting, forKey: .greeting)
        try container.encode(settings.awayMessage, forKey: .awayMessage)
        try container.encode(settings.confidenceThreshold, forKey: .confidenceThreshold)
        try container.encode(settings.idleMinutes, forKey: .idleMinutes)
        try container.encode(settings.reopenMinutes, forKey: .reopenMinutes)
        try container.encode(settings.models, forKey: .models)
    }

    private static let hours = Schema.changes([
        "always_open": .boolean,
        "weekly": .changes(Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0.rawValue, Schema.array(of: span, atMost: 6)) })),
        "holidays": .array(of: .object(["date": .string(10...10), "name": .string(0...80)], optional: ["name"]), atMost: 400),
    ]).described("Spans of each weekday, past midnight when `to` is not after `from`")
    private static let span = Schema.object(["from": .string(5...5), "to": .string(5...5)])

    private static let fields: [String: Schema] = [
        "bot_name": .string(1...60), "tone_style": .oneOf(Tone.self), "auto_reply_enabled": .boolean, "outside_hours": .oneOf(OutsideHours.self),
        "operating_hours": hours, "timezone": .string(1...60), "locale": .oneOf(["ar", "en"]), "greeting": .string(1...1000),
        "away_message": .string(1...1000), "confidence_threshold": .number(0...1), "idle_minutes": .integer(1...10_080),
        "reopen_minutes": .integer(0...43_200),
    ]
    static let schema = Schema.object(fields.merging(["models": ModelSettingsInput.schema { Schema.object($0) }]) { _, new in new })
    static let changes = Schema.changes(fields.merging(["models": ModelSettingsInput.schema { Schema.changes($0) }]) { _, new in new })
}

/// What a request changes of the settings of models; what is left out stays.
private struct ModelSettingsInput: Decodable {
    var changes = ModelSettingsChanges()

    private enum CodingKeys: String, CodingKey {
        case redacts, budget
        case usesModels = "uses_models"
        case dataStaysHere = "data_stays_here"
        case replyScript = "reply_script"
        case firstTokenDeadline = "first_token_deadline"
    }

    private enum BudgetKeys: String, CodingKey {
        case tokensPerMessage = "tokens_per_message"
        case tokensPerSession = "tokens_per_session"
        case tokensPerDay = "tokens_per_day"
        case costPerDay = "cost_per_day"
        case costPerMonth = "cost_per_month"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        changes.usesModels = try container.decodeIfPresent(Bool.self, forKey: .usesModels)
        changes.dataStaysHere = try container.decodeIfPresent(Bool.self, forKey: .dataStaysHere)
        changes.redacts = try container.decodeIfPresent(Bool.self, forKey: .redacts)
        changes.replyScript = try container.decodeIfPresent(ModelSettings.ReplyScript.self, forKey: .replyScript)
        changes.firstTokenDeadline = try container.decodeIfPresent(WholeNumber.self, forKey: .firstTokenDeadline)?.value
        guard container.contains(.budget), try !container.decodeNil(forKey: .budget) else { return }
        let budget = try container.nestedContainer(keyedBy: BudgetKeys.self, forKey: .budget)
        func number(_ key: BudgetKeys) throws -> Int? { try budget.decodeIfPresent(WholeNumber.self, forKey: key)?.value }
        changes.tokensPerMessage = try number(.tokensPerMessage)
        changes.tokensPerSession = try number(.tokensPerSession)
        changes.tokensPerDay = try number(.tokensPerDay)
        changes.costPerDay = try number(.costPerDay).map { Int64($0) }
        changes.costPerMonth = try number(.costPerMonth).map { Int64($0) }
    }

    /// - Parameter object: says which fields must be there.
    static func schema(_ object: ([String: Schema]) -> Schema) -> Schema {
        let tokens = Schema.integer(ModelSettingsChanges.tokens)
        let money = Schema.integer(Int(ModelSettingsChanges.costs.lowerBound)...Int(ModelSettingsChanges.costs.upperBound))
            .described("In millionths of a US dollar")
        return object([
            "uses_models": .boolean.described("Without, only the built-in assistant answers"),
            "data_stays_here": .boolean.described("Only models on the installation's own machines are asked"),
            "redacts": .boolean.described("Phone numbers, national ids, cards and e-mail addresses are hidden from models"),
            "reply_script": .oneOf(ModelSettings.ReplyScript.self).described("To customers who write Arabic in Latin letters"),
            "first_token_deadline": .integer(ModelSettingsChanges.deadlines).described("In milliseconds; after that the next model is asked"),
            "budget": object([
                "tokens_per_message": tokens, "tokens_per_session": tokens, "tokens_per_day": tokens, "cost_per_day": money,
                "cost_per_month": money,
            ]).described("Hard limits: beyond them the built-in assistant answers"),
        ])
    }
}

enum SettingsRoutes {
    struct UpdateBody: Decodable {
        var changes = SettingsChanges()

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: SettingsBody.CodingKeys.self)
            changes.botName = try container.decodeIfPresent(String.self, forKey: .botName)
            changes.tone = try container.decodeIfPresent(Tone.self, forKey: .tone)
            changes.autoReply = try container.decodeIfPresent(Bool.self, forKey: .autoReply)
            changes.outsideHours = try container.decodeIfPresent(OutsideHours.self, forKey: .outsideHours)
            changes.hours = try container.decodeIfPresent(OperatingHours.Draft.self, forKey: .hours)
            changes.timezone = try container.decodeIfPresent(String.self, forKey: .timezone)
            changes.locale = try container.decodeIfPresent(Kalamna.Locale.self, forKey: .locale)
            changes.greeting = try container.decodeIfPresent(String.self, forKey: .greeting)
            changes.awayMessage = try container.decodeIfPresent(String.self, forKey: .awayMessage)
            changes.confidenceThreshold = try container.decodeIfPresent(Double.self, forKey: .confidenceThreshold)
            changes.idleMinutes = try container.decodeIfPresent(WholeNumber.self, forKey: .idleMinutes)?.value
            changes.reopenMinutes = try container.decodeIfPresent(WholeNumber.self, forKey: .reopenMinutes)?.value
            changes.models = try container.decodeIfPresent(ModelSettingsInput.self, forKey: .models)?.changes
        }
    }

    static func add(to routes: inout RouteTable) {
        routes.get("/v1/settings", "getSettings", "The bot's settings", for: .admin, response: .named("Settings")) { call, identity in
            try call.json(SettingsBody(settings: try await call.services.database.read(of: identity.business) { try Settings($0).current() }))
        }

        routes.patch(
            "/v1/settings", "updateSettings", "Change the bot's settings", for: .owner, body: SettingsBody.changes, response: .named("Settings")
        ) { call, identity in
            let body: UpdateBody = try call.decode()
            let now = call.services.clock.now()
            let settings = try await call.services.database.write(of: identity.business) { db in
                try Settings(db).update(body.changes, by: call.actor(identity), now: now)
            }
            return try call.json(SettingsBody(settings: settings))
        }
    }
}
