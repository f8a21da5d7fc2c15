import NIOCore

/// All customers of one measurement. On one event loop only; a struct `TurnMeasurement` drives it from outside.
final class TurnDriver {
    let loop: any EventLoop
    let server: ServerAddress
    let key: String
    /// As JSON strings.
    let questions: [String]
    var tally = TurnTally()
    private(set) var isRunning = false
    private var sessions: [TurnSession] = []
    private var waiting = 0
    private var allReady: EventLoopPromise<Void>?

    init(loop: any EventLoop, server: ServerAddress, key: String, questions: [String]) {
        self.loop = loop
        self.server = server
        self.key = key
        self.questions = questions
    }

    /// Completes when every customer has its conversation and its stream.
    func open(_ count: Int) -> EventLoopFuture<Void> {
        let promise = loop.makePromise(of: Void.self)
        allReady = promise
        waiting = count
        sessions = (0..<count).map { TurnSession(driver: self, number: $0) }
        for session in sessions { session.begin() }
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { task in
            let driver = bound.value
            if driver.sessions.isEmpty { return task.cancel() }
            let now = NIODeadline.now()
            for session in driver.sessions { session.checkPatience(now) }
        }
        return promise.futureResult
    }

    func isReady(_ session: TurnSession) {
        if isRunning { return session.ask() }
        waiting -= 1
        if waiting == 0 {
            allReady?.succeed()
            allReady = nil
        }
    }

    /// The clock runs after the warm-up.
    func run(warmUp: TimeAmount, for time: TimeAmount) {
        tally.from = .now() + warmUp
        tally.until = tally.from + time
        isRunning = true
        for session in sessions { session.ask() }
    }

    func stop() {
        isRunning = false
        for session in sessions { session.stop() }
        sessions = []
        allReady?.fail(NotReady(errors: tally.errors))
        allReady = nil
    }
}

struct NotReady: Error, CustomStringConvertible {
    let errors: [String: Int]
    var description: String { "The sessions could not be opened: \(errors.isEmpty ? "no answer" : errors.keys.sorted().joined(separator: ", "))." }
}
