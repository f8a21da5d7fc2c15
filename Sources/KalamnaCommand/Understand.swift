import ArgumentParser
import Foundation
import Kalamna

struct Understand: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell language, intent and emotion of messages.",
        discussion: #"Each line of the input is a JSON object with "text" (or "message", "question") and maybe "id"."#)

    @Option(help: "The messages: one JSON object a line.") var input: String
    @Option(help: "text or json.") var format: String = "text"
    @Flag(help: #"Compare with "intent" and "emotion" of the lines; with json the figures go to the error output."#) var gold = false

    func validate() throws {
        if !["text", "json"].contains(format) { throw ValidationError("--format is text or json.") }
    }

    func run() throws {
        guard let file = FileManager.default.contents(atPath: input) else { throw ValidationError("\(input) can't be read.") }
        let lines = try MessageLine.all(in: file)
        var intents = ClassifierReport(labels: Intent.allCases.map(\.rawValue))
        var emotions = ClassifierReport(labels: Emotion.allCases.map(\.rawValue))
        for line in lines {
            let understanding = Understanding(of: line.text)
            if format == "json" {
                print(try json(line, understanding))
            } else if !gold {
                print(plain(line, understanding))
            }
            if let given = line.intent { intents.add(given: given.rawValue, found: understanding.intent.rawValue) }
            if let given = line.emotion { emotions.add(given: given.rawValue, found: understanding.emotion.rawValue) }
        }
        if gold { try show([("intent", intents), ("emotion", emotions)]) }
    }

    /// By hand, because the keys have a fixed order.
    private func json(_ line: MessageLine, _ understanding: Understanding) throws -> String {
        let fields: [(String, String)] = [
            ("id", try quoted(line.id)), ("script", try quoted(understanding.script)), ("language", try quoted(understanding.language)),
            ("normalized", try quoted(understanding.normalized)), ("intent", try quoted(understanding.intent.rawValue)),
            ("intent_confidence", number(understanding.intentConfidence)), ("emotion", try quoted(understanding.emotion.rawValue)),
            ("emotion_confidence", number(understanding.emotionConfidence)),
        ]
        return "{" + fields.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}"
    }

    private func quoted(_ text: String) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return String(decoding: try encoder.encode(text), as: UTF8.self)
    }

    private func number(_ share: Double) -> String { String(format: "%.4f", share) }

    private func plain(_ line: MessageLine, _ understanding: Understanding) -> String {
        let intent = "\(understanding.intent.rawValue) \(Int((understanding.intentConfidence * 100).rounded())) %"
        let emotion = "\(understanding.emotion.rawValue) \(Int((understanding.emotionConfidence * 100).rounded())) %"
        return "\(line.id)\t\(understanding.language)\t\(intent)\t\(emotion)\t\(line.text.replacingOccurrences(of: "\n", with: " "))"
    }

    private func show(_ reports: [(name: String, report: ClassifierReport)]) throws {
        var text = ""
        for (name, report) in reports where report.total > 0 {
            text += "\(name): accuracy \(percent(report.accuracy)) %, macro-F1 \(percent(report.macroF1)) %, n \(report.total)\n\(report.table)\n"
        }
        if text.isEmpty { throw ValidationError(#"--gold needs lines with "intent" or "emotion"."#) }
        if format == "json" {
            try FileHandle.standardError.write(contentsOf: Data(text.utf8))
        } else {
            print(text, terminator: "")
        }
    }

    private func percent(_ share: Double) -> String { String(format: "%.1f", share * 100) }
}
