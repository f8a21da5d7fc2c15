import Foundation
import HTTPTypes
import Hummingbird
import Kalamna

struct FiguresBody: Encodable {
    struct Times: Encodable {
        let p50: Int64
        let p95: Int64

        init(_ percentiles: ModelFigures.Percentiles) {
            self.p50 = percentiles.half
            self.p95 = percentiles.most
        }

        static let schema = Schema.object(["p50": .integer(), "p95": .integer()])
    }

    let requests: Int
    let fallbacks: Int
    let errors: [String: Int]
    let firstToken: Times?
    let total: Times?
    let tokensIn: Int64
    let tokensOut: Int64
    let costUSD: Double
    let costEGP: Double?
    let ratings: Int
    let meanRating: Double?
    let groundedShare: Double?
    let abstainedShare: Double?
    let handedOverShare: Double?

    /// - Parameter rate: Egyptian pounds for a US dollar; nil: only dollars are told.
    init(_ figures: ModelFigures, rate: Double?) {
        self.requests = figures.requests
        self.fallbacks = figures.fallbacks
        self.errors = Dictionary(uniqueKeysWithValues: figures.errors.map { (String(LLMCall.Ending.failed($0.key).name.dropFirst(6)), $0.value) })
        self.firstToken = figures.firstToken.map(Times.init)
        self.total = figures.total.map(Times.init)
        self.tokensIn = figures.tokensIn
        self.tokensOut = figures.tokensOut
        self.costUSD = Double(figures.cost) / 1_000_000
        self.costEGP = rate.map { Double(figures.cost) * $0 / 1_000_000 }
        self.ratings = figures.ratings
        self.meanRating = figures.meanRating
        self.groundedShare = figures.groundedShare
        self.abstainedShare = figures.abstainedShare
        self.handedOverShare = figures.handedOverShare
    }

    enum CodingKeys: String, CodingKey {
        case requests, fallbacks, errors, ratings
        case firstToken = "first_token_ms"
        case total = "total_ms"
        case tokensIn = "tokens_in"
        case tokensOut = "tokens_out"
        case costUSD = "cost_usd"
        case costEGP = "cost_egp"
        case meanRating = "mean_rating"
        case groundedShare = "grounded_share"
        case abstainedShare = "abstained_share"
        case handedOverShare = "handed_over_share"
    }

    static let fields: [String: Schema] = [
        "requests": .integer(), "fallbacks": .integer().described("Requests that were made because another model did not answer"),
        "errors": Schema(json: ["type": "object", "additionalProperties": ["type": "integer"]])
            .described("How often the provider failed, by kind"),
        "first_token_ms": Times.schema, "total_ms": Times.schema, "tokens_in": .integer(), "tokens_out": .integer(), "cost_usd": .number(),
        "cost_egp": .number(), "ratings": .integer(), "mean_rating": .number(1...5), "grounded_share": .number(0...1),
        "abstained_share": .number(0...1), "handed_over_share": .number(0...1),
    ]
    static let schema = Schema.object(
        fields,
        optional: ["first_token_ms", "total_ms", "cost_egp", "mean_rating", "grounded_share", "abstained_share", "handed_over_share"])
}

struct PerformanceBody: Encodable {
    struct Day: Encodable {
        let day: String
        let figures: FiguresBody

        static let schema = Schema.object(["day": .string(10...10), "figures": FiguresBody.schema])
    }

    struct Model: Encodable {
        let modelID: LLMModelID?
        let label: String
        let total: FiguresBody
        let days: [Day]

        init(_ performance: ModelPerformance, rate: Double?) {
            self.modelID = performance.model
            self.label = performance.label
            self.total = FiguresBody(performance.total, rate: rate)
            self.days = performance.days.map { Day(day: $0.day.description, figures: FiguresBody($0.figures, rate: rate)) }
        }

        enum CodingKeys: String, CodingKey {
            case label, total, days
            case modelID = "model_id"
        }

        static let schema = Schema.object(
            [
                "model_id": .id.described("Missing: the built-in assistant, for comparison"), "label": .string(), "total": FiguresBody.schema,
                "days": .array(of: Day.schema),
            ], optional: ["model_id"])
    }

    let from: String
    let to: String
    let timezone: String
    let models: [Model]

    static let schema = Schema.object([
        "from": .string(10...10), "to": .string(10...10), "timezone": .string(), "models": .array(of: Model.schema),
    ])
}

/// How the business's language models do: figures by model and day, and the experiments that compare them.
enum PerformanceRoutes {
    private static let usualDays = 30

    static func add(to routes: inout RouteTable) {
        addReport(to: &routes)
        ExperimentRoutes.add(to: &routes)
    }

    private static func addReport(to routes: inout RouteTable) {
        routes.get(
            "/v1/models/performance", "getModelPerformance",
            "How each model did, by day and over the period: times, errors, tokens, cost, ratings, grounding", for: .owner,
            query: [
                Endpoint.Parameter(name: "from", schema: .string(10...10), description: "First day, yyyy-mm-dd (30 days up to `to`)"),
                Endpoint.Parameter(
                    name: "to", schema: .string(10...10),
                    description: "Last day, in the business's time zone (today); at most \(LLMPerformance.longest) days"),
                Endpoint.Parameter(
                    name: "egp_per_usd", schema: .number(0.01...10_000), description: "Egyptian pounds for a US dollar, to have costs in both"),
            ], response: PerformanceBody.schema, limits: [.each(.caller, "performance", 60, per: .minutes(1))]
        ) { call, identity in
            let (from, to) = (try day("from", of: call), try day("to", of: call))
            let rate = try rate(of: call)
            let now = call.services.clock.now()
            let body = try await call.services.database.read(of: identity.business) { db in
                let zone = try Settings(db).current().zone
                let to = to ?? LocalDate(now, in: zone)
                let from = from ?? to.adding(days: 1 - usualDays)
                guard from <= to, to < from.adding(days: LLMPerformance.longest) else {
                    throw Failure.invalid(
                        "from", ar: "الفترة من يوم لحد \(LLMPerformance.longest) يوم، وأولها قبل آخرها.",
                        en: "The period is from 1 to \(LLMPerformance.longest) days, and begins before it ends.")
                }
                return PerformanceBody(
                    from: from.description, to: to.description, timezone: zone.identifier,
                    models: try LLMPerformance(db).report(from: from, to: to, in: zone).map { PerformanceBody.Model($0, rate: rate) })
            }
            return try call.json(body)
        }
    }

    private static func day(_ name: String, of call: Call) throws -> LocalDate? {
        guard let text = try call.query(name) else { return nil }
        guard let day = LocalDate(text), (2000...2200).contains(day.year) else {
            throw Failure.invalid(name, ar: "اكتب اليوم بالشكل 2026-10-06.", en: "Write the day like 2026-10-06.")
        }
        return day
    }

    private static func rate(of call: Call) throws -> Double? {
        guard let text = try call.query("egp_per_usd") else { return nil }
        guard let rate = Double(text), (0.01...10_000).contains(rate) else {
            throw Failure.invalid("egp_per_usd", ar: "سعر الدولار رقم من 0.01 لحد 10000.", en: "The rate is a number from 0.01 to 10,000.")
        }
        return rate
    }
}
