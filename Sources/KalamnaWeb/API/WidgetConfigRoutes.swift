import HTTPTypes
import Hummingbird
import Kalamna

/// What a chat shows before anything was said. It begins no conversation.
enum WidgetConfigRoutes {
    private struct ConfigBody: Encodable {
        let businessName: String
        let botName: String
        let locale: String
        let greeting: String
        let isOpen: Bool
        let opensAt: Instant?
        let timezone: String
        let suggestedQuestions: [String]

        enum CodingKeys: String, CodingKey {
            case locale, greeting, timezone
            case businessName = "business_name"
            case botName = "bot_name"
            case isOpen = "is_open"
            case opensAt = "opens_at"
            case suggestedQuestions = "suggested_questions"
        }

        static let schema = Schema.object(
            [
                "business_name": .string(), "bot_name": .string(), "locale": .oneOf(["ar", "en"]), "greeting": .string(),
                "is_open": .boolean, "opens_at": Schema.time.described("When people are back, while nobody is there"),
                "timezone": Schema.string().described("The business's own, for showing opens_at"),
                "suggested_questions": .array(of: .string(), atMost: SuggestedQuestions.most),
            ], optional: ["opens_at"])
    }

    static func add(to routes: inout RouteTable) {
        routes.get(
            "/v1/widget/config", "getWidgetConfig", "What a chat shows before anything was said", for: .widget,
            query: [
                Endpoint.Parameter(name: "locale", schema: .oneOf(["ar", "en"]), description: "The page's language; the business's without it")
            ], response: ConfigBody.schema,
            limits: [.each(.address, "config", 60, per: .minutes(1))]
        ) { call, key in
            let now = call.services.clock.now()
            let asked = try Self.locale(of: call)
            let body = try await call.services.database.read(of: key.business) { db in
                let (business, settings) = (try Businesses(db).current(), try Settings(db).current())
                let isOpen = settings.isOpen(at: now)
                return ConfigBody(
                    businessName: business.name, botName: settings.botName, locale: settings.locale.rawValue, greeting: settings.greeting,
                    isOpen: isOpen, opensAt: isOpen ? nil : settings.hours.nextOpening(after: now, in: settings.zone),
                    timezone: settings.timezone, suggestedQuestions: try SuggestedQuestions(db).list(for: asked ?? settings.locale))
            }
            return try call.json(body)
        }
    }

    private static func locale(of call: Call) throws -> Kalamna.Locale? {
        guard let name = try call.query("locale") else { return nil }
        guard let locale = Kalamna.Locale(rawValue: name) else {
            throw Failure.invalid("locale", ar: "locale لازم يكون ar أو en.", en: "locale must be ar or en.")
        }
        return locale
    }
}
