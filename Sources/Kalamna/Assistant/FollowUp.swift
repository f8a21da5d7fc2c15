package import ArabicText

/// One question of the customer and what came of it.
package struct Exchange: Sendable, Hashable {
    /// An item that the answer was made from.
    package struct Source: Sendable, Hashable {
        package let item: KnowledgeItemID
        package let title: String

        package init(item: KnowledgeItemID, title: String) {
            self.item = item
            self.title = title
        }
    }

    /// All that the customer wrote before the answer.
    package let question: String
    /// Nil when there was none, or it said that it does not know.
    package let answer: String?
    /// Only those that were cited.
    package let sources: [Source]

    package init(question: String, answer: String? = nil, sources: [Source] = []) {
        self.question = question
        self.answer = answer
        self.sources = sources
    }
}

/// What a question means that leans on the one before: "طب وللصعيد؟" after "الشحن للقاهرة بكام؟" asks for the price of delivery to Upper
/// Egypt. Without any model, by what a message lacks: a thing that is asked about, or what is asked about it.
///
/// A guess is not trusted alone: the caller searches the message as it stands too, and `merge` weighs both. Measured by
/// `kalamna-bench dialogues`.
package enum FollowUp {
    /// What is to be searched.
    package struct Query: Sendable {
        /// The message, and behind it what it leaves out.
        package let text: String
        package let isFollowUp: Bool
        /// Words of the earlier turns, the most telling first.
        package let carried: [String]
        /// How far `merge` trusts what was carried, beside 1 for the words of the message.
        let weight: Double
        /// What the customer has read already.
        let given: Set<KnowledgeItemID>

        /// The text for the search.
        package var analyzed: AnalyzedText { TextAnalyzer.standard.analyze(text) }

        static func alone(_ message: String) -> Query { Query(text: message, isFollowUp: false, carried: [], weight: 0, given: []) }
    }

    /// So many exchanges are looked back.
    private static let reach = 3
    private static let mostCarried = 8
    /// Letters of a message that are read; who writes more than that has said what he means.
    private static let longest = 240

    /// - Parameter after: the exchanges before, the last one last.
    package static func rewrite(_ message: String, after exchanges: [Exchange]) -> Query {
        rewrite(FollowUpWords(message), after: exchanges)
    }

    /// The same for a message that was analyzed already.
    package static func rewrite(_ message: AnalyzedText, after exchanges: [Exchange]) -> Query {
        rewrite(FollowUpWords(message), after: exchanges)
    }

    private static func rewrite(_ message: FollowUpWords, after exchanges: [Exchange]) -> Query {
        // Counted no further than the bound: messages can be long.
        guard message.source.unicodeScalars.dropFirst(longest).isEmpty, message.lean > 0, let before = Topic(of: exchanges.suffix(reach)) else {
            return .alone(message.source)
        }
        let own = Set(message.all.map(\.key))
        var carried = before.things.filter { !own.contains($0.key) }
        // A message that says itself what it wants to know takes over only the thing.
        if message.aspects.isEmpty { carried = before.aspects.filter { !own.contains($0.key) } + carried }
        carried = Array(carried.prefix(mostCarried))
        guard !carried.isEmpty else { return .alone(message.source) }
        let words = (message.asksAmount ? ["price"] : []) + carried.map(\.text)
        return Query(
            text: message.source + "\n" + words.joined(separator: " "), isFollowUp: true, carried: words, weight: message.lean, given: before.given)
    }

    /// What the conversation is about when a message comes.
    private struct Topic {
        private(set) var things: [FollowUpWords.Word] = []
        private(set) var aspects: [FollowUpWords.Word] = []
        private(set) var given: Set<KnowledgeItemID> = []

        /// Nil when nothing was asked.
        init?(of exchanges: ArraySlice<Exchange>) {
            for exchange in exchanges where exchange.question.unicodeScalars.dropFirst(FollowUp.longest * 2).isEmpty {
                let question = FollowUpWords(exchange.question)
                // Thanks and "all right" leave the topic as it was.
                if question.things.isEmpty && question.aspects.isEmpty { continue }
                let goesOn = question.lean > 0
                if !goesOn { given = [] }
                given.formUnion(exchange.sources.map(\.item))
                let titled = exchange.sources.prefix(1).flatMap { FollowUpWords($0.title).things }
                // The newest first; of the older ones only what the newest leans on.
                things = Self.unique(question.things + titled + (goesOn ? things : []))
                aspects = question.aspects.isEmpty && goesOn ? aspects : question.aspects
            }
            if things.isEmpty && aspects.isEmpty { return nil }
        }

        private static func unique(_ words: [FollowUpWords.Word]) -> [FollowUpWords.Word] {
            var seen: Set<String> = []
            return words.filter { seen.insert($0.key).inserted }
        }
    }
}
