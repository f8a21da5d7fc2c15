import NIOCore

/// One customer: begins a conversation, opens its stream, and asks one question after the other, each when the last is
/// answered. Everything on one event loop, without tasks or decoding, so that the client takes little of the server's time.
final class TurnSession {
    private enum Phase {
        case idle
        case starting
        /// The stream is being opened.
        case joining
        case ready
        case asking
        case stopped
    }

    /// After so long without an answer something is wrong.
    private static let patience = TimeAmount.seconds(10)

    private let driver: TurnDriver
    private let number: Int
    private var phase = Phase.idle
    private var posts: (any Channel)?
    private var stream: (any Channel)?
    /// Counts the attempts: what an earlier connection still tells is not listened to.
    private var life = 0
    private var asked = 0
    private var askedAt = NIODeadline.distantPast
    private var questionID: String?
    private var lastReply: (to: String, isSystem: Bool, at: NIODeadline)?
    private var postHead = ""
    private var status = 0
    private var body = ByteBuffer()
    private var events = EventParser()

    init(driver: TurnDriver, number: Int) {
        self.driver = driver
        self.number = number
    }

    // MARK: beginning and end

    /// Opens the connection for posts and starts a conversation on it.
    func begin() {
        life += 1
        phase = .starting
        askedAt = .now()
        (questionID, lastReply, events, body) = (nil, nil, EventParser(), ByteBuffer())
        connect(
            receive: { $0.posted($1) },
            connected: { session, channel in
                session.posts = channel
                session.send("{}", to: session.driver.server.post("/v1/widget/sessions", token: session.driver.key))
            })
    }

    func stop() {
        phase = .stopped
        hangUp()
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

    /// Called now and then.
    func checkPatience(_ now: NIODeadline) {
        switch phase {
        case .starting, .joining, .asking: if now - askedAt > Self.patience { fail("no answer in \(Self.patience.nanoseconds / 1_000_000_000) s") }
        case .idle, .ready, .stopped: break
        }
    }

    private func connect(
        receive: @escaping @Sendable (TurnSession, ResponseParser.Part) -> Void,
        connected: @escaping @Sendable (TurnSession, any Channel) -> Void
    ) {
        let bound = NIOLoopBound(self, eventLoop: driver.loop)
        let life = life
        driver.server.connect(on: driver.loop) {
            let session = bound.value
            return ConnectionHandler(
                receive: { if session.life == life { receive(session, $0) } },
                closed: { if session.life == life { session.fail("connection closed") } })
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

    // MARK: questions

    func ask() {
        guard phase == .ready else { return }
        phase = .asking
        asked += 1
        questionID = nil
        let question = driver.questions[(number &* 7 &+ asked) % driver.questions.count]
        askedAt = .now()
        send("{\"client_message_id\":\"\(number)-\(life)-\(asked)\",\"text\":\(question)}", to: postHead)
    }

    private func send(_ json: String, to head: String) {
        var request = ByteBuffer()
        request.reserveCapacity(head.utf8.count + json.utf8.count + 16)
        request.writeString(head)
        request.writeString("\(json.utf8.count)\r\n\r\n")
        request.writeString(json)
        posts?.writeAndFlush(request, promise: nil)
    }

    /// What the connection for posts receives.
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
                join(token)
            case .asking:
                questionID = body.string(after: "\"id\":\"")
                finishIfAnswered()
            case .idle, .joining, .ready, .stopped:
                break
            }
        }
    }

    // MARK: answers

    private func join(_ token: String) {
        let request = driver.server.get("/v1/widget/session/events?after=0", token: token)
        connect(
            receive: { $0.streamed($1) },
            connected: { session, channel in
                session.stream = channel
                channel.writeAndFlush(request, promise: nil)
            })
    }

    private func streamed(_ part: ResponseParser.Part) {
        switch part {
        case .head(let status): if status != 200 { fail("stream answered \(status)") }
        case .end: fail("stream ended")
        case .body(let piece):
            events.append(piece)
            while let event = events.next() {
                if event.name == "message" {
                    answered(event.data)
                } else if phase == .joining, event.name == "conversation" {
                    phase = .ready
                    driver.isReady(self)
                }
            }
        }
    }

    private func answered(_ message: ByteBuffer) {
        guard let reply = message.string(after: "\"reply_to\":\"") else { return }
        lastReply = (reply, message.offset(of: "\"sender\":\"system\"") != nil, .now())
        if phase == .asking { finishIfAnswered() }
    }

    /// The answer may come before the response to the post, and after it.
    private func finishIfAnswered() {
        guard let questionID, let reply = lastReply, reply.to == questionID else { return }
        driver.tally.answered(after: reply.at - askedAt, at: reply.at)
        phase = .ready
        guard driver.isRunning else { return }
        if reply.isSystem {
            driver.tally.handedOver()
            hangUp()
            begin()
        } else {
            ask()
        }
    }
}
