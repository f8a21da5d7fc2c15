import AsyncHTTPClient
import CAssets
import Foundation
import Kalamna
import NIOCore
import NIOHTTP1

/// A customer in the terminal: over HTTP, as every customer comes.
struct DemoConversation: Sendable {
    private struct Script: Decodable {
        struct Turn: Decodable {
            let text: String
            let style: String
        }
        let turns: [Turn]
    }

    private struct Message: Decodable {
        struct Citation: Decodable { let title: String }
        let id: String
        let seq: Int
        let sender: String
        let text: String
        let reply_to: String?
        let citations: [Citation]
    }

    private struct Started: Decodable {
        let token: String
        let messages: [Message]
    }

    private struct Polled: Decodable { let messages: [Message] }

    let url: String
    let shop: DemoShop

    func hold() async throws {
        let script = try JSONDecoder().decode(Script.self, from: Data(DemoShop.bytes(of: asset_demo_conversation())))
        let client = HTTPClient.shared
        print("\n\(shop.name) – a conversation\n")
        let started: Started = try await call(client, "POST", "/v1/widget/sessions", token: shop.widgetKey, body: [:])
        for message in started.messages { show("bot", message.text) }
        var last = started.messages.last?.seq ?? 0
        for (index, turn) in script.turns.enumerated() {
            show("\(turn.style)", turn.text, isCustomer: true)
            let begun = ContinuousClock.now
            let sent: Message = try await call(
                client, "POST", "/v1/widget/session/messages", token: started.token,
                body: ["client_message_id": "demo-\(index)", "text": turn.text])
            var answer: Message?
            while answer == nil {
                let polled: Polled = try await call(client, "GET", "/v1/widget/session/events?after=\(last)&wait=20", token: started.token)
                last = polled.messages.last?.seq ?? last
                answer = polled.messages.first { $0.reply_to == sent.id }
            }
            guard let answer else { continue }
            let took = ContinuousClock.now - begun
            show(answer.sender, answer.text)
            let source = answer.citations.map { "المصدر: \($0.title)" }.joined(separator: "، ")
            print("      \u{1B}[2m\(source.isEmpty ? "" : source + " · ")\(took.milliseconds) ms\u{1B}[0m\n")
        }
    }

    /// Printed at once, also through a pipe.
    private func show(_ who: String, _ text: String, isCustomer: Bool = false) {
        let color = isCustomer ? "36" : "32"
        let lines = text.split(separator: "\n", omittingEmptySubsequences: true).joined(separator: "\n      ")
        print("\u{1B}[\(color)m\(isCustomer ? "👤" : "🤖")\u{1B}[0m \u{1B}[2m[\(who)]\u{1B}[0m \(lines)")
        fflush(nil)
    }

    private func call<Value: Decodable>(
        _ client: HTTPClient, _ method: String, _ path: String, token: String, body: [String: String]? = nil
    ) async throws -> Value {
        var request = HTTPClientRequest(url: url + path)
        request.method = .RAW(value: method)
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(body)))
        }
        let response = try await client.execute(request, timeout: .seconds(30))
        let data = Data(try await response.body.collect(upTo: 1 << 20).readableBytesView)
        guard (200..<300).contains(response.status.code) else {
            throw Failure(
                .fault, code: "demo", ar: "المحادثة التجريبية وقفت.",
                en: "\(method) \(path) answered \(response.status.code): \(String(decoding: data, as: UTF8.self))")
        }
        return try JSONDecoder().decode(Value.self, from: data)
    }
}
