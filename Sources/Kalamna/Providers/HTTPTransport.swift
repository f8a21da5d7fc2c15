/// Sends one HTTP request to somebody else's server. The rooms know only this; `KalamnaCommand` brings the client.
package protocol HTTPTransport: Sendable {
    /// The whole response, whatever its status; redirects are not followed.
    ///
    /// Throws an `HTTPTransportFailure`, or a `CancellationError` when the task is cancelled (the request is then ended too).
    func send(_ request: HTTPRequestData) async throws -> HTTPResponseData

    /// Hands the body of a 2xx response on as it comes, in pieces of no certain size, and returns its head when it has ended.
    /// Any other response is returned with the beginning of its body, and `receive` is not called.
    ///
    /// Throws as `send` does, or what `receive` throws. However it ends, the request has ended with it, so that a model that
    /// nobody waits for stops writing. While `receive` works, nothing is read and neither `firstByte` nor `idle` runs.
    ///
    /// - Parameters:
    ///   - firstByte: from the beginning to the first byte of the body; what an error's body may take, too.
    ///   - idle: between two pieces. The request's own `timeout` is for the whole, its `mostBytes` for the sum of all pieces.
    func stream(
        _ request: HTTPRequestData, firstByte: Duration, idle: Duration, receive: @Sendable ([UInt8]) async throws -> Void
    ) async throws -> HTTPResponseData
}

extension HTTPTransport {
    /// For transports that know only whole responses, such as a test's: one piece.
    package func stream(
        _ request: HTTPRequestData, firstByte: Duration, idle: Duration, receive: @Sendable ([UInt8]) async throws -> Void
    ) async throws -> HTTPResponseData {
        let response = try await send(request)
        guard (200...299).contains(response.status) else { return response }
        try await receive(response.body)
        return HTTPResponseData(status: response.status, headers: response.headers)
    }
}

package enum HTTPTransportFailure: Error, Sendable, Hashable {
    /// The answer was not whole within the request's time.
    case timeout
    /// No connection, or it broke.
    case unreachable
    /// The answer is longer than the request allows.
    case tooLarge
    /// The operator's rules allow no connection to this address (`AddressRules`).
    case forbiddenAddress
}

/// Printing it shows where it goes, never its headers (they hold keys) or its body (customers' words).
package struct HTTPRequestData: Sendable, CustomStringConvertible, CustomReflectable {
    package var method: String
    package var url: String
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    /// From the first byte sent to the last one received.
    package var timeout: Duration
    /// A longer response body is refused.
    package var mostBytes: Int

    package init(
        _ method: String, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [], timeout: Duration, mostBytes: Int
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.mostBytes = mostBytes
    }

    package var description: String { "\(method) \(url.prefix { $0 != "?" })" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

package struct HTTPResponseData: Sendable {
    package let status: Int
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    package init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first header of that name, in whatever case it came.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
