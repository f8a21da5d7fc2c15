import ArabicText

/// The names of an answer (brands, branches, streets, places, people) that its sources don't have.
struct AnswerNames {
    typealias Finding = GroundingCheck.Finding

    let check: GroundingCheck
    let text: ReadText

    func findings() -> [Finding] { latin() + behindWords() + places() + brands() }

    private func finding(_ kind: Finding.Kind, _ index: Int) -> Finding { Finding(kind: kind, text: text.source(text.tokens[index].range)) }

    /// In the business's texts, in some form or script: `فيزا` and `Visa` have one skeleton.
    private func isKnown(_ word: String, to facts: SourceFacts) -> Bool {
        if facts.has(word: word) { return true }
        let bare = GroundingWords.withoutArticle(word)
        if facts.has(word: bare) { return true }
        let skeleton = Stemmer.skeleton(bare)
        return skeleton.utf8.count > 1 && facts.skeletons.contains(skeleton)
    }

    // MARK: Latin words

    private func latin() -> [Finding] {
        let words = text.tokens.indices.filter {
            text.tokens[$0].kind == .word && text.tokens[$0].script != .arabic && text.tokens[$0].script != .other
        }
        let arabic = text.tokens.count { $0.kind == .word && $0.script == .arabic }
        let isEnglish = words.count > arabic
        var findings: [Finding] = []
        for index in words {
            let word = text.word(index)
            if GroundingWords.ordinaryLatin.contains(word) || isKnown(word, to: check.business) || isUnit(index) { continue }
            if isEnglish {
                // In English only capital letters inside a sentence show a name.
                let written = text.source(text.tokens[index].range)
                guard let first = written.unicodeScalars.first, first.properties.isUppercase, written != "I" else { continue }
                let begins = index == 0 || text.sentences[index] != text.sentences[index - 1] || text.lineStarts.contains(index)
                if begins || OpeningTimes.days(at: index, in: text) != nil || isPartOfQuantity(index) { continue }
            } else if word.utf8.count < 2 || Stemmer.isFunctionWord(word) || isPartOfQuantity(index) {
                continue
            }
            if isKnown(word, to: check.customer) { continue }
            if let place = GroundingWords.englishPlaces[word], check.business.places.contains(place) { continue }
            findings.append(finding(.name, index))
        }
        return findings
    }

    private func isUnit(_ index: Int) -> Bool { index > 0 && text.tokens[index - 1].kind == .number && isPartOfQuantity(index) }

    private func isPartOfQuantity(_ index: Int) -> Bool { text.quantities.contains { $0.range.overlaps(text.tokens[index].range) } }

    // MARK: Arabic words

    private func behindWords() -> [Finding] {
        var findings: [Finding] = []
        for index in text.tokens.indices
        where text.tokens[index].kind == .word && (GroundingWords.beforeNames.contains(text.word(index)) || isTitle(index)) {
            let next = index + 1
            guard next < text.tokens.count, text.isAdjacent(next) || isTitle(index), text.tokens[next].kind == .word,
                text.tokens[next].script == .arabic
            else { continue }
            let word = text.word(next)
            if GroundingWords.noNames.contains(word) || GroundingWords.beforeNames.contains(word) || Stemmer.isFunctionWord(word)
                || isPartOfQuantity(next)
            {
                continue
            }
            if check.business.has(word: word) || check.business.has(word: GroundingWords.withoutArticle(word)) { continue }
            // The customer's word for where they live is theirs; a branch there would be ours.
            if isKnown(word, to: check.customer), !GroundingWords.asBranch.contains(text.word(index)) || text.isDenied(next) || asks(next) {
                continue
            }
            findings.append(finding(.name, next))
        }
        return findings
    }

    /// `د. هالة`.
    private func isTitle(_ index: Int) -> Bool {
        guard index + 1 < text.tokens.count, GroundingWords.shortTitles.contains(text.word(index)) else { return false }
        return text.source(text.tokens[index].range.upperBound..<text.tokens[index + 1].range.lowerBound).hasPrefix(".")
    }

    private func asks(_ index: Int) -> Bool { text.questions.contains(text.sentences[index]) }

    private func places() -> [Finding] {
        var findings: [Finding] = []
        for index in text.tokens.indices where text.tokens[index].kind == .word && text.tokens[index].script == .arabic {
            guard let place = Self.place(at: index, in: text), !isNamed(place.name, in: check.business), !text.isDenied(index), !asks(index) else {
                continue
            }
            if isNamed(place.name, in: check.customer) {
                if !text.hasSentence(of: index, GroundingWords.asBranch.union(GroundingWords.delivering)) { continue }
                let delivers = !text.hasSentence(of: index, GroundingWords.asBranch)
                if delivers, servesAll || isNamed(place.province, in: check.business) { continue }
            }
            findings.append(finding(.place, index))
        }
        return findings
    }

    static func place(at index: Int, in text: ReadText) -> (name: String, province: String)? {
        let word = text.word(index)
        for written in [word, bare(word)] {
            let one = written == word ? text.bares[index] : GroundingWords.withoutArticle(written)
            if GroundingWords.placeBeginnings.contains(one), text.isAdjacent(index + 1) {
                let two = one + " " + text.bares[index + 1]
                if let province = GroundingWords.places[two] { return (two, province) }
            }
            // `مهندسين` are engineers, `المهندسين` a district.
            if let province = GroundingWords.places[one], one != written || !GroundingWords.unsurePlaces.contains(one) { return (one, province) }
            if written == bare(word) { break }
        }
        return nil
    }

    /// `لأسيوط`, `وطنطا`, `بالجيزة`.
    private static func bare(_ word: String) -> String {
        guard word.utf8.count > 7, let first = word.first, "ولبف".contains(first) else { return word }
        return String(word.dropFirst())
    }

    private func isNamed(_ place: String, in facts: SourceFacts) -> Bool {
        facts.places.contains(place)
    }

    /// `كل المحافظات`, `جميع أنحاء الجمهورية`.
    private var servesAll: Bool {
        check.business.texts.contains { source in
            source.tokens.indices.contains {
                ["كل", "لكل", "جميع", "لجميع", "اي", "لاي", "باقي", "لباقي"].contains(source.word($0)) && Self.all.contains(source.word($0 + 1))
            }
        }
    }

    private static let all = GroundingWords.folded("المحافظات محافظات محافظة مصر أنحاء الجمهورية مكان حتة مدن")

    private func brands() -> [Finding] {
        text.tokens.indices.compactMap { index in
            guard text.tokens[index].script == .arabic else { return nil }
            let word = text.bares[index]
            guard GroundingWords.brands.contains(word) || GroundingWords.brands.contains(Self.bare(word)), !isKnown(word, to: check.business),
                !isKnown(Self.bare(word), to: check.business), !text.isDenied(index), !asks(index)
            else { return nil }
            return finding(.name, index)
        }
    }
}
