import NIOCore
import NIOPosix

/// One figure: so many customers, so long.
struct TurnMeasurement: Sendable {
    let server: ServerAddress
    let key: String
    let questions: [String]
    let seconds: Int
    let memory: ServerMemory?

    private static let warmUp = TimeAmount.seconds(1)

    func run(sessions: Int) async throws -> TurnResult {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let idle = await memory?.resident()
        let driver = try await loop.submit {
            NIOLoopBound(TurnDriver(loop: loop, server: server, key: key, questions: questions), eventLoop: loop)
        }.get()
        do {
            loop.scheduleTask(in: .seconds(30)) { if !driver.value.isRunning { driver.value.stop() } }
            try await loop.flatSubmit { driver.value.open(sessions) }.get()
            try await loop.submit { driver.value.run(warmUp: Self.warmUp, for: .seconds(Int64(seconds))) }.get()
            try await Task.sleep(for: .nanoseconds(Self.warmUp.nanoseconds))
            let processor = processorTime()
            let loaded = try await highest { try await Task.sleep(for: .seconds(seconds)) }
            let used = processorTime() - processor
            var result = try await loop.submit {
                driver.value.stop()
                return driver.value.tally.result(sessions: sessions, clientCPU: used)
            }.get()
            (result.rssIdle, result.rssLoaded) = (idle, loaded)
            return result
        } catch {
            loop.execute { driver.value.stop() }
            throw error
        }
    }

    private func highest(during body: @Sendable () async throws -> Void) async throws -> Int? {
        guard let memory else {
            try await body()
            return nil
        }
        return try await memory.highest(during: body).0
    }
}
