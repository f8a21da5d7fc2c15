import ArabicText

/// Whether an answer says only what its sources say: each number, price, day, phone number, link and name of it.
///
/// Who speaks decides: prices and promises must stand in what the business wrote; what only the customer wrote counts where the
/// answer speaks of the customer's own things, so that nobody can have an offer confirmed by dictating it.
package struct GroundingCheck: Sendable {
    package struct Passage: Sendable, Hashable {
        package let title: String
        package let text: String

        package init(title: String, text: String) {
            self.title = title
            self.text = text
        }
    }

    package struct Finding: Sendable, Hashable {
        package enum Kind: String, Sendable, CaseIterable {
            case number, price, percentage, duration, date, time, weekday, phone, link, email, code, name, place, claim, placeholder
        }

        package let kind: Kind
        /// As it stands in the answer. May be personal: not for logs.
        package let text: String
    }

    package enum Result: Sendable, Hashable {
        case grounded
        case ungrounded([Finding])
    }

    let business: SourceFacts
    let customer: SourceFacts
    package let links: AllowedLinks

    /// Reads the sources once; `check` may then be called for each draft.
    /// - Parameters:
    ///   - customer: what the customer wrote in this conversation.
    ///   - business: the business's name, bot name, hours and what else it says of itself.
    ///   - domains: see `AllowedLinks`.
    package init(passages: [Passage], customer: [String], business: [String], domains: [String] = []) {
        let own = business + passages.flatMap { [$0.title, $0.text] }
        self.business = SourceFacts(own)
        self.customer = SourceFacts(customer, readsArabizi: true)
        links = AllowedLinks(in: own, domains: domains)
    }

    package func check(_ answer: String) -> Result {
        let text = ReadText(answer)
        var findings = AnswerAmounts(check: self, text: text).findings()
        findings += AnswerAddresses(check: self, text: text, answer: answer).findings()
        findings += AnswerNames(check: self, text: text).findings()
        findings += AnswerClaims(check: self, text: text).findings()
        if let range = Placeholder.range(in: answer) { findings.append(Finding(kind: .placeholder, text: String(answer[range]))) }
        return findings.isEmpty ? .grounded : .ungrounded(findings)
    }

    /// The answer without links that stand neither in passages nor in the business's domains, and without images.
    package func stripLinks(_ answer: String) -> String { links.stripped(answer) }
}

/// What some texts say, for looking up.
struct SourceFacts: Sendable {
    private(set) var amounts: [Amount] = []
    private(set) var opening = OpeningTimes()
    private(set) var words: Set<String> = []
    /// Numbers, phones, codes and addresses as they stand.
    private(set) var marks: Set<String> = []
    private(set) var stems: Set<String> = []
    private(set) var skeletons: Set<String> = []
    private(set) var texts: [ReadText] = []
    private(set) var places: Set<String> = []
    /// Promises that are made, and those that are made or denied.
    private(set) var claims: Set<Int> = []
    private(set) var mentionedClaims: Set<Int> = []
    /// Of what the claims of one thing are made: stems.
    private(set) var subjects: [Int: Set<String>] = [:]
    /// Minutes of units that stand without a number: `ضمان سنة`.
    private(set) var spans: Set<Double> = []

    init(_ sources: [String], readsArabizi: Bool = false) {
        for source in sources where !source.isEmpty { add(ReadText(source, readsArabizi: readsArabizi)) }
        for word in words where word.utf8.count > 2 {
            stems.insert(Stemmer.stem(word))
            let skeleton = Stemmer.skeleton(GroundingWords.withoutArticle(word))
            if skeleton.utf8.count > 1 { skeletons.insert(skeleton) }
        }
    }

    private mutating func add(_ text: ReadText) {
        let amounts = Amount.all(in: text)
        self.amounts += amounts
        opening.add(text, amounts)
        for (index, token) in text.tokens.enumerated() {
            if token.kind == .word { words.insert(token.text) } else { marks.insert(token.text) }
            guard token.kind == .word else { continue }
            if token.script == .arabic, let place = AnswerNames.place(at: index, in: text) { places.insert(place.name) }
            for claim in Claim.all(at: index, in: text) {
                mentionedClaims.insert(claim)
                if !Claim.isDenied(at: index, in: text) { claims.insert(claim) }
                if Claim.isOfOneThing(claim) { subjects[claim, default: []].formUnion(Claim.subjects(around: index, in: text)) }
            }
            addSpan(at: index, in: text)
        }
        texts.append(text)
    }

    /// `ضمان سنة`, `بأسبوع`; not `كل يوم`, `يوم الجمعة`, `في الأسبوع`, nor what has a number.
    private mutating func addSpan(at index: Int, in text: ReadText) {
        var word = text.word(index)
        var isBehind = false
        if GroundingWords.singleUnits[word] == nil, word.hasPrefix("ل") || word.hasPrefix("ب") {
            word.removeFirst()
            isBehind = true
        }
        guard let minutes = GroundingWords.singleUnits[word] else { return }
        if index > 0, text.tokens[index - 1].kind == .number || GroundingWords.eachWords.contains(text.word(index - 1)) { return }
        if minutes == 1440, !isBehind, !GroundingWords.spanWords.contains(text.word(index - 1)) { return }
        spans.insert(minutes)
    }

    func contains(_ amount: Amount) -> Bool {
        amounts.contains { amount.stands(in: $0) }
            || amount.kind == .duration && spans.contains(amount.value)
            || amount.kind == .number && !amount.isPrice && amount.value >= 1000
                && amount.raw.flatMap { Int64(exactly: $0) }.map { marks.contains(String($0)) } == true
    }

    func has(anyOf list: Set<String>) -> Bool { !words.isDisjoint(with: list) }

    func has(word: String) -> Bool { words.contains(word) || stems.contains(Stemmer.stem(word)) }
}
