/// What a run of Latin letters and digits is: Arabizi writes Arabic sounds as digits, but so do product names and units have digits.
enum AlphanumericWord {
    enum Class: Equatable {
        case latin
        case arabizi
        case code
        /// A number with its unit, `3gb`: so many digits first.
        case quantity(digits: Int)
    }

    static func classify(_ word: ArraySlice<Unicode.Scalar>) -> Class {
        var digits = 0
        var longestRun = 0
        var run = 0
        var isArabiziDigits = true
        for scalar in word {
            if scalar.isDigit {
                digits += 1
                run += 1
                longestRun = max(longestRun, run)
                if scalar == "0" || scalar == "1" || scalar == "4" { isArabiziDigits = false }
            } else {
                run = 0
            }
        }
        if digits == 0 { return .latin }
        let leading = word.prefix { $0.isDigit }.count
        let trailing = run
        let letters = String(letters: word.filter(\.isLatinLetter))
        if exceptions.contains(String(letters: word)) { return .code }
        if leading == digits, units.contains(letters) { return .quantity(digits: digits) }
        if leading == word.count - 1 { return .code }
        if !isArabiziDigits || longestRun > 2 { return .code }
        // `iphone7`, `ps5`, `s23`: the digits end a name. `sa7`, `rou7`, `la2` end in an Arabic letter.
        if trailing == digits, trailing > 1 || word.count == 2 || word.last == "8" || isName(letters) { return .code }
        if letters.isEmpty { return .code }
        return .arabizi
    }

    private static func isName(_ letters: String) -> Bool { names.contains(letters) }

    private static let units: Set<String> = [
        "egp", "le", "gb", "mb", "tb", "kg", "kgs", "g", "gm", "gr", "mg", "cm", "mm", "m", "km", "ml", "l", "ltr", "am", "pm", "h", "hr",
        "hrs", "hour", "hours", "min", "mins", "sec", "day", "days", "usd", "eur", "sar", "aed", "inch", "w", "mah", "hz", "mp",
        "px", "st", "nd", "rd", "th", "pcs", "x", "gneh", "geneh", "gneeh", "geneih", "pound", "pounds", "years", "months", "weeks",
    ]
    private static let exceptions: Set<String> = [
        "2g", "3g", "4g", "5g", "2d", "3d", "2k", "8k", "5k", "b2b", "b2c", "c2c", "p2p", "b2g", "h2o", "y2k", "f2f", "e2e", "a2z", "o2o", "k9",
        "w3c", "mp3",
        "u2", "3m", "7up", "3ds", "9to5", "5star", "h264", "h265", "2in1", "3in1", "2x1", "i7", "i5", "i9", "2fa", "f5", "f6", "f9",
    ]
    private static let names: Set<String> = [
        "iphone", "ipad", "note", "galaxy", "redmi", "reno", "oppo", "vivo", "realme", "poco", "nova", "mate", "pixel", "ps", "mp", "win",
        "windows", "android", "ios", "usb", "hdmi", "wifi", "room", "level", "step", "grade", "gate", "zone", "phase", "version", "vol",
        "part", "day", "type", "model", "plan", "covid", "route", "line", "mac", "airpods", "watch", "series", "xbox", "core", "gen", "infinix",
        "hot", "spark", "tab", "honor", "huawei", "samsung", "xiaomi", "mi", "ph", "item", "order", "branch", "size", "gta", "fifa", "rtx",
    ]
}
