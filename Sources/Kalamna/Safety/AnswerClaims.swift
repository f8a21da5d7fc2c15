import ArabicText

/// Promises without a number: free, guaranteed, in instalments. Each must be spoken of in the sources, and not only to deny it.
struct AnswerClaims {
    typealias Finding = GroundingCheck.Finding

    let check: GroundingCheck
    let text: ReadText

    func findings() -> [Finding] {
        var seen: Set<Int> = []
        var findings: [Finding] = []
        for place in text.tokens.indices where text.tokens[place].kind == .word {
            for claim in Claim.all(at: place, in: text) where seen.insert(claim).inserted {
                // What the bot asks or denies, it does not promise.
                if Claim.isDenied(at: place, in: text) || text.questions.contains(text.sentences[place]) || doesNotKnow(place) { continue }
                let isPromised = Claim.canBeDenied(claim) ? check.business.claims.contains(claim) : check.business.mentionedClaims.contains(claim)
                let isOfAnother =
                    Claim.isOfOneThing(claim)
                    && Claim.subjects(around: place, in: text).isDisjoint(with: check.business.subjects[claim] ?? [])
                if !isPromised || isOfAnother { findings.append(Finding(kind: .claim, text: text.source(text.tokens[place].range))) }
            }
        }
        return findings
    }

    private static let unsure = GroundingWords.folded(
        "معلومة معلومات متأكد متأكدة عارف عارفة أسأل اسألك هتأكد أتأكد نتأكد بتسأل سؤالك استفسارك information asking")

    private func doesNotKnow(_ place: Int) -> Bool { text.hasSentence(of: place, Self.unsure) }
}
