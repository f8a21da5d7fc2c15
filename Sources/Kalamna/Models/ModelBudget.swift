/// What a call of a model would take at most.
package struct ModelAsk: Sendable, Hashable {
    /// In tokens, estimated.
    package let input: Int
    /// The longest answer, in tokens.
    package let output: Int
    /// Used for the same message before, in tokens: by a model that failed, or by a tool call.
    package let usedForMessage: Int
    /// Of a million tokens, in millionths of a US dollar.
    package let inputPrice: Int64
    package let outputPrice: Int64

    /// - Parameter plan: the models that may come to answer: the dearest counts.
    package init(input: Int, output: Int, usedForMessage: Int = 0, plan: [LLMModel]) {
        self.input = max(0, input)
        self.output = max(1, output)
        self.usedForMessage = max(0, usedForMessage)
        self.inputPrice = max(0, plan.map(\.inputPrice).max() ?? 0)
        self.outputPrice = max(0, plan.map(\.outputPrice).max() ?? 0)
    }

    /// Of the input and `output` tokens, in millionths of a US dollar, rounded up.
    func cost(output: Int) -> Int64 { (Int64(input) * inputPrice + Int64(output) * outputPrice + 999_999) / 1_000_000 }
}

/// Whether a business's limits leave room for another call. Pure: `BudgetReservations` asks it.
package struct ModelBudget: Sendable {
    package enum Limit: String, StoredName, CaseIterable {
        case tokensPerMessage = "tokens_per_message"
        case tokensPerSession = "tokens_per_session"
        case tokensPerDay = "tokens_per_day"
        case costPerDay = "cost_per_day"
        case costPerMonth = "cost_per_month"
    }

    package enum Decision: Sendable, Hashable {
        /// An answer of so many tokens at most.
        case allowed(upTo: Int)
        /// The built-in assistant answers.
        case exhausted(Limit)
    }

    /// An answer that may not be this long (in tokens) is not worth asking for.
    package static let leastAnswer = 64

    let limits: ModelSettings.Budget
    let spending: ModelSpending

    package init(_ limits: ModelSettings.Budget, spending: ModelSpending) {
        self.limits = limits
        self.spending = spending
    }

    package func decision(on ask: ModelAsk) -> Decision {
        let needed = min(Self.leastAnswer, ask.output)
        var most = ask.output
        for limit in Limit.allCases {
            let room = room(in: limit, for: ask)
            if room < Int64(needed) { return .exhausted(limit) }
            most = min(most, Int(min(room, Int64(most))))
        }
        return .allowed(upTo: most)
    }

    /// For the answer, in tokens.
    private func room(in limit: Limit, for ask: ModelAsk) -> Int64 {
        switch limit {
        case .tokensPerMessage: Int64(limits.tokensPerMessage) - Int64(ask.usedForMessage + ask.input)
        case .tokensPerSession: Int64(limits.tokensPerSession) - spending.tokensOfSession - Int64(ask.input)
        case .tokensPerDay: Int64(limits.tokensPerDay) - spending.tokensToday - Int64(ask.input)
        case .costPerDay: tokens(for: limits.costPerDay - spending.costToday, ask)
        case .costPerMonth: tokens(for: limits.costPerMonth - spending.costThisMonth, ask)
        }
    }

    /// As many as the money pays after the input. What costs nothing is allowed without any money, too.
    private func tokens(for money: Int64, _ ask: ModelAsk) -> Int64 {
        if ask.inputPrice == 0 && ask.outputPrice == 0 { return .max }
        // Beyond nine million dollars it would no longer fit; nobody answers customers for so much.
        let left = min(money, 9_000_000_000_000) * 1_000_000 - Int64(ask.input) * ask.inputPrice
        if left < 0 { return left / 1_000_000 - 1 }
        return ask.outputPrice == 0 ? .max : left / ask.outputPrice
    }
}

extension ModelBudget.Limit {
    /// For the owner.
    package var words: LocalizedText {
        switch self {
        case .tokensPerMessage: LocalizedText(ar: "حد التوكنز للرسالة الواحدة", en: "the limit of tokens for one message")
        case .tokensPerSession: LocalizedText(ar: "حد التوكنز للمحادثة الواحدة", en: "the limit of tokens for one conversation")
        case .tokensPerDay: LocalizedText(ar: "حد التوكنز لليوم", en: "the limit of tokens for a day")
        case .costPerDay: LocalizedText(ar: "ميزانية اليوم", en: "the budget for a day")
        case .costPerMonth: LocalizedText(ar: "ميزانية الشهر", en: "the budget for a month")
        }
    }
}
