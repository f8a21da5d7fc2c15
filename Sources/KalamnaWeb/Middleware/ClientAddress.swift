import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Where a request comes from. A proxy's header is believed only when the operator says that there is a proxy.
enum ClientAddress {
    private static let forwardedFor = HTTPField.Name.known("X-Forwarded-For")
    private static let forwardedProto = HTTPField.Name.known("X-Forwarded-Proto")
    /// What proxies write: the standard (RFC 7239) and what came before it.
    private static let ofProxies = [.known("Forwarded"), .known("X-Real-IP"), .known("Via"), forwardedFor, forwardedProto]

    static func of(_ request: Request, _ context: AppContext, trustsProxy: Bool) -> String {
        if trustsProxy, let last = request.headers[forwardedFor]?.split(separator: ",").last {
            return last.filter { $0.isHexDigit || $0 == "." || $0 == ":" }
        }
        return context.remoteAddress?.ipAddress ?? "unknown"
    }

    /// What the proxy says of the browser's connection; for those who trust it.
    static func cameByHTTPS(_ request: Request) -> Bool {
        let scheme = request.headers[forwardedProto]?.split(separator: ",").last
        return scheme?.trimmingCharacters(in: .whitespaces).lowercased() == "https"
    }

    /// Whether somebody on this machine asks. A proxy on this machine asks for others: what it handed on is not from here, unless it
    /// is trusted and says so.
    static func isLocal(_ request: Request, _ context: AppContext, trustsProxy: Bool) -> Bool {
        let namesClient = trustsProxy && request.headers[forwardedFor] != nil
        guard namesClient || !ofProxies.contains(where: { request.headers[$0] != nil }) else { return false }
        return isLoopback(of(request, context, trustsProxy: trustsProxy))
    }

    static func isLoopback(_ address: String) -> Bool { address == "::1" || address.hasPrefix("127.") }

    /// An IPv6 customer has a /64: one bucket for it. An IPv4 address written as IPv6 (`::ffff:…`) is the IPv4 address.
    static func group(_ address: String) -> String {
        var parsed = in6_addr()
        guard address.contains(":"), inet_pton(AF_INET6, address, &parsed) == 1 else { return address }
        let bytes = withUnsafeBytes(of: parsed) { Array($0) }
        if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
            return bytes.suffix(4).map(String.init).joined(separator: ".")
        }
        return bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":")
    }
}
