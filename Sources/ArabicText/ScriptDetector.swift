/// Tells script and language of a message and of each of its tokens.
public enum ScriptDetector {
    public static func detect(_ text: String) -> Detection { detect(Tokenizer.tokenize(text)) }

    public static func detect(_ tokens: [Token]) -> Detection {
        let latin = LatinDecision(tokens)
        let arabic = ArabicDecision(tokens)
        var others = 0
        var languages: [Language] = []
        languages.reserveCapacity(tokens.count)
        for (index, token) in tokens.enumerated() {
            switch (token.kind, token.script) {
            case (.word, .arabic): languages.append(arabic.language)
            case (.word, .latin), (.word, .arabizi): languages.append(latin.languages[index] ?? .other)
            case (.word, .other):
                others += 1
                languages.append(.other)
            default: languages.append(.other)
            }
        }
        let (script, language, confidence) = decide(arabic, latin, others: others)
        return Detection(script: script, language: language, confidence: confidence, tokenLanguages: languages)
    }

    private static func decide(_ arabic: ArabicDecision, _ latin: LatinDecision, others: Int) -> (Script, Language, Double) {
        let latinCount = latin.arabizi + latin.english
        if others > arabic.count + latinCount { return (.other, .other, 0.9) }
        if arabic.count == 0 {
            guard latinCount > 0 else { return (.other, .other, 1) }
            return (latin.language == .english ? .latin : .arabizi, latin.language, latin.confidence)
        }
        guard latinCount > 0 else { return (.arabic, arabic.language, arabic.confidence) }
        // The language whose sentence it is: names and loan words of the other do not count.
        if latin.grammar >= 2 && latin.grammar > arabic.count { return (.mixed, .mixed, 0.6) }
        return (.mixed, arabic.count * 5 >= latinCount ? arabic.language : latin.language, arabic.confidence * 0.9)
    }
}

/// Egyptian or standard, over all Arabic words.
private struct ArabicDecision {
    var count = 0
    var language = Language.egyptian
    var confidence = 0.5

    init(_ tokens: [Token]) {
        var egyptian = 0.0
        var standard = 0.0
        var previous = ""
        for token in tokens where token.script == .arabic && token.kind == .word {
            count += 1
            // ما هي، ما المدة: "what is" of the standard language.
            if previous == "ما", token.text == "هي" || token.text == "هو" || token.text.hasPrefix("ال") { standard += 1.5 }
            if previous == "ولا", token.text == "لا" { egyptian += 1 }
            if previous == "لو", token.text == "سمحت" { egyptian += 0.8 }
            previous = token.text
            guard token.text.utf8.count < 64 else { continue }
            let score = ArabicEvidence.score(token.text.letters)
            if score > 0 { egyptian += score } else { standard -= score }
        }
        // Six words of the dialect without one sign of it are rare.
        if egyptian == 0 && standard == 0 && count > 5 { standard = 0.5 }
        // One dialect word among standard ones makes the sentence dialect more surely than the reverse.
        egyptian *= 1.3
        if egyptian == standard { return }
        language = egyptian > standard ? .egyptian : .msa
        confidence = min(0.98, 0.5 + max(egyptian, standard) / (egyptian + standard + 0.6) * 0.5)
    }
}

/// English or Arabizi: clear words decide, the open ones follow them.
private struct LatinDecision {
    var arabizi = 0
    var english = 0
    /// Grammar words of English.
    var grammar = 0
    var language = Language.english
    var confidence = 0.5
    var languages: [Int: Language] = [:]

    init(_ tokens: [Token]) {
        var scores: [(index: Int, score: Double)] = []
        var arabiziWeight = 0.0
        var englishWeight = 0.0
        for (index, token) in tokens.enumerated() where token.kind == .word && (token.script == .latin || token.script == .arabizi) {
            let score = LatinEvidence.score(token)
            scores.append((index, score))
            if score > 0 { arabiziWeight += score } else { englishWeight -= score }
            if score == -1.5 { grammar += 1 }
        }
        guard !scores.isEmpty else { return }
        // English nouns stand in Arabizi sentences all the time, English grammar seldom.
        let grammarWeight = Double(grammar) * 0.8
        let isArabizi = arabiziWeight > 0 && arabiziWeight >= min(englishWeight * 0.45 + grammarWeight, englishWeight)
        let isMixed = isArabizi && grammar >= 3 && arabiziWeight < englishWeight
        language = isMixed ? .mixed : isArabizi ? .arabizi : .english
        confidence = min(0.98, 0.5 + abs(arabiziWeight - englishWeight) / (arabiziWeight + englishWeight + 0.6) * 0.5)
        for (index, score) in scores {
            // A word of which only the spelling speaks follows the message.
            let isWordArabizi = abs(score) <= LatinEvidence.spellingLimit ? isArabizi : score > 0
            languages[index] = isWordArabizi ? .arabizi : .english
            if isWordArabizi { arabizi += 1 } else { english += 1 }
        }
    }
}
