/// The origin of a page, exactly as browsers send it: `https://shop.example`, `http://localhost:3000`.
struct Origin: Hashable {
    let scheme: String
    let host: String
    let port: Int?

    /// Nil for anything that no browser would send for a site, `null` among it.
    init?(_ text: String) {
        guard let parts = Self.split(text), text == parts.text, Self.isHost(parts.host) else { return nil }
        self = parts
    }

    private init(scheme: String, host: String, port: Int?) {
        self.scheme = scheme
        self.host = host
        self.port = port
    }

    var text: String { "\(scheme)://\(host)" + (port.map { ":\($0)" } ?? "") }

    /// Scheme, host and port, without a look at the host; the scheme's own port is left out.
    static func split(_ text: String) -> Origin? {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        for (scheme, usual) in [("https", 443), ("http", 80)] where text.hasPrefix(scheme + "://") {
            let rest = text.dropFirst(scheme.count + 3)
            let searched = rest.lastIndex(of: "]").map { rest[$0...] } ?? rest
            guard let colon = searched.firstIndex(of: ":") else { return Origin(scheme: scheme, host: String(rest), port: nil) }
            let digits = rest[rest.index(after: colon)...]
            guard digits.utf8.count <= 5, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits),
                (1...65_535).contains(port)
            else { return nil }
            return Origin(scheme: scheme, host: String(rest[..<colon]), port: port == usual ? nil : port)
        }
        return nil
    }

    /// A name of lower-case labels, an IPv4 address, or an IPv6 address in brackets.
    static func isHost(_ host: String) -> Bool {
        if host.hasPrefix("["), host.hasSuffix("]") {
            let address = host.dropFirst().dropLast()
            return address.contains(":") && address.utf8.count <= 45 && address.allSatisfy { "0123456789abcdef:.".contains($0) }
        }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        return host.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                    && label.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789-_".contains($0) }
            }
    }
}

/// One entry of a key's list of sites.
enum OriginRule: Hashable {
    /// `*`: any site. Said aloud, never by an empty list.
    case any
    case exact(Origin)
    /// `https://*.shop.example`: every name below, not `shop.example` itself. `host` is the part behind `*.`.
    case below(Origin)

    /// Reads an entry in the form in which it is stored.
    init?(_ text: String) {
        if text == "*" {
            self = .any
        } else if let range = text.firstRange(of: "://*.") {
            guard let base = Origin(text[..<range.lowerBound] + "://" + text[range.upperBound...]) else { return nil }
            self = .below(base)
        } else {
            guard let origin = Origin(text) else { return nil }
            self = .exact(origin)
        }
    }

    var text: String {
        switch self {
        case .any: "*"
        case .exact(let origin): origin.text
        case .below(let base): base.text.replacing("://", with: "://*.", maxReplacements: 1)
        }
    }

    func allows(_ origin: Origin) -> Bool {
        switch self {
        case .any: true
        case .exact(let allowed): origin == allowed
        // The dot belongs to it: evilshop.example does not end in .shop.example.
        case .below(let base): origin.scheme == base.scheme && origin.port == base.port && origin.host.hasSuffix("." + base.host)
        }
    }
}
