import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// A message as the contract has it.
struct Message: Decodable, Sendable, Equatable {
    let id: String
    let seq: Int
    let sender: String
    let text: String
    let clientMessageID: String?
    let replyTo: String?
    let outcome: String?

    enum CodingKeys: String, CodingKey {
        case id, seq, sender, text, outcome
        case clientMessageID = "client_message_id"
        case replyTo = "reply_to"
    }
}

/// What a customer sends.
struct Draft: Encodable, Sendable {
    let clientMessageID: String
    let text: String

    enum CodingKeys: String, CodingKey {
        case text
        case clientMessageID = "client_message_id"
    }
}

/// The customer's side of the contract, where speed does not matter.
struct WidgetAPI: Sendable {
    struct Started: Decodable, Sendable {
        struct Session: Decodable, Sendable {
            let id: String
        }
        let session: Session
        let token: String
    }

    /// The server has answered, but not with success.
    struct Refused: Error, CustomStringConvertible {
        let status: Int
        let body: String
        var description: String { "\(status) \(body.prefix(300))" }
        /// Trying again would not help.
        var isFinal: Bool { (400..<500).contains(status) && status != 408 && status != 429 }
    }

    let client: HTTPClient
    let server: ServerAddress

    static func withClient<Value>(_ server: ServerAddress, _ body: (WidgetAPI) async throws -> Value) async throws -> Value {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let value = try await body(WidgetAPI(client: client, server: server))
            try await client.shutdown()
            return value
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    func start(key: String) async throws -> Started {
        try JSONDecoder().decode(Started.self, from: try await send(.POST, "/v1/widget/sessions", token: key, body: Data("{}".utf8)))
    }

    func post(_ draft: Draft, token: String) async throws -> Message {
        let body = try JSONEncoder().encode(draft)
        return try JSONDecoder().decode(Message.self, from: try await send(.POST, "/v1/widget/session/messages", token: token, body: body))
    }

    /// The whole conversation, page by page.
    func history(token: String) async throws -> [Message] {
        struct Page: Decodable {
            let messages: [Message]
            let has_more: Bool
        }
        var all: [Message] = []
        while true {
            let path = "/v1/widget/session/messages?after=\(all.last?.seq ?? 0)&limit=100"
            let page = try JSONDecoder().decode(Page.self, from: try await send(.GET, path, token: token))
            all += page.messages
            if !page.has_more || page.messages.isEmpty { return all }
        }
    }

    func lastSeq(token: String) async throws -> Int {
        struct Current: Decodable {
            struct Session: Decodable { let last_seq: Int }
            let session: Session
        }
        return try JSONDecoder().decode(Current.self, from: try await send(.GET, "/v1/widget/session", token: token)).session.last_seq
    }

    func isReady() async -> Bool { (try? await send(.GET, "/readyz", token: nil, within: .seconds(1))) != nil }

    private func send(
        _ method: HTTPMethod, _ path: String, token: String?, body: Data? = nil, within timeout: TimeAmount = .seconds(10)
    ) async throws -> Data {
        var request = HTTPClientRequest(url: server.url + path)
        request.method = method
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        let response = try await client.execute(request, timeout: timeout)
        let content = try await response.body.collect(upTo: 8 << 20)
        guard (200..<300).contains(response.status.code) else {
            throw Refused(status: Int(response.status.code), body: String(buffer: content))
        }
        return Data(content.readableBytesView)
    }
}
