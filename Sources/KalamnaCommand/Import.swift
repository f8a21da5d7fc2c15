import ArgumentParser
import Foundation
import Kalamna
import Store

struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Import knowledge from a CSV or JSON file: all of it or nothing.",
        discussion: "With SQLite, stop the server first: one process holds the database. A running server takes POST /v1/knowledge/import.")

    @Argument(help: "The CSV or JSON file.") var file: String
    @Option(help: "The business: its id, or the e-mail of one of its people.") var business: String
    @Option(help: "Folder of the SQLite database.") var data: String?
    @Flag(help: "Only say what would happen.") var dryRun = false

    func run() async throws {
        guard let bytes = FileManager.default.contents(atPath: file) else { throw ValidationError("\(file) can't be read.") }
        let file = try KnowledgeImport(file: Array(bytes))
        try await OperatorSettings(dataFolder: data).withServices { services in
            let id = try await find(business, services.database)
            let report = try await KnowledgeImporter(database: services.database, clock: services.clock)
                .run(file, of: id, by: nil, dryRun: dryRun)
            for row in report.rejected { print("row \(row.row), \(row.field): \(row.message.en)") }
            guard report.rejected.isEmpty else {
                print("Nothing was imported.")
                throw ExitCode.failure
            }
            print("\(report.isDryRun ? "would be " : "")created \(report.created), updated \(report.updated), unchanged \(report.unchanged)")
        }
    }

    private func find(_ text: String, _ database: Database) async throws -> BusinessID {
        if let id = BusinessID(text) {
            _ = try await database.read(of: id) { try Businesses($0).current() }
            return id
        }
        let found = try await database.readAcrossBusinesses { try Admins.byEmail(EmailAddress.fold(text), in: $0) }
        guard let found else { throw ValidationError("There is no business with the id or e-mail \(text).") }
        return found.business
    }
}
