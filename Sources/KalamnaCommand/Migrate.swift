import ArgumentParser
import Kalamna
import Store

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Bring the database to this program's schema.")

    @Option(help: "Folder of the SQLite database.") var data: String?

    func run() async throws {
        let store = try OperatorSettings(dataFolder: data).openStore()
        let applied = try await Migrator(Schema.migrations).migrate(store)
        try await store.close()
        print(applied.isEmpty ? "The database is up to date." : applied.map { "migrated \($0)" }.joined(separator: "\n"))
    }
}
