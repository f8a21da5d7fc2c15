/// What a model is shown of the conversation before the question: the last exchanges as they were said, those before them as a summary.
struct PromptHistory {
    private static let mostOfQuestion = 80
    private static let mostOfAnswer = 110
    private static let mostExchanges = 6
    /// For what does not fit as it was said.
    private static let mostOfSummary = 140

    /// In turns, beginning with the customer.
    let messages: [ModelMessage]
    /// Empty when everything is in the messages.
    let summary: String
    /// Of both, about.
    let tokens: Int

    /// - Parameter tokens: the bound of all.
    init(_ exchanges: [Exchange], tokens most: Int, locale: Locale, cleaned: (String) -> String) {
        let room = max(0, most)
        var recent: [(messages: [ModelMessage], tokens: Int)] = []
        var used = 0
        // Room for the summary is kept as long as older exchanges may need it.
        let reserve = exchanges.count > 1 ? min(Self.mostOfSummary, room / 3) : 0
        for exchange in exchanges.reversed().prefix(Self.mostExchanges) {
            let question = Prompt.cut(cleaned(exchange.question), to: Self.mostOfQuestion)
            let answer = exchange.answer.map { Prompt.cut(cleaned($0), to: Self.mostOfAnswer) }
            let cost = ModelUsage.estimate(question) + (answer.map(ModelUsage.estimate) ?? 0) + 8
            let isOldest = recent.count + 1 == exchanges.count
            if used + cost > room - (isOldest ? 0 : reserve) { break }
            used += cost
            recent.append(([ModelMessage(.customer(question))] + (answer.map { [ModelMessage(.model($0))] } ?? []), cost))
        }
        let older = exchanges.dropLast(recent.count)
        let left = min(Self.mostOfSummary, room - used)
        let summary = older.isEmpty ? "" : ConversationSummary(of: Array(older)).text(atMost: left, locale: locale, cleaned: cleaned)
        self.messages = recent.reversed().flatMap(\.messages)
        self.summary = summary
        self.tokens = used + ModelUsage.estimate(summary)
    }
}
