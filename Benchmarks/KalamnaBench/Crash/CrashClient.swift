import NIOPosix

/// A customer who never gives up: writes in a few sessions at once, sends each message until it is acknowledged, some of
/// them several times at once, and follows every session's stream through all deaths of the server.
struct CrashClient: Sendable {
    private static let sessionsAtOnce = 3
    private static let messagesInSession = 100

    let number: Int
    let api: WidgetAPI
    let key: String
    let ledger: CrashLedger
    let seed: UInt64

    func run() async {
        var random = SeededRandom(seed: seed &+ UInt64(number) &* 7919)
        await withDiscardingTaskGroup { group in
            var sessions: [CrashSession] = []
            var count = 0
            while ledger.phase == .chaos && !Task.isCancelled {
                for done in sessions where done.log.isHandedOver || done.sent.count >= Self.messagesInSession { done.retire() }
                sessions.removeAll(where: \.isRetired)
                while sessions.count < Self.sessionsAtOnce, let session = await start() {
                    sessions.append(session)
                    group.addTask { await follow(session) }
                }
                if let session = sessions.randomElement(using: &random) {
                    count += 1
                    let unique = number * 1_000_000 + count
                    let draft = Draft(clientMessageID: "crash-\(unique)", text: Wording.text(unique))
                    await send(draft, in: session, copies: .random(in: 1...3, using: &random))
                }
                try? await Task.sleep(for: random.pause(0...25))
            }
            ledger.hasWritten()
            while ledger.phase != .over && !Task.isCancelled { try? await Task.sleep(for: .milliseconds(20)) }
            group.cancelAll()
        }
    }

    /// Nil when the run is over before the server could be reached.
    private func start() async -> CrashSession? {
        while ledger.phase == .chaos && !Task.isCancelled {
            if let started = try? await api.start(key: key) {
                let session = CrashSession(started)
                ledger.add(session)
                return session
            }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return nil
    }

    private func send(_ draft: Draft, in session: CrashSession, copies: Int) async {
        session.willSend(draft, copies: copies)
        await withDiscardingTaskGroup { group in
            for _ in 0..<copies { group.addTask { await deliver(draft, in: session) } }
        }
    }

    /// The same message with the same id until the server says that it has it.
    private func deliver(_ draft: Draft, in session: CrashSession) async {
        while !Task.isCancelled && ledger.phase != .over {
            do {
                return session.acknowledge(draft, try await api.post(draft, token: session.token))
            } catch let refused as WidgetAPI.Refused where refused.isFinal {
                return session.refuse("\(draft.clientMessageID): \(refused)")
            } catch {
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    private func follow(_ session: CrashSession) async {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        var attempts = 0
        while !Task.isCancelled && !session.isRetired {
            attempts += 1
            let last = session.log.last
            let resume: StreamConnection.Resume = attempts.isMultiple(of: 2) ? .after(last) : .lastEventID(last)
            let ending = try? await StreamConnection.open(api.server, token: session.token, resume, on: loop) { session.log.add($0) }.ended()
            if let status = ending?.status, (400..<500).contains(status) { return session.refuse("stream, \(resume): \(status)") }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }
}
