import Foundation

extension KnowledgeImport {
    /// `{"business": …, "entries": [{"id", "title", "content"}]}`, the form of the evaluation sets, or the list alone. An entry
    /// may also have `category`, `language`, and `question`, `answer` and `also` instead of `content`.
    init(json text: String) throws {
        let entries: [Entry]
        do {
            let data = Data(text.utf8)
            let isList = text.unicodeScalars.first { !$0.properties.isWhitespace } == "["
            entries = isList ? try JSONDecoder().decode([Entry].self, from: data) : try JSONDecoder().decode(File.self, from: data).entries
        } catch {
            throw Failure(
                .invalid,
                code: "invalid_json",
                ar: "ملف JSON مش مظبوط: لازم يكون {\"entries\": [{\"id\": …, \"title\": …, \"content\": …}]}.",
                en: "The JSON can't be read: it must be {\"entries\": [{\"id\": …, \"title\": …, \"content\": …}]}.",
                cause: error
            )
        }
        var rows: [Row] = []
        var rejected: [Rejection] = []
        for (index, entry) in entries.enumerated() {
            switch entry.draft {
            case .success(let draft): rows.append(Row(number: index + 1, draft: draft))
            case .failure(let problem): rejected.append(Rejection(row: index + 1, field: problem.field, message: problem.message))
            }
        }
        self.init(rows: rows, rejected: rejected)
    }
}

private struct File: Decodable {
    let entries: [Entry]
}

/// One entry, or what is wrong with it: a bad one must not hide the others.
private struct Entry: Decodable {
    private enum CodingKeys: String, CodingKey { case id, title, content, kind, question, answer, also, category, language }

    struct Problem: Error {
        let field: String
        let message: LocalizedText
    }

    let draft: Result<KnowledgeDraft, Problem>

    init(from decoder: any Decoder) {
        do {
            self.draft = .success(try Self.draft(try decoder.container(keyedBy: CodingKeys.self)))
        } catch let error as DecodingError {
            let field = Self.path(of: error)
            self.draft = .failure(
                Problem(
                    field: field,
                    message: LocalizedText(
                        ar: "القيمة في \(field) مش بالشكل المطلوب: لازم تكون نص.",
                        en: "The value of \(field) has the wrong form: it must be text."
                    )
                )
            )
        } catch {
            self.draft = .failure(
                Problem(field: "kind", message: LocalizedText(ar: "النوع لازم يكون text أو faq.", en: "The kind must be text or faq."))
            )
        }
    }

    private struct UnknownKind: Error {}

    private static func draft(_ entry: KeyedDecodingContainer<CodingKeys>) throws -> KnowledgeDraft {
        func text(_ key: CodingKeys) throws -> String { try entry.decodeIfPresent(String.self, forKey: key) ?? "" }
        let kind = try text(.kind)
        guard ["", "text", "faq"].contains(kind) else { throw UnknownKind() }
        let (question, answer) = (try text(.question), try text(.answer))
        let isPair = kind == "faq" || kind.isEmpty && !question.isEmpty
        // Whole numbers are common as ids.
        let id = (try? entry.decodeIfPresent(Int64.self, forKey: .id)).map { String($0) }
        let externalID = try id ?? text(.id)
        return KnowledgeDraft(
            title: try text(.title),
            category: try text(.category),
            language: KnowledgeImport.language(named: try text(.language)),
            content: isPair
                ? .faq([
                    FAQPair(
                        question: question,
                        also: try entry.decodeIfPresent([String].self, forKey: .also) ?? [],
                        answer: answer.isEmpty ? try text(.content) : answer
                    )
                ]) : .text(try text(.content)),
            externalID: externalID.isEmpty ? nil : externalID
        )
    }

    private static func path(of error: DecodingError) -> String {
        let path =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context), .dataCorrupted(let context):
                context.codingPath
            @unknown default: [any CodingKey]()
            }
        let names = path.map { $0.intValue.map(String.init) ?? $0.stringValue }
        // Without the place in the file, which is the row already.
        return names.drop { $0 == "entries" || Int($0) != nil }.joined(separator: ".")
    }
}
