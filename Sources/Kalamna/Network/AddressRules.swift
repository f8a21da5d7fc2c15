import Foundation

/// Where this server may connect to when somebody else than its operator names the address: nowhere in its own network
/// (SSRF, reference §4.6). Used for models' addresses and for pages to be read.
package struct AddressRules: Sendable, Hashable {
    /// What the operator allows beyond that.
    private enum Exception: Sendable, Hashable {
        /// A host by this very name; nil: all its ports.
        case host(String, port: Int?)
        /// Any name that leads there, at any port.
        case range(AddressRange)

        var isRange: Bool {
            if case .range = self { return true }
            return false
        }
    }

    private let exceptions: [Exception]
    private let ports: Set<Int>

    /// Only the public network, at the usual ports of the web.
    package static let publicOnly = AddressRules(exceptions: [])

    private init(exceptions: [Exception], ports: Set<Int> = [80, 443, 8443]) {
        self.exceptions = exceptions
        self.ports = ports
    }

    /// What the operator allows, separated by commas: `localhost:11434, ollama, 10.1.0.0/16, [fd00::5]:8000`. Nil when a part is not understood.
    package init?(allowing text: String) {
        var exceptions: [Exception] = []
        for part in text.split(separator: ",") {
            let part = String(part).trimmed.lowercased()
            if part.isEmpty { continue }
            if let range = AddressRange(part) {
                exceptions.append(.range(range))
            } else {
                guard let (host, port) = Self.authority(part) else { return nil }
                exceptions.append(.host(host, port: port))
            }
        }
        self.init(exceptions: exceptions)
    }

    /// Reads an address, checks all that can be told without asking for the host's addresses, and brings it into one form.
    package func target(of url: String) throws(AddressRefusal) -> AddressTarget {
        // One reader decides: what it leaves could not be read otherwise by another.
        guard url.utf8.count <= 2048, url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }),
            let colon = url.range(of: "://")
        else { throw .form }
        let scheme = url[..<colon.lowerBound].lowercased()
        let rest = url[colon.upperBound...]
        let authority = rest.prefix { !"/?#".contains($0) }
        var path = String(rest.dropFirst(authority.count).prefix { $0 != "#" })
        if !path.hasPrefix("/") { path = "/" + path }
        guard scheme == "http" || scheme == "https", let (host, port) = Self.authority(authority.lowercased()) else { throw .form }
        let target = AddressTarget(scheme: scheme, host: host, port: port ?? (scheme == "https" ? 443 : 80), path: path)
        // The reader of the HTTP client must come to the same host.
        guard let read = URL(string: target.url)?.host?.trimmingCharacters(in: ["[", "]"]), read == host else { throw .form }
        if let address = IPAddress(host) {
            guard allows(address, of: target) else { throw .address }
        } else if !ports.contains(target.port), !isListed(target), !exceptions.contains(where: \.isRange) {
            throw .port
        }
        return target
    }

    /// Whether all addresses of a host may be connected to; one that may not spoils the others.
    package func allows(_ addresses: [IPAddress], of target: AddressTarget) -> Bool {
        !addresses.isEmpty && addresses.allSatisfy { allows($0, of: target) }
    }

    /// Whether the operator has named this very address, so that what lies behind it is their own.
    package func names(_ url: String) -> Bool {
        guard let target = try? target(of: url) else { return false }
        return isListed(target) || IPAddress(target.host).map(isInAllowedRange) == true
    }

    private func allows(_ address: IPAddress, of target: AddressTarget) -> Bool {
        if Self.isMetadata(address) { return false }
        if isListed(target) || isInAllowedRange(address) { return true }
        return ports.contains(target.port) && Self.isPublic(address)
    }

    private func isListed(_ target: AddressTarget) -> Bool {
        exceptions.contains { exception in
            if case .host(target.host, let port) = exception { return port == nil || port == target.port }
            return false
        }
    }

    /// An IPv6 address that carries an IPv4 one must be allowed as both.
    private func isInAllowedRange(_ address: IPAddress) -> Bool {
        let isInRange = exceptions.contains { exception in
            if case .range(let range) = exception { return range.contains(address) }
            return false
        }
        guard isInRange, !address.isLoopback, let embedded = address.embedded else { return isInRange }
        return Self.isPublic(embedded) || isInAllowedRange(embedded)
    }

    /// Host in small letters and without brackets, and port; nil for every form that some reader takes for something else.
    private static func authority(_ text: String) -> (host: String, port: Int?)? {
        var host = text
        var port: Int?
        let end = text.lastIndex(of: "]")
        if let colon = text.lastIndex(of: ":"), end.map({ $0 < colon }) ?? true {
            let digits = text[text.index(after: colon)...]
            guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits),
                (1...65_535).contains(number)
            else { return nil }
            port = number
            host = String(text[..<colon])
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
            // An IPv4 address in the clothes of IPv6 has no honest use here.
            guard let address = IPAddress(host), address.isV6, address.embedded == nil || address.isLoopback else { return nil }
            return (host, port)
        }
        return isName(host) || IPAddress(host).map({ !$0.isV6 }) == true ? (host, port) : nil
    }

    /// A name of the DNS. One whose last part could be read as a number would be an IPv4 address to some.
    private static func isName(_ host: String) -> Bool {
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard host.utf8.count <= 253, let last = labels.last, let first = last.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count)
                && label.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F }
        }
    }
}

extension AddressRules {
    /// Reachable from everywhere, and so not ours.
    package static func isPublic(_ address: IPAddress) -> Bool {
        if address.isV6, !globalUnicast.contains(where: { $0.contains(address) }) { return false }
        if refused.contains(where: { $0.contains(address) }) { return false }
        return address.embedded.map(isPublic) ?? true
    }

    /// Where clouds give keys to whoever asks: no exception opens it.
    private static func isMetadata(_ address: IPAddress) -> Bool {
        metadata.contains { $0.contains(address) } || address.embedded.map(isMetadata) == true
    }

    private static let metadata = ["169.254.169.254", "169.254.170.2", "100.100.100.200", "fd00:ec2::254"].compactMap { AddressRange($0) }

    /// All that is handed out of IPv6: what is outside (`::1`, `::ffff:…`, `64:ff9b::`, `fc00::`, `fe80::`, `ff00::`) is not public.
    private static let globalUnicast = ["2000::/3"].compactMap { AddressRange($0) }

    /// The special-purpose registries of IANA.
    private static let refused = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
    ].compactMap { AddressRange($0) }
}

extension IPAddress {
    /// `::1` is no IPv4 address, though its form could be one.
    fileprivate var isLoopback: Bool { isV6 && bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1 }
}

/// An address in one form, whose host has still to be asked for its addresses.
package struct AddressTarget: Sendable, Hashable {
    package let scheme: String
    /// In small letters; IPv6 without brackets.
    package let host: String
    package let port: Int
    /// With the query.
    package let path: String

    package var url: String {
        let isStandard = port == (scheme == "https" ? 443 : 80)
        return "\(scheme)://\(host.contains(":") ? "[\(host)]" : host)\(isStandard ? "" : ":\(port)")\(path)"
    }
}

/// Why an address may not be connected to. Whoever named it is told only that it may not: the rest would map our network.
package enum AddressRefusal: Error, Sendable, Hashable {
    case form, port, address
}
