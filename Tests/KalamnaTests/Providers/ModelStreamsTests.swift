import Foundation
import TestSupport
import Testing

@testable import Kalamna

/// What all three adapters promise.
@Suite(.timeLimit(.minutes(10))) struct ModelStreamsTests {
    private static let pieces = ["حوالي ", "يومين", " يا \"فندم\" 😊\n", "{\"x\"}"]
    private static var answer: String { pieces.joined() }

    private func body(_ provider: LLMModel.Provider, lineEnd: String = "\n") -> String {
        switch provider {
        case .openAI: ProviderAnswers.events(ProviderAnswers.openAI(Self.pieces), lineEnd: lineEnd)
        case .gemini: ProviderAnswers.events(ProviderAnswers.gemini(Self.pieces), lineEnd: lineEnd)
        case .anthropic: ProviderAnswers.events(ProviderAnswers.anthropic(Self.pieces), lineEnd: lineEnd)
        }
    }

    private func write(
        _ provider: LLMModel.Provider, _ transport: StreamedTransport, timeouts: ModelTimeouts = ModelTimeouts()
    ) async throws -> (ModelCompletion, Written) {
        let written = Written()
        var request = ModelRequest.test
        request.timeouts = timeouts
        return (try await LLMModel.test(provider).writer(transport).write(request) { written.add($0) }, written)
    }

    private func failure(_ provider: LLMModel.Provider, _ transport: StreamedTransport) async throws -> ProviderFailure? {
        try await providerFailure { _ = try await self.write(provider, transport) }
    }

    @Test(arguments: LLMModel.Provider.allCases, ["\n", "\r\n", "\r"])
    func readsAnAnswerThatIsCutAnywhere(provider: LLMModel.Provider, lineEnd: String) async throws {
        let bytes = Array(body(provider, lineEnd: lineEnd).utf8)
        // At each byte once; the other line ends add little.
        for cut in stride(from: 0, through: bytes.count, by: lineEnd == "\n" ? 1 : 7) {
            let (completion, written) = try await write(provider, StreamedTransport([Array(bytes[..<cut]), Array(bytes[cut...])]))
            #expect(completion.text == Self.answer && written.text == Self.answer && completion.ending == .complete, "cut at \(cut)")
            #expect(!completion.usage.isEstimated && completion.usage.input > 0 && completion.usage.output > 0)
        }
        let (completion, written) = try await write(provider, StreamedTransport(bytes.map { [$0] }))
        #expect(completion.text == Self.answer && written.text == Self.answer && written.count == Self.pieces.count)
    }

    /// Wherever the stream breaks off, nothing is taken for a whole answer that is not. The last bytes are only an event's end.
    @Test(arguments: LLMModel.Provider.allCases) func aStreamThatBreaksOffIsNoAnswer(provider: LLMModel.Provider) async throws {
        let text = body(provider)
        let bytes = Array(text.utf8)
        for end in 0..<(bytes.count - 2) {
            let failure = try await failure(provider, StreamedTransport([Array(bytes[..<end])]))
            #expect(
                failure?.kind == .badResponse && failure?.code == "incomplete_stream", "\(end) of \(bytes.count): \(failure?.description ?? "none")")
        }
        let broken = try await failure(provider, StreamedTransport([Array(bytes.prefix(bytes.count / 2))], failure: .unreachable))
        #expect(broken?.kind == .unreachable)
    }

    @Test(arguments: LLMModel.Provider.allCases) func namesErrorsBeforeAndInTheStream(provider: LLMModel.Provider) async throws {
        #expect(try await failure(provider, StreamedTransport(#"{"detail":"Invalid API key"}"#, status: 401))?.kind == .authentication)
        #expect(try await failure(provider, StreamedTransport(#"{"error":"model 'x' not found"}"#, status: 404))?.kind == .badRequest)
        #expect(
            try await failure(provider, StreamedTransport(#"{"type":"error","error":{"type":"overloaded_error"}}"#, status: 529))?.kind == .overloaded
        )
        let begun = body(provider).prefix(300).components(separatedBy: "\n\n").dropLast().joined(separator: "\n\n") + "\n\n"
        for (text, kind, code) in [
            (#"data: {"error":{"message":"m","type":"server_error","param":null,"code":null}}"#, ProviderFailure.Kind.overloaded, "server_error"),
            (#"data: {"error":"the model's words"}"#, .overloaded, "error_in_stream"),
            (#"{"error":"the model's words"}"#, .overloaded, "error_in_stream"),
            ("event: error\n" + #"data: {"type":"error","error":{"type":"overloaded_error","message":"m"}}"#, .overloaded, "overloaded_error"),
            (#"data: {"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"retryDelay":"22s"}]}}"#, .rateLimited, "resource_exhausted"),
            (#"data: {"object":"error","message":"m","type":"BadRequestError","code":400}"#, .badRequest, "badrequesterror"),
            (#"data: {"error":{"message":"m","type":"exceed_context_size_error","code":400}}"#, .badRequest, "exceed_context_size_error"),
        ] {
            for opening in ["", begun] {
                let found = try await failure(provider, StreamedTransport(opening + text + "\n\n"))
                #expect(found?.kind == kind && found?.code == code, "\(text): \(found?.description ?? "none")")
            }
        }
        #expect(try await failure(provider, StreamedTransport("{\n \"error\": {\n \"code\": 503\n}\n}\n"))?.kind == .overloaded)
        #expect(try await failure(provider, StreamedTransport(#"{"choices":[]}"#))?.code == "not_a_stream")
        #expect(try await failure(provider, StreamedTransport("data: {not json}\n\n"))?.code == "not_the_expected_json")
        #expect(try await failure(provider, StreamedTransport("data: " + String(repeating: "x", count: 1_100_000)))?.code == "line_too_long")
        #expect(try await failure(provider, StreamedTransport("<html>upstream</html>"))?.code == "incomplete_stream")
    }

    @Test(arguments: LLMModel.Provider.allCases) func endsWhenNothingComes(provider: LLMModel.Provider) async throws {
        let timeouts = ModelTimeouts(firstToken: .milliseconds(100), betweenTokens: .milliseconds(100), total: .seconds(20))
        // Comments show that the connection lives, not that the model writes.
        let silent = StreamedTransport([[UInt8]](repeating: Array(": wait\n".utf8), count: 200), pace: .milliseconds(20))
        let failure = try await providerFailure { _ = try await self.write(provider, silent, timeouts: timeouts) }
        #expect(failure?.kind == .timeout)
        // Thoughts before the first word are no words either.
        if provider == .openAI {
            let thought = ProviderAnswers.events([#"{"choices":[{"delta":{"reasoning_content":"hm"}}]}"#])
            let thinking = StreamedTransport([[UInt8]](repeating: Array(thought.utf8), count: 200), pace: .milliseconds(20))
            let patient = ModelTimeouts(firstToken: .milliseconds(100), betweenTokens: .seconds(10), total: .seconds(20))
            let failure = try await providerFailure { _ = try await self.write(provider, thinking, timeouts: patient) }
            #expect(failure?.kind == .timeout)
        }
        // A stream that stays open after the provider has said that it is over is over.
        if provider != .gemini {
            let open = StreamedTransport(
                [Array(body(provider).utf8)] + [[UInt8]](repeating: Array(": wait\n".utf8), count: 200), pace: .milliseconds(50))
            let (completion, _) = try await write(provider, open)
            #expect(completion.text == Self.answer)
        }
    }

    @Test(arguments: LLMModel.Provider.allCases) func whoListensMayStopItOrTakeItsTime(provider: LLMModel.Provider) async throws {
        struct Enough: Error {}
        let model = try LLMModel.test(provider)
        await #expect(throws: Enough.self) {
            _ = try await model.writer(StreamedTransport(self.body(provider))).write(.test) { _ in throw Enough() }
        }
        var request = ModelRequest.test
        request.timeouts = ModelTimeouts(firstToken: .milliseconds(200), betweenTokens: .milliseconds(50), total: .seconds(20))
        let completion = try await model.writer(StreamedTransport(body(provider))).write(request) { _ in
            try await Task.sleep(for: .milliseconds(300))
        }
        #expect(completion.text == Self.answer)
        let task = Task {
            let slow = StreamedTransport([[UInt8]](repeating: Array(": wait\n".utf8), count: 2000), pace: .milliseconds(10))
            return try await model.writer(slow).write(.test) { _ in }
        }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
    }

    @Test(arguments: LLMModel.Provider.allCases) func sendsTurnsThatAlternate(provider: LLMModel.Provider) async throws {
        let transport = StreamedTransport(body(provider))
        let request = ModelRequest(
            system: "S",
            messages: [
                ModelMessage(.model("welcome")), ModelMessage(.customer("a")), ModelMessage(.customer("b")), ModelMessage(.model(" ")),
                ModelMessage(.model("c")), ModelMessage(.model("d")), ModelMessage(.customer("")), ModelMessage(.customer("e")),
            ])
        _ = try await LLMModel.test(provider) { $0.parameters.foldsSystem = true }.writer(transport).write(request) { _ in }
        let json = String(decoding: transport.requests.first?.body ?? [], as: UTF8.self)
        #expect(json.contains(#""S\n\na\nb""#) && json.contains(#""c\nd""#) && json.contains(#""e""#))
        #expect(!json.contains("welcome") && !json.contains(#""system""#) && !json.contains("systemInstruction"))
        let sent = try transport.body()
        #expect(((sent["messages"] ?? sent["contents"]) as? [[String: Any]])?.map { $0["role"] as? String ?? "" }.count == 3)
    }
}
