package import ArabicText

/// A word of a question and the word of a passage that it met: what an owner sees beside a hit.
package struct MetWords: Sendable, Hashable {
    package enum Relation: String, Sendable {
        /// The same word, in whatever form: "شحنكم" and "الشحن".
        case word
        /// Another word of the same root: "ارجّع" and "استرجاع".
        case root
        /// Another word for the same, by the lexicon: "فلوس" and "المبلغ".
        case meaning
        /// What it may be, in other letters or spelt right: "sha7n" and "الشحن".
        case reading
    }

    package let asked: String
    package let found: String
    package let relation: Relation
}

/// Says which words of a question met which words of a passage. Reads the passage anew: for people, not for the bot's turns.
package enum Explanation {
    package static func words(of question: AnalyzedText, in chunk: KnowledgeChunk) -> [MetWords] {
        let passage = Passage([chunk.title, chunk.heading, chunk.content].joined(separator: "\n"))
        var explained: [MetWords] = []
        let terms = Dictionary(grouping: TextAnalyzer.standard.queryTerms(of: question), by: \.position)
        for (position, token) in question.tokens.enumerated() where !token.isFunctionWord {
            let best = terms[position, default: []].filter { $0.weight >= Double(QueryFeatures.sure) && passage.words[$0.key] != nil }
                .max { $0.strength < $1.strength }
            guard let best, let found = passage.words[best.key] else { continue }
            let relation: MetWords.Relation =
                switch best.kind {
                case .stem: best.text == token.stem ? .word : .reading
                case .root: .root
                case .concept: .meaning
                }
            let met = MetWords(asked: token.token.original(in: question.source), found: found, relation: relation)
            if !explained.contains(met) { explained.append(met) }
        }
        return explained
    }

    /// The passage's words by what they may be met as.
    private struct Passage {
        var words: [IndexTerm.Key: String] = [:]

        init(_ text: String) {
            let tokens = Tokenizer.tokenize(text)
            for term in TextAnalyzer.standard.indexTerms(of: text) where tokens.indices.contains(term.position) {
                if words[term.key] == nil { words[term.key] = tokens[term.position].original(in: text) }
            }
        }
    }
}

extension IndexTerm {
    fileprivate struct Key: Hashable {
        let kind: Kind
        let text: String
    }

    fileprivate var key: Key { Key(kind: kind, text: text) }

    /// A word explains more than its meaning, a meaning more than a root.
    fileprivate var strength: Double {
        switch kind {
        case .stem: weight + 2
        case .concept: weight + 1
        case .root: weight
        }
    }
}

extension Token {
    /// As it stands in the text that it was read from.
    fileprivate func original(in text: String) -> String {
        let bytes = text.utf8
        guard let from = bytes.index(bytes.startIndex, offsetBy: range.lowerBound, limitedBy: bytes.endIndex),
            let to = bytes.index(bytes.startIndex, offsetBy: range.upperBound, limitedBy: bytes.endIndex)
        else { return self.text }
        return String(text[from..<to])
    }
}
