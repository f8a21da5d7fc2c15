/// Characters by block, and the sequences that are one to the eye and many to a program.
extension HostileText {
    private static let blocks: [Kind: [ClosedRange<UInt32>]] = [
        .anyScalar: [0...0xD7FF, 0xE000...0x10_FFFF],
        .arabicBlocks: [0x600...0x6FF, 0x600...0x6FF, 0x750...0x77F, 0x870...0x8FF, 0x10EC0...0x10EFF],
        .presentationForms: [0xFB50...0xFDFF, 0xFE70...0xFEFF, 0x1EE00...0x1EEFF],
        .latinBlocks: [0x41...0x7A, 0xC0...0x24F, 0x250...0x2AF, 0x1E00...0x1EFF, 0xFB00...0xFB06, 0xFF21...0xFF5A, 0x1D400...0x1D6A3],
        .otherScripts: [
            0x370...0x3FF, 0x400...0x4FF, 0x590...0x5FF, 0x700...0x74F, 0x7C0...0x7FF, 0x900...0x97F, 0xE00...0xE7F, 0x1100...0x11FF,
            0x3040...0x30FF, 0x4E00...0x4FFF, 0xAC00...0xACFF, 0x10330...0x1034F, 0x1F00...0x1FFF,
        ],
        .nonCharacters: [0xFDD0...0xFDEF, 0xFFFE...0xFFFF, 0x1FFFE...0x1FFFF, 0xEFFFE...0xEFFFF, 0x10_FFFE...0x10_FFFF, 0x61...0x64],
        .privateUse: [0xE000...0xF8FF, 0xF_0000...0xF_00FF, 0x10_0000...0x10_00FF, 0x628...0x62B],
        .punctuationOnly: [
            0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E, 0xA1...0xBF, 0x60C...0x60D, 0x61B...0x61F, 0x66A...0x66D, 0x2010...0x2027,
            0x2030...0x205E, 0x3001...0x3003,
        ],
    ]

    mutating func scalar(of kind: Kind) -> String { scalar(in: pick(Self.blocks[kind] ?? [0x20...0x7E])) }

    private mutating func scalar(in block: ClosedRange<UInt32>) -> String {
        // Surrogates are no scalars; the replacement character is what becomes of them.
        Unicode.Scalar(UInt32.random(in: block, using: &random)).map { String(Character($0)) } ?? "\u{FFFD}"
    }

    private mutating func scalars(in block: ClosedRange<UInt32>, _ counts: ClosedRange<Int>) -> String {
        var text = ""
        for _ in 0..<number(in: counts) { text += scalar(in: block) }
        return text
    }

    mutating func digits() -> String {
        // The zeros of some scripts, of full width and of mathematics.
        let zeros: [UInt32] = [0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xE50, 0x1040, 0xFF10, 0x1D7CE, 0x1D7D8, 0x1FBF0]
        switch number(in: 0...7) {
        case 0: return pick(["٬", "٫", ",", ".", "٪", "%", ":", "/", "-", "+", "−", " ", "'", "e", "x"])
        case 1: return pick(["²", "³", "¹", "½", "¼", "⁷", "₇", "①", "⑳", "Ⅷ", "ⅻ", "〇", "三", "𐹠", "௧", "༳"])
        default:
            let zero = pick(zeros)
            return scalars(in: zero...(zero + 9), 1...5)
        }
    }

    mutating func combiningStack() -> String {
        let marks: [ClosedRange<UInt32>] = [
            0x300...0x36F, 0x64B...0x65F, 0x610...0x61A, 0x6D6...0x6ED, 0x8D3...0x8FF, 0x1AB0...0x1ACE, 0x20D0...0x20F0, 0xFE20...0xFE2F,
            0x591...0x5BD,
        ]
        return letter(of: one(in: 2) ? Alphabet.arabic : Alphabet.latin) + scalars(in: pick(marks), one(in: 8) ? 50...400 : 0...8)
    }

    mutating func emojiSequence() -> String {
        switch number(in: 0...6) {
        case 0: pick(["👨‍👩‍👧‍👦", "👩🏽‍🚒", "🏳️‍🌈", "🧑🏿‍🤝‍🧑🏻", "❤️‍🔥", "👁️‍🗨️"])
        case 1: scalars(in: 0x1F1E6...0x1F1FF, 1...5)
        case 2: letter(of: Alphabet.digits) + "\u{FE0F}\u{20E3}"
        case 3: scalar(in: 0x1F600...0x1F64F) + scalars(in: 0x1F3FB...0x1F3FF, 0...3)
        case 4: scalar(in: 0x1F300...0x1FAFF) + "\u{200D}" + scalar(in: 0x1F300...0x1FAFF) + (one(in: 2) ? "\u{200D}" : "")
        case 5: scalar(in: 0x2600...0x27BF) + (one(in: 2) ? "\u{FE0F}" : "\u{FE0E}")
        default: pick(["😂😂😂", "👍", "™", "©", "ℹ️", "〰️", "㊗️", "#️⃣", "\u{200D}"])
        }
    }

    mutating func bidiControls() -> String {
        switch number(in: 0...5) {
        case 0: scalar(in: 0x202A...0x202E)
        case 1: scalar(in: 0x2066...0x2069)
        case 2:
            pick(["\u{200E}", "\u{200F}", "\u{61C}", "\u{200B}", "\u{200C}", "\u{200D}", "\u{2060}", "\u{FEFF}", "\u{AD}", "\u{FFF9}", "\u{206A}"])
        case 3: letter(of: Alphabet.latin)
        case 4: letter(of: Alphabet.digits)
        default: letter(of: Alphabet.arabic)
        }
    }

    /// Bytes that are no UTF-8, repaired as a decoder repairs them: surrogates, overlong forms, cut ends.
    mutating func brokenBytes() -> String {
        var bytes = Array(sentence().utf8.prefix(number(in: 1...40)))
        let broken: [[UInt8]] = [
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xC0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF], [0xFE], [0x80], [0xD8], [0xE2, 0x80], [0], [0x1B],
        ]
        bytes.insert(contentsOf: pick(broken), at: number(in: 0...bytes.count))
        return String(decoding: bytes, as: UTF8.self)
    }

    mutating func variationSelectors() -> String {
        let selectors: [ClosedRange<UInt32>] = [0xFE00...0xFE0F, 0xE0100...0xE01EF, 0x180B...0x180F]
        return letter(of: pick([Alphabet.arabic, Alphabet.latin, Alphabet.digits, Alphabet.signs])) + scalars(in: pick(selectors), 0...6)
    }

    mutating func tagSequence() -> String {
        pick(["🏴", "a", "ب", ""]) + scalars(in: 0xE0020...0xE007E, 0...12) + (one(in: 2) ? "\u{E007F}" : "") + (one(in: 8) ? "\u{E0001}" : "")
    }

    mutating func pieceOfSpaces() -> String {
        pick([
            " ", "\n", "\t", "\r", "\r\n", "\u{B}", "\u{C}", "\u{85}", "\u{A0}", "\u{1680}", "\u{2003}", "\u{200A}", "\u{2028}", "\u{2029}",
            "\u{202F}",
            "\u{205F}", "\u{3000}", "\u{0}",
        ])
    }
}

enum Alphabet {
    static let arabic: [Unicode.Scalar] = Array("ابتثجحخدذرزسشصضطظعغفقكلمنهويءةىأإآؤئپچڤگ".unicodeScalars)
    static let latin: [Unicode.Scalar] = Array("aabcdeefghiijklmnoopqrstuvwxyzAEIOU".unicodeScalars)
    /// Twice what is frequent.
    static let arabizi: [Unicode.Scalar] = Array("aaeeiouybtgj7d5rzs$sh63fqklmnhwy2233558897''".unicodeScalars)
    static let digits: [Unicode.Scalar] = Array("0123456789".unicodeScalars)
    static let signs: [Unicode.Scalar] = Array("-._/:'@+,~%#&=?!()[]{}<>|\\\"*`^$؟،؛".unicodeScalars)
    static let functionWords = Array(
        """
        el al il ال و w ب ل في fi مش mesh msh ما ma يا ya من men mn على 3ala 3l ده da دي di اللي elly هو howa هي heya ايه eh لا la اه aywa the a is of \
        to in and or not بس bs كده keda بقى ba2a عشان 3ashan لو law انا ana احنا e7na
        """.split(separator: " ").map(String.init))
    static let numberWords = Array(
        """
        واحد اتنين تلاته خمسه عشره خمستاشر عشرين خمسين ميه ميتين الف الفين مليون و وخمسين ونص وربع الا الساعه يوم يومين ايام اسبوع شهر سنه جنيه ج م \
        في الميه بالميه بعد بكره اول امبارح الجمعه يناير من ل لحد 3 5 15 100 2.5 1,500 5/10 24/7 10:30 5% one two three twenty hundred thousand million \
        half quarter and pm am at day days kg جيجا كيلو الصبح بالليل تلت ست سبع ربع
        """.split(separator: " ").map(String.init))
}
