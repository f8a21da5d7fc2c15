/// The letters that a text is written in.
public enum Script: String, Sendable, Hashable, CaseIterable {
    case arabic, latin, arabizi
    /// Arabic and Latin words side by side (`عايز iphone`).
    case mixed
    case other
}

public enum Language: String, Sendable, Hashable, CaseIterable {
    case egyptian, msa, english, arabizi
    /// Sentences of two languages, neither of which carries the other.
    case mixed
    case other
}

/// What a message is written in.
public struct Detection: Sendable, Hashable {
    public let script: Script
    public let language: Language
    /// 0…1; 0.5 where nothing speaks for Egyptian or for the standard language (`سعر الشحن`).
    public let confidence: Double
    /// For each token its language: `other` for numbers, emoji and addresses.
    public let tokenLanguages: [Language]
}
