import ArgumentParser
import Foundation
import Kalamna
import KalamnaWeb
import Store

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Say what is configured and what is missing.")

    @Option(help: "Folder of the SQLite database.") var data: String?

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        print("Kalamna \(Server.version)\n\nSettings (environment):")
        for variable in OperatorSettings.variables {
            let value = environment[variable.name].map { OperatorSettings.isSecret(variable.name) ? "set" : $0 } ?? "–"
            print("  \(variable.name.padding(toLength: 30, withPad: " ", startingAt: 0)) \(value)   (\(variable.meaning))")
        }
        let settings = try OperatorSettings(environment, dataFolder: data)
        print(
            settings.secrets == nil
                ? "\nKeys of language models can't be kept: set KALAMNA_SECRET_KEY (openssl rand -hex 32). Models without a key work."
                : "\nKeys of language models are sealed with KALAMNA_SECRET_KEY: keep a copy of it apart from the database.")
        print("\nDatabase: \(settings.databaseURL == nil ? "SQLite in \(settings.dataFolder)" : "PostgreSQL")")
        if PDFReader.program == nil { print("PDF files can't be read: install poppler-utils (pdftotext).") }
        let store: any Store
        do {
            store = try settings.openStore()
        } catch StoreError.inUse {
            print("  in use: a server runs on this folder (that is fine; stop it for a full check)")
            return
        }
        let healthy = await check(store)
        try await store.close()
        if !healthy { throw ExitCode.failure }
    }

    private func check(_ store: any Store) async -> Bool {
        do {
            let pending = try await Migrator(Schema.migrations).pending(in: store)
            print(pending.isEmpty ? "  schema is up to date" : "  \(pending.count) migrations are pending: kalamna migrate")
            if store.dialect == .postgres { try await checkRole(store) }
            if pending.isEmpty {
                let counts = try await store.read(.everything) { transaction in
                    try transaction.first("SELECT COUNT(*) AS businesses FROM businesses").map { row throws in try row["businesses"] as Int } ?? 0
                }
                print("  \(counts) businesses")
            }
            return true
        } catch StoreError.newerDatabase(let id) {
            print("  the database was migrated by a newer program (\(id)): update this one")
        } catch {
            print("  PROBLEM: \(error)")
        }
        return false
    }

    /// A superuser and a role with BYPASSRLS see through row-level security: the second wall would be open.
    private func checkRole(_ store: any Store) async throws {
        let row = try await store.read(.nothing) { transaction -> [Bool] in
            let row = try transaction.first("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
            return try row.map { row throws in [try row["rolsuper"], try row["rolbypassrls"]] } ?? []
        }
        print(
            row.contains(true)
                ? "  WARNING: this role bypasses row-level security; use a role without SUPERUSER and BYPASSRLS (docs/owners/running.md)"
                : "  row-level security is in force for this role")
    }
}
