import Foundation
import Synchronization
import TestSupport

@testable import Kalamna

/// A provider's stream, in the pieces that a test cuts it into.
final class StreamedTransport: HTTPTransport {
    private let pieces: [[UInt8]]
    private let status: Int
    private let failure: HTTPTransportFailure?
    /// Before each piece but the first.
    private let pace: Duration
    private let received = Mutex<[HTTPRequestData]>([])

    /// - Parameter failure: comes after the last piece.
    init(_ pieces: [[UInt8]], status: Int = 200, failure: HTTPTransportFailure? = nil, pace: Duration = .zero) {
        self.pieces = pieces
        self.status = status
        self.failure = failure
        self.pace = pace
    }

    convenience init(_ body: String, status: Int = 200, failure: HTTPTransportFailure? = nil) {
        self.init([Array(body.utf8)], status: status, failure: failure)
    }

    convenience init(events data: [String]) { self.init(ProviderAnswers.events(data)) }

    var requests: [HTTPRequestData] { received.withLock { $0 } }

    /// The body of the first request.
    func body() throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(requests.first?.body ?? [])) as? [String: Any] ?? [:]
    }

    func send(_ request: HTTPRequestData) async throws -> HTTPResponseData {
        received.withLock { $0.append(request) }
        return HTTPResponseData(status: status, body: pieces.flatMap(\.self))
    }

    func stream(
        _ request: HTTPRequestData, firstByte: Duration, idle: Duration, receive: @Sendable ([UInt8]) async throws -> Void
    ) async throws -> HTTPResponseData {
        guard (200...299).contains(status) else { return try await send(request) }
        received.withLock { $0.append(request) }
        for (number, piece) in pieces.enumerated() {
            if number > 0 && pace > .zero { try await Task.sleep(for: pace) }
            try await receive(piece)
        }
        if let failure { throw failure }
        return HTTPResponseData(status: status)
    }
}

/// What a model wrote, piece by piece.
final class Written: Sendable {
    private let pieces = Mutex<[String]>([])
    var text: String { pieces.withLock { $0.joined() } }
    var count: Int { pieces.withLock { $0.count } }
    func add(_ text: String) { pieces.withLock { $0.append(text) } }
}

extension LLMModel {
    static func test(
        _ provider: Provider, address: String = "https://llm.example/v1", model: String = "small", _ change: (inout LLMModel) -> Void = { _ in }
    ) throws -> LLMModel {
        var model = LLMModel(
            id: LLMModelID(at: Instant(milliseconds: 0)), label: "Test", provider: provider, model: model, version: "1",
            address: try ProviderAddress(address),
            parameters: Parameters(), inputPrice: 0, outputPrice: 0, trafficShare: 1, fallbackRank: 0, isActive: true, isShared: false,
            isLocal: false,
            createdAt: Instant(milliseconds: 0))
        change(&model)
        return model
    }

    func writer(_ transport: any HTTPTransport) -> any LanguageModel {
        LanguageModels.make(self, key: ProviderKey("sk-secret-1"), transport: transport)
    }
}

extension ModelRequest {
    static let test = ModelRequest(system: "Answer from the passages.", messages: [ModelMessage(.customer("التوصيل بياخد قد ايه؟"))])
}
