import ArabicText

/// A message as `FollowUp` reads it: the things it names, what it asks about them, and how much it leans on what was said before.
struct FollowUpWords {
    struct Word {
        let text: String
        /// The stem of its first reading.
        let key: String
        /// 0…1.
        let importance: Float
    }

    let source: String
    /// Every word, also those that carry grammar.
    private(set) var all: [Word] = []
    /// What the message is about, the most telling first.
    private(set) var things: [Word] = []
    /// What it wants to know: price, time, place …
    private(set) var aspects: [Word] = []
    /// 0: stands by itself; up to about 1.5: means nothing without what was said before.
    private(set) var lean = 0.0
    /// "How much is it?": the price, which it does not name.
    private(set) var asksAmount = false

    /// Words below this are said whatever is asked,
    private static let telling: Float = 0.45
    /// unless the lexicon knows them as the name of a thing: everybody asks about delivery. "Want", "know", "please" weigh less there.
    private static let surely = 0.75

    init(_ text: String) { self.init(TextAnalyzer.standard.analyze(text)) }

    init(_ text: AnalyzedText) {
        source = text.source
        let importance = WordImportance.standard
        var asking: Set<Int> = []
        var named: Set<Int> = []
        var surelyNamed: Set<Int> = []
        for match in text.concepts where match.weight >= 0.4 {
            if Cues.aspects.contains(match.concept) { asking.formUnion(match.tokens) } else { named.formUnion(match.tokens) }
            if !Cues.aspects.contains(match.concept), match.weight >= Self.surely { surelyNamed.formUnion(match.tokens) }
        }
        func isThing(_ word: Word, _ token: AnalyzedToken, _ position: Int) -> Bool {
            word.importance >= Self.telling || surelyNamed.contains(position) || token.token.kind != .word
        }
        var cues = Cues()
        var seen: Set<String> = []
        for (position, token) in text.tokens.enumerated() where token.token.kind != .emoji {
            let first = token.readings.first
            cues.read(token.text, reading: token.language == .arabizi ? first?.word : nil, isFirst: position == 0)
            let key = first?.stem ?? token.stem
            let word = Word(text: token.text, key: key, importance: importance.ofStem(key))
            all.append(word)
            guard seen.insert(key).inserted else { continue }
            let next = position + 1 < text.tokens.count ? text.tokens[position + 1].text : nil
            if Cues.asksNothing(token.text, before: next) { continue }
            if asking.contains(position) && !named.contains(position) || Cues.isAspect(key) {
                aspects.append(word)
            } else if !token.isFunctionWord, !cues.lastWasCue, isThing(word, token, position) {
                things.append(word)
            }
        }
        things.sort { $0.importance > $1.importance }
        asksAmount = things.isEmpty && all.contains { $0.text == "much" }
        lean = cues.lean(things: things.count, aspects: aspects.count)
    }
}
