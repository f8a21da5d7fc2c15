/// Folds single characters for matching: what a customer may type in many ways becomes one.
enum Folding {
    /// Calls `emit` with what `scalar` becomes: usually one scalar, none for marks and invisible controls, several for ligatures.
    @inline(__always)
    static func fold(_ scalar: Unicode.Scalar, emit: (Unicode.Scalar) -> Void) {
        let value = scalar.value
        if value < 0x80 {
            emit(ascii[Int(value)])
        } else if value >= 0x600 && value < 0x700 {
            let folded = arabic[Int(value - 0x600)]
            if folded != 0 { emit(Unicode.Scalar(folded)!) }
        } else {
            foldRare(scalar, emit: emit)
        }
    }

    private static func foldRare(_ scalar: Unicode.Scalar, emit: (Unicode.Scalar) -> Void) {
        let value = scalar.value
        switch value {
        case 0x80...0xBF:
            switch value {
            case 0x85, 0xA0: emit(" ")
            case 0x80...0x9F, 0xAD: break
            case 0xAA: emit("a")
            case 0xB2, 0xB3: emit(value == 0xB2 ? "2" : "3")
            case 0xB4: emit("'")
            case 0xB5: emit("u")
            case 0xB9: emit("1")
            case 0xBA: emit("o")
            default: emit(scalar)
            }
        case 0xC0...0x17F: emit(latin[Int(value - 0xC0)])
        case 0x0218...0x021B: emit(value < 0x021A ? "s" : "t")
        case 0x02B9...0x02BF, 0x02C8: emit("'")
        case 0x0300...0x036F, 0x0591...0x05BD, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x20D0...0x20FF, 0xFE20...0xFE2F: break
        case 0x0750...0x077F: emit(extendedArabic(value))
        case 0x08A0...0x08C9: emit(scalar)
        case 0x0890...0x089F, 0x08CA...0x08FF: break
        case 0x180B...0x180F, 0xFE00...0xFE0F, 0xE0000...0xE01EF, 0xFFF9...0xFFFB: break
        // Joiners, bidi marks, embeddings, overrides and isolates, word joiner, byte order mark.
        case 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF: break
        case 0x2000...0x200A, 0x202F, 0x205F, 0x3000, 0x1680: emit(" ")
        case 0x2028, 0x2029: emit("\n")
        case 0x2010...0x2015, 0x2043, 0x2212, 0xFE58, 0xFE63, 0xFF0D: emit("-")
        case 0x2018...0x201B, 0x2032: emit("'")
        case 0x201C...0x201F, 0x2033: emit("\"")
        case 0x2026: emit(".")
        case 0x2080...0x2089: emit(Unicode.Scalar(value - 0x2080 + 0x30)!)
        // Skin tones say nothing that matching needs.
        case 0x1F3FB...0x1F3FF: break
        case 0xFB50...0xFDFF: foldPresentation(scalar, PresentationForms.foldedA, Int(value) - 0xFB50, emit)
        case 0xFE70...0xFEFE: foldPresentation(scalar, PresentationForms.foldedB, Int(value) - 0xFE70, emit)
        case 0xFF01...0xFF5E: emit(ascii[Int(value - 0xFEE0)])
        case 0x1D400...0x1D6A3: emit(Unicode.Scalar((value - 0x1D400) % 26 + 0x61)!)
        case 0x1D7CE...0x1D7FF: emit(Unicode.Scalar((value - 0x1D7CE) % 10 + 0x30)!)
        default: emit(scalar)
        }
    }

    private static func foldPresentation(
        _ scalar: Unicode.Scalar, _ table: [Letters], _ index: Int, _ emit: (Unicode.Scalar) -> Void
    ) {
        guard index < table.count else { return emit(scalar) }
        switch table[index] {
        case ["-"]: emit(scalar)
        case ["."]: break
        case let letters: for letter in letters { emit(letter) }
        }
    }

    /// Arabic Supplement: letters of other languages that now and then stand in brand names.
    private static func extendedArabic(_ value: UInt32) -> Unicode.Scalar {
        switch value {
        case 0x0750...0x0756: "ب"
        case 0x0757...0x0758: "ح"
        case 0x0759...0x075A: "د"
        case 0x075B: "ر"
        case 0x075C: "س"
        case 0x0760...0x0761: "ف"
        case 0x0762...0x0764: "ك"
        case 0x0765...0x0766: "م"
        case 0x0767...0x0769: "ن"
        case 0x076A: "ل"
        case 0x0775...0x0777: "ي"
        default: Unicode.Scalar(value)!
        }
    }

    /// ASCII in lower case; control characters separate words.
    private static let ascii: [Unicode.Scalar] = (0..<128).map { (value: UInt8) in
        switch value {
        case 0x0A, 0x0D: "\n"
        case 0..<0x20, 0x7F: " "
        case 0x41...0x5A: Unicode.Scalar(value + 32)
        case 0x60: "'"
        default: Unicode.Scalar(value)
        }
    }

    /// U+00C0…U+017F without accents and in lower case.
    private static let latin: Letters = Array(
        """
        aaaaaaaceeeeiiiidnoooooxouuuuytsaaaaaaaceeeeiiiidnooooo/ouuuuytyaaaaaaccccccccddddeeeeeeeeeegggggggg\
        hhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs
        """.unicodeScalars)

    /// U+0600…U+06FF; 0 drops the character.
    private static let arabic: [UInt16] = {
        var table = (0..<256).map { UInt16($0 + 0x600) }
        for range in [
            0x600...0x605, 0x610...0x61A, 0x61C...0x61C, 0x640...0x640, 0x64B...0x65F, 0x670...0x670,
            0x6D6...0x6DC, 0x6DF...0x6E8, 0x6EA...0x6ED, 0x6DD...0x6DE,
        ] {
            for value in range { table[value - 0x600] = 0 }
        }
        for digit in 0...9 {
            table[0x60 + digit] = UInt16(0x30 + digit)
            table[0xF0 + digit] = UInt16(0x30 + digit)
        }
        let groups: [(to: Unicode.Scalar, from: String)] = [
            ("ا", "أإآٱٲٳٵ"), ("و", "ؤٶٷۄۅۆۇۈۉۊۋۏ"), ("ي", "ئىٸیۍێېۑےۓؽؾؿ"), ("ه", "ةھہۀۂۃۿەۀ"),
            ("ك", "کڪګڬڭڮؼ"), ("ج", "گچڃڄڇڿڰڱڲڳڴ"), ("ب", "پٻڀ"), ("ف", "ڤڡڢڣڥڦ"), ("ت", "ٹٺټٽٿ"), ("د", "ڈډڊڋڍڎڏڐ"),
            ("ذ", "ڌ"), ("ر", "ڑڒړڔڕږ"), ("ز", "ژڗڙ"), ("س", "ښڛڜ"), ("ش", "ۺ"), ("ن", "ںڹڻڼڽ"), ("ل", "ڵڶڷڸ"), ("ق", "ڧڨٯ"),
            ("ح", "ځڂڅ"), ("ط", "ڟ"), ("ع", "ڠ"), ("ص", "ڝڞ"),
            (",", "،٬"), (";", "؛"), ("?", "؟"), ("%", "٪"), (".", "٫۔"),
        ]
        for group in groups {
            for scalar in group.from.unicodeScalars { table[Int(scalar.value) - 0x600] = UInt16(group.to.value) }
        }
        return table
    }()
}

/// A text folded character by character, each result with its place in the source.
struct FoldedText {
    var scalars: Letters = []
    /// UTF-8 offset in the source of the character behind each scalar; one more entry than scalars: the end of the source.
    var offsets: [Int] = []

    init(_ text: String) {
        scalars.reserveCapacity(text.utf8.count)
        offsets.reserveCapacity(text.utf8.count + 1)
        var offset = 0
        for scalar in text.unicodeScalars {
            Folding.fold(scalar) {
                scalars.append($0)
                offsets.append(offset)
            }
            offset += UTF8.width(scalar)
        }
        offsets.append(offset)
    }
}
