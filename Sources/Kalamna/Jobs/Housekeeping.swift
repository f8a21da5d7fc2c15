package import Logging
import ServiceLifecycle
import Store

/// What has to happen by time alone: idle conversations expire, old logins and idempotency records go, streams get heartbeats,
/// experiments are looked after.
package struct Housekeeping: Service {
    static let heartbeat = Duration.seconds(15)
    private static let round = Duration.seconds(30)
    private static let idempotencyKept = Duration.days(2)

    private let conversations: Conversations
    private let experiments: ExperimentWatch
    private let logger: Logger

    package init(conversations: Conversations, experiments: ExperimentWatch, logger: Logger) {
        self.conversations = conversations
        self.experiments = experiments
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    while !Task.isCancelled {
                        try? await Task.sleep(for: Self.heartbeat)
                        conversations.hub.tick()
                    }
                }
                group.addTask {
                    while !Task.isCancelled {
                        await tidy()
                        await experiments.check()
                        try? await Task.sleep(for: Self.round)
                    }
                }
            }
        }
    }

    /// One conversation that can't be ended does not keep the others waiting.
    private func expire(_ session: SessionReference) async {
        do {
            try await conversations.expire(session)
        } catch {
            logger.error("expiring failed", metadata: ["session": "\(session.session)", "error": "\(String(reflecting: error))"])
        }
    }

    package func tidy() async {
        let now = conversations.clock.now()
        do {
            let idle = try await conversations.database.readAcrossBusinesses { try ChatSessions.idle(at: now, limit: 500, in: $0) }
            for session in idle { await expire(session) }
            try await conversations.database.writeAcrossBusinesses { transaction in
                try transaction.execute("DELETE FROM admin_sessions WHERE expires_at < \(now)")
                try transaction.execute("DELETE FROM idempotency_keys WHERE created_at < \(now - Self.idempotencyKept)")
            }
        } catch {
            logger.error("housekeeping failed", metadata: ["error": "\(String(reflecting: error))"])
        }
    }
}
