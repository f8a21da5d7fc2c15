import ArgumentParser
import Foundation
import NIOCore

/// Where the server listens. Plain HTTP: the server is measured, not TLS.
struct ServerAddress: Sendable, ExpressibleByArgument {
    let host: String
    let port: Int

    var url: String { "http://\(host):\(port)" }

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    init?(argument: String) {
        guard let url = URL(string: argument), url.scheme == "http", let host = url.host else { return nil }
        self.init(host: host, port: url.port ?? 80)
    }

    /// The bytes of a request without a body.
    func get(_ path: String, token: String, headers: [(String, String)] = []) -> ByteBuffer {
        let more = headers.map { "\($0): \($1)\r\n" }.joined()
        return ByteBuffer(string: "GET \(path) HTTP/1.1\r\n\(common(token))\(more)\r\n")
    }

    /// The bytes of a JSON request up to the value of its Content-Length.
    func post(_ path: String, token: String) -> String {
        "POST \(path) HTTP/1.1\r\n\(common(token))Content-Type: application/json\r\nContent-Length: "
    }

    private func common(_ token: String) -> String { "Host: \(host):\(port)\r\nAuthorization: Bearer \(token)\r\n" }
}
