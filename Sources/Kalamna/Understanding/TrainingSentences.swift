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

    /// - Parameters:
    ///   - folder: `intent`, `emotion` or `messages`.
    ///   - name: of the file, without `.txt`.
    /// - Throws: `Failure` for a label that there isn't, naming file and line.
    package mutating func add(_ text: String, folder: String, name: String) throws {
        var labels: [Task: Int] = [:]
        if let task = Task(rawValue: folder) { labels[task] = try label(name, task, "\(folder)/\(name).txt", 1) }
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = Self.trimmed(line)
            if line.isEmpty || line.hasPrefix("#") { continue }
            if folder == "messages", line.hasPrefix("= ") {
                let names = line.split(separator: " ").dropFirst()
                guard names.count == 2 else { throw Self.failure("\(folder)/\(name).txt", index + 1, String(line)) }
                labels = [:]
                for (task, name) in zip(Task.allCases, names) where name != "-" {
                    labels[task] = try label(String(name), task, "\(folder)/\(name).txt", index + 1)
                }
                continue
            }
            for task in Task.allCases {
                guard let label = labels[task], seen[task, default: []].insert("\(label) \(line)").inserted else { continue }
                sentences[task, default: []].append(Sentence(text: String(line), label: label))
            }
        }
    }

    private func label(_ name: String, _ task: Task, _ file: String, _ line: Int) throws -> Int {
        guard let label = task.labels.firstIndex(of: name) else { throw Self.failure(file, line, name) }
        return label
    }

    private static func trimmed(_ line: Substring) -> Substring {
        var line = line.drop(while: \.isWhitespace)
        while line.last?.isWhitespace == true { line.removeLast() }
        return line
    }

    private static func failure(_ file: String, _ line: Int, _ name: String) -> Failure {
        .invalid("label", ar: "\(file)، سطر \(line): مفيش تصنيف اسمه \(name).", en: "\(file), line \(line): there is no label \(name).")
    }
}
