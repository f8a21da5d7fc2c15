/// The labelled sentences of the folder `Training`.
///
/// Two forms: `intent/NAME.txt` and `emotion/NAME.txt` hold sentences of one label, one a line. In `messages/*.txt` a line `= INTENT EMOTION`
/// labels those below it, `-` standing for no label of that kind. `#` begins a comment.
package struct TrainingSentences: Sendable {
    package enum Task: String, Sendable, CaseIterable {
        case intent, emotion

        /// In a fixed order: that of the weights.
        package var labels: [String] {
            switch self {
            case .intent: Intent.allCases.map(\.rawValue)
            case .emotion: Emotion.allCases.map(\.rawValue)
            }
        }
    }

    package struct Sentence: Sendable {
        let text: String
        /// Index in the task's `labels`.
        let label: Int
    }

    /// Those of each task, each once.
    private var sentences: [Task: [Sentence]] = [:]
    private var seen: [Task: Set<String>] = [:]

    package init() {}

    package func of(_ task: Task) -> [Sentence] { sentences[task] ?? [] }

    /// All sentences, whatever they are labelled for, each once and in a fixed order.
    package var texts: [String] { Set(sentences.values.lazy.joined().map(\.text)).sorted() }

    /// - Parameters:
    ///   - folder: `intent`, `emotion` or `messages`.
    ///   - name: of the file, without `.txt`.
    /// - Throws: `Failure` for a label that there isn't, naming file and line.
    package mutating func add(_ text: String, folder: String, name: String) throws {
        let file = "\(folder)/\(name).txt"
        var labels: [Task: Int] = [:]
        if let task = Task(rawValue: folder) { labels[task] = try Self.label(name, task, file, 1) }
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = Self.trimmed(line)
            if line.isEmpty || line.hasPrefix("#") { continue }
            if folder == "messages", line.hasPrefix("= ") {
                labels = try Self.labels(line, file, index + 1)
                continue
            }
            for task in Task.allCases {
                guard let label = labels[task], seen[task, default: []].insert("\(label) \(line)").inserted else { continue }
                sentences[task, default: []].append(Sentence(text: String(line), label: label))
            }
        }
    }

    /// Of a line `= INTENT EMOTION`.
    private static func labels(_ line: Substring, _ file: String, _ number: Int) throws -> [Task: Int] {
        let names = line.split(separator: " ").dropFirst()
        guard names.count == Task.allCases.count else { throw failure(file, number, String(line)) }
        var labels: [Task: Int] = [:]
        for (task, name) in zip(Task.allCases, names) where name != "-" { labels[task] = try label(String(name), task, file, number) }
        return labels
    }

    private static func label(_ name: String, _ task: Task, _ file: String, _ line: Int) throws -> Int {
        guard let label = task.labels.firstIndex(of: name) else { throw failure(file, line, name) }
        return label
    }

    private static func trimmed(_ line: Substring) -> Substring {
        var line = line.drop(while: \.isWhitespace)
        while line.last?.isWhitespace == true { line.removeLast() }
        return line
    }

    private static func failure(_ file: String, _ line: Int, _ name: String) -> Failure {
        Failure(
            .invalid, code: "invalid_label", ar: "\(file)، سطر \(line): مفيش تصنيف اسمه \(name).",
            en: "\(file), line \(line): there is no label \(name).")
    }
}
