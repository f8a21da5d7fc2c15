import Foundation

/// One JSON call to a provider: sends, and turns everything that can go wrong into a `ProviderFailure`.
struct ProviderCall: Sendable {
    let provider: String
    let transport: any HTTPTransport
    let url: String
    let headers: [(name: String, value: String)]
    let timeout: Duration
    let mostBytes: Int

    /// A `CancellationError` passes.
    func post<Answer: Decodable>(_ body: some Encodable, answer: Answer.Type) async throws -> Answer {
        let request = HTTPRequestData(
            "POST", url, headers: headers + [("content-type", "application/json"), ("accept", "application/json")],
            body: Array(try JSONEncoder().encode(body)), timeout: timeout, mostBytes: mostBytes)
        let response: HTTPResponseData
        do { response = try await transport.send(request) } catch let failure as HTTPTransportFailure {
            throw ProviderFailure(provider, transport: failure)
        }
        guard (200...299).contains(response.status) else { throw ProviderFailure(provider, response: response) }
        do { return try JSONDecoder().decode(Answer.self, from: Data(response.body)) } catch {
            // The decoder's error quotes the body: it stays here.
            throw ProviderFailure(provider, .badResponse, status: response.status, code: "not_the_expected_json")
        }
    }
}
