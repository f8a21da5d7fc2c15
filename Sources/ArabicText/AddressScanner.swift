/// E-mail addresses and URLs inside a run of characters without blanks.
enum AddressScanner {
    static func isPart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "0"..."9", ".", "_", "-", "+", "@", ":", "/", "?", "=", "&", "#", "%", "~": true
        default: false
        }
    }

    static func address(in scalars: Letters, _ run: Range<Int>) -> (range: Range<Int>, kind: Token.Kind)? {
        guard let range = trimmed(scalars, run), range.count > 3 else { return nil }
        let slice = scalars[range]
        var at = 0
        var dots = 0
        for scalar in slice {
            if scalar == "@" { at += 1 } else if scalar == "." { dots += 1 }
        }
        let isWeb =
            slice.starts(with: "www.".unicodeScalars) || slice.starts(with: "http://".unicodeScalars)
            || slice.starts(with: "https://".unicodeScalars)
        if isWeb { return (range, .url) }
        guard dots > 0 else { return nil }
        if at == 1, let sign = slice.firstIndex(of: "@"), sign > range.lowerBound {
            let host = slice[(sign + 1)...]
            return isHost(host, anyTopDomain: true) ? (range, .email) : nil
        }
        guard at == 0 else { return nil }
        let host = slice.prefix { $0 != "/" && $0 != "?" }
        return isHost(host, anyTopDomain: false) ? (range, .url) : nil
    }

    /// Without the punctuation of the sentence around it.
    private static func trimmed(_ scalars: Letters, _ run: Range<Int>) -> Range<Int>? {
        var lower = run.lowerBound
        var upper = run.upperBound
        while lower < upper, !(scalars[lower].isDigit || scalars[lower].isBasicLatinLetter) { lower += 1 }
        while upper > lower, !(scalars[upper - 1].isDigit || scalars[upper - 1].isBasicLatinLetter || scalars[upper - 1] == "/") { upper -= 1 }
        return lower < upper ? lower..<upper : nil
    }

    private static func isHost(_ host: ArraySlice<Unicode.Scalar>, anyTopDomain: Bool) -> Bool {
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count > 1, let top = labels.last, let first = labels.first, first.contains(where: \.isBasicLatinLetter) || anyTopDomain,
            labels.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isDigit || $0.isBasicLatinLetter || $0 == "-" } })
        else { return false }
        return anyTopDomain
            ? top.count > 1 && top.allSatisfy(\.isBasicLatinLetter) : topDomains.contains(String(letters: top))
    }

    private static let topDomains: Set<String> = [
        "com", "net", "org", "eg", "info", "io", "app", "co", "me", "shop", "store", "online", "ly", "edu", "gov", "biz", "dev",
        "ai", "tv", "uk", "us", "sa", "ae", "gl", "site", "tech", "cloud", "link", "page", "be", "de", "fr",
    ]
}
