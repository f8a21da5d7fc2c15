import Foundation
import NIOPosix

/// What a process holds in memory, from Linux's /proc.
struct ServerMemory: Sendable {
    let process: Int32

    /// Resident, in KiB; nil when the process or /proc is not there.
    func resident() async -> Int? {
        let path = "/proc/\(process)/status"
        let status = try? await NIOThreadPool.singleton.runIfActive { try String(contentsOfFile: path, encoding: .utf8) }
        let line = status?.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line?.split(separator: " ").dropFirst().first { !$0.isEmpty }.flatMap { Int($0) }
    }

    /// The highest value while `body` runs.
    func highest<Value: Sendable>(
        every interval: Duration = .milliseconds(250), during body: @Sendable () async throws -> Value
    ) async throws -> (Int, Value) {
        try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                var highest = 0
                while !Task.isCancelled {
                    highest = max(highest, await resident() ?? 0)
                    try? await Task.sleep(for: interval)
                }
                return max(highest, await resident() ?? 0)
            }
            let value = try await body()
            group.cancelAll()
            return (try await group.next() ?? 0, value)
        }
    }
}
