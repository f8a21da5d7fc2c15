extension KnowledgeImport {
    private enum Column: String, CaseIterable {
        case id, title, content, question, answer, also, category, language

        /// The names that people give it, folded for comparing.
        private static let names: [String: Column] = {
            let names: [Column: [String]] = [
                .id: ["id", "external_id", "external id", "المعرف", "معرف", "الكود", "كود"],
                .title: ["title", "العنوان", "عنوان"],
                .content: ["content", "text", "body", "النص", "نص", "المحتوى", "محتوى"],
                .question: ["question", "السؤال", "سؤال"],
                .answer: ["answer", "الإجابة", "إجابة", "الجواب", "جواب", "الرد"],
                .also: ["also", "other questions", "صيغ أخرى", "صيغ تانية", "أسئلة مشابهة"],
                .category: ["category", "التصنيف", "تصنيف", "الفئة", "القسم"],
                .language: ["language", "lang", "اللغة", "لغة"],
            ]
            return names.reduce(into: [:]) { all, entry in
                for name in entry.value { all[PreparedKnowledge.folded(name)] = entry.key }
            }
        }()

        static func named(_ header: String) -> Column? { names[PreparedKnowledge.folded(header.trimmed)] }
    }

    init(csv text: String) throws {
        let table = try CSVTable(text)
        guard let header = table.records.first else {
            throw Failure(.invalid, code: "empty_file", ar: "الملف فاضي.", en: "The file is empty.")
        }
        var places: [Column: Int] = [:]
        for (index, name) in header.fields.enumerated() {
            if let column = Column.named(name), places[column] == nil { places[column] = index }
        }
        guard places[.content] != nil || places[.question] != nil && places[.answer] != nil else {
            throw Failure(
                .invalid,
                code: "unknown_columns",
                ar: "أول صف في الملف لازم يكون أسماء الأعمدة: «العنوان» و«النص»، أو «السؤال» و«الإجابة»، وممكن كمان «التصنيف» و«اللغة» و«id».",
                en: "The first row must name the columns: title and content, or question and answer; also category, language and id if you like."
            )
        }
        var rows: [Row] = []
        var rejected: [Rejection] = []
        for record in table.records.dropFirst() {
            if record.fields.dropFirst(header.fields.count).contains(where: { !$0.trimmed.isEmpty }) {
                rejected.append(
                    Rejection(
                        row: record.number,
                        field: "row",
                        message: LocalizedText(
                            ar: "الصف فيه خانات أكتر من أسماء الأعمدة: لو النص فيه فاصلة حطه بين علامتين \"\".",
                            en: "The row has more cells than the header: put a text that contains the separator between quotation marks."
                        )
                    )
                )
                continue
            }
            func cell(_ column: Column) -> String {
                guard let place = places[column], place < record.fields.count else { return "" }
                return record.fields[place].trimmed
            }
            rows.append(
                Row(
                    number: record.number,
                    draft: draft(
                        id: cell(.id),
                        title: cell(.title),
                        content: cell(.content),
                        question: cell(.question),
                        answer: cell(.answer),
                        also: cell(.also),
                        category: cell(.category),
                        language: cell(.language)
                    )
                )
            )
        }
        self.init(rows: rows, rejected: rejected)
    }
}

/// A row with a question is a pair; the other forms of the question stand one a line, or between bars.
private func draft(
    id: String,
    title: String,
    content: String,
    question: String,
    answer: String,
    also: String,
    category: String,
    language: String
) -> KnowledgeDraft {
    let forms = also.split { $0 == "|" || $0.isNewline }.map { String($0).trimmed }.filter { !$0.isEmpty }
    let isPair = !question.isEmpty || !answer.isEmpty && content.isEmpty
    return KnowledgeDraft(
        title: title,
        category: category,
        language: KnowledgeImport.language(named: language),
        content: isPair ? .faq([FAQPair(question: question, also: forms, answer: answer.isEmpty ? content : answer)]) : .text(content),
        externalID: id.isEmpty ? nil : id
    )
}

extension KnowledgeImport {
    /// As people write it; what is unknown stays as it is, to be refused with its row.
    static func language(named name: String) -> String? {
        switch PreparedKnowledge.folded(name.trimmed) {
        case "": nil
        case "ar", "arabic", "عربي", "العربيه", "عربيه": "ar"
        case "en", "english", "انجليزي", "انجليزيه", "الانجليزيه": "en"
        case "mixed", "مختلط", "مختلطه": "mixed"
        default: name.trimmed
        }
    }
}
