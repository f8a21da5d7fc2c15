import ArabicText
import Foundation
import HTTPTypes
import Hummingbird
import Kalamna

struct ItemBody: Encodable, Sendable {
    let item: KnowledgeItem
    var content: KnowledgeContent?

    enum CodingKeys: String, CodingKey {
        case id, kind, title, category, language, status, version, content
        case baseType = "base_type"
        case failureReason = "failure_reason"
        case externalID = "external_id"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(item.id, forKey: .id)
        try container.encode(item.baseType, forKey: .baseType)
        try container.encode(item.kind, forKey: .kind)
        try container.encode(item.title, forKey: .title)
        try container.encode(item.category, forKey: .category)
        try container.encode(item.language, forKey: .language)
        try container.encode(item.status, forKey: .status)
        try container.encodeIfPresent(item.failureReason, forKey: .failureReason)
        try container.encode(item.currentVersion, forKey: .version)
        try container.encodeIfPresent(item.externalID, forKey: .externalID)
        try container.encode(item.createdAt, forKey: .createdAt)
        try container.encode(item.updatedAt, forKey: .updatedAt)
        try container.encodeIfPresent(content, forKey: .content)
    }

    static let pair = Schema.object(
        [
            "question": .string(1...KnowledgeDraft.longestQuestion), "answer": .string(1...KnowledgeDraft.longestAnswer),
            "also": .array(of: .string(1...KnowledgeDraft.longestQuestion), atMost: KnowledgeDraft.mostForms),
        ], optional: ["also"])
    static let content = Schema(json: [
        "oneOf": [
            Schema.object(["kind": .oneOf(["text"]), "text": Schema.string().described("At most \(KnowledgeDraft.longestText) characters")]).json,
            Schema.object(["kind": .oneOf(["faq"]), "pairs": .array(of: pair, atMost: KnowledgeDraft.mostPairs)]).json,
        ]
    ])
    static let schema = Schema.object(
        [
            "id": .id, "base_type": .oneOf(["text", "file", "url"]), "kind": .oneOf(["text", "faq"]), "title": .string(), "category": .string(),
            "language": .oneOf(["ar", "en", "mixed"]), "status": .oneOf(["processing", "ready", "failed"]), "failure_reason": .string(),
            "version": .integer(), "external_id": .string(), "created_at": .time, "updated_at": .time, "content": content,
        ], optional: ["failure_reason", "external_id", "content"])
}

struct VersionBody: Encodable {
    let version: Int64
    let title: String
    let category: String
    let language: String
    let content: KnowledgeContent
    let createdBy: AdminID?
    let createdAt: Instant
    let restoredFrom: Int64?

    init(_ version: KnowledgeVersion) {
        self.version = version.version
        self.title = version.title
        self.category = version.category
        self.language = version.language
        self.content = version.content
        self.createdBy = version.createdBy
        self.createdAt = version.createdAt
        self.restoredFrom = version.restoredFrom
    }

    enum CodingKeys: String, CodingKey {
        case version, title, category, language, content
        case createdBy = "created_by"
        case createdAt = "created_at"
        case restoredFrom = "restored_from"
    }

    static let schema = Schema.object(
        [
            "version": .integer(), "title": .string(), "category": .string(), "language": .string(), "content": ItemBody.content,
            "created_by": .id, "created_at": .time, "restored_from": .integer(),
        ], optional: ["created_by", "restored_from"])
}

struct ChunkBody: Encodable {
    let position: Int
    let heading: String
    let content: String
    let answer: String?

    static let schema = Schema.object(
        ["position": .integer(), "heading": .string(), "content": .string(), "answer": .string()], optional: ["answer"])
}

struct MetWordsBody: Encodable {
    let asked: String
    let found: String
    let by: String

    init(_ met: MetWords) {
        self.asked = met.asked
        self.found = met.found
        self.by = met.relation.rawValue
    }

    static let schema = Schema.object(["asked": .string(), "found": .string(), "by": .oneOf(["word", "root", "meaning", "reading"])])
}

struct HitBody: Encodable {
    let itemID: KnowledgeItemID
    let title: String
    let heading: String
    let content: String
    let answer: String?
    let score: Double
    let why: [MetWordsBody]

    init(_ hit: Hit, question: AnalyzedText) {
        self.itemID = hit.chunk.item
        self.title = hit.chunk.title
        self.heading = hit.chunk.heading
        self.content = hit.chunk.content
        self.answer = hit.chunk.answer
        self.score = hit.score
        self.why = Explanation.words(of: question, in: hit.chunk).map(MetWordsBody.init)
    }

    enum CodingKeys: String, CodingKey {
        case title, heading, content, answer, score, why
        case itemID = "item_id"
    }

    static let schema = Schema.object(
        [
            "item_id": .id, "title": .string(), "heading": .string(), "content": .string(),
            "answer": .string().described("Of a question/answer pair: what the customer is told"), "score": .number(0...1),
            "why": .array(of: MetWordsBody.schema).described("Which word of the question met which word of the passage"),
        ], optional: ["answer"])
}

/// What the business knows: items, versions, chunks, import and "ask your bot".
enum KnowledgeRoutes {
    struct ItemInput: Decodable {
        let title: String
        var category: String?
        var language: String?
        let content: KnowledgeContent
        var externalID: String?

        enum CodingKeys: String, CodingKey {
            case title, category, language, content
            case externalID = "external_id"
        }

        var draft: KnowledgeDraft {
            KnowledgeDraft(title: title, category: category ?? "", language: language, content: content, externalID: externalID)
        }

        static let schema = Schema.object(
            [
                "title": .string(1...KnowledgeDraft.longestTitle), "category": .string(0...KnowledgeDraft.longestCategory),
                "language": .oneOf(["ar", "en", "mixed"]), "content": ItemBody.content, "external_id": .string(1...KnowledgeDraft.longestExternalID),
            ], optional: ["category", "language", "external_id"])
    }

    struct PreviewInput: Decodable {
        var title: String?
        let content: KnowledgeContent

        static let schema = Schema.object(["title": .string(0...KnowledgeDraft.longestTitle), "content": ItemBody.content], optional: ["title"])
    }

    struct SearchInput: Decodable {
        let query: String
        var limit: WholeNumber?

        static let schema = Schema.object(["query": .string(1...1000), "limit": .integer(1...20)], optional: ["limit"])
    }

    private struct SearchBody: Encodable {
        let confidence: Double
        let hits: [HitBody]
    }

    private struct CategoryBody: Encodable {
        let name: String
        let count: Int
    }

    static func add(to routes: inout RouteTable) {
        routes.get(
            "/v1/knowledge", "listKnowledge", "Knowledge items, the last changed first", for: .business,
            query: Paging.parameters + [
                Endpoint.Parameter(name: "category", schema: .string(0...60), description: "Only of this category"),
                Endpoint.Parameter(name: "q", schema: .string(0...200), description: "Only with all these words, however spelled"),
                Endpoint.Parameter(name: "status", schema: .oneOf(["processing", "ready", "failed"]), description: "Only these"),
            ], response: Paging.schema(of: "KnowledgeItem")
        ) { call, caller in
            let filter = KnowledgeFilter(
                category: try call.query("category"), search: try call.query("q"), status: try call.query("status", as: KnowledgeItem.Status.self))
            let (cursor, limit) = (try call.cursor(), try call.limit())
            let page = try await call.services.database.read(of: caller.business) { try KnowledgeItems($0).list(filter, after: cursor, limit: limit) }
            return try call.page(page) { ItemBody(item: $0) }
        }

        routes.post(
            "/v1/knowledge", "createKnowledge", "Add an item: a text, or questions with answers", for: .business, body: ItemInput.schema,
            largestBody: 4 << 20, status: .created, response: .named("KnowledgeItem"), otherStatuses: [409],
            idempotent: true
        ) { call, caller in
            let body: ItemInput = try call.decode()
            let now = call.services.clock.now()
            let stored = try await call.services.database.write(of: caller.business) { db in
                let item = try KnowledgeItems(db).create(body.draft, by: caller.adminID, now: now)
                return ItemBody(item: item, content: try KnowledgeItems(db).content(of: item.id))
            }
            return try call.json(stored, status: .created)
        }

        routes.get(
            "/v1/knowledge/categories", "listCategories", "Categories in use", for: .business,
            response: .array(of: .object(["name": .string(), "count": .integer()]))
        ) { call, caller in
            let categories = try await call.services.database.read(of: caller.business) { try KnowledgeItems($0).categories() }
            return try call.json(categories.map { CategoryBody(name: $0.name, count: $0.count) })
        }

        routes.post(
            "/v1/knowledge/preview", "previewChunks", "How a text would be cut into passages", for: .business, body: PreviewInput.schema,
            largestBody: 4 << 20, response: .array(of: .named("Chunk"))
        ) { call, _ in
            let body: PreviewInput = try call.decode()
            let draft = try KnowledgeDraft(title: body.title ?? "–", content: body.content).checked()
            let chunks = Chunker().chunks(of: draft.content, title: draft.title)
            return try call.json(
                chunks.enumerated().map { ChunkBody(position: $0, heading: $1.heading, content: $1.content, answer: $1.answer) })
        }

        let item = "/v1/knowledge/{item_id}"
        routes.get(item, "getKnowledge", "An item with its content", for: .business, response: .named("KnowledgeItem")) { call, caller in
            let id: KnowledgeItemID = try call.id("item_id")
            let (found, content) = try await call.services.database.read(of: caller.business) { db in
                (try KnowledgeItems(db).find(id), try KnowledgeItems(db).content(of: id))
            }
            return try call.json(ItemBody(item: found, content: content))
        }

        routes.put(
            item, "updateKnowledge", "Change an item: makes a new version", for: .business, body: ItemInput.schema, largestBody: 4 << 20,
            response: .named("KnowledgeItem"), otherStatuses: [409]
        ) { call, caller in
            let body: ItemInput = try call.decode()
            let id: KnowledgeItemID = try call.id("item_id")
            let now = call.services.clock.now()
            let stored = try await call.services.database.write(of: caller.business) { db in
                let item = try KnowledgeItems(db).update(id, body.draft, by: caller.adminID, now: now)
                return ItemBody(item: item, content: try KnowledgeItems(db).content(of: id))
            }
            return try call.json(stored)
        }

        routes.delete(item, "deleteKnowledge", "Delete an item with its versions", for: .business, status: .noContent) { call, caller in
            let id: KnowledgeItemID = try call.id("item_id")
            try await call.services.database.write(of: caller.business) { try KnowledgeItems($0).delete(id) }
            return Response(status: .noContent)
        }

        routes.get(
            item + "/versions", "listVersions", "An item's versions, the newest first", for: .business,
            response: .array(of: .named("KnowledgeVersion"))
        ) { call, caller in
            let id: KnowledgeItemID = try call.id("item_id")
            let versions = try await call.services.database.read(of: caller.business) { db in
                _ = try KnowledgeItems(db).find(id)
                return try KnowledgeItems(db).versions(of: id)
            }
            return try call.json(versions.map(VersionBody.init))
        }

        routes.post(
            item + "/versions/{version}/restore", "restoreVersion", "Go back to a version: makes a new one that says the same", for: .business,
            response: .named("KnowledgeItem"), idempotent: true
        ) { call, caller in
            let id: KnowledgeItemID = try call.id("item_id")
            let version = Int64(try call.integer("version"))
            let now = call.services.clock.now()
            let restored = try await call.services.database.write(of: caller.business) { db in
                try KnowledgeItems(db).restore(id, version: version, by: caller.adminID, now: now)
            }
            return try call.json(ItemBody(item: restored))
        }

        routes.get(
            item + "/chunks", "listChunks", "The passages that an item is searched by", for: .business, response: .array(of: .named("Chunk"))
        ) { call, caller in
            let id: KnowledgeItemID = try call.id("item_id")
            let chunks = try await call.services.database.read(of: caller.business) { db in
                _ = try KnowledgeItems(db).find(id)
                return try KnowledgeItems(db).chunks(of: id)
            }
            return try call.json(
                chunks.map { ChunkBody(position: $0.position, heading: $0.heading, content: $0.content, answer: $0.answer) })
        }

        routes.post(
            "/v1/search", "search", "Search the knowledge as the bot does, with what each hit was found by", for: .business,
            body: SearchInput.schema, response: .object(["confidence": .number(0...1), "hits": .array(of: .named("Hit"))])
        ) { call, caller in
            let body: SearchInput = try call.decode()
            var validation = Validation()
            let query = validation.text("query", body.query, atLeast: 1, atMost: 1000)
            let limit = body.limit?.value ?? 5
            if !(1...20).contains(limit) { validation.refuse("limit", ar: "limit من 1 لـ 20.", en: "limit must be from 1 to 20.") }
            try validation.check()
            let question = TextAnalyzer.standard.analyze(query)
            let found = try await call.services.retriever.search(question, in: caller.business, limit: limit)
            return try call.json(SearchBody(confidence: found.confidence, hits: found.hits.map { HitBody($0, question: question) }))
        }
    }
}
