import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// One message of a customer, and what came of it.
struct ChaosTurn: Sendable {
    let message: String
    /// Final answers to it.
    var answers = 0
    var text: String?
    var sender: String?
    var took: Duration?
    /// What stood on the screen when the answer came.
    var shown = ""
    var restarts = 0

    /// Nothing was shown, or the beginning of the answer.
    var isShownRight: Bool { (text ?? "").hasPrefix(shown.trimmingCharacters(in: .whitespacesAndNewlines)) }
}

/// One conversation with its stream.
struct ChaosConversation: Sendable {
    private let api: WidgetAPI
    private let token: String
    private let connection: StreamConnection
    private let screen: ChaosScreen

    static func begin(_ api: WidgetAPI, key: String) async throws -> ChaosConversation {
        let started = try await api.start(key: key)
        let screen = ChaosScreen()
        let connection = try await StreamConnection.open(
            api.server, token: started.token, .after(0), on: MultiThreadedEventLoopGroup.singleton.next()
        ) { screen.take($0) }
        while !screen.hasBegun { try await Task.sleep(for: .milliseconds(2)) }
        return ChaosConversation(api: api, token: started.token, connection: connection, screen: screen)
    }

    func close() { connection.close() }

    /// Pieces of answers that came when the whole was already there.
    var latePieces: Int { screen.late }

    func ask(_ text: String, patience: Duration) async throws -> ChaosTurn {
        let asked = ContinuousClock.now
        let message = try await api.post(Draft(clientMessageID: UUID().uuidString, text: text), token: token)
        while !screen.hasAnswer(to: message.id), ContinuousClock.now - asked < patience { try await Task.sleep(for: .milliseconds(2)) }
        return screen.turn(message.id, asked: asked)
    }

    /// Messages of the customer that have none or several answers.
    func problemsOfHistory() async throws -> [String] {
        let history = try await api.history(token: token)
        let answers = Dictionary(grouping: history.compactMap(\.replyTo)) { $0 }.mapValues(\.count)
        return history.filter { $0.sender == "user" && answers[$0.id] != 1 }.map { "\(answers[$0.id] ?? 0) answers to \($0.id) are stored" }
    }
}

/// What the customer sees.
private final class ChaosScreen: Sendable {
    private struct Answer: Sendable {
        let text: String
        let sender: String
        let at: ContinuousClock.Instant
    }

    private struct Turn: Sendable {
        var shown = ""
        var restarts = 0
        var answers: [Answer] = []
        var late = 0
    }

    private struct State {
        var hasBegun = false
        var turns: [String: Turn] = [:]
    }

    private struct Delta: Decodable {
        let turn_id: String
        let text: String?
    }

    private let state = Mutex(State())

    var hasBegun: Bool { state.withLock { $0.hasBegun } }

    func hasAnswer(to message: String) -> Bool { state.withLock { $0.turns[message]?.answers.isEmpty == false } }

    /// Pieces of answers that came when the whole was already there, of the whole conversation.
    var late: Int { state.withLock { $0.turns.values.reduce(0) { $0 + $1.late } } }

    func turn(_ message: String, asked: ContinuousClock.Instant) -> ChaosTurn {
        let turn = state.withLock { $0.turns[message] ?? Turn() }
        let answer = turn.answers.first
        return ChaosTurn(
            message: message, answers: turn.answers.count, text: answer?.text, sender: answer?.sender, took: answer.map { $0.at - asked },
            shown: turn.shown, restarts: turn.restarts)
    }

    /// On the event loop.
    func take(_ event: ServerEvent) {
        let now = ContinuousClock.now
        let data = Data(event.data.readableBytesView)
        switch event.name {
        case "delta", "restart":
            guard let delta = try? JSONDecoder().decode(Delta.self, from: data) else { return }
            state.withLock { state in
                var turn = state.turns[delta.turn_id] ?? Turn()
                if !turn.answers.isEmpty {
                    turn.late += 1
                } else if event.name == "restart" {
                    turn.shown = ""
                    turn.restarts += 1
                } else {
                    turn.shown += delta.text ?? ""
                }
                state.turns[delta.turn_id] = turn
            }
        case "message":
            guard let message = try? JSONDecoder().decode(Message.self, from: data), let question = message.replyTo else { return }
            state.withLock { state in
                state.turns[question, default: Turn()].answers.append(Answer(text: message.text, sender: message.sender, at: now))
            }
        case "conversation": state.withLock { $0.hasBegun = true }
        default: break
        }
    }
}
