import ArabicText

extension ArabicLigatures {
    /// By the sentences that the classifiers were trained with, and a few words that decide often.
    static func commonness(_ word: String) -> Float {
        if let known = decided[word] { return known }
        guard let token = TextAnalyzer.standard.analyze(word).tokens.first else { return 0 }
        return 1 - WordImportance.standard.ofStem(token.readings.first?.stem ?? token.stem)
    }

    /// Written with `لا` more often than their letters' other order is.
    private static let decided: [String: Float] = Dictionary(
        [
            "لا", "إلا", "الا", "ولا", "بلا", "فلا", "لأن", "لان", "لأنه", "خلال", "سلام", "السلام", "سلامة", "كلام", "بلاش", "خلاص", "لازم", "أولا",
            "مثلا",
            "فعلا", "أهلا", "أصلا", "حلال", "علاج", "ملابس", "عملاء", "ثلاثة", "ثلاث", "ثلاجة", "استلام", "استعلام", "إعلان", "اعلان", "علاقة",
            "علامة",
            "صلاحية", "بلاد", "طلاب", "غلاف", "دولار", "إغلاق", "كيلومترات", "سلالم", "ولاية", "لاحقا", "حلاوة", "لانش", "شلال", "طلاق", "انطلاق",
            "اطلاع",
        ].map { ($0, 2) }, uniquingKeysWith: { first, _ in first })
}
