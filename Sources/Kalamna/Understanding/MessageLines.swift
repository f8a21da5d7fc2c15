package import Foundation

/// Messages to be understood, one JSON object a line.
/// The text is under `text`, `message` or `question`; `id`, `intent` and `emotion` may be there, all else is not read.
package struct MessageLine: Sendable {
    /// As it is given; the number of the line without one.
    package let id: String
    package let text: String
    /// Those that people gave.
    package let intent: Intent?
    package let emotion: Emotion?

    /// - Throws: `Failure` for the first line that can't be read, naming it.
    package static func all(in file: Data) throws -> [MessageLine] {
        let mark = Data([0xEF, 0xBB, 0xBF])
        let file = file.starts(with: mark) ? file.dropFirst(mark.count) : file
        return try file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated().compactMap { index, line in
            guard line.contains(where: { !" \t\r".utf8.contains($0) }) else { return nil }
            let fields: Fields
            do {
                fields = try JSONDecoder().decode(Fields.self, from: Data(line))
            } catch {
                throw failure(
                    index + 1, ar: "مش JSON صحيح فيه text.", en: #"it is no JSON object with a "text" (or "message", "question")."#, cause: error)
            }
            return MessageLine(
                id: fields.id ?? "\(index + 1)", text: fields.text,
                intent: try fields.intent.map { try label($0, index + 1) }, emotion: try fields.emotion.map { try label($0, index + 1) })
        }
    }

    private static func label<Label: RawRepresentable>(_ name: String, _ line: Int) throws -> Label where Label.RawValue == String {
        guard let label = Label(rawValue: name) else {
            throw failure(line, ar: "مفيش تصنيف اسمه \(name).", en: "there is no label \(name).", cause: nil)
        }
        return label
    }

    private static func failure(_ line: Int, ar: String, en: String, cause: (any Error)?) -> Failure {
        Failure(.invalid, code: "invalid_line", ar: "سطر \(line): \(ar)", en: "Line \(line): \(en)", cause: cause)
    }

    private struct Fields: Decodable {
        let id: String?
        let text: String
        let intent: String?
        let emotion: String?

        private enum Key: String, CodingKey {
            case id, text, message, question, intent, emotion
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            let key: Key = fields.contains(.text) ? .text : fields.contains(.message) ? .message : .question
            text = try fields.decode(String.self, forKey: key)
            intent = try fields.decodeIfPresent(String.self, forKey: .intent)
            emotion = try fields.decodeIfPresent(String.self, forKey: .emotion)
            // Some number their lines.
            if let number = try? fields.decode(Int64.self, forKey: .id) {
                id = String(number)
            } else {
                id = try fields.decodeIfPresent(String.self, forKey: .id)
            }
        }
    }
}
