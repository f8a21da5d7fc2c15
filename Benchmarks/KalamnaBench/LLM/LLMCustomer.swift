import NIOCore

/// A customer of a server: a conversation with its stream. Everything on one event loop, without tasks or decoding, as `TurnSession` does.
final class LLMCustomer: LLMAsker {
    private enum Phase {
        case idle, starting, joining, ready, asking, stopped
    }

    private static let patience = TimeAmount.seconds(30)

    private let driver: LLMDriver
    private let number: Int
    private let key: String
    private var phase = Phase.idle
    private var posts: (any Channel)?
    private var stream: (any Channel)?
    /// Counts the attempts: what an earlier connection still tells is not listened to.
    private var life = 0
    private var asked = 0
    private var askedAt = NIODeadline.distantPast
    private var firstAt: NIODeadline?
    private var questionID: String?
    private var lastReply: (to: String, isSystem: Bool, at: NIODeadline)?
    private var postHead = ""
    private var status = 0
    private var body = ByteBuffer()
    private var events = EventParser()

    init(driver: LLMDriver, number: Int, key: String) {
        self.driver = driver
        self.number = number
        self.key = key
    }

    func begin() {
        life += 1
        phase = .starting
        askedAt = .now()
        (questionID, lastReply, events, body) = (nil, nil, EventParser(), ByteBuffer())
        connect(
            receive: { $0.posted($1) },
            connected: { customer, channel in
                customer.posts = channel
                customer.send("{}", to: customer.driver.server.post("/v1/widget/sessions", token: customer.key))
            })
    }

    func stop() {
        phase = .stopped
        hangUp()
    }

    func checkPatience(_ now: NIODeadline) {
        switch phase {
        case .starting, .joining, .asking: if now - askedAt > Self.patience { fail("no answer in 30 s") }
        case .idle, .ready, .stopped: break
        }
    }

    func ask() {
        guard phase == .ready else { return }
        phase = .asking
        asked += 1
        (questionID, firstAt) = (nil, nil)
        let question = driver.questions[(number &* 7 &+ asked) % driver.questions.count]
        askedAt = .now()
        send("{\"client_message_id\":\"\(number)-\(life)-\(asked)\",\"text\":\(question)}", to: postHead)
    }

    private func hangUp() {
        life += 1
        posts?.close(promise: nil)
        stream?.close(promise: nil)
        (posts, stream) = (nil, nil)
    }

    private func fail(_ what: String) {
        guard phase != .stopped else { return }
        driver.tally.failed(what)
        hangUp()
        phase = .idle
        let bound = NIOLoopBound(self, eventLoop: driver.loop)
        driver.loop.scheduleTask(in: .milliseconds(200)) { if bound.value.phase == .idle { bound.value.begin() } }
    }

    private func connect(
        receive: @escaping @Sendable (LLMCustomer, ResponseParser.Part) -> Void,
        connected: @escaping @Sendable (LLMCustomer, any Channel) -> Void
    ) {
        let bound = NIOLoopBound(self, eventLoop: driver.loop)
        let life = life
        driver.server.connect(on: driver.loop) {
            let customer = bound.value
            return ConnectionHandler(
                receive: { if customer.life == life { receive(customer, $0) } },
                closed: { if customer.life == life { customer.fail("connection closed") } })
        }.whenComplete { result in
            guard bound.value.life == life else {
                if case .success(let channel) = result { channel.close(promise: nil) }
                return
            }
            switch result {
            case .success(let channel): connected(bound.value, channel)
            case .failure: bound.value.fail("connection refused")
            }
        }
    }

    private func send(_ json: String, to head: String) {
        posts?.writeAndFlush(ByteBuffer(string: "\(head)\(json.utf8.count)\r\n\r\n\(json)"), promise: nil)
    }

    private func posted(_ part: ResponseParser.Part) {
        switch part {
        case .head(let status):
            self.status = status
            body.clear()
        case .body(let piece):
            body.append(piece)
        case .end:
            guard status == 200 || status == 201 else { return fail("POST answered \(status)") }
            switch phase {
            case .starting:
                guard let token = body.string(after: "\"token\":\"") else { return fail("no token") }
                postHead = driver.server.post("/v1/widget/session/messages", token: token)
                phase = .joining
                let request = driver.server.get("/v1/widget/session/events?after=0", token: token)
                connect(
                    receive: { $0.streamed($1) },
                    connected: { customer, channel in
                        customer.stream = channel
                        channel.writeAndFlush(request, promise: nil)
                    })
            case .asking:
                questionID = body.string(after: "\"id\":\"")
                finishIfAnswered()
            case .idle, .joining, .ready, .stopped: break
            }
        }
    }

    private func streamed(_ part: ResponseParser.Part) {
        switch part {
        case .head(let status): if status != 200 { fail("stream answered \(status)") }
        case .end: fail("stream ended")
        case .body(let piece):
            events.append(piece)
            while let event = events.next() { take(event) }
        }
    }

    private func take(_ event: ServerEvent) {
        switch (event.name, phase) {
        case ("delta", .asking): firstAt = firstAt ?? .now()
        // What was shown is withdrawn: it was not the beginning of the answer.
        case ("restart", .asking): firstAt = nil
        case ("message", _):
            guard let reply = event.data.string(after: "\"reply_to\":\"") else { return }
            lastReply = (reply, event.data.offset(of: "\"sender\":\"system\"") != nil, .now())
            if phase == .asking { finishIfAnswered() }
        case ("conversation", .joining):
            phase = .ready
            driver.isReady(self)
        default: break
        }
    }

    /// The answer may come before the response to the post, and after it.
    private func finishIfAnswered() {
        guard let questionID, let reply = lastReply, reply.to == questionID else { return }
        driver.tally.answered(asked: askedAt, first: firstAt, last: reply.at)
        phase = .ready
        if reply.isSystem {
            driver.tally.failed("answered by the system")
            hangUp()
            begin()
        } else {
            driver.isDone(self)
        }
    }
}
