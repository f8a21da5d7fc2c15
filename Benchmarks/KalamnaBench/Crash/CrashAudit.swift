/// One session after the storm: everything it was promised, against what is there.
struct CrashAudit {
    var missing: [String] = []
    var changed: [String] = []
    var storedTwice: [String] = []
    var unknown: [String] = []
    var unanswered: [String] = []
    var stray: [String] = []
    var gaps: [String] = []
    var order: [String] = []
    var live: [String] = []
    var refused: [String] = []
    private(set) var acknowledgedCount = 0
    private(set) var answeredCount = 0
    private(set) var leftToHumans = 0
    private(set) var failedTurns = 0

    mutating func add(_ session: CrashSession, first: [Message], second: [Message], streamed: EventLog) {
        let name = session.id
        let sent = session.sent
        let stored = Dictionary(grouping: first.filter { $0.sender == "user" }, by: { $0.clientMessageID ?? "" })
        for (id, message) in sent {
            acknowledgedCount += message.acknowledged.isEmpty ? 0 : 1
            let found = stored[id] ?? []
            if found.isEmpty && !message.acknowledged.isEmpty { missing.append("\(name): \(id) was acknowledged") }
            if message.acknowledged.count < message.copies {
                refused.append("\(name): \(id) was acknowledged \(message.acknowledged.count) of \(message.copies) times")
            }
            if found.count > 1 { storedTwice.append("\(name): \(id) \(found.count) times") }
            if let one = found.first {
                let entry = EventLog.Entry(seq: one.seq, id: one.id)
                if one.text != message.text { changed.append("\(name): the text of \(id)") }
                if message.acknowledged.contains(where: { $0 != entry }) { changed.append("\(name): \(id) was acknowledged as another message") }
            }
        }
        for id in stored.keys where sent[id] == nil { unknown.append("\(name): \(id)") }
        let texts = Dictionary(grouping: first.filter { $0.sender == "user" }, by: \.text)
        for (text, messages) in texts where messages.count > 1 { storedTwice.append("\(name): “\(text)” \(messages.count) times") }

        let turns = TurnAudit(first)
        answeredCount += turns.answered
        leftToHumans += turns.leftToHumans
        failedTurns += turns.failed
        unanswered += turns.unanswered.map { "\(name): seq \($0.seq)" }
        stray += turns.stray.map { "\(name): \($0)" }

        if first.map(\.seq) != Array(first.indices.map { $0 + 1 }) { gaps.append(name) }
        if first.first?.sender != "bot" { gaps.append("\(name): seq 1 is not the greeting") }
        if first != second { order.append("\(name): two readings over REST differ") }
        order += streamed.differences(from: first).map { "\(name): stream: \($0)" }

        live += session.log.problems.map { "\(name): \($0)" }
        let seen = session.log.entries
        let all = first.map { EventLog.Entry(seq: $0.seq, id: $0.id) }
        if seen != Array(all.prefix(seen.count)) { live.append("\(name): saw what is not stored") }
        if !session.isRetired && seen.count < all.count { live.append("\(name): has \(seen.count) of \(all.count) and waits") }
        refused += session.refusals.map { "\(name): \($0)" }
    }

    var checks: [Check] {
        [
            Check("acknowledged messages are there", missing),
            Check("they are what was acknowledged", changed),
            Check("nothing is stored twice", storedTwice),
            Check("nothing is there that was not sent", unknown),
            Check("every message is answered", unanswered),
            Check("no answer too many", stray),
            Check("seq has no gap, from 1", gaps),
            Check("REST twice and the stream from 0 agree", order),
            Check("live readers saw a prefix, once, in order", live),
            Check("nothing was refused or given up", refused),
        ]
    }
}
