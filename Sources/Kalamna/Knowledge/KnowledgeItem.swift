import Store

package typealias KnowledgeItemID = ID<KnowledgeItem>

/// One entry of a business's knowledge, as it stands now. Its text lies in its versions.
package struct KnowledgeItem: Sendable, Hashable {
    /// Where the text comes from. Only `text` is made so far.
    package enum BaseType: String, StoredName { case text, file, url }
    /// How the text is written: running text, or questions with their answers.
    package enum Kind: String, StoredName { case text, faq }
    /// Only what is `ready` is searched.
    package enum Status: String, StoredName, CaseIterable { case processing, ready, failed }

    package let id: KnowledgeItemID
    package var baseType: BaseType = .text
    package var kind: Kind
    package var title: String
    package var category: String
    /// `ar`, `en` or `mixed`.
    package var language: String
    package var status: Status = .ready
    package var failureReason: String?
    package var currentVersion: Int64
    /// The business's own name for it; an import finds by it what it brought before.
    package var externalID: String?
    package let createdAt: Instant
    package var updatedAt: Instant
}

/// What an item says. On the wire `{"kind":"text","text":"…"}` or `{"kind":"faq","pairs":[…]}`.
package enum KnowledgeContent: Sendable, Hashable {
    case text(String)
    case faq([FAQPair])

    package var kind: KnowledgeItem.Kind {
        switch self {
        case .text: .text
        case .faq: .faq
        }
    }

    /// All of it as one text, for searching a list and for a preview.
    package var plainText: String {
        switch self {
        case .text(let text): text
        case .faq(let pairs): pairs.map { ([$0.question] + $0.also + [$0.answer]).joined(separator: "\n") }.joined(separator: "\n\n")
        }
    }
}

/// A question, the other ways customers ask it, and the answer, which is given word for word.
package struct FAQPair: Sendable, Hashable {
    package var question: String
    package var also: [String]
    package var answer: String

    package init(question: String, also: [String] = [], answer: String) {
        self.question = question
        self.also = also
        self.answer = answer
    }
}

/// One state of an item's text. Versions count from 1 and are never changed.
package struct KnowledgeVersion: Sendable, Hashable {
    package let itemID: KnowledgeItemID
    package let version: Int64
    package let title: String
    package let category: String
    package let language: String
    package let content: KnowledgeContent
    package let createdBy: AdminID?
    package let createdAt: Instant
    /// The older version that this one repeats.
    package var restoredFrom: Int64?
}

/// A category in use and how many items it has.
package struct KnowledgeCategory: Sendable, Hashable {
    package let name: String
    package let count: Int

    package init(name: String, count: Int) {
        self.name = name
        self.count = count
    }
}

/// Which items a list shows; nil asks for all.
package struct KnowledgeFilter: Sendable {
    package var category: String?
    /// Words that title and text must all contain, however they are spelled.
    package var search: String?
    package var status: KnowledgeItem.Status?
    package var language: String?

    package init(category: String? = nil, search: String? = nil, status: KnowledgeItem.Status? = nil, language: String? = nil) {
        self.category = category
        self.search = search
        self.status = status
        self.language = language
    }
}

extension KnowledgeContent: Codable {
    private enum CodingKeys: CodingKey { case kind, text, pairs }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(KnowledgeItem.Kind.self, forKey: .kind) {
        case .text: self = .text(try container.decode(String.self, forKey: .text))
        case .faq: self = .faq(try container.decode([FAQPair].self, forKey: .pairs))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        switch self {
        case .text(let text): try container.encode(text, forKey: .text)
        case .faq(let pairs): try container.encode(pairs, forKey: .pairs)
        }
    }
}

extension FAQPair: Codable {
    private enum CodingKeys: CodingKey { case question, also, answer }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.question = try container.decode(String.self, forKey: .question)
        self.also = try container.decodeIfPresent([String].self, forKey: .also) ?? []
        self.answer = try container.decode(String.self, forKey: .answer)
    }
}
