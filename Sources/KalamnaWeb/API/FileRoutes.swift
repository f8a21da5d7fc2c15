import Foundation
import HTTPTypes
import Hummingbird
import Kalamna
import NIOCore

/// What an item was made from, and how far its reading is.
struct SourceBody: Encodable {
    let baseType: KnowledgeItem.BaseType
    let state: KnowledgeItem.Status
    let failureReason: String?
    let name: String?
    let type: FileType?
    let size: Int?
    let uploadedAt: Instant?

    init(_ source: KnowledgeSource) {
        self.baseType = source.item.baseType
        self.state = source.state
        self.failureReason = source.item.failureReason
        self.name = source.file?.name
        self.type = source.file?.type
        self.size = source.file?.size
        self.uploadedAt = source.file?.uploadedAt
    }

    enum CodingKeys: String, CodingKey {
        case state, name, type, size
        case baseType = "base_type"
        case failureReason = "failure_reason"
        case uploadedAt = "uploaded_at"
    }

    static let schema = Schema.object(
        [
            "base_type": .oneOf(["text", "file", "url"]),
            "state": .oneOf(["processing", "ready", "failed"]), "failure_reason": .string(), "name": .string(),
            "type": .oneOf(FileType.allCases.map(\.rawValue)), "size": .integer(), "uploaded_at": .time,
        ], optional: ["failure_reason", "name", "type", "size", "uploaded_at"])
}

/// Knowledge from files: upload, replace, see how far it is, and get the original back.
enum FileRoutes {
    private static let fileName = HTTPField.Name.known("X-File-Name")
    private static let frameOptions = HTTPField.Name.known("X-Frame-Options")
    private static let disposition = HTTPField.Name.known("Content-Disposition")
    private static let limits: [RateLimit] = [.each(.caller, "upload", 120, per: .hours(1))]

    static func add(to routes: inout RouteTable) {
        let naming = Endpoint.Parameter(
            name: "name", schema: .string(1...FileUpload.longestName),
            description: "The file's name with its ending; or the header X-File-Name, percent-encoded. The body is the file itself")
        routes.post(
            "/v1/knowledge/files", "uploadKnowledge",
            "Add an item from a file: PDF, DOCX, XLSX, CSV, HTML, Markdown or text, at most 20 MB. It is read in the background", for: .business,
            largestBody: FileLimits.bytes + 1024, status: .created, response: .named("KnowledgeItem"), otherStatuses: [409], limits: limits,
            query: [
                naming,
                Endpoint.Parameter(name: "title", schema: .string(1...KnowledgeDraft.longestTitle), description: "Else the file's name"),
                Endpoint.Parameter(name: "category", schema: .string(0...KnowledgeDraft.longestCategory), description: "Of the item"),
            ]
        ) { call, caller in
            let upload = try upload(of: call)
            let (title, category, now) = (try call.query("title"), try call.query("category"), call.services.clock.now())
            let item = try await call.services.database.write(of: caller.business) { db in
                try KnowledgeFiles(db).add(upload, title: title, category: category, by: caller.adminID, now: now)
            }
            return try call.json(ItemBody(item: item), status: .created)
        }

        let item = "/v1/knowledge/{item_id}"
        routes.post(
            item + "/file", "replaceKnowledgeFile", "Another file for the item: its earlier text answers until the new one has been read",
            for: .business, largestBody: FileLimits.bytes + 1024, response: .named("KnowledgeItem"), otherStatuses: [409], limits: limits,
            query: [naming]
        ) { call, caller in
            let id: KnowledgeItemID = try call.id("item_id")
            _ = try await call.services.database.read(of: caller.business) { db in try KnowledgeFiles(db).fileItem(id) }
            let upload = try upload(of: call)
            let now = call.services.clock.now()
            let item = try await call.services.database.write(of: caller.business) { db in
                try KnowledgeFiles(db).replace(id, with: upload, by: caller.adminID, now: now)
            }
            return try call.json(ItemBody(item: item))
        }

        routes.get(
            item + "/source", "getKnowledgeSource", "What the item was made from, and how far it is", for: .business, response: SourceBody.schema
        ) {
            call, caller in
            let id: KnowledgeItemID = try call.id("item_id")
            return try call.json(
                SourceBody(try await call.services.database.read(of: caller.business) { db in try KnowledgeFiles(db).source(of: id) }))
        }

        routes.get(
            item + "/file", "getKnowledgeFile", "The item's file as it was uploaded; of an item without one its text", for: .business, response: nil,
            mediaTypes: ["application/octet-stream"]
        ) { call, caller in
            let id: KnowledgeItemID = try call.id("item_id")
            let original = try await call.services.database.read(of: caller.business) { db in try KnowledgeFiles(db).original(of: id) }
            return download(original)
        }
    }

    private static func upload(of call: Call) throws -> FileUpload {
        let name = try call.query("name") ?? call.request.headers[fileName].flatMap { $0.removingPercentEncoding } ?? ""
        return try FileUpload(name: name, bytes: Array(call.body.readableBytesView))
    }

    /// Never shown by a browser in our name, whatever is in it.
    private static func download(_ original: KnowledgeOriginal) -> Response {
        let letters = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
        let name = original.name.addingPercentEncoding(withAllowedCharacters: letters) ?? "file"
        let headers: HTTPFields = [
            .contentType: original.mediaType, disposition: "attachment; filename*=UTF-8''\(name)",
            .contentSecurityPolicy: "sandbox; default-src 'none'; frame-ancestors 'none'", frameOptions: "DENY",
        ]
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: original.bytes)))
    }
}
