import Foundation
import Kalamna

/// Knowledge of any size, made from `Benchmarks/retrieval` and `Training`: titles of entries, two or three sentences each from any
/// of them, and an article's code. Codes and prices are new in each chunk, so that the vocabulary grows as a catalogue's does.
struct SearchCorpus {
    /// Of all styles, in an order that mixes them.
    let questions: [String]
    let messages: [String]
    private let titles: [String]
    private let sentences: [String]

    /// - Parameter root: the repository's folder.
    init(root: URL) throws {
        var titles: [String] = []
        var sentences: [String] = []
        var questions: [String] = []
        let retrieval = root.appending(path: "Benchmarks/retrieval")
        for file in try Self.files(in: retrieval) {
            let data = try Data(contentsOf: file)
            if file.pathExtension == "json" {
                for entry in try JSONDecoder().decode(Knowledge.self, from: data).entries {
                    titles.append(entry.title)
                    sentences += Self.sentences(of: entry.content)
                }
            } else if file.pathExtension == "jsonl" {
                questions += try Self.lines(data).map { try JSONDecoder().decode(Question.self, from: $0).question }
            }
        }
        for folder in ["intent", "messages"] {
            for file in try Self.files(in: root.appending(path: "Training/\(folder)")) {
                let lines = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline).map(String.init)
                sentences += lines.filter { !$0.hasPrefix("#") && !$0.hasPrefix("=") }
            }
        }
        self.messages = try Self.files(in: root.appending(path: "Benchmarks/understanding")).flatMap { file in
            try Self.lines(try Data(contentsOf: file)).map { try JSONDecoder().decode(Message.self, from: $0).text }
        }
        var random = SeededRandom(seed: 20_26)
        questions.shuffle(using: &random)
        (self.titles, self.sentences, self.questions) = (titles, sentences, questions)
    }

    func chunks(_ count: Int) -> [KnowledgeChunk] {
        var random = SeededRandom(seed: UInt64(count))
        let now = Instant(milliseconds: 0)
        return (0..<count).map { number in
            var parts = (0..<Int.random(in: 2...3, using: &random)).map { _ in sentences[Int.random(in: sentences.indices, using: &random)] }
            parts.append("كود الصنف KL-\(number)، السعر \(Int.random(in: 10...9_999, using: &random)) جنيه.")
            return KnowledgeChunk(
                id: KnowledgeChunkID(at: now), item: KnowledgeItemID(at: now), version: 1, position: 0,
                title: titles[Int.random(in: titles.indices, using: &random)], heading: "", content: parts.joined(separator: " "), answer: nil)
        }
    }

    private static func files(in folder: URL) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil).sorted { $0.path < $1.path }
    }

    private static func lines(_ data: Data) -> [Data] { data.split(separator: UInt8(ascii: "\n")).filter { $0.contains(UInt8(ascii: "{")) } }

    private static func sentences(of text: String) -> [String] {
        text.split { ".؟?!\n".contains($0) }.map { $0.trimmingCharacters(in: .whitespaces) + "." }.filter { $0.count > 10 }
    }

    private struct Knowledge: Decodable {
        struct Entry: Decodable {
            let title: String
            let content: String
        }

        let entries: [Entry]
    }

    private struct Question: Decodable { let question: String }

    private struct Message: Decodable { let text: String }
}
