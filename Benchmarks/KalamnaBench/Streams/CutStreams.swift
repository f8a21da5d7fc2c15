import NIOPosix
import Synchronization

/// A reader whose connection is cut again and again, while messages are written.
struct CutStreams: Sendable {
    let api: WidgetAPI
    let key: String
    let cuts: Int
    let seed: UInt64

    private struct Outcome: Sendable {
        var connections = 0
        var places: [StreamConnection.Place: Int] = [:]
        var refused: [String] = []
        var total: Int { places.values.reduce(0, +) }
    }

    func run(_ report: inout Report) async throws {
        let session = try await api.start(key: key)
        let log = EventLog()
        let started = ContinuousClock.now
        let (outcome, posted) = try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask { try await write(session.token) }
            let outcome = try await read(session.token, into: log)
            group.cancelAll()
            return (outcome, try await group.next() ?? 0)
        }
        let last = try await api.settledSeq(token: session.token)
        try await StreamReading(server: api.server, token: session.token, log: log).read(upTo: last, within: .seconds(30))
        let history = try await api.history(token: session.token)

        let took = ContinuousClock.now - started
        report.figures.append(("cut: messages posted", "\(posted) in \(took.components.seconds) s"))
        report.figures.append(("cut: events seen", "\(log.entries.count) over \(outcome.connections) connections"))
        for place in StreamConnection.Place.allCases {
            report.figures.append(("cut: \(place.rawValue)", "\(outcome.places[place] ?? 0)"))
        }
        report.checks.append(
            Check("cut: at least \(cuts) cuts, no resume refused", outcome.refused + (outcome.total < cuts ? ["only \(outcome.total)"] : [])))
        report.checks.append(Check("cut: every event once, in order", log.problems))
        report.checks.append(Check("cut: seen is what is stored", log.differences(from: history)))
        report.checks.append(Check("cut: seq has no gap", history.map(\.seq) == Array(1...max(1, history.count)) ? [] : ["it has"]))
    }

    /// Until it is cancelled; a post that was begun is ended.
    private func write(_ token: String) async throws -> Int {
        var random = SeededRandom(seed: seed &+ 1)
        var number = 0
        while !Task.isCancelled {
            number += 1
            let draft = Draft(clientMessageID: "cut-\(number)", text: Wording.text(number))
            _ = try await Task { try await api.post(draft, token: token) }.value
            try? await Task.sleep(for: random.pause(5...20))
        }
        return number
    }

    private func read(_ token: String, into log: EventLog) async throws -> Outcome {
        var random = SeededRandom(seed: seed)
        var outcome = Outcome()
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        while outcome.total < cuts {
            let last = log.last
            outcome.connections += 1
            let resume: StreamConnection.Resume = outcome.connections.isMultiple(of: 2) ? .after(last) : .lastEventID(last)
            let connection = try await StreamConnection.open(
                api.server, token: token, resume, on: loop, cutAfter: Self.cut(&random)
            ) { log.add($0) }
            let ending = try await connection.ended()
            if let status = ending.status, status != 200 {
                outcome.refused.append("\(resume) was refused with \(status)")
                if outcome.refused.count >= 20 { break }
            } else if ending.wasCut {
                outcome.places[ending.place, default: 0] += 1
            }
        }
        return outcome
    }

    /// After how many bytes: sometimes none, sometimes within the head, mostly somewhere in the events.
    private static func cut(_ random: inout SeededRandom) -> Int {
        switch Int.random(in: 0..<16, using: &random) {
        case 0: 0
        case 1, 2: Int.random(in: 1..<400, using: &random)
        default: Int.random(in: 400..<6000, using: &random)
        }
    }
}
