import NIOCore

/// Somebody who asks one question after the other. On one event loop only.
protocol LLMAsker: AnyObject {
    /// Calls the driver's `isReady` when it can ask.
    func begin()
    func ask()
    func stop()
    func checkPatience(_ now: NIODeadline)
}

/// All who ask in one measurement. On one event loop only; a `LLMMeasurement` drives it from outside.
final class LLMDriver {
    enum Target: Sendable {
        case server(keys: [String])
        case model(name: String)
    }

    let loop: any EventLoop
    let server: ServerAddress
    /// As JSON strings.
    let questions: [String]
    var tally = LLMTally()
    private(set) var isRunning = false
    private let target: Target
    private let bursts: Bool
    private var askers: [any LLMAsker] = []
    private var waiting = 0
    /// In a burst: those who have their answer.
    private var answered = 0
    private var allReady: EventLoopPromise<Void>?

    init(loop: any EventLoop, server: ServerAddress, target: Target, questions: [String], bursts: Bool) {
        self.loop = loop
        self.server = server
        self.target = target
        self.questions = questions
        self.bursts = bursts
    }

    /// Completes when everybody can ask.
    func open(_ count: Int) -> EventLoopFuture<Void> {
        let promise = loop.makePromise(of: Void.self)
        allReady = promise
        waiting = count
        askers = (0..<count).map { number in
            switch target {
            case .server(let keys): LLMCustomer(driver: self, number: number, key: keys[number % keys.count])
            case .model(let name): LLMDirectCaller(driver: self, number: number, model: name)
            }
        }
        for asker in askers { asker.begin() }
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { task in
            if bound.value.askers.isEmpty { return task.cancel() }
            for asker in bound.value.askers { asker.checkPatience(.now()) }
        }
        return promise.futureResult
    }

    func isReady(_ asker: any LLMAsker) {
        // Who had to begin anew.
        if isRunning { return isDone(asker) }
        waiting -= 1
        guard waiting == 0 else { return }
        allReady?.succeed()
        allReady = nil
    }

    /// An answer has come; the next question follows.
    func isDone(_ asker: any LLMAsker) {
        guard isRunning else { return }
        guard bursts else { return asker.ask() }
        answered += 1
        if answered >= askers.count { askAll() }
    }

    /// - Parameter spread: over this time they begin, unless in bursts; after twice of it the clock runs.
    func run(spread: TimeAmount, for time: TimeAmount) {
        tally.from = .now() + .nanoseconds(spread.nanoseconds * 2)
        tally.until = tally.from + time
        isRunning = true
        if bursts { return askAll() }
        let bound = NIOLoopBound(self, eventLoop: loop)
        for number in askers.indices {
            loop.scheduleTask(in: .nanoseconds(spread.nanoseconds * Int64(number) / Int64(askers.count))) {
                if bound.value.isRunning, bound.value.askers.indices.contains(number) { bound.value.askers[number].ask() }
            }
        }
    }

    func stop() {
        isRunning = false
        for asker in askers { asker.stop() }
        askers = []
        allReady?.fail(NotReady(errors: tally.errors))
        allReady = nil
    }

    private func askAll() {
        answered = 0
        for asker in askers { asker.ask() }
    }
}
