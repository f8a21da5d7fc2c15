import Foundation
import Kalamna
import TestSupport
import Testing

/// The first wall, and on SQLite the only one: each statement says whose rows it means.
@Suite struct StatementTests {
    private struct Statement: CustomStringConvertible {
        let path: String
        let line: Int
        let text: String
        let tables: Set<String>

        var description: String { "\(path):\(line) \(text)" }
        /// White space does not count.
        var folded: String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

        /// Bound to the business of the transaction: in its condition, or as the owner of the inserted row.
        var namesTheBusiness: Bool {
            if tables == ["businesses"] { return folded.contains("id = \\(db.business)") }
            let isWhole = ["SELECT ", "UPDATE ", "DELETE "].contains { folded.trimmingPrefix(/"+ ?/).hasPrefix($0) }
            // Of a part, or of the head of an INSERT whose rows are put together elsewhere, the column is all that can be seen.
            return isWhole ? folded.contains("business_id = \\(db.business)") : folded.contains("business_id")
        }

        /// Every other table is joined by the business too.
        var joinsTheBusiness: Bool {
            let joins = folded.components(separatedBy: " JOIN ").dropFirst()
            return joins.allSatisfy { $0.contains("business_id = ") || $0.hasPrefix("businesses ") }
        }
    }

    /// Those that cross businesses, each by its file, a part of its text, and why it may.
    private static let acrossBusinesses: [(path: String, part: String, why: String)] = [
        ("Businesses/AdminSession.swift", "WHERE s.token_hash = ", "whose login this is"),
        ("Businesses/Admins.swift", "WHERE a.email_folded = ", "who logs in: addresses are unique across businesses"),
        ("Businesses/APIKeys.swift", "WHERE k.secret_hash = ", "whose key this is"),
        ("Businesses/Business.swift", "INSERT INTO businesses", "the row is the business; row-level security checks its id"),
        ("Businesses/Invitation.swift", "WHERE i.token_hash = ", "whose invitation this is"),
        ("Conversations/ChatSession.swift", "WHERE s.token_hash = ", "whose conversation this is"),
        ("Conversations/ChatSession.swift", "WHERE s.status = 'active' AND s.last_activity_at < ", "idle conversations of all"),
        ("Ingest/IngestJobs.swift", "FROM ingest_jobs WHERE lease_until IS NULL", "files to read, of all"),
        ("Ingest/IngestJobs.swift", "UPDATE ingest_jobs SET lease_owner", "claims what was found above, by business and item"),
        ("Ingest/IngestJobs.swift", "UPDATE ingest_jobs SET lease_until = NULL", "what a dead process held"),
        ("Models/ExperimentWatch.swift", "SELECT business_id, id FROM experiments", "experiments to look at, of all"),
        ("Jobs/EmbeddingWorker.swift", "SELECT id, knowledge_version FROM businesses", "whose knowledge has changed"),
        ("Conversations/Turns.swift", "SELECT DISTINCT t.business_id, t.session_id FROM turns t", "abandoned work of all"),
        ("Conversations/Turns.swift", "UPDATE chat_sessions SET turn_owner = \\(node)", "claims what was found above, by business and id"),
        ("Conversations/Turns.swift", "UPDATE chat_sessions SET turn_lease_until = 0", "what a dead process held"),
        ("Conversations/Turns.swift", "SELECT COUNT(*) AS pending FROM turns", "a figure for the operator"),
        ("Models/ModelSecrets.swift", "SELECT business_id, id, secret_sealed FROM llm_models", "the operator's key has changed"),
        ("Models/ModelSecrets.swift", "UPDATE llm_models SET secret_sealed = ", "what was found above, by business and id"),
        ("Jobs/Housekeeping.swift", "DELETE FROM admin_sessions WHERE expires_at < ", "old logins of all"),
        ("Jobs/Housekeeping.swift", "DELETE FROM idempotency_keys WHERE created_at < ", "old records of all"),
        ("KalamnaCommand/Doctor.swift", "SELECT COUNT(*) AS businesses FROM businesses", "a figure for the operator"),
    ]

    /// Every literal that names a tenant table where SQL names a table.
    private func statements() async throws -> [Statement] {
        let kalamna = try await TestKalamna(.sqlite)
        let tables = Set(try await TenantTable.all(of: kalamna.store).map(\.name))
        return try SourceFiles.productAndDoors().filter { !$0.path.hasPrefix("Schema/") }.flatMap { path, text in
            StringLiterals(of: text).all.compactMap { literal in
                let words = literal.text.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "\\") }.map(String.init)
                var named = Set(zip(words, words.dropFirst()).filter { ["FROM", "JOIN", "INTO", "UPDATE"].contains($0.0) }.map(\.1))
                // The head of an INSERT that is put together from parts: `"turns (business_id, …)"`.
                if let first = words.first, literal.text.contains("\(first) (") { named.insert(first) }
                named.formIntersection(tables)
                return named.isEmpty ? nil : Statement(path: path, line: literal.line, text: literal.text, tables: named)
            }
        }
    }

    @Test func everyStatementNamesTheBusiness() async throws {
        let statements = try await statements()
        // The test would be worth nothing if it found nothing.
        #expect(statements.count >= 80)
        #expect(Set(statements.flatMap(\.tables)).count >= 18)
        for door in ["KalamnaWeb/", "KalamnaCommand/"] { #expect(statements.contains { $0.path.hasPrefix(door) }, "\(door)") }
        var crossing = 0
        for statement in statements {
            if Self.acrossBusinesses.contains(where: { $0.path == statement.path && statement.folded.contains($0.part) }) {
                crossing += 1
                continue
            }
            #expect(statement.namesTheBusiness, "\(statement)")
            #expect(statement.joinsTheBusiness, "\(statement)")
        }
        #expect(crossing == Self.acrossBusinesses.count)
    }

    @Test func theListOfCrossingStatementsIsNotOutOfDate() async throws {
        let statements = try await statements()
        for (path, part, why) in Self.acrossBusinesses {
            #expect(statements.count { $0.path == path && $0.folded.contains(part) } == 1, "\(path): \(part) (\(why))")
        }
    }

    /// Transactions without a business are opened in few, named places.
    @Test func whoCrossesBusinessesIsKnown() throws {
        let callers = try SourceFiles.productAndDoors().filter { path, text in
            path != "Basics/Database.swift" && (text.contains("AcrossBusinesses") || text.contains(".everything"))
        }
        #expect(
            Set(callers.map(\.path)) == [
                "Assistant/TurnRunner.swift", "Businesses/Authentication.swift", "Businesses/InvitationAcceptance.swift",
                "Ingest/IngestWorker.swift", "Jobs/EmbeddingWorker.swift", "Models/ExperimentWatch.swift",
                "Jobs/Housekeeping.swift", "KalamnaCommand/Demo.swift", "KalamnaCommand/Doctor.swift", "KalamnaCommand/Import.swift",
                "KalamnaCommand/ModelCommand.swift",
                "KalamnaWeb/API/SystemRoutes.swift",
                "KalamnaWeb/Assets/Pages.swift", "KalamnaWeb/Routing/Gatekeeper.swift",
            ])
    }

    @Test func literalsAreFound() {
        let found = StringLiterals(
            of: #"""
                let a = "x \(f("y", (1))) z" // "no"
                let b = """
                    SELECT "q" \(b ?? "c")
                    """
                let c = "\"" + "d"
                """#
        ).all.map(\.text)
        #expect(Set(found) == [#""x \(f("y", (1))) z""#, #""y""#, "\"\"\"\n    SELECT \"q\" \\(b ?? \"c\")\n    \"\"\"", #""c""#, #""\"""#, #""d""#])
    }
}
