import ArabicText

/// A text as the grounding check reads it: tokens, the clause and sentence of each, and its quantities.
struct ReadText: Sendable {
    let tokens: [Token]
    let quantities: [Quantity]
    /// Of each token.
    let clauses: [Int]
    let sentences: [Int]
    /// Sentences that ask.
    let questions: Set<Int>
    /// Tokens before which a line begins.
    let lineStarts: Set<Int>
    /// Of each token the text without its article.
    let bares: [String]
    private let bytes: [UInt8]

    /// - Parameter reading: what an Arabizi word reads, by its place; only customers write such words.
    init(_ text: String, readsArabizi: Bool = false) {
        let text = Self.separated(text)
        bytes = Array(text.utf8)
        if readsArabizi, text.utf8.contains(where: { (0x61...0x7A).contains($0 | 0x20) }) {
            let analyzed = Self.analyzer.analyze(text)
            tokens = analyzed.tokens.map { token in
                guard token.language == .arabizi, let reading = token.readings.first else { return token.token }
                return Token(text: reading.word, range: token.range, kind: token.token.kind, script: .arabic)
            }
            quantities = Numbers.extract(from: analyzed)
        } else {
            tokens = Tokenizer.tokenize(text)
            quantities = Numbers.extract(text)
        }
        bares = tokens.map { $0.script == .arabic ? GroundingWords.withoutArticle($0.text) : $0.text }
        var clause = 0
        var sentence = 0
        var clauses: [Int] = []
        var sentences: [Int] = []
        var questions: Set<Int> = []
        var lineStarts: Set<Int> = [0]
        var end = 0
        for (index, token) in tokens.enumerated() {
            let gap = Gap(bytes[min(end, token.range.lowerBound)..<token.range.lowerBound])
            if gap.asks { questions.insert(sentence) }
            if gap.endsSentence { sentence += 1 }
            if gap.endsClause || gap.endsSentence { clause += 1 }
            if gap.endsLine { lineStarts.insert(index) }
            clauses.append(clause)
            sentences.append(sentence)
            end = token.range.upperBound
        }
        if end <= bytes.count, Gap(bytes[end...]).asks { questions.insert(sentence) }
        (self.clauses, self.sentences, self.questions, self.lineStarts) = (clauses, sentences, questions, lineStarts)
    }

    /// `بستين` becomes `ب ستين`: the reader of numbers knows number words only by themselves.
    ///
    /// Links are left out: they are looked at as a whole, and their words are none of the text.
    private static func separated(_ source: String) -> String {
        var text = source
        if source.utf8.contains(0x2E) || source.utf8.contains(0x2F) {
            var scalars = Array(source.unicodeScalars)
            for link in Link.all(in: scalars).reversed() { scalars.replaceSubrange(link.range, with: [" "]) }
            text = String(String.UnicodeScalarView(scalars))
        }
        var places: [Int] = []
        for token in Tokenizer.tokenize(text) where token.script == .arabic && token.text.utf8.count > 5 {
            guard let first = token.text.unicodeScalars.first, first == "ب" || first == "ل" else { continue }
            let rest = token.text.unicodeScalars.dropFirst()
            if GroundingWords.numberWords.contains(String(rest)) { places.append(token.range.lowerBound + 2) }
        }
        guard !places.isEmpty else { return text }
        var bytes = Array(text.utf8)
        for place in places.reversed() { bytes.insert(0x20, at: place) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let analyzer = TextAnalyzer()

    func word(_ index: Int) -> String { tokens.indices.contains(index) ? tokens[index].text : "" }

    func source(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// The tokens that a quantity covers.
    func place(of quantity: Quantity) -> Range<Int> {
        var low = 0
        var high = tokens.count
        while low < high {
            let middle = (low + high) / 2
            if tokens[middle].range.upperBound <= quantity.range.lowerBound { low = middle + 1 } else { high = middle }
        }
        var end = low
        while end < tokens.count, tokens[end].range.lowerBound < quantity.range.upperBound { end += 1 }
        return low..<max(end, min(low + 1, tokens.count))
    }

    /// Whether the token's sentence has one of the words.
    func hasSentence(of index: Int, _ words: Set<String>) -> Bool {
        guard sentences.indices.contains(index) else { return false }
        return tokens.indices.contains { sentences[$0] == sentences[index] && words.contains(tokens[$0].text) }
    }

    /// Whether words stand on either side of the places, with nothing but blanks between.
    func isAdjacent(_ index: Int) -> Bool {
        guard index > 0, index < tokens.count else { return false }
        return bytes[tokens[index - 1].range.upperBound..<tokens[index].range.lowerBound].allSatisfy { $0 == 0x20 }
    }

    /// Whether what stands here is denied: a negation shortly before it in its clause, or a verb with م…ش.
    func isDenied(_ index: Int) -> Bool {
        guard clauses.indices.contains(index) else { return false }
        var place = index
        while place >= 0, index - place < 7, clauses[place] == clauses[index] {
            if isNegation(place) { return true }
            place -= 1
        }
        // `التقسيط مش متاح`, `Cash is not accepted`.
        return (index + 1..<min(index + 4, tokens.count)).contains { clauses[$0] == clauses[index] && isNegation($0) }
    }

    private func isNegation(_ index: Int) -> Bool {
        let word = word(index)
        if GroundingWords.negations.contains(word) {
            // `مفيش مشكلة`, `من غير ما`, `no problem`, `not only` deny nothing.
            return !GroundingWords.afterEmptyNegations.contains(self.word(index + 1))
        }
        return word.count > 4 && word.hasPrefix("م") && word.hasSuffix("ش") && !GroundingWords.notNegated.contains(word)
            && !GroundingWords.afterEmptyNegations.contains(self.word(index + 1))
    }
}

/// What stands between two tokens.
private struct Gap {
    var asks = false
    var endsSentence = false
    var endsClause = false
    var endsLine = false

    init(_ bytes: ArraySlice<UInt8>) {
        var last: UInt8 = 0
        for byte in bytes {
            switch (last, byte) {
            case (_, 0x0A): (endsSentence, endsLine) = (true, true)
            case (_, 0x2E), (_, 0x21): endsSentence = true
            case (_, 0x3F), (0xD8, 0x9F): (asks, endsSentence) = (true, true)
            case (0xD8, 0x9B), (_, 0x3B): endsSentence = true
            case (0xD8, 0x8C), (_, 0x2C), (_, 0x3A), (_, 0x28), (_, 0x29), (_, 0x7C): endsClause = true
            default: break
            }
            last = byte
        }
    }
}
