/// Whether each message of a customer has exactly one answer. An answer names the last of the messages it answers together.
struct TurnAudit {
    /// Asked, and not answered.
    private(set) var unanswered: [Message] = []
    /// Answers that answer nothing, or something that had its answer.
    private(set) var stray: [String] = []
    private(set) var answered = 0
    /// Messages after a human was called: the bot says nothing to them, as it should.
    private(set) var leftToHumans = 0
    /// Turns that were given up after several deaths; they count as answered by their notice.
    private(set) var failed = 0

    init(_ history: [Message]) {
        let seqs = Dictionary(history.filter { $0.sender == "user" }.map { ($0.id, $0.seq) }, uniquingKeysWith: { first, _ in first })
        var isHandedOver = false
        for message in history {
            if message.sender == "user" {
                unanswered.append(message)
                continue
            }
            if message.outcome == "failed" { failed += 1 }
            let wasHandedOver = isHandedOver
            isHandedOver = isHandedOver || message.outcome == "handed_over" || message.outcome == "failed"
            guard let reply = message.replyTo else {
                // Only the greeting answers nobody.
                if message.seq != 1 { stray.append("seq \(message.seq) answers nothing") }
                continue
            }
            guard let seq = seqs[reply], seq < message.seq else {
                stray.append("seq \(message.seq) answers what was not asked before it")
                continue
            }
            let together = unanswered.count { $0.seq <= seq }
            if unanswered.prefix(together).last?.seq != seq || wasHandedOver {
                stray.append("seq \(message.seq) answers seq \(seq) again")
            } else {
                unanswered.removeFirst(together)
                answered += together
            }
        }
        if isHandedOver {
            leftToHumans = unanswered.count
            unanswered = []
        }
    }
}
