import Foundation
import Synchronization

/// All turns of one run, and what is wrong with them.
struct ChaosRun: Sendable {
    let api: WidgetAPI
    let keys: [String]
    let questions: [String]
    let answers: ChaosAnswers
    let turns: Int
    let sessions: Int
    let deadline: Duration
    let silence: Duration

    /// Beyond the deadline: storing, sending, and a machine that has other things to do.
    private static let grace = Duration.seconds(2)
    /// After so many turns a customer begins a new conversation.
    private static let turnsOfConversation = 8

    func run() async throws -> Report {
        let progress = Progress(turns: turns)
        let began = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<sessions {
                group.addTask { try await customer(number, progress) }
            }
            try await group.waitForAll()
        }
        return report(progress.tally.withLock { $0 }, took: ContinuousClock.now - began)
    }

    private final class Progress: Sendable {
        let tally = Mutex(ChaosTally())
        private let left: Mutex<Int>

        init(turns: Int) { left = Mutex(turns) }

        var isOver: Bool { left.withLock { $0 <= 0 } }

        func takeTurn() -> Bool {
            left.withLock { left in
                left -= 1
                return left >= 0
            }
        }
    }

    private func customer(_ number: Int, _ progress: Progress) async throws {
        var asked = number
        while !progress.isOver {
            let conversation = try await ChaosConversation.begin(api, key: keys[number % keys.count])
            defer { conversation.close() }
            for _ in 0..<Self.turnsOfConversation {
                guard progress.takeTurn() else { break }
                asked += 1
                let turn = try await conversation.ask(questions[asked % questions.count], patience: deadline + silence + Self.grace * 5)
                note(turn, progress)
                // A human was called: the bot says nothing more.
                if turn.sender == "system" { break }
            }
            let wrong = try await conversation.problemsOfHistory()
            let late = conversation.latePieces
            progress.tally.withLock { tally in
                tally.stored += wrong
                tally.latePieces += late
            }
        }
    }

    private func note(_ turn: ChaosTurn, _ progress: Progress) {
        let author = turn.text.flatMap { answers.author(of: $0) }
        progress.tally.withLock { tally in
            tally.turns += 1
            guard let text = turn.text, let took = turn.took else {
                tally.unanswered.append("no answer to \(turn.message)")
                return
            }
            tally.authors[author ?? "nobody", default: 0] += 1
            if author == nil { tally.half.append("“\(text.prefix(80))”") }
            if turn.answers != 1 { tally.repeated.append("\(turn.answers) answers to \(turn.message)") }
            if !turn.isShownRight { tally.misshown.append("shown “\(turn.shown.prefix(60))”, stored “\(text.prefix(60))”") }
            tally.restarts += turn.restarts
            if turn.restarts > 0 { tally.longestBegun = max(tally.longestBegun, took) } else { tally.longest = max(tally.longest, took) }
            tally.times.append(took)
            // What has begun may stand still for a while before it is given up.
            let limit = (turn.restarts > 0 ? deadline + silence : deadline) + Self.grace
            if took > limit {
                tally.late.append("\(took.inSeconds) s, by \(author ?? "nobody"), \(turn.restarts) withdrawn")
            }
        }
    }

    private func report(_ tally: ChaosTally, took: Duration) -> Report {
        var report = Report()
        let answered = max(1, tally.authors.values.reduce(0, +))
        func share(_ count: Int) -> String { "\(count) (\(String(format: "%.1f", Double(count) * 100 / Double(answered))) %)" }
        report.figures.append(("turns", "\(tally.turns) in \(took.inSeconds) s, \(sessions) customers at once"))
        for (author, count) in tally.authors.sorted(by: { $0.key < $1.key }) { report.figures.append(("answered by \(author)", share(count))) }
        report.figures.append(("begun and withdrawn", "\(tally.restarts)"))
        report.figures.append(("pieces after the whole, which clients pass over", "\(tally.latePieces)"))
        let times = tally.times.sorted()
        func percentile(_ share: Double) -> String { times.isEmpty ? "–" : times[min(times.count - 1, Int(Double(times.count) * share))].inSeconds }
        report.figures.append(("seconds to the answer, p50, p99", "\(percentile(0.5)), \(percentile(0.99))"))
        report.figures.append(("longest", "\(tally.longest.inSeconds) s; of those begun and withdrawn \(tally.longestBegun.inSeconds) s"))
        report.checks.append(Check("every message has an answer", tally.unanswered))
        report.checks.append(Check("and only one, on the stream", tally.repeated))
        report.checks.append(Check("and only one, in the conversation", tally.stored))
        report.checks.append(Check("none is half", tally.half))
        report.checks.append(Check("what was shown was its beginning, or was withdrawn", tally.misshown))
        report.checks.append(Check("none later than the deadline (\(deadline.inSeconds) s) and 2 s", tally.late))
        report.checks.append(
            Check("models answered, and the built-in assistant", tally.authors["built in"] == nil || tally.authors.count < 2 ? ["one did not"] : []))
        return report
    }
}

/// What was seen so far.
struct ChaosTally: Sendable {
    var turns = 0
    var restarts = 0
    var authors: [String: Int] = [:]
    var times: [Duration] = []
    var longest = Duration.zero
    /// Of answers that had begun to be shown.
    var longestBegun = Duration.zero
    var unanswered: [String] = []
    var repeated: [String] = []
    var stored: [String] = []
    var half: [String] = []
    var misshown: [String] = []
    var late: [String] = []
    var latePieces = 0
}

extension Duration {
    /// With two decimals.
    fileprivate var inSeconds: String { String(format: "%.2f", Double(components.seconds) + Double(components.attoseconds) / 1e18) }
}
