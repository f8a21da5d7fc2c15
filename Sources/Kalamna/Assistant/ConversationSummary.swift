import ArabicText

/// What of an earlier part of a conversation still matters, without any model: what the customer gave (name, numbers of orders, phone), what was
/// asked about, and the last answer. Made anew from the exchanges each time, so it can't drift.
struct ConversationSummary {
    /// In the customer's own words, in order.
    let facts: [String]
    /// Titles of the items that were cited, or the question where nothing was.
    let topics: [String]
    let lastAnswer: String?

    private static let mostFacts = 6
    private static let mostTopics = 8
    /// Letters of a sentence or topic.
    private static let longest = 120
    /// Of one exchange, so that a pasted page costs little.
    private static let mostRead = 1000

    init(of exchanges: [Exchange]) {
        var facts: [String] = []
        var topics: [String] = []
        for exchange in exchanges {
            let question = String(exchange.question.unicodeScalars.prefix(Self.mostRead))
            for sentence in Chunker.sentences(of: question).map(Self.shortened) where !facts.contains(sentence) && Self.tells(sentence) {
                facts.append(sentence)
            }
            if let topic = exchange.sources.first.map({ Self.shortened($0.title) }) ?? Self.topic(of: question) {
                // What is asked again is recent again.
                topics.removeAll { $0 == topic }
                topics.append(topic)
            }
        }
        self.facts = facts.suffix(Self.mostFacts)
        self.topics = topics.suffix(Self.mostTopics)
        let answer = exchanges.last { $0.answer != nil }?.answer.map { String($0.unicodeScalars.prefix(Self.mostRead)) }
        lastAnswer = answer.flatMap { Chunker.sentences(of: $0).first }.map(Self.shortened)
    }

    /// A line for each kind, the most needed first; what does not fit is left out, the oldest first.
    ///
    /// - Parameter cleaned: makes texts that others wrote harmless.
    func text(atMost tokens: Int, locale: Locale, cleaned: (String) -> String) -> String {
        let english = locale == .en
        let separator = english ? "; " : "؛ "
        var left = tokens
        func line(_ label: String, _ items: [String]) -> String? {
            var kept = items.map { cleaned($0).split(whereSeparator: \.isNewline).joined(separator: " ") }
            while !kept.isEmpty {
                let line = "- \(label): " + kept.joined(separator: separator)
                let cost = ModelUsage.estimate(line) + 1
                if cost <= left {
                    left -= cost
                    return line
                }
                kept.removeFirst()
            }
            return nil
        }
        return [
            line(english ? "The customer said" : "العميل قال", facts),
            line(english ? "Asked about" : "سأل عن", topics),
            line(english ? "Last answer" : "آخر رد", lastAnswer.map { [$0] } ?? []),
        ].compactMap { $0 }.joined(separator: "\n")
    }

    /// Whether a sentence gives something that a later answer may need: a number that names something, an address, a name.
    private static func tells(_ sentence: String) -> Bool {
        let tokens = Tokenizer.tokenize(sentence)
        var named = false
        for token in tokens {
            switch token.kind {
            case .phone, .code, .email, .date: return true
            // Order numbers are longer than prices.
            case .number where token.text.count >= 5 && token.text.allSatisfy(\.isWholeNumber): return true
            case .number: if named { return true }
            case .word:
                if names.contains(token.text) { return true }
                named = numbered.contains(token.text)
            default: break
            }
        }
        return false
    }

    /// Words that introduce a name or a place of the customer's.
    private static let names: Set<String> = ["اسمي", "إسمي", "عنواني", "ساكن", "ساكنه", "esmy", "esmi", "3enwany", "saken", "sakna", "named"]
    /// "order 1200": short numbers count after these.
    private static let numbered: Set<String> = ["طلب", "الطلب", "طلبي", "اوردر", "الاوردر", "اوردري", "رقم", "رقمه", "order", "talab", "number"]

    private static func topic(of question: String) -> String? {
        let words = FollowUpWords(String(question.unicodeScalars.prefix(longest)))
        if words.things.isEmpty { return nil }
        return shortened(question)
    }

    private static func shortened(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.unicodeScalars.count <= longest ? line : String(line.unicodeScalars.prefix(longest)) + "…"
    }
}
