import NIOCore
import NIOPosix

/// Reads a session's stream into a log up to a seq, over as many connections as it takes.
struct StreamReading: Sendable {
    struct Refused: Error, CustomStringConvertible {
        let status: Int
        let after: Int
        var description: String { "the stream after \(after) was refused with \(status)" }
    }

    let server: ServerAddress
    let token: String
    let log: EventLog

    /// - Parameter first: a connection that is already open.
    /// - Returns: how many connections were opened. Whether the end was reached is seen in the log.
    @discardableResult
    func read(upTo seq: Int, within limit: Duration, first: StreamConnection? = nil) async throws -> Int {
        let deadline = ContinuousClock.now + limit
        var connection = first
        var opened = 0
        while log.last < seq && ContinuousClock.now < deadline {
            if connection == nil {
                connection = try await open(opened)
                opened += 1
            }
            let ending = try await follow(connection, to: seq, until: deadline)
            if let status = ending?.status, status != 200 { throw Refused(status: status, after: log.last) }
            connection = nil
        }
        connection?.close()
        return opened
    }

    /// The two ways of resuming in turn.
    private func open(_ number: Int) async throws -> StreamConnection {
        let last = log.last
        let resume: StreamConnection.Resume = number.isMultiple(of: 2) ? .after(last) : .lastEventID(last)
        return try await StreamConnection.open(server, token: token, resume, on: MultiThreadedEventLoopGroup.singleton.next()) { [log] in
            log.add($0)
        }
    }

    /// Until the connection ends, or enough was seen, or it took too long.
    private func follow(
        _ connection: StreamConnection?, to seq: Int, until deadline: ContinuousClock.Instant
    ) async throws -> StreamConnection.Ending? {
        try await withThrowingTaskGroup(of: StreamConnection.Ending?.self) { group in
            group.addTask { try await connection?.ended() }
            group.addTask {
                while log.last < seq && ContinuousClock.now < deadline && !Task.isCancelled { try? await Task.sleep(for: .milliseconds(5)) }
                return nil
            }
            let ending = try await group.next() ?? nil
            group.cancelAll()
            return ending
        }
    }
}
