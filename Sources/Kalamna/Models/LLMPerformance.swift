package import Foundation
import Store

/// How one model did, on one day or over a period.
package struct ModelFigures: Sendable, Hashable {
    package var requests = 0
    /// Requests that were made because another model did not answer.
    package var fallbacks = 0
    /// By how they ended.
    package var endings: [LLMCall.Ending: Int] = [:]
    /// Milliseconds until the first words and until the end, without those that failed; the median and what 95 of 100 stay within.
    package var firstToken: Percentiles?
    package var total: Percentiles?
    package var tokensIn: Int64 = 0
    package var tokensOut: Int64 = 0
    /// Millionths of a US dollar.
    package var cost: Int64 = 0
    /// Of the answers whose grounding was looked at.
    package var graded = 0
    package var grounded = 0
    package var handedOver = 0
    /// Of the conversations that it served; the mean of 1…5.
    package var ratings = 0
    package var meanRating: Double?

    package init() {}

    package struct Percentiles: Sendable, Hashable {
        package let half: Int64
        package let most: Int64
    }

    package var errors: [ProviderFailure.Kind: Int] {
        Dictionary(uniqueKeysWithValues: endings.compactMap { if case .failed(let kind) = $0.key { (kind, $0.value) } else { nil } })
    }
    /// Requests that brought something, also an "I don't know".
    package var served: Int { requests - errors.values.reduce(0, +) - (endings[.cancelled] ?? 0) - (endings[.blocked] ?? 0) }
    package var groundedShare: Double? { graded == 0 ? nil : Double(grounded) / Double(graded) }
    package var abstainedShare: Double? { served == 0 ? nil : Double(endings[.abstained] ?? 0) / Double(served) }
    package var handedOverShare: Double? { served == 0 ? nil : Double(handedOver) / Double(served) }

    fileprivate mutating func add(_ other: ModelFigures) {
        requests += other.requests
        fallbacks += other.fallbacks
        endings.merge(other.endings) { $0 + $1 }
        tokensIn += other.tokensIn
        tokensOut += other.tokensOut
        cost += other.cost
        graded += other.graded
        grounded += other.grounded
        handedOver += other.handedOver
    }
}

/// One model over a period.
package struct ModelPerformance: Sendable {
    /// Nil: the built-in assistant, for comparison.
    package let model: LLMModelID?
    /// Its last name in the period.
    package var label: String
    package var total = ModelFigures()
    /// The days on which it was asked, ascending.
    package var days: [(day: LocalDate, figures: ModelFigures)] = []
}

/// What a business's language models did, per model and day: computed where the calls are, so that a busy month takes no memory.
package struct LLMPerformance {
    /// In days.
    package static let longest = 92
    /// Sorts after every UUID, and is none.
    private static let builtIn = "~built-in"

    private let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    /// From the first to the last day, both included, at most `longest` days. The models with the most requests first.
    package func report(from: LocalDate, to: LocalDate, in zone: TimeZone) throws -> [ModelPerformance] {
        guard from <= to else { return [] }
        let served = served(from: from, to: to, zone)
        var found: [String: ModelPerformance] = [:]
        var days: [String: [LocalDate: ModelFigures]] = [:]
        for row in try db.fetch(
            """
            \(served) SELECT model, day, ending, MAX(label) AS label, COUNT(*) AS requests, COUNT(*) FILTER (WHERE is_fallback = TRUE) AS fallbacks,
              CAST(SUM(tokens_in) AS BIGINT) AS tokens_in, CAST(SUM(tokens_out) AS BIGINT) AS tokens_out,
              CAST(SUM(cost_micros) AS BIGINT) AS cost_micros, COUNT(*) FILTER (WHERE grounded IS NOT NULL) AS graded,
              COUNT(*) FILTER (WHERE grounded = TRUE) AS grounded, COUNT(*) FILTER (WHERE handed_over = TRUE) AS handed_over
            FROM answers GROUP BY model, day, ending ORDER BY day, model
            """)
        {
            let (model, day): (String, LocalDate) = (try row["model"], try row["day"])
            var part = ModelFigures()
            part.endings[try row["ending"]] = try row["requests"]
            part.requests = try row["requests"]
            part.fallbacks = try row["fallbacks"]
            part.tokensIn = try row["tokens_in"]
            part.tokensOut = try row["tokens_out"]
            part.cost = try row["cost_micros"]
            part.graded = try row["graded"]
            part.grounded = try row["grounded"]
            part.handedOver = try row["handed_over"]
            let label: String = try row["label"]
            found[model, default: ModelPerformance(model: LLMModelID(model), label: label)].label = label
            found[model]?.total.add(part)
            days[model, default: [:]][day, default: ModelFigures()].add(part)
        }
        for byDay in [true, false] {
            try addTimes(served, byDay, &found, &days)
            try addRatings(served, byDay, &found, &days)
        }
        for (model, figures) in days { found[model]?.days = figures.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
        return found.values.sorted { ($0.total.requests, $1.label) > ($1.total.requests, $0.label) }
    }

    /// By nearest rank.
    private func addTimes(
        _ served: Query, _ byDay: Bool, _ found: inout [String: ModelPerformance], _ days: inout [String: [LocalDate: ModelFigures]]
    ) throws {
        let times: [(column: Query, path: WritableKeyPath<ModelFigures, ModelFigures.Percentiles?>)] = [
            ("first_token_ms", \.firstToken), ("total_ms", \.total),
        ]
        for (column, path) in times {
            let rows = try db.fetch(
                """
                \(served) SELECT model, day, MIN(CASE WHEN place * 100 >= calls * 50 THEN ms END) AS half,
                  MIN(CASE WHEN place * 100 >= calls * 95 THEN ms END) AS most
                FROM (SELECT model, day, ms, ROW_NUMBER() OVER (PARTITION BY model, day ORDER BY ms) AS place,
                    COUNT(*) OVER (PARTITION BY model, day) AS calls
                  FROM (SELECT model, \(day(byDay)) AS day, \(column) AS ms FROM answers
                    WHERE \(column) IS NOT NULL AND ending NOT LIKE 'error%') timed) ranked
                GROUP BY model, day
                """)
            for row in rows {
                let percentiles = ModelFigures.Percentiles(half: try row["half"], most: try row["most"])
                let model: String = try row["model"]
                if byDay { days[model]?[try row["day"]]?[keyPath: path] = percentiles } else { found[model]?.total[keyPath: path] = percentiles }
            }
        }
    }

    private func addRatings(
        _ served: Query, _ byDay: Bool, _ found: inout [String: ModelPerformance], _ days: inout [String: [LocalDate: ModelFigures]]
    ) throws {
        let rows = try db.fetch(
            """
            \(served) SELECT s.model, s.day, COUNT(*) AS ratings, CAST(AVG(f.rating) AS DOUBLE PRECISION) AS mean_rating
            FROM (SELECT DISTINCT model, \(day(byDay)) AS day, session_id FROM answers WHERE ending NOT LIKE 'error%') s
            JOIN feedback f ON f.business_id = \(db.business) AND f.session_id = s.session_id GROUP BY s.model, s.day
            """)
        for row in rows {
            let (model, ratings, mean): (String, Int, Double) = (try row["model"], try row["ratings"], try row["mean_rating"])
            if byDay {
                let day: LocalDate = try row["day"]
                days[model]?[day]?.ratings = ratings
                days[model]?[day]?.meanRating = mean
            } else {
                found[model]?.total.ratings = ratings
                found[model]?.total.meanRating = mean
            }
        }
    }

    private func day(_ byDay: Bool) -> Query { byDay ? "day" : "CAST('' AS TEXT)" }

    /// `WITH answers AS (…)`: the calls of the period, and what the built-in assistant said, in the same columns. Its messages are found by
    /// their ids, which begin with their time. What it says are the business's own words, so it counts as grounded.
    private func served(from: LocalDate, to: LocalDate, _ zone: TimeZone) -> Query {
        var spans: Query = ""
        var day = from
        for index in 0..<Self.longest where day <= to {
            let next = day.adding(days: 1)
            spans = spans + (index == 0 ? "" : ", ") + "(\(day), \(Self.firstID(at: day.begin(in: zone))), \(Self.firstID(at: next.begin(in: zone))))"
            day = next
        }
        return """
            WITH days (day, first_id, next_id) AS (VALUES \(spans)), answers AS (
              SELECT model_id AS model, label, day, session_id, ending, is_fallback, first_token_ms, total_ms, tokens_in, tokens_out,
                cost_micros, grounded, handed_over FROM llm_calls
              WHERE business_id = \(db.business) AND day >= \(from) AND day <= \(to)
              UNION ALL
              SELECT \(Self.builtIn), \(Extractive.name), d.day, m.session_id, CASE WHEN m.outcome = 'answered' THEN 'ok' ELSE 'abstained' END,
                FALSE, m.first_token_ms, m.total_ms, 0, 0, 0, CASE WHEN m.outcome = 'answered' THEN TRUE END, m.outcome = 'handed_over'
              FROM days d JOIN chat_messages m ON m.business_id = \(db.business) AND m.id >= d.first_id AND m.id < d.next_id
              WHERE m.ai_model_used = \(Extractive.name)
                OR m.ai_model_used IS NULL AND m.confidence IS NOT NULL AND m.outcome IN ('abstained', 'handed_over'))
            """
    }

    /// No id that was made earlier is greater, none that was made then or later is smaller.
    private static func firstID(at instant: Instant) -> String {
        let digits = String(max(0, instant.milliseconds), radix: 16)
        let time = String(repeating: "0", count: max(0, 12 - digits.count)) + digits
        return "\(time.prefix(8))-\(time.suffix(4))-7000-8000-000000000000"
    }
}
