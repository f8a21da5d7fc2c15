/// A link in a text that people read, as a browser or a messenger would make it clickable.
struct Link: Sendable, Hashable {
    /// In scalars of the text.
    let range: Range<Int>
    /// Small letters, without scheme, `www.` and a slash at the end: `shop.example/returns`.
    let target: String
    let host: String

    static func all(in scalars: [Unicode.Scalar]) -> [Link] {
        var links: [Link] = []
        var index = 0
        while index < scalars.count {
            let isStart = index == 0 || !isWordPart(scalars[index - 1])
            if isStart, isWordPart(scalars[index]), let link = link(in: scalars, from: index) {
                links.append(link)
                index = link.range.upperBound
            } else {
                index += 1
            }
        }
        return links
    }

    private static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
            || "@._-".unicodeScalars.contains(scalar) || (0xC0...0x5FF).contains(scalar.value)
    }

    private static let schemes = [
        "https://", "http://", "ftp://", "javascript:", "data:", "file://", "mailto:", "tel:", "sms:", "whatsapp://", "intent://", "//", "www.",
    ]
    private static let closers: Set<Unicode.Scalar> = Set("<>\"'()[]{}|`«»“”،؛".unicodeScalars)

    private static func link(in scalars: [Unicode.Scalar], from start: Int) -> Link? {
        let run = scalars[start...].prefix(2048).prefix { !$0.properties.isWhitespace && !closers.contains($0) }
        var end = run.endIndex
        while end > start, ".,;:!?؟*_~".unicodeScalars.contains(scalars[end - 1]) { end -= 1 }
        guard end - start > 3 else { return nil }
        let text = String(String.UnicodeScalarView(scalars[start..<end])).lowercased()
        let scheme = schemes.first { text.hasPrefix($0) }
        // Messages written by people often go on right behind a link, in Arabic letters.
        let body = scheme == nil || scheme == "www." ? String(text.unicodeScalars.prefix { $0.isASCII }) : text
        if scheme == nil { end = start + body.unicodeScalars.count }
        let (target, host) = parts(of: body, scheme)
        // An e-mail address; with a path behind it, it is what `https://name@host/` would be.
        if scheme == nil, target.contains("@"), !target.contains("/") { return nil }
        guard !host.isEmpty, scheme != nil || isHost(host, alone: target == host) else { return nil }
        return Link(range: start..<end, target: target, host: host)
    }

    private static func parts(of text: String, _ scheme: String?) -> (target: String, host: String) {
        var rest = Substring(text)
        if let scheme { rest = rest.dropFirst(scheme.count) }
        if rest.hasPrefix("www.") { rest = rest.dropFirst(4) }
        while let last = rest.last, "/.,;:!?".contains(last) { rest = rest.dropLast() }
        // Browsers read a backslash as a slash, and what is before an @ as a name.
        let authority = rest.prefix { !"/\\?#".contains($0) }
        let host = (authority.split(separator: "@", omittingEmptySubsequences: false).last ?? authority).prefix { $0 != ":" }
        let isWeb = scheme == nil || ["https://", "http://", "www.", "//"].contains(scheme)
        return isWeb ? (String(rest), String(host)) : ((scheme ?? "") + rest, scheme ?? "")
    }

    /// Ends that people know as those of web sites; `e.g.` and `done.thanks` have none.
    private static let topDomains: Set<String> = [
        "com", "net", "org", "eg", "info", "io", "app", "co", "me", "shop", "store", "online", "ly", "edu", "gov", "biz", "dev", "ai", "tv", "uk",
        "us", "sa", "ae", "gl", "site", "tech", "cloud", "link", "page", "be", "de", "fr", "ru", "cn", "xyz", "top", "zip", "mov", "click", "live",
        "club", "vip", "icu", "pw", "tk", "ml", "ga", "cf", "gq", "cc", "ws", "to", "gg", "is", "it", "in", "eu", "tr", "ps", "jo", "kw", "qa",
        "name",
        "pro", "work", "world", "space", "fun", "buzz", "win", "bid", "loan", "download", "review", "website", "example", "test",
    ]

    private static func isHost(_ host: String, alone: Bool) -> Bool {
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count > 1, let top = labels.last, !host.contains("@"),
            labels.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") } })
        else { return false }
        if labels.count == 4, labels.allSatisfy({ UInt8($0) != nil }) { return true }
        guard top.count > 1, top.allSatisfy(\.isLetter), labels[0].contains(where: \.isLetter) else { return false }
        return topDomains.contains(String(top)) || !alone
    }
}

/// Which links may stand in an answer: those of the passages, and all of the business's own domains.
package struct AllowedLinks: Sendable {
    private let targets: Set<String>
    private let domains: Set<String>

    /// - Parameters:
    ///   - texts: passages, and what else the business wrote.
    ///   - domains: `shop.example`, with all below them. Not those of providers that serve others too, such as `facebook.com`.
    package init(in texts: some Sequence<String>, domains: some Sequence<String> = EmptyCollection<String>()) {
        var targets: Set<String> = []
        for text in texts {
            for link in Link.all(in: Array(text.unicodeScalars)) {
                targets.insert(link.target)
                // Who gives a page gives its site too: `shop.example/returns`, `shop.example`.
                targets.insert(link.host)
            }
        }
        self.targets = targets
        self.domains = Set(domains.map { $0.lowercased().hasPrefix("www.") ? String($0.lowercased().dropFirst(4)) : $0.lowercased() })
    }

    func contains(_ link: Link) -> Bool {
        if targets.contains(link.target) { return true }
        // `https://shop.example@other.example` is the other's.
        guard !link.target.prefix(while: { $0 != "/" && $0 != "?" }).contains("@"), !link.target.contains("\\") else { return false }
        var host = Substring(link.host)
        while true {
            if domains.contains(String(host)) { return true }
            guard let dot = host.firstIndex(of: ".") else { return false }
            host = host[host.index(after: dot)...]
        }
    }

    /// The text without other links (of `[text](link)` the text stays) and without any image: showing one tells its server.
    package func stripped(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x2E || $0 == 0x3A || $0 == 0x21 || $0 == 0x3C }) else { return text }
        var scalars = Array(text.unicodeScalars)
        var removed = false
        for index in scalars.indices.reversed() {
            if scalars[index] == "!", index + 1 < scalars.count, scalars[index + 1] == "[", let end = markdownEnd(scalars, index + 1) {
                scalars.removeSubrange(index..<end)
                removed = true
            } else if scalars[index] == "<", isImageTag(scalars, index) {
                let end = scalars[index...].firstIndex(of: ">").map { $0 + 1 } ?? scalars.count
                scalars.removeSubrange(index..<end)
                removed = true
            }
        }
        for link in Link.all(in: scalars).reversed() where !contains(link) {
            var range = link.range
            // `[text](link)` and `<link>`.
            if range.lowerBound > 1, scalars[range.lowerBound - 1] == "(", scalars[range.lowerBound - 2] == "]",
                let close = scalars[range.upperBound...].prefix(200).firstIndex(of: ")"),
                let open = scalars[..<(range.lowerBound - 2)].lastIndex(of: "[")
            {
                scalars.removeSubrange((range.lowerBound - 2)...close)
                scalars.remove(at: open)
            } else {
                if range.lowerBound > 0, range.upperBound < scalars.count, scalars[range.lowerBound - 1] == "<", scalars[range.upperBound] == ">" {
                    range = (range.lowerBound - 1)..<(range.upperBound + 1)
                }
                scalars.removeSubrange(range)
            }
            removed = true
        }
        return removed ? tidied(scalars) : text
    }

    /// Behind `[…](…)` or `[…][…]` that starts here.
    private func markdownEnd(_ scalars: [Unicode.Scalar], _ start: Int) -> Int? {
        guard let close = scalars[start...].prefix(300).firstIndex(of: "]"), close + 1 < scalars.count else { return nil }
        let ends: [Unicode.Scalar: Unicode.Scalar] = ["(": ")", "[": "]"]
        guard let end = ends[scalars[close + 1]] else { return nil }
        return scalars[(close + 1)...].firstIndex(of: end).map { $0 + 1 } ?? scalars.count
    }

    private func isImageTag(_ scalars: [Unicode.Scalar], _ start: Int) -> Bool {
        let name = String(String.UnicodeScalarView(scalars[start...].dropFirst().prefix(6))).lowercased()
        return ["img", "image", "iframe", "video", "svg", "object", "embed", "link", "script", "style"].contains { name.hasPrefix($0) }
    }

    /// No double blanks nor empty brackets where something was.
    private func tidied(_ scalars: [Unicode.Scalar]) -> String {
        var result: [Unicode.Scalar] = []
        for scalar in scalars {
            if scalar == ")", result.last == "(" {
                result.removeLast()
                continue
            }
            if scalar == " ", result.last == " " || result.last == "\n" || result.isEmpty { continue }
            if ".،,؟!".unicodeScalars.contains(scalar), result.last == " " { result.removeLast() }
            result.append(scalar)
        }
        return String(String.UnicodeScalarView(result)).trimmed
    }
}
