import NIOCore

/// Asks the model's own server, one request after the other on one connection: what a customer would wait for without any server between.
final class LLMDirectCaller: LLMAsker {
    private static let patience = TimeAmount.seconds(30)
    /// About as long as what a customer-support server sends along with a question.
    private static let filler = String(repeating: "قواعد ومعلومات. ", count: 200)

    private let driver: LLMDriver
    private let number: Int
    private let model: String
    private var channel: (any Channel)?
    private var asked = 0
    private var isAsking = false
    private var isStopped = false
    private var askedAt = NIODeadline.distantPast
    private var firstAt: NIODeadline?
    private var lastAt: NIODeadline?
    private var events = EventParser()

    init(driver: LLMDriver, number: Int, model: String) {
        self.driver = driver
        self.number = number
        self.model = model
    }

    func begin() {
        let bound = NIOLoopBound(self, eventLoop: driver.loop)
        driver.server.connect(on: driver.loop) {
            let caller = bound.value
            return ConnectionHandler(receive: { caller.receive($0) }, closed: { caller.fail("connection closed") })
        }.whenComplete { result in
            switch result {
            case .success(let channel):
                bound.value.channel = channel
                bound.value.driver.isReady(bound.value)
            case .failure: bound.value.fail("connection refused")
            }
        }
    }

    func ask() {
        asked += 1
        (isAsking, firstAt, lastAt, events) = (true, nil, nil, EventParser())
        let question = driver.questions[(number &* 7 &+ asked) % driver.questions.count]
        let json =
            "{\"model\":\"\(model)\",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"max_tokens\":400,\"messages\":["
            + "{\"role\":\"system\",\"content\":\"\(Self.filler)\"},{\"role\":\"user\",\"content\":\(question)}]}"
        askedAt = .now()
        let head = driver.server.post("/v1/chat/completions", token: "none")
        channel?.writeAndFlush(ByteBuffer(string: "\(head)\(json.utf8.count)\r\n\r\n\(json)"), promise: nil)
    }

    func stop() {
        isStopped = true
        channel?.close(promise: nil)
    }

    func checkPatience(_ now: NIODeadline) {
        if isAsking, now - askedAt > Self.patience { fail("no answer in 30 s") }
    }

    private func fail(_ what: String) {
        guard !isStopped else { return }
        driver.tally.failed(what)
        stop()
    }

    private func receive(_ part: ResponseParser.Part) {
        switch part {
        case .head(let status): if status != 200 { fail("the model's server answered \(status)") }
        case .body(let piece):
            events.append(piece)
            while let event = events.next() {
                if firstAt == nil, event.data.offset(of: "\"content\": \"\"") == nil, event.data.offset(of: "\"content\"") != nil { firstAt = .now() }
                if event.data.offset(of: "[DONE]") != nil { lastAt = .now() }
            }
        case .end:
            guard isAsking else { return }
            isAsking = false
            guard let lastAt else { return fail("the stream was cut") }
            driver.tally.answered(asked: askedAt, first: firstAt, last: lastAt)
            driver.isDone(self)
        }
    }
}
