/// What the operator decides about the web side.
package struct WebSettings: Sendable {
    package var host: String
    package var port: Int
    /// The address that people use, without a slash at the end: for links and for knowing whether cookies must be secure.
    package var publicURL: String
    /// Whether X-Forwarded-For is believed: only behind a proxy that sets it.
    package var trustsProxy: Bool
    /// Multiplies every rate limit; 0 switches them off.
    package var rateLimitScale: Double
    /// Without it `/metrics` answers this machine only.
    package var metricsToken: String?
    /// The key of the demo shop, linked from the first page.
    package var demoKey: String?

    package init(
        host: String = "127.0.0.1", port: Int = 8080, publicURL: String? = nil, trustsProxy: Bool = false, rateLimitScale: Double = 1,
        metricsToken: String? = nil, demoKey: String? = nil
    ) {
        self.host = host
        self.port = port
        self.publicURL = publicURL ?? "http://\(host):\(port)"
        self.trustsProxy = trustsProxy
        self.rateLimitScale = rateLimitScale
        self.metricsToken = metricsToken
        self.demoKey = demoKey
    }

    var isSecure: Bool { publicURL.hasPrefix("https://") }
}
