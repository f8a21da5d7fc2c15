import Foundation

/// Kills the server and starts it again.
struct Nemesis: Sendable {
    struct Died: Error, CustomStringConvertible {
        let description: String
    }

    struct Outcome: Sendable {
        var kills = 0
        /// Of these, before the server was ready.
        var early = 0
        /// From each start to readiness.
        var starts: [Duration] = []
    }

    private static let mostTimeToStart = Duration.seconds(30)

    let installation: Installation
    let api: WidgetAPI

    func start() async throws -> (ChildProcess, Duration) {
        let began = ContinuousClock.now
        let server = try await installation.serve()
        while await !api.isReady() {
            guard isAlive(server) else { throw Died(description: "The server ended by itself while it started.") }
            guard ContinuousClock.now - began < Self.mostTimeToStart else {
                _ = try await server.kill()
                throw Died(description: "The server was not ready after \(Self.mostTimeToStart).")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        return (server, ContinuousClock.now - began)
    }

    /// - Returns: what it did, and the server that runs at the end.
    func run(_ first: ChildProcess, kills: Int, random: inout SeededRandom) async throws -> (Outcome, ChildProcess) {
        var outcome = Outcome()
        var server = first
        do {
            while outcome.kills < kills {
                try await Task.sleep(for: random.pause(50...600))
                try await kill(server, &outcome)
                // One in eight is killed while it starts: recovery must bear that too.
                if outcome.kills < kills, Int.random(in: 0..<8, using: &random) == 0 {
                    server = try await installation.serve()
                    try await Task.sleep(for: random.pause(1...150))
                    try await kill(server, &outcome)
                    outcome.early += 1
                }
                let (started, took) = try await start()
                server = started
                outcome.starts.append(took)
                if outcome.kills.isMultiple(of: 10) { progress("\(outcome.kills) kills") }
            }
        } catch {
            _ = try? await server.kill()
            throw error
        }
        return (outcome, server)
    }

    private func kill(_ server: ChildProcess, _ outcome: inout Outcome) async throws {
        guard isAlive(server) else { throw Died(description: "The server ended by itself after \(outcome.kills) kills.") }
        let status = try await server.kill()
        guard status == SIGKILL else { throw Died(description: "The server ended with \(status) after \(outcome.kills) kills.") }
        outcome.kills += 1
    }

    private func isAlive(_ server: ChildProcess) -> Bool { Foundation.kill(server.id, 0) == 0 }
}

/// To standard error: what is printed at the end is the result.
func progress(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
