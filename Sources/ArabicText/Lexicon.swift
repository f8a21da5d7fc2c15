internal import CArabicData

/// Concepts of customer life and the words for them in Egyptian, standard Arabic and English: `بكام`, `السعر` and `price` meet in `price`.
public struct Lexicon: Sendable {
    /// The lexicon that is compiled into the program.
    public static let embedded: Lexicon = {
        var sources: [String] = []
        while true {
            let file = arabic_lexicon_file(sources.count)
            if file.bytes == nil { break }
            sources.append(String(file))
        }
        return Lexicon(sources)
    }()

    public struct Match: Sendable, Hashable {
        public let concept: String
        /// 0…1: of the form in the lexicon, times how sure the reading of an Arabizi word is.
        public let weight: Double
        /// Token indices.
        public let tokens: Range<Int>
    }

    public struct Expansion: Sendable, Hashable {
        /// A stem.
        public let term: String
        public let weight: Double
        public let concept: String
    }

    private struct Form {
        let concept: Int32
        let weight: Float
        /// Hash of the words as they are listed.
        let exact: UInt64
    }

    private struct Concept {
        let name: String
        /// Stems of the forms of one word.
        var terms: [String] = []
    }

    private var concepts: [Concept] = []
    private var numbers: [String: Int32] = [:]
    /// Forms by the hash of their stems.
    private var forms: [UInt64: [Form]] = [:]
    /// Hashes of the beginnings of longer forms.
    private var beginnings: Set<UInt64> = []
    /// All Arabic and Latin words of the forms.
    private(set) var words: [String] = []

    /// - Parameter sources: texts with a line for each concept: `concept_id <tab> weight <tab> form | form | …`; `#` starts a comment.
    ///   A line that is not of this form is left out. Lines with one concept id are one concept.
    public init(_ sources: [String]) {
        var seen: Set<String> = []
        for source in sources {
            for line in source.split(whereSeparator: \.isNewline) where line.first != "#" {
                let fields = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
                guard fields.count == 3, let weight = Float(fields[1]), weight > 0, weight <= 1, !fields[0].isEmpty else { continue }
                let number = number(of: String(fields[0]))
                for form in fields[2].split(separator: "|") { add(form, number, weight, &seen) }
            }
        }
    }

    public static let empty = Lexicon([])

    public var conceptCount: Int { concepts.count }

    private mutating func number(of concept: String) -> Int32 {
        if let number = numbers[concept] { return number }
        concepts.append(Concept(name: concept))
        numbers[concept] = Int32(concepts.count - 1)
        return Int32(concepts.count - 1)
    }

    private mutating func add(_ text: Substring, _ concept: Int32, _ weight: Float, _ seen: inout Set<String>) {
        let tokens = Tokenizer.tokenize(String(text)).filter { $0.kind != .emoji }
        guard (1...Self.longestForm).contains(tokens.count) else { return }
        var hash = Self.start
        var exact = Self.start
        for (index, token) in tokens.enumerated() {
            if index > 0 { beginnings.insert(hash) }
            let stem = token.kind == .word ? Stemmer.stem(token.text) : token.text
            hash = Self.hash(stem, after: hash)
            exact = Self.hash(token.text, after: exact)
            if token.kind == .word, seen.insert(token.text).inserted { words.append(token.text) }
            if tokens.count == 1, !concepts[Int(concept)].terms.contains(stem) { concepts[Int(concept)].terms.append(stem) }
        }
        forms[hash, default: []].append(Form(concept: concept, weight: weight, exact: exact))
    }

    // MARK: Matching

    /// The concepts of a text, each with the words that named it; the longest form at each word first.
    public func matches(in tokens: [AnalyzedToken]) -> [Match] {
        var found: [Match] = []
        for start in tokens.indices {
            var here: [Match] = []
            walk(tokens, State(tokens: start..<start), &here)
            here.sort { ($0.tokens.count, $0.weight) > ($1.tokens.count, $1.weight) }
            for match in here where !Self.isNamed(match, in: found) { found.append(match) }
        }
        return found
    }

    /// Whether overlapping words named the concept already, as surely.
    private static func isNamed(_ match: Match, in found: [Match]) -> Bool {
        for earlier in found.reversed() {
            if earlier.tokens.lowerBound + longestForm + 2 < match.tokens.lowerBound { return false }
            if earlier.concept == match.concept, earlier.tokens.overlaps(match.tokens), earlier.weight >= match.weight { return true }
        }
        return false
    }

    /// Where a form may go on: what was read of it so far.
    private struct State {
        var tokens: Range<Int>
        var stems = Lexicon.start
        var exact = Lexicon.start
        var certainty = 1.0
        /// Whether the words so far show a subject: longer than two letters, not only grammar.
        var hasSubject = false
    }

    private func walk(_ tokens: [AnalyzedToken], _ state: State, _ found: inout [Match]) {
        guard state.tokens.upperBound < tokens.count, state.tokens.count < Self.longestForm + 2 else { return }
        let token = tokens[state.tokens.upperBound]
        var next = state
        next.tokens = state.tokens.lowerBound..<(state.tokens.upperBound + 1)
        // `el order`: the article stands alone in Arabizi.
        if !state.tokens.isEmpty, token.readings.first?.word == "ال" { walk(tokens, next, &found) }
        // `men` of an Arabizi sentence is من, and hardly men.
        let isOtherWord = token.language == .arabizi && token.readings.first?.weight == 1
        step(tokens, next, text: token.text, stem: token.stem, certainty: isOtherWord ? 0.4 : 1, &found)
        for reading in token.readings.prefix(3) where reading.word != token.text {
            step(tokens, next, text: reading.word, stem: reading.stem, certainty: reading.weight, &found)
        }
    }

    private func step(
        _ tokens: [AnalyzedToken], _ state: State, text: String, stem: String, certainty: Double, _ found: inout [Match]
    ) {
        var state = state
        state.stems = Self.hash(stem, after: state.stems)
        guard let forms = forms[state.stems] ?? (beginnings.contains(state.stems) ? [] : nil) else { return }
        state.exact = Self.hash(text, after: state.exact)
        state.certainty *= certainty
        state.hasSubject = state.hasSubject || (stem.utf8.count > 4 && !Stemmer.isFunctionWord(text))
        var best: [Int32: Double] = [:]
        for form in forms {
            let isExact = form.exact == state.exact
            guard isExact || state.hasSubject else { continue }
            let weight = Double(form.weight) * state.certainty * (isExact ? 1 : 0.9)
            if weight > best[form.concept, default: 0] { best[form.concept] = weight }
        }
        for (concept, weight) in best.sorted(by: { ($0.value, $1.key) > ($1.value, $0.key) }) {
            found.append(Match(concept: concepts[Int(concept)].name, weight: weight, tokens: state.tokens))
        }
        if beginnings.contains(state.stems) { walk(tokens, state, &found) }
    }

    /// The other words for what a text is about, for indexes that know words only.
    public func expansions(of tokens: [AnalyzedToken]) -> [Expansion] {
        var weights: [String: Expansion] = [:]
        let own = Set(tokens.map(\.stem))
        for match in matches(in: tokens) {
            guard let number = numbers[match.concept] else { continue }
            for term in concepts[Int(number)].terms where !own.contains(term) && match.weight > weights[term]?.weight ?? 0 {
                weights[term] = Expansion(term: term, weight: match.weight, concept: match.concept)
            }
        }
        return weights.values.sorted { ($0.weight, $1.term) > ($1.weight, $0.term) }
    }

    // MARK: Hashing

    private static let longestForm = 6
    private static let start: UInt64 = 0xCBF2_9CE4_8422_2325

    /// FNV-1a, a blank behind each stem.
    private static func hash(_ stem: String, after start: UInt64) -> UInt64 {
        var hash = start
        for byte in stem.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return (hash ^ 0x20) &* 0x100_0000_01B3
    }
}
