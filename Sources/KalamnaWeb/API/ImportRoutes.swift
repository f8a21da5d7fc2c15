import HTTPTypes
import Hummingbird
import Kalamna

/// Many items at once, from a CSV or JSON file: all of them or none.
enum ImportRoutes {
    struct ReportBody: Encodable {
        struct Rejection: Encodable {
            let row: Int
            let field: String
            let message: String
        }

        let created: Int
        let updated: Int
        let unchanged: Int
        let dryRun: Bool
        let rejected: [Rejection]

        enum CodingKeys: String, CodingKey {
            case created, updated, unchanged, rejected
            case dryRun = "dry_run"
        }

        static let schema = Schema.object([
            "created": .integer(), "updated": .integer(), "unchanged": .integer(), "dry_run": .boolean,
            "rejected": .array(of: .object(["row": .integer(), "field": .string(), "message": .string()])),
        ])
    }

    struct FileBody: Decodable {
        let file: String

        static let schema = Schema.object([
            "file": Schema.string().described("The whole CSV or JSON file as text, at most 20 MB")
        ])
    }

    static func add(to routes: inout RouteTable) {
        routes.post(
            "/v1/knowledge/import", "importKnowledge", "Import a CSV or JSON file; rows that can't be taken are told and nothing is stored",
            for: .business, body: FileBody.schema, largestBody: KnowledgeImport.mostBytes + (1 << 20), response: ReportBody.schema,
            otherStatuses: [409], limits: [.each(.caller, "import", 20, per: .hours(1))], idempotent: true,
            query: [Endpoint.Parameter(name: "dry_run", schema: .boolean, description: "Only say what would happen")]
        ) { call, caller in
            let body: FileBody = try call.decode()
            let file = try KnowledgeImport(file: Array(body.file.utf8))
            let dryRun = try call.flag("dry_run")
            let importer = KnowledgeImporter(database: call.services.database, clock: call.services.clock)
            let report = try await importer.run(file, of: caller.business, by: caller.adminID, dryRun: dryRun)
            return try call.json(
                ReportBody(
                    created: report.created, updated: report.updated, unchanged: report.unchanged, dryRun: report.isDryRun,
                    rejected: report.rejected.map {
                        ReportBody.Rejection(row: $0.row, field: $0.field, message: $0.message.text(in: call.locale))
                    }))
        }
    }
}
