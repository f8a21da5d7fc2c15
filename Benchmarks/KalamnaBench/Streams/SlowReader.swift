import NIOPosix
import Synchronization

/// A stream that reads nothing while much passes: the server must not keep it all in memory, and nothing may be lost.
struct SlowReader: Sendable {
    let api: WidgetAPI
    let key: String
    let messages: Int
    let memory: ServerMemory?
    /// In KiB.
    let growthLimit: Int

    private static let writers = 8
    private static let warmUp = 1000

    func run(_ report: inout Report) async throws {
        // The server's own growth under such a load, before anything is measured.
        let other = try await api.start(key: key)
        try await write(min(Self.warmUp, messages), to: other.token)

        let session = try await api.start(key: key)
        let log = EventLog()
        let hasBegun = Mutex(false)
        let connection = try await StreamConnection.open(
            api.server, token: session.token, .after(0), on: MultiThreadedEventLoopGroup.singleton.next(), receiveBuffer: 64 << 10
        ) { event in
            hasBegun.withLock { $0 = true }
            log.add(event)
        }
        while !hasBegun.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(5)) }
        try await connection.pause()

        let before = await memory?.resident()
        let started = ContinuousClock.now
        let highest = try await passBy(session.token)
        let took = ContinuousClock.now - started
        let last = try await api.settledSeq(token: session.token)
        let after = await memory?.resident()
        let seenBefore = log.last

        try await connection.goOn()
        let opened = try await StreamReading(server: api.server, token: session.token, log: log)
            .read(upTo: last, within: .seconds(120), first: connection)
        let history = try await api.history(token: session.token)

        report.figures.append(("slow: messages passed", "\(messages) in \(took.components.seconds) s"))
        report.figures.append(("slow: events passed", "\(log.bytes / 1_000_000) MB, \(seenBefore) of \(last) before it read on"))
        report.figures.append(("slow: connections opened again", "\(opened)"))
        report.checks.append(Check("slow: every event once, in order", log.problems))
        report.checks.append(Check("slow: seen is what is stored", log.differences(from: history)))
        report.checks.append(
            Check("slow: it was slow", seenBefore > last / 2 ? ["\(seenBefore) of \(last) were read before it went on"] : []))
        guard let before, let after, let highest else { return }
        report.figures.append(
            ("slow: server's memory", "\(before / 1024) MB before, \(after / 1024) MB after, \(highest / 1024) MB at most"))
        let growth = after - before
        report.checks.append(
            Check("slow: memory grew by at most \(growthLimit / 1024) MB", growth > growthLimit ? ["it grew by \(growth / 1024) MB"] : []))
    }

    private func passBy(_ token: String) async throws -> Int? {
        guard let memory else {
            try await write(messages, to: token)
            return nil
        }
        return try await memory.highest { try await write(messages, to: token) }.0
    }

    private func write(_ count: Int, to token: String) async throws {
        // Digits: long to send, and nothing for the bot to think about.
        let filler = String(repeating: "0123456789", count: 299)
        try await withThrowingTaskGroup { group in
            for writer in 0..<Self.writers {
                group.addTask {
                    for number in stride(from: writer, to: count, by: Self.writers) {
                        _ = try await api.post(Draft(clientMessageID: "slow-\(number)", text: "\(number) \(filler)"), token: token)
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
