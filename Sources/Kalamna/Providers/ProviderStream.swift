import Synchronization

/// Reads the events of one provider's stream.
protocol ProviderStreamReader: Sendable {
    /// The provider's own sign that nothing more comes was read. False for those that just close the stream.
    var hasEnded: Bool { get }
    /// Tells what the event brings for the customer.
    mutating func take(_ event: ServerSentEvents.Event) throws(ProviderFailure) -> ProviderStreamPiece
    /// When the stream is over: the whole, if there were both signs that it is whole.
    func completion(estimatedInput: Int) throws(ProviderFailure) -> ModelCompletion
}

enum ProviderStreamPiece: Sendable, Hashable {
    case text(String)
    /// A part of a tool's call.
    case call
    /// Thoughts: nothing to show, but a sign of life once the answer has begun.
    case thought
    case nothing
}

/// One streamed call of a provider: sends, hands the text on, keeps the deadlines, and turns everything that can go wrong into
/// a `ProviderFailure`.
struct ProviderStream: Sendable {
    let provider: String
    let transport: any HTTPTransport
    let url: String
    let headers: [(name: String, value: String)]
    let timeouts: ModelTimeouts
    let estimatedInput: Int

    /// Of a stream: with all that is around them, some ten thousand tokens.
    private static let mostBytes = 8 << 20
    /// Of an answer. Nobody asks for more, so the server does not do what it was asked.
    private static let mostTextBytes = 256 << 10
    /// How long a server may keep a stream open after it has said that it is over.
    private static let ending = Duration.seconds(1)

    func run(
        _ body: ProviderJSON, reader: some ProviderStreamReader, receive: @Sendable (String) async throws -> Void
    ) async throws -> ModelCompletion {
        let request = HTTPRequestData(
            "POST", url, headers: headers + [("content-type", "application/json"), ("accept", "text/event-stream")], body: try body.encoded(),
            timeout: timeouts.total, mostBytes: Self.mostBytes)
        let progress = Progress(provider: provider, reader: reader)
        let deadline = MovingDeadline(timeouts.firstToken, total: timeouts.total)
        do {
            let response = try await deadline.limit {
                try await transport.stream(request, firstByte: timeouts.firstToken, idle: timeouts.betweenTokens) { bytes in
                    let step = try progress.take(bytes)
                    if !step.text.isEmpty {
                        // How long we take is not the provider's fault.
                        deadline.pause()
                        try await receive(step.text)
                    }
                    if step.hasEnded {
                        deadline.allow(Self.ending)
                    } else if step.isAlive {
                        deadline.allow(timeouts.betweenTokens)
                    }
                }
            }
            guard (200...299).contains(response.status) else { throw ProviderFailure(provider, response: response) }
        } catch is MovingDeadline.Passed {
            // The answer is whole; only the connection was not let go.
            if !progress.hasEnded { throw ProviderFailure(provider, .timeout) }
        } catch let failure as HTTPTransportFailure {
            if Task.isCancelled { throw CancellationError() }
            if !progress.hasEnded { throw ProviderFailure(provider, transport: failure) }
        }
        try Task.checkCancellation()
        let last = try progress.finish()
        if !last.isEmpty { try await receive(last) }
        return try progress.completion(estimatedInput: estimatedInput)
    }

    /// How far the reading of one stream has come.
    private final class Progress<Reader: ProviderStreamReader>: Sendable {
        struct Step {
            var text = ""
            var isAlive = false
            /// With these bytes, not before.
            var hasEnded = false
        }

        private struct State {
            var reader: Reader
            var events = ServerSentEvents()
            var hasEvents = false
            var hasBegun = false
            var textBytes = 0
            /// What came as long as it did not look like events.
            var opening: [UInt8] = []
        }

        private let provider: String
        private let state: Mutex<State>

        init(provider: String, reader: Reader) {
            self.provider = provider
            self.state = Mutex(State(reader: reader))
        }

        var hasEnded: Bool { state.withLock { $0.reader.hasEnded } }

        func take(_ bytes: [UInt8]) throws -> Step {
            try state.withLock { state in
                if !state.hasEvents, state.opening.count < 64 << 10 { state.opening += bytes.prefix(64 << 10) }
                let events: [ServerSentEvents.Event]
                do { events = try state.events.take(bytes) } catch { throw ProviderFailure(provider, .badResponse, code: "line_too_long") }
                return try read(events, &state)
            }
        }

        /// The text of an event that had no empty line after it.
        func finish() throws -> String {
            try state.withLock { state in
                let events: [ServerSentEvents.Event]
                do { events = try state.events.finish() } catch { throw ProviderFailure(provider, .badResponse, code: "line_too_long") }
                do {
                    return try read(events, &state).text
                } catch let failure as ProviderFailure where failure.code == "not_the_expected_json" {
                    // Half an event: the connection broke in it.
                    throw ProviderFailure(provider, .badResponse, code: "incomplete_stream")
                }
            }
        }

        func completion(estimatedInput: Int) throws(ProviderFailure) -> ModelCompletion {
            let (reader, hasEvents, opening) = state.withLock { ($0.reader, $0.hasEvents, $0.opening) }
            if !hasEvents, let json = ProviderJSON(opening) {
                throw ProviderFailure(provider, inStream: json) ?? ProviderFailure(provider, .badResponse, code: "not_a_stream")
            }
            return try reader.completion(estimatedInput: estimatedInput)
        }

        private func read(_ events: [ServerSentEvents.Event], _ state: inout State) throws(ProviderFailure) -> Step {
            var step = Step()
            let hadEnded = state.reader.hasEnded
            for event in events where !state.reader.hasEnded {
                if event.name == ServerSentEvents.bareJSON {
                    if let json = ProviderJSON(event.data), let failure = ProviderFailure(provider, inStream: json) { throw failure }
                    continue
                }
                state.hasEvents = true
                switch try state.reader.take(event) {
                case .text(let text):
                    step.text += text
                    state.textBytes += text.utf8.count
                    state.hasBegun = true
                    step.isAlive = true
                case .call:
                    state.hasBegun = true
                    step.isAlive = true
                case .thought: step.isAlive = step.isAlive || state.hasBegun
                case .nothing: break
                }
            }
            step.hasEnded = state.reader.hasEnded && !hadEnded
            guard state.textBytes <= ProviderStream.mostTextBytes else { throw ProviderFailure(provider, .badResponse, code: "answer_too_long") }
            return step
        }
    }
}

extension ModelCompletion {
    /// Checks what was put together: an answer without a word and without a call is none.
    init(
        _ provider: String, text: String, calls: [ModelToolCall], ending: Ending, input: Int?, output: Int?, estimatedInput: Int
    ) throws(ProviderFailure) {
        // A call that was cut off has half its arguments.
        let calls = ending == .complete || ending == .toolCalls ? calls : []
        // Some servers end a call with `stop`, and some promise a call that does not come.
        let ending = ending == .complete || ending == .toolCalls ? (calls.isEmpty ? .complete : .toolCalls) : ending
        if text.trimmed.isEmpty && calls.isEmpty && ending != .blocked {
            throw ProviderFailure(provider, .badResponse, code: ending == .cutOff ? "cut_off_before_text" : "empty_answer")
        }
        let written = calls.reduce(ModelUsage.estimate(text)) { sum, call in
            sum + ModelUsage.estimate(call.name) + call.arguments.values.reduce(0) { $0 + ModelUsage.estimate($1) }
        }
        self.init(
            text: text, calls: calls, ending: ending,
            usage: ModelUsage(input: input ?? estimatedInput, output: output ?? written, isEstimated: input == nil || output == nil))
    }
}
