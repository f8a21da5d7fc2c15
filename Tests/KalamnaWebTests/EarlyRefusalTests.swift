import Foundation
import HTTPTypes
import Kalamna
import KalamnaWeb
import NIOCore
import NIOPosix
import TestSupport
import Testing

/// Who may not come in is told so by the headers: of their body nothing is read.
@Suite struct EarlyRefusalTests {
    @Test(.timeLimit(.minutes(10))) func strangersAreRefusedBeforeTheirBody() async throws {
        let server = try await TestServer(.sqlite)
        let acme = try await Belongings(of: server.kalamna.acme, on: server)
        let asking = server.server.endpoints.filter { $0.access != .anyone && [.post, .put, .patch].contains($0.method) }
        #expect(asking.count > 20)
        for endpoint in asking {
            for length in [1000, 30 << 20] {
                let answer = try await server.converse { connection in
                    try await connection.head(endpoint.method.rawValue, acme.path(of: endpoint), length: length)
                    return try await connection.answer()
                }
                #expect(answer.hasPrefix("HTTP/1.1 401 "), "\(endpoint.name) \(length): \(answer.prefix(80))")
            }
        }
    }

    @Test(.timeLimit(.minutes(10))) func eachRouteHasItsOwnSize() async throws {
        let server = try await TestServer(.sqlite)
        let key = try await server.makeKey("server", by: server.kalamna.acme.ownerToken).secret
        for (path, length) in [("/v1/sessions", (64 << 10) + 1), ("/v1/knowledge", (4 << 20) + 1), ("/v1/knowledge/import", (21 << 20) + 1)] {
            let answer = try await server.converse { connection in
                try await connection.head("POST", path, auth: key, length: length)
                return try await connection.answer()
            }
            #expect(answer.hasPrefix("HTTP/1.1 413 "), "\(path): \(answer.prefix(80))")
        }
    }

    /// A body that is sent slowly does not keep open what was closed meanwhile.
    @Test(.timeLimit(.minutes(10))) func whoIsLetOutWhileSendingIsOut() async throws {
        let server = try await TestServer(.sqlite)
        let owner = server.kalamna.acme.ownerToken
        for isRevoked in [false, true] {
            let key = try await server.makeKey("server", by: owner)
            let body = #"{"external_id":"slow"}"#
            let answer = try await server.converse { connection in
                try await connection.head("POST", "/v1/sessions", auth: key.secret, length: body.utf8.count)
                try await connection.send(String(body.prefix(5)))
                try await Task.sleep(for: .milliseconds(1500))
                if isRevoked { _ = try await server.call("DELETE", "/v1/keys/\(key.id)", auth: owner) }
                try await connection.send(String(body.dropFirst(5)))
                return try await connection.answer()
            }
            #expect(answer.hasPrefix(isRevoked ? "HTTP/1.1 401 " : "HTTP/1.1 201 "), "\(answer.prefix(80))")
        }
    }
}

/// A connection on which a request is written piece by piece.
private struct Conversation {
    let inbound: NIOAsyncChannelInboundStream<ByteBuffer>
    let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

    func head(_ method: String, _ path: String, auth: String? = nil, length: Int) async throws {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: localhost", "Content-Type: application/json", "Content-Length: \(length)"]
        if let auth { lines.append("Authorization: Bearer \(auth)") }
        try await send(lines.joined(separator: "\r\n") + "\r\n\r\n")
    }

    func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }

    /// What comes first; empty when the connection ends instead.
    func answer() async throws -> String {
        for try await part in inbound { return String(buffer: part) }
        return ""
    }
}

extension TestServer {
    fileprivate func converse<Value: Sendable>(_ body: (Conversation) async throws -> Value) async throws -> Value {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: Int(url.split(separator: ":").last ?? "") ?? 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel(
                        wrappingChannelSynchronously: channel, configuration: NIOAsyncChannel<ByteBuffer, ByteBuffer>.Configuration())
                }
            }
        return try await channel.executeThenClose { inbound, outbound in try await body(Conversation(inbound: inbound, outbound: outbound)) }
    }
}
