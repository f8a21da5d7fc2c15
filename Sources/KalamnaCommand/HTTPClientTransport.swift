import AsyncHTTPClient
import Kalamna
import NIOCore
import NIOHTTP1

/// Async HTTP Client behind the rooms' `HTTPTransport`. `close` it before it is let go.
struct HTTPClientTransport: HTTPTransport {
    private let clients: CheckedClients

    /// - Parameter rules: where it may connect to; nil for addresses that only the operator names.
    init(rules: AddressRules?, lookup: @escaping @Sendable (String) async throws -> [IPAddress] = HostLookup.addresses) {
        self.init(CheckedClients(rules: rules, lookup: lookup))
    }

    init(_ clients: CheckedClients) { self.clients = clients }

    func close() async throws { try await clients.close() }

    func send(_ request: HTTPRequestData) async throws -> HTTPResponseData {
        try await exchange(request, MovingDeadline(request.timeout, total: request.timeout)) { response in
            let body = try await response.body.collect(upTo: request.mostBytes)
            // A body that is read by a cancelled task just ends.
            try Task.checkCancellation()
            return Self.data(response, Array(body.readableBytesView))
        }
    }

    func stream(
        _ request: HTTPRequestData, firstByte: Duration, idle: Duration, receive: @Sendable ([UInt8]) async throws -> Void
    ) async throws -> HTTPResponseData {
        let deadline = MovingDeadline(firstByte, total: request.timeout)
        return try await exchange(request, deadline) { response in
            guard (200...299).contains(Int(response.status.code)) else {
                return Self.data(response, try await Self.beginning(of: response.body))
            }
            var size = 0
            for try await piece in response.body where piece.readableBytes > 0 {
                size += piece.readableBytes
                guard size <= request.mostBytes else { throw HTTPTransportFailure.tooLarge }
                deadline.pause()
                do { try await receive(Array(piece.readableBytesView)) } catch { throw OfTheReceiver(error: error) }
                deadline.allow(idle)
            }
            try Task.checkCancellation()
            return Self.data(response, [])
        }
    }

    private func exchange(
        _ request: HTTPRequestData, _ deadline: MovingDeadline, read: @Sendable (HTTPClientResponse) async throws -> HTTPResponseData
    ) async throws -> HTTPResponseData {
        do {
            // The client's own deadline ends with the response's head; this one is for the whole of it.
            return try await deadline.limit {
                try await clients.withClient(for: request.url) { client, url in
                    var outgoing = HTTPClientRequest(url: url)
                    outgoing.method = HTTPMethod(rawValue: request.method)
                    for (name, value) in request.headers { outgoing.headers.add(name: name, value: value) }
                    if !request.body.isEmpty { outgoing.body = .bytes(request.body) }
                    return try await read(try await client.execute(outgoing, timeout: .milliseconds(request.timeout.milliseconds)))
                }
            }
        } catch {
            // Its words may hold the address: only its kind goes on.
            throw Self.failure(error)
        }
    }

    /// Enough to tell what went wrong; also when the rest does not come.
    private static func beginning(of body: HTTPClientResponse.Body) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            for try await piece in body {
                bytes += piece.readableBytesView
                if bytes.count >= 64 << 10 { break }
            }
        } catch  where !(error is CancellationError) && !Task.isCancelled {
            return bytes
        }
        try Task.checkCancellation()
        return bytes
    }

    private static func data(_ response: HTTPClientResponse, _ body: [UInt8]) -> HTTPResponseData {
        HTTPResponseData(status: Int(response.status.code), headers: response.headers.map { ($0.name, $0.value) }, body: body)
    }

    /// What `receive` threw goes on as it is.
    private struct OfTheReceiver: Error {
        let error: any Error
    }

    private static func failure(_ error: any Error) -> any Error {
        if let receiver = error as? OfTheReceiver { return receiver.error }
        if error is CancellationError || Task.isCancelled { return CancellationError() }
        switch error {
        case let failure as HTTPTransportFailure: return failure
        case is MovingDeadline.Passed: return HTTPTransportFailure.timeout
        case is AddressRefusal: return HTTPTransportFailure.forbiddenAddress
        case is NIOTooManyBytesError: return HTTPTransportFailure.tooLarge
        default: break
        }
        switch error as? HTTPClientError {
        case .deadlineExceeded, .readTimeout, .writeTimeout, .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout:
            return HTTPTransportFailure.timeout
        default:
            return HTTPTransportFailure.unreachable
        }
    }
}
