import Synchronization
import TestSupport
import Testing

@testable import Kalamna
@testable import KalamnaCommand

/// Closes the transport however the body ends: a client that is let go before ends the process.
private func closing<Value>(_ transport: HTTPClientTransport, _ body: (HTTPClientTransport) async throws -> Value) async throws -> Value {
    let result: Result<Value, any Error>
    do { result = .success(try await body(transport)) } catch { result = .failure(error) }
    try await transport.close()
    return try result.get()
}

/// The real client against a real server on this machine.
@Suite(.timeLimit(.minutes(10))) struct HTTPClientTransportTests {
    typealias Script = ScriptedProvider.Script

    private final class Collected: Sendable {
        private let pieces = Mutex<[[UInt8]]>([])
        var bytes: [UInt8] { pieces.withLock { $0.flatMap(\.self) } }
        var count: Int { pieces.withLock { $0.count } }
        func add(_ bytes: [UInt8]) { pieces.withLock { $0.append(bytes) } }
    }

    private func with<Value>(
        rules: AddressRules? = AddressRules(allowing: "127.0.0.0/8"), _ body: (HTTPClientTransport) async throws -> Value
    ) async throws -> Value {
        try await closing(HTTPClientTransport(rules: rules), body)
    }

    private func request(_ provider: ScriptedProvider, timeout: Duration = .seconds(20), most: Int = 1 << 20) -> HTTPRequestData {
        HTTPRequestData("POST", provider.url + "/v1/chat/completions", body: Array("{}".utf8), timeout: timeout, mostBytes: most)
    }

    private func stream(
        _ request: HTTPRequestData, firstByte: Duration = .seconds(5), idle: Duration = .seconds(5)
    ) async throws -> (HTTPResponseData, Collected) {
        let collected = Collected()
        let response = try await with { transport in
            try await transport.stream(request, firstByte: firstByte, idle: idle) { collected.add($0) }
        }
        return (response, collected)
    }

    @Test func handsPiecesOnAsTheyCome() async throws {
        let provider = try await ScriptedProvider(
            Script("أهلا بيك يا فندم").with { script in
                script.pieceSize = 3
                script.pace = .milliseconds(20)
            })
        let (response, collected) = try await stream(request(provider))
        #expect(response.status == 200 && response.body.isEmpty && collected.bytes == Array("أهلا بيك يا فندم".utf8) && collected.count > 2)
        #expect(provider.requests.map(\.path) == ["/v1/chat/completions"] && provider.requests.first?.body == Array("{}".utf8))
    }

    @Test func returnsErrorsWithTheBeginningOfTheirBody() async throws {
        let provider = try await ScriptedProvider(
            Script(status: 429, #"{"error":{"type":"rate_limit_error"}}"#, headers: [("Retry-After", "7")]),
            Script(status: 500, String(repeating: "x", count: 300_000)), Script(status: 503, "half").with { $0.ending = .broken })
        let (limited, collected) = try await stream(request(provider))
        #expect(limited.status == 429 && limited.header("retry-after") == "7" && collected.count == 0)
        #expect(ProviderFailure("p", response: limited).retryAfter == .seconds(7))
        let (long, _) = try await stream(request(provider))
        #expect(long.status == 500 && long.body.count >= 64 << 10)
        let (half, _) = try await stream(request(provider))
        #expect(half.status == 503)
    }

    @Test(arguments: [Script.Ending.broken, .reset]) func aBrokenConnectionIsAFailure(ending: Script.Ending) async throws {
        let provider = try await ScriptedProvider(Script("data: half").with { $0.ending = ending })
        await #expect(throws: HTTPTransportFailure.unreachable) { try await self.stream(self.request(provider)) }
    }

    @Test func keepsEachDeadlineAndHangsUp() async throws {
        let hanging = Script("data: a\n\n").with { $0.ending = .hang }
        let provider = try await ScriptedProvider(
            hanging.with { $0.delay = .seconds(30) }, hanging,
            Script(String(repeating: "x", count: 400)).with { script in
                script.pieceSize = 1
                script.pace = .milliseconds(20)
            })
        let started = ContinuousClock.now
        await #expect(throws: HTTPTransportFailure.timeout) { try await self.stream(self.request(provider), firstByte: .milliseconds(200)) }
        await #expect(throws: HTTPTransportFailure.timeout) { try await self.stream(self.request(provider), idle: .milliseconds(200)) }
        await #expect(throws: HTTPTransportFailure.timeout) { try await self.stream(self.request(provider, timeout: .milliseconds(400))) }
        #expect(ContinuousClock.now - started < .seconds(60))
        for number in 0..<3 { #expect(try await provider.hangsUp(number)) }
    }

    @Test func endsTheRequestWhenNobodyListens() async throws {
        struct Enough: Error {}
        let provider = try await ScriptedProvider(Script("data: a\n\n").with { $0.ending = .hang })
        try await with { transport in
            let request = request(provider)
            await #expect(throws: Enough.self) {
                try await transport.stream(request, firstByte: .seconds(5), idle: .seconds(30)) { _ in throw Enough() }
            }
            #expect(try await provider.hangsUp(0))
            let task = Task { try await transport.stream(request, firstByte: .seconds(5), idle: .seconds(30)) { _ in } }
            while provider.requests.count < 2 { try await Task.sleep(for: .milliseconds(5)) }
            try await Task.sleep(for: .milliseconds(50))
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await provider.hangsUp(1))
        }
    }

    @Test func boundsTheBodyAndWaitsForSlowListeners() async throws {
        let provider = try await ScriptedProvider(Script(String(repeating: "x", count: 100_000)))
        await #expect(throws: HTTPTransportFailure.tooLarge) { try await self.stream(self.request(provider, most: 99_999)) }
        let collected = Collected()
        _ = try await with { transport in
            try await transport.stream(self.request(provider), firstByte: .milliseconds(500), idle: .milliseconds(100)) { bytes in
                if collected.count == 0 { try await Task.sleep(for: .milliseconds(800)) }
                collected.add(bytes)
            }
        }
        #expect(collected.bytes.count == 100_000)
    }

    @Test(arguments: LLMModel.Provider.allCases) func modelsWriteThroughIt(provider: LLMModel.Provider) async throws {
        let data =
            switch provider {
            case .openAI: ProviderAnswers.openAI(["حوالي ", "يومين"])
            case .gemini: ProviderAnswers.gemini(["حوالي ", "يومين"])
            case .anthropic: ProviderAnswers.anthropic(["حوالي ", "يومين"])
            }
        let server = try await ScriptedProvider(
            Script(ProviderAnswers.events(data, lineEnd: "\r\n")).with { script in
                script.pieceSize = 5
                script.pace = .milliseconds(1)
            })
        let model = LLMModel(
            id: LLMModelID(at: Instant(milliseconds: 0)), label: "", provider: provider, model: "small", version: "1",
            address: try ProviderAddress(server.url), parameters: LLMModel.Parameters(), inputPrice: 0, outputPrice: 0, trafficShare: 1,
            fallbackRank: 0,
            isActive: true, isShared: false, isLocal: true, createdAt: Instant(milliseconds: 0))
        let collected = Collected()
        let completion = try await with { transport in
            try await LanguageModels.make(model, key: nil, transport: transport)
                .write(ModelRequest(system: "", messages: [ModelMessage(.customer("a"))])) { collected.add(Array($0.utf8)) }
        }
        #expect(completion.text == "حوالي يومين" && collected.bytes == Array("حوالي يومين".utf8))
    }
}

@Suite(.timeLimit(.minutes(10))) struct CheckedClientsTests {
    /// Gives each of the answers once, the last one for ever, and counts.
    private final class Lookup: Sendable {
        private let answers: Mutex<[[String]]>
        private let asked = Mutex(0)
        init(_ answers: [String]...) { self.answers = Mutex(answers) }
        var count: Int { asked.withLock { $0 } }

        func addresses(_ host: String) throws -> [IPAddress] {
            asked.withLock { $0 += 1 }
            let texts = answers.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? [] }
            if texts.isEmpty { throw HostLookup.NotFound() }
            return texts.compactMap { IPAddress($0) }
        }
    }

    private func send(_ clients: HTTPClientTransport, _ url: String) async throws -> Int {
        try await clients.send(HTTPRequestData("GET", url, timeout: .seconds(5), mostBytes: 1000)).status
    }

    @Test func connectsNowhereInside() async throws {
        let provider = try await ScriptedProvider(ScriptedProvider.Script("a"))
        let port = provider.url.split(separator: ":").last ?? ""
        let lookup = Lookup(["127.0.0.1"])
        try await closing(HTTPClientTransport(rules: .publicOnly) { try lookup.addresses($0) }) { transport in
            for url in [provider.url, "http://localhost:\(port)", "http://2130706433:\(port)", "http://inside.example/", "http://u@inside.example/"] {
                await #expect(throws: HTTPTransportFailure.forbiddenAddress) { try await self.send(transport, url) }
            }
        }
        #expect(provider.requests.isEmpty)
    }

    /// A name server that says something harmless first.
    @Test func aSecondAnswerOfTheNameServerIsNotAsked() async throws {
        let provider = try await ScriptedProvider(ScriptedProvider.Script("a"))
        let port = provider.url.split(separator: ":").last ?? ""
        let lookup = Lookup(["127.0.0.1"], ["10.0.0.1"])
        // The scripted server plays the public one: only its address is allowed.
        try await closing(HTTPClientTransport(rules: AddressRules(allowing: "127.0.0.1")) { try lookup.addresses($0) }) { transport in
            for _ in 0..<3 {
                let status = try await self.send(transport, "http://rebind.example:\(port)/x")
                #expect(status == 200)
            }
        }
        #expect(lookup.count == 1 && provider.requests.first?.headers["host"] == "rebind.example:\(port)")
    }

    @Test func asksAgainAfterATimeAndKeepsWhatWasChecked() async throws {
        let provider = try await ScriptedProvider(ScriptedProvider.Script("a"))
        let port = provider.url.split(separator: ":").last ?? ""
        let lookup = Lookup(["127.0.0.1"], [], ["127.0.0.1"], ["10.0.0.1"])
        let clients = CheckedClients(
            rules: AddressRules(allowing: "127.0.0.1"), lookup: { try lookup.addresses($0) }, freshFor: .zero, capacity: 2)
        try await closing(HTTPClientTransport(clients)) { transport in
            // Known, then no name server, then the same, then an address that may not be.
            for _ in 0..<3 {
                let status = try await self.send(transport, "http://moving.example:\(port)/")
                #expect(status == 200)
            }
            await #expect(throws: HTTPTransportFailure.forbiddenAddress) { try await self.send(transport, "http://moving.example:\(port)/") }
        }
        #expect(lookup.count == 4)
    }

    @Test func triesTheNextAddressAndBoundsWhatItKeeps() async throws {
        let provider = try await ScriptedProvider(ScriptedProvider.Script("a"))
        let port = provider.url.split(separator: ":").last ?? ""
        // Nobody listens at the first.
        let lookup = Lookup(["127.0.0.9", "127.0.0.1"])
        let clients = CheckedClients(rules: AddressRules(allowing: "127.0.0.0/8"), lookup: { try lookup.addresses($0) }, capacity: 2)
        try await closing(HTTPClientTransport(clients)) { transport in
            for number in 0..<6 {
                let status = try await self.send(transport, "http://host\(number).example:\(port)/")
                #expect(status == 200)
            }
        }
        #expect(provider.requests.count == 6 && lookup.count == 12)
        let nobody = Lookup(["127.0.0.9"])
        try await closing(HTTPClientTransport(rules: AddressRules(allowing: "127.0.0.0/8")) { try nobody.addresses($0) }) { transport in
            for _ in 0..<2 {
                await #expect(throws: HTTPTransportFailure.unreachable) { try await self.send(transport, "http://nobody.example:\(port)/") }
            }
        }
    }
}
