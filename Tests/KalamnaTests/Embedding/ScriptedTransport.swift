import Foundation
import Kalamna
import Synchronization

/// Somebody else's server, as a test scripts it: answers each request by a closure and keeps what came.
final class ScriptedTransport: HTTPTransport {
    private let received = Mutex<[HTTPRequestData]>([])
    private let answer: @Sendable (HTTPRequestData) async throws -> HTTPResponseData

    init(_ answer: @escaping @Sendable (HTTPRequestData) async throws -> HTTPResponseData) { self.answer = answer }

    convenience init(status: Int = 200, headers: [(name: String, value: String)] = [], _ body: String) {
        self.init { _ in HTTPResponseData(status: status, headers: headers, body: Array(body.utf8)) }
    }

    var requests: [HTTPRequestData] { received.withLock { $0 } }

    func send(_ request: HTTPRequestData) async throws -> HTTPResponseData {
        received.withLock { $0.append(request) }
        return try await answer(request)
    }
}

extension HTTPRequestData {
    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    /// The texts of an OpenAI-compatible request.
    func inputs() throws -> [String] {
        struct Body: Decodable { let input: [String] }
        return try JSONDecoder().decode(Body.self, from: Data(body)).input
    }
}

extension HTTPResponseData {
    static func json(_ value: some Encodable) throws -> HTTPResponseData {
        HTTPResponseData(status: 200, body: Array(try JSONEncoder().encode(value)))
    }
}

/// What a call failed with, as a `ProviderFailure`.
func providerFailure(of body: () async throws -> Void) async throws -> ProviderFailure? {
    do { try await body() } catch let failure as ProviderFailure { return failure }
    return nil
}
