import ArabicText

/// Words whose presence shapes a message, by the hashes of their normalised forms.
enum ShapeWords {
    static let negations = hashes([
        "مش", "مو", "لا", "ما", "مفيش", "مافيش", "لم", "لن", "ليس", "ليست", "بدون", "بلاش", "مليش", "معنديش", "عمري", "not", "no", "never",
        "don't", "dont", "doesn't", "doesnt", "didn't", "didnt", "can't", "cant", "won't", "wont", "isn't", "isnt", "without",
    ])

    static let questions = hashes([
        "ايه", "ازاي", "فين", "امتى", "امتا", "ليه", "مين", "كام", "بكام", "هل", "كيف", "متى", "اين", "لماذا", "ماذا", "كم", "انهي", "هو", "هي",
        "ينفع", "ممكن", "what", "how", "when", "where", "why", "who", "which", "can", "could", "do", "does", "is", "are", "will",
    ])

    private static func hashes(_ words: [String]) -> Set<UInt64> {
        Set(words.map { FeatureHash.of(Normalizer.normalize($0).text) })
    }
}

/// What an emoji says, for emoji that the training sentences don't have.
enum EmojiMood: String, CaseIterable {
    case joy, laughter, love, prayer, anger, sadness, worry, surprise, irony

    static func of(_ scalar: Unicode.Scalar) -> EmojiMood? { moods[scalar.value] }

    private var emoji: String {
        switch self {
        case .joy: "😀😃😄😁😆😊🙂😍🥰😘😻🤩🥳🎉🎊💃🕺👏🔥✨💯😎🤗😋👌💪🌟⭐👍😇🙌🎁🎂🏆🚀"
        case .laughter: "😂🤣😅😹😜😝"
        case .love: "❤💕💖💗💓💞💙💚💛🧡💜🖤🤍🌹💐🌷🌸🌺😌🫶"
        case .prayer: "🙏🤲"
        case .anger: "😡😠🤬👿😤💢🖕👎🤮🤢😾💩"
        case .sadness: "😢😭😔😞💔😥😓☹🙁😿🥲😪😩😫"
        case .worry: "😟😰😨😧😦😬🥺🆘⚠🤕🤒😖😣"
        case .surprise: "😱😳🤯😮😲😯🙀👀🤨❗❓⁉‼🫢"
        case .irony: "🙄😏😒🤡🙃🤦🤷😑😐🤔"
        }
    }

    private static let moods: [UInt32: EmojiMood] = {
        var moods: [UInt32: EmojiMood] = [:]
        for mood in allCases { for scalar in mood.emoji.unicodeScalars { moods[scalar.value] = mood } }
        return moods
    }()
}
