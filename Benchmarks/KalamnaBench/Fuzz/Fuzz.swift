import ArgumentParser
import Foundation
import TextFuzzing

struct Fuzz: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Hostile texts for everything that reads what customers and owners send.",
        discussion: """
            Each text goes through understanding, search, chunking and the importers. None may crash, hang (10 s), break a promise, take longer than \
            --limit at 10,000 characters, or take more than \(Growth.most) times as long at double the length. Times are those of the processor. After \
            a crash --journal names the text; --replay makes it again.
            """)

    @Option(help: "How long.") var seconds: Int = 600
    @Option(help: "Ends after so many texts; 0 only by time.") var executions: Int = 0
    @Option(help: "Makes the texts repeatable.") var seed: UInt64 = .random(in: 1...999_999)
    @Option(help: "Longest text in characters (Unicode scalars).") var longest: Int = 10_000
    @Option(help: "The most that one step may take with 10,000 characters, in milliseconds.") var limit: Double = 20
    @Option(help: "Knowledge and sentences to be torn apart: JSON as `import` takes it, or texts with a sentence a line; a folder for all in it.")
    var from: [String] = ["Sources/CAssets/demo/knowledge.json", "Training"]
    @Option(help: "A file that always names the text in work, for when it ends the process.") var journal: String?
    @Option(help: "KIND:LENGTH:SEED of one text: its steps with their times.") var replay: FuzzCase?
    @Flag(help: "With --replay: print the text.") var text = false

    func validate() throws {
        if seconds < 1 || longest < 1 || executions < 0 {
            throw ValidationError("--seconds and --longest must be at least 1, --executions not negative.")
        }
    }

    func run() throws {
        let sentences = try FuzzSentences.read(from)
        let steps = try FuzzStep.all(sentences: sentences)
        if let replay {
            try FuzzReplay(sentences: sentences, steps: steps).run(replay, printsText: text)
            return
        }
        var report = Report(figures: [("seed", "\(seed)"), ("sentences", "\(sentences.count)")])
        var run = try FuzzRun(
            sentences: sentences, steps: steps, seed: seed, longest: longest, limit: limit, journal: journal.map(FuzzJournal.init))
        try run.run(seconds: seconds, executions: executions, &report)
        report.print()
        if report.failed > 0 { throw ExitCode.failure }
    }
}

/// One text: everything that is needed to make it again.
struct FuzzCase: ExpressibleByArgument, CustomStringConvertible {
    let kind: HostileText.Kind
    let length: Int
    let seed: UInt64

    init(kind: HostileText.Kind, length: Int, seed: UInt64) {
        self.kind = kind
        self.length = length
        self.seed = seed
    }

    init?(argument: String) {
        let parts = argument.split(separator: ":").map(String.init)
        guard parts.count == 3, let kind = HostileText.Kind(rawValue: parts[0]), let length = Int(parts[1]), length >= 0,
            let seed = UInt64(parts[2])
        else { return nil }
        self.init(kind: kind, length: length, seed: seed)
    }

    var description: String { "\(kind.rawValue):\(length):\(seed)" }

    func text(_ maker: inout HostileText) -> String {
        maker.reseed(seed)
        return maker.text(kind, length: length)
    }
}

/// The name of the text in work, in a file that outlives the process.
struct FuzzJournal {
    private let file: FileHandle

    init(_ path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path) else {
            throw ValidationError("\(path) can't be written.")
        }
        self.file = file
    }

    func write(_ text: FuzzCase, _ step: String) throws {
        try file.seek(toOffset: 0)
        try file.write(contentsOf: Data("\(text) \(step)".padding(toLength: 120, withPad: " ", startingAt: 0).utf8))
    }
}

enum FuzzSentences {
    /// The strings of JSON files and the lines of others, without comments, in the order of their paths.
    static func read(_ paths: [String]) throws -> [String] {
        var sentences: [String] = []
        for path in paths.flatMap(files) {
            guard let data = FileManager.default.contents(atPath: path) else { throw ValidationError("\(path) can't be read.") }
            if path.hasSuffix(".json") {
                collect(try JSONSerialization.jsonObject(with: data), into: &sentences)
            } else {
                for line in String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline) where line.first != "#" {
                    sentences.append(String(line))
                }
            }
        }
        return sentences
    }

    private static func files(_ path: String) -> [String] {
        guard let inside = FileManager.default.enumerator(atPath: path) else { return [path] }
        return inside.compactMap { $0 as? String }.filter { $0.hasSuffix(".txt") || $0.hasSuffix(".json") }.sorted().map { "\(path)/\($0)" }
    }

    private static func collect(_ value: Any, into sentences: inout [String]) {
        switch value {
        case let text as String: if !text.isEmpty { sentences.append(text) }
        case let list as [Any]: for element in list { collect(element, into: &sentences) }
        case let object as [String: Any]: for key in object.keys.sorted() { collect(object[key] ?? "", into: &sentences) }
        default: break
        }
    }
}
