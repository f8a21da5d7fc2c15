import Foundation

/// What a business decides about language models. Stored as JSON in its settings, so that a new choice needs no column.
package struct ModelSettings: Sendable, Hashable, Codable {
    /// The script of the bot's replies to customers who write Arabizi.
    package enum ReplyScript: String, Sendable, Codable, CaseIterable { case arabic, same }

    /// Hard limits: what would go beyond is answered by the built-in assistant. Money is in millionths of a US dollar.
    package struct Budget: Sendable, Hashable, Codable {
        package var tokensPerMessage = 12_000
        package var tokensPerSession = 60_000
        package var tokensPerDay = 2_000_000
        package var costPerDay: Int64 = 5_000_000
        package var costPerMonth: Int64 = 50_000_000

        package init() {}

        /// As they are stored and sent.
        enum CodingKeys: String, CodingKey {
            case tokensPerMessage = "tokens_per_message"
            case tokensPerSession = "tokens_per_session"
            case tokensPerDay = "tokens_per_day"
            case costPerDay = "cost_per_day"
            case costPerMonth = "cost_per_month"
        }
    }

    /// False: only the built-in assistant answers.
    package var usesModels = true
    /// Only models on the operator's own machines may be asked.
    package var dataStaysHere = false
    /// National ids, phone numbers, cards and e-mail addresses are replaced before anything is sent, and put back in the answer.
    package var redacts = true
    package var replyScript = ReplyScript.arabic
    /// Milliseconds; after that the next of the chain answers.
    package var firstTokenDeadline = 6000
    package var budget = Budget()

    package init() {}

    /// As they are stored and sent.
    enum CodingKeys: String, CodingKey {
        case redacts, budget
        case usesModels = "uses_models"
        case dataStaysHere = "data_stays_here"
        case replyScript = "reply_script"
        case firstTokenDeadline = "first_token_deadline"
    }
}

extension ModelSettings {
    /// Never fails, since a turn reads it: what is missing keeps its default, and of what can't be read at all nothing may leave.
    init(stored text: String) {
        if text == "{}" || text == Self.storedDefaults {
            self.init()
            return
        }
        do {
            self = try JSONDecoder().decode(ModelSettings.self, from: Data(text.utf8))
        } catch {
            self.init()
            usesModels = false
            dataStaysHere = true
        }
    }

    /// All of it, the defaults too: a later default must not loosen what an owner has seen and left.
    func stored() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// Read with each message: the usual text is known without parsing.
    private static let storedDefaults = (try? ModelSettings().stored()) ?? "{}"

    package init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        usesModels = try container.decodeIfPresent(Bool.self, forKey: .usesModels) ?? usesModels
        dataStaysHere = try container.decodeIfPresent(Bool.self, forKey: .dataStaysHere) ?? dataStaysHere
        redacts = try container.decodeIfPresent(Bool.self, forKey: .redacts) ?? redacts
        // A script that a later version knew.
        let script = try container.decodeIfPresent(String.self, forKey: .replyScript)
        replyScript = script.flatMap { ReplyScript(rawValue: $0) } ?? replyScript
        firstTokenDeadline = try container.decodeIfPresent(Int.self, forKey: .firstTokenDeadline) ?? firstTokenDeadline
        budget = try container.decodeIfPresent(Budget.self, forKey: .budget) ?? budget
    }
}

extension ModelSettings.Budget {
    package init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        tokensPerMessage = try container.decodeIfPresent(Int.self, forKey: .tokensPerMessage) ?? tokensPerMessage
        tokensPerSession = try container.decodeIfPresent(Int.self, forKey: .tokensPerSession) ?? tokensPerSession
        tokensPerDay = try container.decodeIfPresent(Int.self, forKey: .tokensPerDay) ?? tokensPerDay
        costPerDay = try container.decodeIfPresent(Int64.self, forKey: .costPerDay) ?? costPerDay
        costPerMonth = try container.decodeIfPresent(Int64.self, forKey: .costPerMonth) ?? costPerMonth
    }
}

/// What a request changes of the settings of models; what is nil stays.
package struct ModelSettingsChanges: Sendable {
    package var usesModels: Bool?
    package var dataStaysHere: Bool?
    package var redacts: Bool?
    package var replyScript: ModelSettings.ReplyScript?
    package var firstTokenDeadline: Int?
    package var tokensPerMessage: Int?
    package var tokensPerSession: Int?
    package var tokensPerDay: Int?
    package var costPerDay: Int64?
    package var costPerMonth: Int64?

    package init() {}

    /// Milliseconds, tokens and millionths of a US dollar. 0: none at all.
    package static let deadlines = 500...60_000
    package static let tokens = 0...10_000_000_000
    package static let costs: ClosedRange<Int64> = 0...1_000_000_000_000

    /// The settings with these changes; what is wrong is refused by its path in the business's settings.
    func apply(to settings: ModelSettings, _ validation: inout Validation) -> ModelSettings {
        var changed = settings
        changed.usesModels = usesModels ?? settings.usesModels
        changed.dataStaysHere = dataStaysHere ?? settings.dataStaysHere
        changed.redacts = redacts ?? settings.redacts
        changed.replyScript = replyScript ?? settings.replyScript
        changed.firstTokenDeadline = firstTokenDeadline ?? settings.firstTokenDeadline
        changed.budget.tokensPerMessage = tokensPerMessage ?? settings.budget.tokensPerMessage
        changed.budget.tokensPerSession = tokensPerSession ?? settings.budget.tokensPerSession
        changed.budget.tokensPerDay = tokensPerDay ?? settings.budget.tokensPerDay
        changed.budget.costPerDay = costPerDay ?? settings.budget.costPerDay
        changed.budget.costPerMonth = costPerMonth ?? settings.budget.costPerMonth
        validation.check("models.first_token_deadline", firstTokenDeadline, in: Self.deadlines)
        validation.check("models.budget.tokens_per_message", tokensPerMessage, in: Self.tokens)
        validation.check("models.budget.tokens_per_session", tokensPerSession, in: Self.tokens)
        validation.check("models.budget.tokens_per_day", tokensPerDay, in: Self.tokens)
        validation.check("models.budget.cost_per_day", costPerDay, in: Self.costs)
        validation.check("models.budget.cost_per_month", costPerMonth, in: Self.costs)
        return changed
    }
}
