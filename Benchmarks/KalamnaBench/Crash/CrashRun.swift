import NIOPosix

/// The whole: prepare, torment, let it settle, look.
struct CrashRun: Sendable {
    private static let mostTimeToSettle = Duration.seconds(60)
    /// A live stream that missed its wake-up looks into the table with its heartbeat, each 15 s.
    private static let mostTimeToSee = Duration.seconds(20)

    let installation: Installation
    let kills: Int
    let clients: Int
    let seed: UInt64

    func run(_ report: inout Report) async throws {
        let key = try await installation.prepare()
        try await WidgetAPI.withClient(installation.address) { api in
            let nemesis = Nemesis(installation: installation, api: api)
            let (first, _) = try await nemesis.start()
            let ledger = CrashLedger(writers: clients)
            let (outcome, server, settled) = try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...clients {
                    let client = CrashClient(number: number, api: api, key: key, ledger: ledger, seed: seed)
                    group.addTask { await client.run() }
                }
                var random = SeededRandom(seed: seed)
                let (outcome, server) = try await nemesis.run(first, kills: kills, random: &random)
                let settled = try await killing(server, after: false) {
                    ledger.enter(.settling)
                    progress("settling")
                    let settled = try await settle(ledger, api)
                    ledger.enter(.over)
                    return settled
                }
                return (outcome, server, settled)
            }
            progress("reading \(ledger.sessions.count) sessions")
            try await killing(server, after: true) { try await check(ledger, api, outcome, settled, &report) }
        }
    }

    /// Leaves no server behind when something fails.
    private func killing<Value>(_ server: ChildProcess, after: Bool, _ body: () async throws -> Value) async throws -> Value {
        do {
            let value = try await body()
            if after { _ = try await server.kill() }
            return value
        } catch {
            _ = try? await server.kill()
            throw error
        }
    }

    /// Waits until everything sent is acknowledged, answered and seen, or long enough.
    private func settle(_ ledger: CrashLedger, _ api: WidgetAPI) async throws -> Duration {
        let began = ContinuousClock.now
        let deadline = began + Self.mostTimeToSettle
        while ledger.isWriting && ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(20)) }
        var open = ledger.sessions
        while !open.isEmpty && ContinuousClock.now < deadline {
            var still: [CrashSession] = []
            for session in open where try await !TurnAudit(api.history(token: session.token)).unanswered.isEmpty { still.append(session) }
            open = still
            if !open.isEmpty { try await Task.sleep(for: .milliseconds(200)) }
        }
        let settled = ContinuousClock.now - began
        let last = ContinuousClock.now + Self.mostTimeToSee
        for session in ledger.sessions where !session.isRetired {
            let seq = try await api.lastSeq(token: session.token)
            while session.log.last < seq && ContinuousClock.now < last { try await Task.sleep(for: .milliseconds(20)) }
        }
        return settled
    }

    private func check(
        _ ledger: CrashLedger, _ api: WidgetAPI, _ outcome: Nemesis.Outcome, _ settled: Duration, _ report: inout Report
    ) async throws {
        var audit = CrashAudit()
        for session in ledger.sessions {
            let first = try await api.history(token: session.token)
            let second = try await api.history(token: session.token)
            let streamed = EventLog()
            do {
                try await StreamReading(server: api.server, token: session.token, log: streamed).read(upTo: first.count, within: .seconds(10))
            } catch let refused as StreamReading.Refused {
                audit.order.append("\(session.id): \(refused)")
            }
            audit.add(session, first: first, second: second, streamed: streamed)
        }
        let starts = outcome.starts.sorted()
        func milliseconds(_ duration: Duration?) -> String { duration.map { "\(Int($0 / .milliseconds(1))) ms" } ?? "–" }
        report.figures += [
            ("kills", "\(outcome.kills), \(outcome.early) of them while starting"),
            ("start to ready", "median \(milliseconds(starts.isEmpty ? nil : starts[starts.count / 2])), longest \(milliseconds(starts.last))"),
            ("sessions", "\(ledger.sessions.count)"),
            ("messages acknowledged", "\(audit.acknowledgedCount)"),
            ("messages sent more than once at a time", "\(ledger.sessions.reduce(0) { $0 + $1.sent.values.count { $0.copies > 1 } })"),
            ("missing", "\(audit.missing.count)"),
            ("stored twice", "\(audit.storedTwice.count)"),
            ("answered", "\(audit.answeredCount)"),
            ("not answered", "\(audit.unanswered.count)"),
            ("left to humans after a handover", "\(audit.leftToHumans)"),
            ("turns given up with a notice", "\(audit.failedTurns)"),
            ("settled after the last start", milliseconds(settled)),
        ]
        report.checks += audit.checks
    }
}
