/// A text folded for matching, with the way back to the source.
public struct NormalizedText: Sendable, Hashable {
    public let text: String
    /// For each UTF-8 byte of `text` the UTF-8 offset in the source of the character it came from; last the source's length.
    private let offsets: [Int32]

    init(text: String, offsets: [Int32]) {
        self.text = text
        self.offsets = offsets
    }

    /// The UTF-8 range in the source that became this UTF-8 range of `text`; diacritics behind a letter belong to it.
    public func sourceRange(of range: Range<Int>) -> Range<Int> {
        let lower = min(max(range.lowerBound, 0), offsets.count - 1)
        let upper = min(max(range.upperBound, lower), offsets.count - 1)
        return Int(offsets[lower])..<Int(offsets[upper])
    }
}

/// Folds texts for matching, never for display.
public enum Normalizer {
    /// Letter forms, diacritics, digits, case, accents, invisible controls and elongation folded; blanks and punctuation kept.
    public static func normalize(_ text: String) -> NormalizedText {
        let folded = FoldedText(text)
        return normalize(folded, TokenScanner.spans(in: folded.scalars))
    }

    static func normalize(_ folded: FoldedText, _ spans: [TokenSpan]) -> NormalizedText {
        var bytes: [UInt8] = []
        var offsets: [Int32] = []
        bytes.reserveCapacity(folded.scalars.count * 2)
        offsets.reserveCapacity(folded.scalars.count * 2 + 1)
        func append(_ scalar: Unicode.Scalar, at index: Int) {
            for byte in UTF8.encode(scalar)! {
                bytes.append(byte)
                offsets.append(Int32(clamping: folded.offsets[index]))
            }
        }
        var index = 0
        for span in spans {
            while index < span.range.lowerBound {
                append(folded.scalars[index], at: index)
                index += 1
            }
            let isWord = span.kind == .word
            while index < span.range.upperBound {
                let scalar = folded.scalars[index]
                var end = index + 1
                while end < span.range.upperBound, folded.scalars[end] == scalar { end += 1 }
                let run = end - index
                let kept = isWord && !scalar.isDigit && (run > 2 || scalar == "ا") ? 1 : run
                for _ in 0..<kept { append(scalar, at: index) }
                index = end
            }
        }
        while index < folded.scalars.count {
            append(folded.scalars[index], at: index)
            index += 1
        }
        offsets.append(Int32(clamping: folded.offsets.last ?? 0))
        return NormalizedText(text: String(decoding: bytes, as: UTF8.self), offsets: offsets)
    }
}
