import Foundation
import NIOCore
import NIOPosix

/// A process of ours, from its start to its end.
struct ChildProcess: Sendable {
    let id: Int32
    private let end: EventLoopFuture<Int32>

    /// - Parameters:
    ///   - output: a file that its standard output is added to.
    ///   - errors: a file that its standard error is added to.
    static func start(
        _ program: String, _ arguments: [String], environment: [String: String], output: String, errors: String
    ) async throws -> ChildProcess {
        let promise = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: Int32.self)
        do {
            let id = try await NIOThreadPool.singleton.runIfActive {
                let process = Process()
                process.executableURL = URL(fileURLWithPath: program)
                process.arguments = arguments
                process.environment = environment
                process.standardInput = FileHandle.nullDevice
                process.standardOutput = try file(output)
                process.standardError = try file(errors)
                process.terminationHandler = { promise.succeed($0.terminationStatus) }
                try process.run()
                return process.processIdentifier
            }
            return ChildProcess(id: id, end: promise.futureResult)
        } catch {
            promise.fail(error)
            throw error
        }
    }

    /// The exit status, or the signal that ended it.
    func ended() async throws -> Int32 { try await end.get() }

    /// No warning, no flushing: SIGKILL. Returns when it is gone.
    func kill() async throws -> Int32 {
        Foundation.kill(id, SIGKILL)
        return try await ended()
    }

    private static func file(_ path: String) throws -> FileHandle {
        if !FileManager.default.fileExists(atPath: path) { _ = FileManager.default.createFile(atPath: path, contents: nil) }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.seekToEnd()
        return handle
    }
}
