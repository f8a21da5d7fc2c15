import AsyncHTTPClient
import Kalamna
import NIOCore
import NIOHTTP1

/// Async HTTP Client behind the rooms' `HTTPTransport`. `close` it before it is let go.
///
/// It goes wherever its requests say: keeping them out of the operator's own network (SSRF) is issue 4's, and belongs here,
/// where the connection is made.
struct HTTPClientTransport: HTTPTransport {
    private let client: HTTPClient

    init() {
        var configuration = HTTPClient.Configuration(
            // A redirect would carry the key to another address.
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(3)), decompression: .disabled)
        configuration.httpVersion = .automatic
        // A refused connection is told at once; whether to try again is the caller's to say.
        configuration.connectionPool.retryConnectionEstablishment = false
        self.client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func close() async throws { try await client.shutdown() }

    func send(_ request: HTTPRequestData) async throws -> HTTPResponseData {
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.method = HTTPMethod(rawValue: request.method)
        for (name, value) in request.headers { outgoing.headers.add(name: name, value: value) }
        if !request.body.isEmpty { outgoing.body = .bytes(request.body) }
        let (client, prepared) = (client, outgoing)
        // The client's own deadline ends with the response's head; this one is for the whole of it.
        return try await withThrowingTaskGroup(of: HTTPResponseData.self) { group in
            group.addTask { try await Self.exchange(prepared, client, mostBytes: request.mostBytes, timeout: request.timeout) }
            group.addTask {
                try await Task.sleep(for: request.timeout)
                throw HTTPTransportFailure.timeout
            }
            defer { group.cancelAll() }
            guard let response = try await group.next() else { throw HTTPTransportFailure.unreachable }
            return response
        }
    }

    private static func exchange(
        _ request: HTTPClientRequest, _ client: HTTPClient, mostBytes: Int, timeout: Duration
    ) async throws -> HTTPResponseData {
        do {
            let response = try await client.execute(request, timeout: .milliseconds(timeout.milliseconds))
            let body = try await response.body.collect(upTo: mostBytes)
            // A body that is read by a cancelled task just ends.
            try Task.checkCancellation()
            return HTTPResponseData(
                status: Int(response.status.code), headers: response.headers.map { ($0.name, $0.value) }, body: Array(body.readableBytesView))
        } catch {
            // Its words may hold the address: only its kind goes on.
            throw Self.failure(error)
        }
    }

    private static func failure(_ error: any Error) -> any Error {
        if error is CancellationError || Task.isCancelled { return CancellationError() }
        if error is NIOTooManyBytesError { return HTTPTransportFailure.tooLarge }
        switch error as? HTTPClientError {
        case .deadlineExceeded, .readTimeout, .writeTimeout, .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout:
            return HTTPTransportFailure.timeout
        default:
            return HTTPTransportFailure.unreachable
        }
    }
}
