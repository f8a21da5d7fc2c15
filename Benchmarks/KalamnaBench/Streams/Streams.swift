import ArgumentParser

struct Streams: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Streams that are cut at random bytes, and one that is not read.",
        discussion: "Every message must be seen once and in order over all connections; a reader that does not read must not cost the server memory.")

    @Option(help: "Where the server listens, such as http://127.0.0.1:8080.") var url: ServerAddress
    @Option(help: "A widget key.") var key: String
    @Option(help: "How often the reader's connection is cut.") var cuts: Int = 1000
    @Option(help: "Messages of 3,000 characters that pass the slow reader; 0 leaves it out.") var slowMessages: Int = 20_000
    @Option(help: "The server's process, for its memory.") var pid: Int32?
    @Option(help: "The most the server's memory may grow while they pass, in MB.") var growthLimit: Int = 32
    @Option(help: "Makes the choice of cuts repeatable.") var seed: UInt64 = .random(in: 1...999_999)

    func validate() throws {
        if cuts < 1 || slowMessages < 0 { throw ValidationError("--cuts must be at least 1 and --slow-messages not negative.") }
    }

    func run() async throws {
        var report = Report(figures: [("seed", "\(seed)")])
        try await WidgetAPI.withClient(url) { api in
            try await CutStreams(api: api, key: key, cuts: cuts, seed: seed).run(&report)
            if slowMessages > 0 {
                let slow = SlowReader(
                    api: api, key: key, messages: slowMessages, memory: pid.map(ServerMemory.init), growthLimit: growthLimit * 1024)
                try await slow.run(&report)
            }
        }
        report.print()
        if report.failed > 0 { throw ExitCode.failure }
    }
}

extension WidgetAPI {
    /// The conversation's last seq once nothing has been added for a second.
    func settledSeq(token: String) async throws -> Int {
        var last = try await lastSeq(token: token)
        while true {
            try await Task.sleep(for: .seconds(1))
            let now = try await lastSeq(token: token)
            if now == last { return last }
            last = now
        }
    }
}

extension EventLog {
    /// What differs between what was seen and what is stored.
    func differences(from history: [Message]) -> [String] {
        let stored = history.map { Entry(seq: $0.seq, id: $0.id) }
        let seen = entries
        if seen == stored { return problems }
        let first = zip(seen, stored).first { $0 != $1 }?.1.seq ?? min(seen.count, stored.count) + 1
        return problems + ["\(seen.count) seen, \(stored.count) stored; the first difference is at seq \(first)"]
    }
}
