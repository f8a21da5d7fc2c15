import ArabicText

/// What a language model is told and given for one answer. The text of the rules is in `Prompt+rules.swift`.
///
/// Our rules are the system text. Everything that others wrote goes into messages of the customer's side: what was said before, then the passages
/// between marks that nobody can guess, then the question, last.
package struct Prompt: Sendable {
    /// Stored with each answer; changes with the text of the prompt.
    package static let version = "2026-11-1"
    /// What a model writes, and nothing else, when the passages don't have the answer.
    package static let noAnswer = "NO_ANSWER"
    /// Of the whole request, by `ModelUsage.estimate`.
    package static let mostTokens = 3000

    private static let mostOfQuestion = 400
    private static let mostOfHistory = 450
    /// A passage of which less than this would be left is left out.
    private static let leastOfPassage = 40
    private static let mostOfDescription = 160

    /// To be sent as it is, or after redaction.
    package let request: ModelRequest

    /// - Parameters:
    ///   - passages: the best first; they are numbered from 1, and what goes beyond the bound is cut from the end.
    ///   - exchanges: what was said before the question, ascending.
    ///   - question: all that the customer wrote since the last answer.
    ///   - cleaned: makes texts that others wrote harmless (`UntrustedText.cleaned`).
    ///   - boundary: of the marks around data; random unless a test wants it.
    package init(
        business: Business, settings: BusinessSettings, replyLocale: Locale, passages: [KnowledgeChunk], exchanges: [Exchange], question: String,
        now: Instant, callsTools: Bool, cleaned: (String) -> String, boundary: String? = nil
    ) {
        let boundary = boundary ?? Self.randomBoundary()
        let asked = Self.cut(cleaned(question), to: Self.mostOfQuestion)
        // Who writes Arabizi may be answered in Arabizi, when the business wants that.
        let inArabizi = settings.models.replyScript == .same && TextAnalyzer.standard.analyze(asked).language == .arabizi
        let system = PromptRules(
            business: PromptRules.BusinessFacts(
                name: cleaned(business.name), description: Self.cut(cleaned(business.description), to: Self.mostOfDescription),
                industry: cleaned(business.industry)),
            botName: cleaned(settings.botName), tone: settings.tone, locale: replyLocale, inArabizi: inArabizi,
            now: Self.date(now, in: settings.zone, locale: replyLocale), isOpen: settings.isOpen(at: now),
            hours: Self.hours(settings, locale: replyLocale), boundary: boundary, callsTools: callsTools
        ).text
        let labels = PromptRules.Labels(replyLocale)
        // Marks and labels of the last message.
        let frame = 60 + 6 * ModelUsage.estimate(boundary)
        var left = Self.mostTokens - ModelUsage.estimate(system) - ModelUsage.estimate(asked) - frame - (callsTools ? PromptTool.tokens : 0)
        let history = PromptHistory(exchanges, tokens: min(Self.mostOfHistory, left / 3), locale: replyLocale, cleaned: cleaned)
        left -= history.tokens
        let shown = Self.fitting(passages, in: left, cleaned: cleaned)
        var last: [String] = []
        if !history.summary.isEmpty { last.append("\(labels.summary)\n<<<\(boundary)\n\(history.summary)\n\(boundary)>>>") }
        last.append("\(labels.passages)\n<<<\(boundary)\n\(shown.isEmpty ? labels.nothing : shown)\n\(boundary)>>>")
        last.append("\(labels.question)\n\(asked)")
        request = ModelRequest(
            system: system, messages: history.messages + [ModelMessage(.customer(last.joined(separator: "\n\n")))],
            tools: callsTools ? PromptTool.allCases.map(\.tool) : [])
    }

    /// Passages as a model is shown them, for the result of a search that it asked for; within a bound.
    ///
    /// - Parameter from: the number of the first.
    package static func passages(_ chunks: [KnowledgeChunk], from: Int, cleaned: (String) -> String) -> String {
        let boundary = randomBoundary()
        let shown = fitting(chunks, from: from, in: mostOfSearch, cleaned: cleaned)
        return "<<<\(boundary)\n\(shown.isEmpty ? PromptRules.Labels(.ar).nothing : shown)\n\(boundary)>>>"
    }
    private static let mostOfSearch = 900

    private static func fitting(_ chunks: [KnowledgeChunk], from first: Int = 1, in tokens: Int, cleaned: (String) -> String) -> String {
        var left = tokens
        var shown: [String] = []
        for (place, chunk) in chunks.enumerated() {
            let heading = chunk.heading.isEmpty || chunk.heading == chunk.title ? chunk.title : chunk.title + " › " + chunk.heading
            let title = "[\(first + place)] " + cut(cleaned(heading).split(whereSeparator: \.isNewline).joined(separator: " "), to: 60)
            let room = left - ModelUsage.estimate(title) - 2
            let text = cleaned(chunk.content)
            let needed = ModelUsage.estimate(text)
            // In order: a gap in the numbers would be a riddle.
            guard needed <= room || room >= leastOfPassage else { break }
            let body = needed <= room ? text : cut(text, to: room)
            shown.append(title + "\n" + body)
            left = room - ModelUsage.estimate(body)
        }
        return shown.joined(separator: "\n\n")
    }

    /// The beginning of a text within so many tokens, up to the end of a sentence where there is one.
    static func cut(_ text: String, to tokens: Int) -> String {
        if ModelUsage.estimate(text) <= tokens { return text }
        // In twentieths of a token, as `ModelUsage.estimate` counts; one token for the mark that something is missing.
        var left = (tokens - 1) * 20 - 19
        var beginning = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            left -= scalar.isASCII ? 5 : 8
            if left < 0 { break }
            beginning.append(scalar)
        }
        let sentences = Chunker.sentences(of: String(beginning))
        let whole = sentences.count > 1 ? sentences.dropLast().joined(separator: " ") : ""
        return (whole.unicodeScalars.count * 2 > beginning.count ? whole : String(beginning).trimmed) + "…"
    }

    /// Letters only: digits could be taken for somebody's number.
    private static func randomBoundary() -> String {
        String((0..<12).compactMap { _ in "ABCDEFGHJKLMNPQRSTUVWXYZ".randomElement() })
    }
}
