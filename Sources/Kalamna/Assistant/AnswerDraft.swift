import Synchronization

/// A model's answer while it is written: without the marks of its sources, with the customer's own data put back, and shown only as far as it
/// is checked. One for each attempt.
final class AnswerDraft: Sendable {
    /// What became of it.
    struct Finished: Sendable {
        /// Empty: the model said nothing.
        let text: String
        /// Numbers of passages, from 1.
        let cited: Set<Int>
        /// It said that the passages do not have the answer.
        let isUnknown: Bool
    }

    fileprivate struct State {
        var marks: CitedTextReader
        var restorer: RedactionRestorer
        var gate: ClaimGate
        /// The beginning, as long as it may be the word for "I don't know".
        var head: String? = ""
        var isUnknown = false
        var length = 0
        var waiting = ""
        var shownAt: ContinuousClock.Instant?
    }

    /// Pieces that come faster than this are shown together.
    private static let pace = Duration.milliseconds(25)
    private let show: @Sendable (AnswerPiece) -> Void
    private let check: GroundingCheck
    private let state: Mutex<State>

    /// - Parameter passages: how many the model was given.
    init(passages: Int, redaction: Redaction, check: GroundingCheck, show: @escaping @Sendable (AnswerPiece) -> Void) {
        self.show = show
        self.check = check
        state = Mutex(
            State(
                marks: CitedTextReader(passages: passages), restorer: RedactionRestorer(redaction),
                gate: ClaimGate { check.check($0) == .grounded }))
    }

    /// Whether a customer may have seen some of it.
    var hasShown: Bool { state.withLock { $0.gate.hasShown } }
    /// What the model has written so far, in estimated tokens.
    var tokens: Int { state.withLock { ($0.length + 2) / 3 } }

    /// Throws a `ClaimGate.Refusal`.
    func receive(_ piece: String) throws {
        let shown = try state.withLock { state -> String in
            state.length += piece.unicodeScalars.count
            guard let piece = state.pastHead(piece) else { return "" }
            state.waiting += try state.gate.add(state.restorer.add(state.marks.add(piece)))
            let now = ContinuousClock.now
            if state.waiting.isEmpty { return "" }
            if let last = state.shownAt, now - last < Self.pace { return "" }
            state.shownAt = now
            defer { state.waiting = "" }
            return state.waiting
        }
        if !shown.isEmpty { show(.text(shown)) }
    }

    /// When the model has ended. Throws a `ClaimGate.Refusal`.
    func finish() throws -> Finished {
        try state.withLock { state in
            if let head = state.head {
                state.isUnknown = state.isUnknown || head.trimmed == Prompt.noAnswer
                if !state.isUnknown { _ = try state.gate.add(state.restorer.add(state.marks.add(head))) }
                state.head = nil
            }
            _ = try state.gate.add(state.restorer.add(state.marks.finish()) + state.restorer.finish())
            _ = try state.gate.finish()
            return Finished(text: check.stripLinks(state.gate.whole).trimmed, cited: state.marks.cited, isUnknown: state.isUnknown)
        }
    }
}

extension AnswerDraft.State {
    /// What may be shown of a piece, the marker for "I don't know" kept back; nil: nothing yet.
    fileprivate mutating func pastHead(_ piece: String) -> String? {
        if isUnknown { return nil }
        guard let before = head else { return piece }
        let whole = before + piece
        let start = whole.drop(while: \.isWhitespace)
        if start.hasPrefix(Prompt.noAnswer) {
            isUnknown = true
            head = nil
            return nil
        }
        if Prompt.noAnswer.hasPrefix(start) {
            head = whole
            return nil
        }
        head = nil
        return whole
    }
}
