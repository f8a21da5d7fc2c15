import ArabicText
import Foundation

/// What an owner enters for an item, before it is checked.
package struct KnowledgeDraft: Sendable, Hashable {
    package static let longestTitle = 200
    package static let longestCategory = 60
    package static let longestText = 200_000
    package static let mostPairs = 500
    package static let longestQuestion = 500
    package static let longestAnswer = 5000
    package static let mostForms = 50
    package static let longestExternalID = 200
    package static let defaultCategory = "general"
    package static let languages: Set<String> = ["ar", "en", "mixed"]

    package var title: String
    /// Empty: `general` for a new item, unchanged for an existing one.
    package var category: String
    /// Nil: guessed from the letters.
    package var language: String?
    package var content: KnowledgeContent
    package var externalID: String?

    package init(title: String, category: String = "", language: String? = nil, content: KnowledgeContent, externalID: String? = nil) {
        self.title = title
        self.category = category
        self.language = language
        self.content = content
        self.externalID = externalID
    }

    /// Cleaned, or a failure that names every problem: white space at the ends, hidden direction marks in one-line fields
    /// and control characters go without a word, because people paste from Word and PDF and can't see them.
    package func checked() throws(Failure) -> KnowledgeDraft {
        var validation = Validation()
        var draft = self
        draft.title = validation.line("title", LocalizedText(ar: "العنوان", en: "The title"), title, atMost: Self.longestTitle)
        draft.category = validation.line(
            "category",
            LocalizedText(ar: "التصنيف", en: "The category"),
            category,
            atLeast: 0,
            atMost: Self.longestCategory
        )
        if let language, !Self.languages.contains(language) {
            validation.refuse("language", ar: "اللغة لازم تكون ar أو en أو mixed.", en: "The language must be ar, en or mixed.")
        }
        if let externalID {
            let cleaned = validation.line(
                "external_id",
                LocalizedText(ar: "المعرّف الخارجي", en: "The external id"),
                externalID,
                atLeast: 0,
                atMost: Self.longestExternalID
            )
            draft.externalID = cleaned.isEmpty ? nil : cleaned
        }
        switch content {
        case .text(let text):
            let cleaned = validation.body("content.text", LocalizedText(ar: "النص", en: "The text"), text, atMost: Self.longestText)
            draft.content = .text(cleaned)
        case .faq(let pairs): draft.content = .faq(Self.checked(pairs, &validation))
        }
        try validation.check()
        return draft
    }

    private static func checked(_ pairs: [FAQPair], _ validation: inout Validation) -> [FAQPair] {
        if pairs.isEmpty {
            validation.refuse("content.pairs", ar: "ضيف سؤال وإجابته على الأقل.", en: "Add at least one question with its answer.")
        }
        guard pairs.count <= mostPairs else {
            validation.refuse(
                "content.pairs",
                ar: "أقصى عدد \(mostPairs) سؤال في المعلومة الواحدة، قسمهم على أكتر من معلومة.",
                en: "At most \(mostPairs) questions fit in one item: split them into several."
            )
            return pairs
        }
        return pairs.enumerated().map { index, pair in
            func name(_ ar: String, _ en: String) -> LocalizedText { LocalizedText(ar: "\(ar) رقم \(index + 1)", en: "\(en) \(index + 1)") }
            let path = "content.pairs.\(index)"
            let question = validation.line("\(path).question", name("السؤال", "Question"), pair.question, atMost: longestQuestion)
            if pair.also.count > mostForms {
                validation.refuse(
                    "\(path).also",
                    ar: "أقصى عدد \(mostForms) صيغة تانية للسؤال الواحد.",
                    en: "A question can have at most \(mostForms) other forms."
                )
            }
            let also = pair.also.prefix(mostForms).enumerated().map { number, form in
                validation.line(
                    "\(path).also.\(number)",
                    name("صيغة تانية للسؤال", "Another form of question"),
                    form,
                    atLeast: 0,
                    atMost: longestQuestion
                )
            }
            let answer = validation.body("\(path).answer", name("إجابة السؤال", "The answer to question"), pair.answer, atMost: longestAnswer)
            return FAQPair(question: question, also: also.filter { !$0.isEmpty }, answer: answer)
        }
    }

    /// `ar` or `en` when at least four letters in five are of that script.
    static func guessedLanguage(of text: String) -> String {
        var arabic = 0
        var latin = 0
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x41...0x5A, 0x61...0x7A, 0xC0...0x24F: latin += 1
            case 0x620...0x64A, 0x66E...0x6D3, 0x750...0x77F, 0xFB50...0xFDFF, 0xFE70...0xFEFC: arabic += 1
            default: break
            }
        }
        if latin * 4 <= arabic { return "ar" }
        return arabic * 4 <= latin ? "en" : "mixed"
    }
}

/// A checked draft with everything that is computed from it, so that no transaction waits for the computing.
struct PreparedKnowledge: Sendable {
    let draft: KnowledgeDraft
    let contentJSON: String
    let searchText: String
    let chunks: [ChunkDraft]

    init(_ unchecked: KnowledgeDraft) throws {
        let draft = try unchecked.checked()
        self.draft = draft
        self.contentJSON = try Self.json(of: draft.content)
        self.searchText = Self.folded(draft.title + "\n" + draft.content.plainText)
        self.chunks = Chunker().chunks(of: draft.content, title: draft.title)
    }

    var guessedLanguage: String { KnowledgeDraft.guessedLanguage(of: draft.title + draft.content.plainText) }

    /// For matching only: lower case, one form of each Arabic letter, no diacritics.
    static func folded(_ text: String) -> String { Normalizer.normalize(text).text }

    private static func json(of content: KnowledgeContent) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(content), as: UTF8.self)
    }
}

extension Validation {
    /// A field of one line, under the name that its form shows. Line breaks become blanks.
    fileprivate mutating func line(
        _ field: String,
        _ name: LocalizedText,
        _ value: String,
        atLeast least: Int = 1,
        atMost most: Int
    ) -> String {
        var text = String.UnicodeScalarView()
        for scalar in value.unicodeScalars where !scalar.isBidiControl {
            if scalar.isLayout || scalar.value == 0x2028 || scalar.value == 0x2029 {
                if text.last != " " { text.append(" ") }
            } else if !scalar.isControl {
                text.append(scalar)
            }
        }
        return limited(field, name, String(text).trimmed, least, most)
    }

    /// A field of many lines; every kind of line break becomes the same one.
    fileprivate mutating func body(_ field: String, _ name: LocalizedText, _ value: String, atMost most: Int) -> String {
        var text = String.UnicodeScalarView()
        var afterReturn = false
        for scalar in value.unicodeScalars {
            if scalar == "\r" || scalar.value == 0x85 || scalar.value == 0x2028 || scalar.value == 0x2029 {
                text.append("\n")
            } else if !scalar.isControl || scalar == "\t" || scalar == "\n" && !afterReturn {
                text.append(scalar)
            }
            afterReturn = scalar == "\r"
        }
        return limited(field, name, String(text).trimmed, 1, most)
    }

    private mutating func limited(_ field: String, _ name: LocalizedText, _ text: String, _ least: Int, _ most: Int) -> String {
        let length = text.unicodeScalars.count
        if length < least {
            refuse(field, ar: "لازم تكتب \(name.ar).", en: "\(name.en) is empty: please fill it in.")
        } else if length > most {
            refuse(
                field,
                ar: "\(name.ar): الحد الأقصى \(most) حرف، اختصر أو قسّم.",
                en: "\(name.en) is longer than \(most) characters: shorten or split it."
            )
        }
        return text
    }
}
