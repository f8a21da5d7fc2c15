/// A passage before it is stored.
package struct ChunkDraft: Sendable, Hashable {
    /// The path of headings above it (`سياسة الشحن › المدة`); of a pair its question.
    package let heading: String
    package let content: String
    /// Of a question/answer pair, word for word.
    package let answer: String?

    package init(heading: String, content: String, answer: String? = nil) {
        self.heading = heading
        self.content = content
        self.answer = answer
    }
}

/// Cuts a text into the passages that are searched and cited, where its author would cut it: at headings, between
/// paragraphs, and only when one is too long between lines, sentences and at last words. Pure: a preview is the same call.
/// Lengths are counted in Unicode scalars.
package struct Chunker: Sendable {
    /// Neighbouring paragraphs share a passage up to this length.
    package let target: Int
    /// No passage of running text is longer. (A pair stays whole: its answer is given word for word.)
    package let limit: Int

    package init(target: Int = 900, limit: Int = 1400) {
        self.target = target
        self.limit = limit
    }

    package func chunks(of content: KnowledgeContent, title: String) -> [ChunkDraft] {
        switch content {
        case .text(let text): passages(of: text, title: title)
        case .faq(let pairs):
            pairs.filter { !$0.question.isEmpty || !$0.answer.isEmpty }.map { pair in
                ChunkDraft(
                    heading: pair.question,
                    content: ([pair.question] + pair.also + [pair.answer]).joined(separator: "\n"),
                    answer: pair.answer
                )
            }
        }
    }

    /// Trimmed, none empty; line breaks end a sentence too.
    package static func sentences(of text: String) -> [String] {
        let scalars = TextOutline.scalars(of: text)
        return Sentences.ranges(in: scalars, 0..<scalars.count).map { scalars.text($0) }.filter { !$0.isEmpty }
    }

    private func passages(of text: String, title: String) -> [ChunkDraft] {
        let outline = TextOutline(text)
        let title = title.trimmed
        var chunks: [ChunkDraft] = []
        for section in outline.sections {
            // A first heading that repeats the title says nothing more.
            let path = section.path.first == title ? section.path.dropFirst() : section.path[...]
            let heading = path.joined(separator: " › ")
            func emit(_ range: Range<Int>, after lead: Range<Int>? = nil) {
                let content = outline.scalars.text(range)
                if content.isEmpty { return }
                let start = lead.map { outline.scalars.text($0) + "\n" } ?? ""
                chunks.append(ChunkDraft(heading: heading, content: start + content))
            }

            var open: Range<Int>?
            for block in section.blocks {
                if let start = open?.lowerBound, block.range.upperBound - start <= target {
                    open = start..<block.range.upperBound
                    continue
                }
                if let open { emit(open) }
                open = nil
                if block.range.count <= limit {
                    open = block.range
                } else {
                    for piece in pieces(of: block, in: outline.scalars) { emit(piece.range, after: piece.lead) }
                }
            }
            if let open { emit(open) }
            // A heading with nothing below it is a line of text after all.
            if section.isBare, let last = section.path.last {
                chunks.append(ChunkDraft(heading: path.dropLast().joined(separator: " › "), content: last))
            }
        }
        return chunks
    }

    // MARK: blocks that are too long

    private func pieces(of block: TextBlock, in scalars: [Unicode.Scalar]) -> [(range: Range<Int>, lead: Range<Int>?)] {
        guard let lines = block.lines else {
            let units = Sentences.ranges(in: scalars, block.range).flatMap { broken($0, in: scalars, longest: limit) }
            return packed(units, into: target, overlapping: true).map { ($0, nil) }
        }
        // Each further passage of a list or a table begins with its lead-in line again.
        let lead = block.lead.flatMap { $0.count <= target / 4 ? $0 : nil }
        let leadLength = lead.map { $0.count + 1 } ?? 0
        let units = ([block.lead].compactMap { $0 } + lines).flatMap { line in
            line.count <= limit - leadLength
                ? [line] : Sentences.ranges(in: scalars, line).flatMap { broken($0, in: scalars, longest: limit - leadLength) }
        }
        let packed = packed(units, into: target - leadLength, overlapping: false)
        return packed.enumerated().map { ($0.element, $0.offset == 0 ? nil : lead) }
    }

    /// Neighbouring units joined up to `room`; what alone is longer stands alone. With `overlapping` a passage begins with
    /// the last sentence of the one before, so that a "therefore" keeps its reason.
    private func packed(_ units: [Range<Int>], into room: Int, overlapping: Bool) -> [Range<Int>] {
        var passages: [Range<Int>] = []
        for (index, unit) in units.enumerated() {
            guard let last = passages.last else {
                passages.append(unit)
                continue
            }
            if unit.upperBound - last.lowerBound <= room {
                passages[passages.count - 1] = last.lowerBound..<unit.upperBound
            } else if overlapping, units[index - 1].lowerBound > last.lowerBound, unit.upperBound - units[index - 1].lowerBound <= room {
                passages.append(units[index - 1].lowerBound..<unit.upperBound)
            } else {
                passages.append(unit)
            }
        }
        return passages
    }

    /// A sentence beyond `longest`, cut between words near the target; a word beyond it, between graphemes.
    private func broken(_ range: Range<Int>, in scalars: [Unicode.Scalar], longest: Int) -> [Range<Int>] {
        if range.count <= longest { return [range] }
        let wanted = min(target, longest)
        var pieces: [Range<Int>] = []
        var start = range.lowerBound
        while range.upperBound - start > wanted {
            let isGap = { (cut: Int) in scalars[cut - 1].isGap && !scalars[cut].joinsPrevious }
            let last = min(start + longest, range.upperBound - 1)
            let cut = (start + 1...start + wanted).last { isGap($0) } ?? (start + wanted...last).first { isGap($0) }
            if cut == nil, range.upperBound - start <= longest { break }
            let end = cut ?? Self.graphemeEnd(in: scalars, from: start, wanted: wanted, longest: min(longest, range.upperBound - start))
            pieces.append(start..<end)
            start = end
        }
        if start < range.upperBound { pieces.append(start..<range.upperBound) }
        return pieces
    }

    private static func graphemeEnd(in scalars: [Unicode.Scalar], from start: Int, wanted: Int, longest: Int) -> Int {
        var end = start
        for character in String(String.UnicodeScalarView(scalars[start..<start + longest])) {
            let next = end + character.unicodeScalars.count
            if next - start > wanted && end > start { break }
            end = next
        }
        return end
    }
}

extension [Unicode.Scalar] {
    /// The range as trimmed text.
    func text(_ range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        view.reserveCapacity(range.count * 2)
        view.append(contentsOf: self[range])
        return String(view).trimmed
    }
}

extension Unicode.Scalar {
    /// White space where a text may be cut; a no-break space holds a number and its unit together.
    var isGap: Bool { value < 0x80 ? value == 0x20 || (0x09...0x0D).contains(value) : properties.isWhitespace && value != 0xA0 && value != 0x202F }

    /// Belongs to the character before it: marks, joiners, skin tones.
    var joinsPrevious: Bool {
        guard value >= 0x300 else { return false }
        return properties.isGraphemeExtend || properties.generalCategory == .spacingMark || properties.isEmojiModifier || value == 0x200D
    }
}
