import HTTPTypes
import Hummingbird
import NIOCore

/// Where a request comes from. A proxy's header is believed only when the operator says that there is a proxy.
enum ClientAddress {
    private static let forwardedFor = HTTPField.Name.known("X-Forwarded-For")

    static func of(_ request: Request, _ context: AppContext, trustsProxy: Bool) -> String {
        if trustsProxy, let last = request.headers[forwardedFor]?.split(separator: ",").last {
            return last.filter { $0.isHexDigit || $0 == "." || $0 == ":" }
        }
        return context.remoteAddress?.ipAddress ?? "unknown"
    }

    static func isLoopback(_ address: String) -> Bool { address == "::1" || address.hasPrefix("127.") }

    /// An IPv6 customer has a /64: one bucket for it.
    static func group(_ address: String) -> String {
        guard address.contains(":"), !address.contains(".") else { return address }
        return address.split(separator: ":", omittingEmptySubsequences: false).prefix(4).joined(separator: ":")
    }
}
