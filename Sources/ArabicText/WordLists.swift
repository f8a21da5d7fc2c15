internal import CArabicData

/// The word files compiled into the binary.
enum WordFile {
    case verbs, nouns, function, arabizi, english, englishFunction, egyptian, standard

    /// The words of each line, lines with `#` and empty ones left out.
    var lines: [[Substring]] {
        text.split(separator: "\n").lazy
            .filter { !$0.hasPrefix("#") }
            .map { $0.split(whereSeparator: { $0 == " " || $0 == "\t" }) }
            .filter { !$0.isEmpty }
    }

    private var text: String {
        switch self {
        case .verbs: String(arabic_verbs())
        case .nouns: String(arabic_nouns())
        case .function: String(arabic_function_words())
        case .arabizi: String(arabic_arabizi_words())
        case .english: String(arabic_english_words())
        case .englishFunction: String(arabic_english_function_words())
        case .egyptian: String(arabic_egyptian_markers())
        case .standard: String(arabic_standard_markers())
        }
    }
}

extension String {
    init(_ file: ArabicDataFile) {
        self = String(decoding: UnsafeBufferPointer(start: file.bytes, count: file.length), as: UTF8.self)
    }
}

extension String {
    /// Folded and without elongation, as the text of a token.
    var normalizedWord: String {
        String(letters: Elongation.collapse(FoldedText(self).scalars[...]).0)
    }
}
