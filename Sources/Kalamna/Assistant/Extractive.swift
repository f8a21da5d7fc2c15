import ArabicText

/// The built-in assistant: no model, no network. It returns the business's own words: the answer of a question/answer
/// pair as it stands, or the sentences of a passage that the question is about.
enum Extractive {
    /// As stored with each answer, so that it can be compared with models.
    static let name = "extractive-1"

    /// A passage up to this length is given whole: cutting it would lose conditions that matter.
    private static let short = 420
    private static let longest = 600

    static func answer(to question: AnalyzedText, from chunk: KnowledgeChunk) -> String {
        if let answer = chunk.answer { return answer }
        if chunk.content.unicodeScalars.count <= short { return chunk.content }
        return excerpt(of: chunk.content, for: question)
    }

    /// The best run of neighbouring sentences that fits, in their own order.
    private static func excerpt(of text: String, for question: AnalyzedText) -> String {
        let sentences = Chunker.sentences(of: text)
        guard sentences.count > 1 else { return String(text.unicodeScalars.prefix(longest)) }
        let wanted = Set(QueryFeatures(question).words.flatMap { $0.variants.map(\.term) })
        let values = sentences.map { sentence in Double(Set(IndexedText(sentence).terms).intersection(wanted).count) }
        var (from, to) = (0, 0)
        if let best = values.indices.max(by: { values[$0] < values[$1] }) { (from, to) = (best, best) }
        var length = sentences[from].unicodeScalars.count
        while true {
            let before = from > 0 ? values[from - 1] : -1
            let after = to + 1 < sentences.count ? values[to + 1] + 0.5 : -1  // what follows explains more often than what precedes
            guard max(before, after) >= 0 else { break }
            let next = after >= before ? to + 1 : from - 1
            let added = sentences[next].unicodeScalars.count + 1
            guard length + added <= longest else { break }
            length += added
            if next > to { to = next } else { from = next }
        }
        return sentences[from...to].joined(separator: " ").trimmed
    }
}
