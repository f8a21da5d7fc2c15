import Kalamna
import Store
import TestSupport
import Testing

/// The second wall: PostgreSQL itself keeps the businesses apart, whatever the statement says.
@Suite struct RowSecurityTests {
    private struct Database {
        let kalamna: TestKalamna
        let tables: [TenantTable]
        let (acme, globex): (Cast, Cast)

        var store: any Store { kalamna.store }
        var mine: Scope { .tenant(acme.id.description) }

        /// Both businesses, with a row in every table.
        init() async throws {
            kalamna = try await TestKalamna(.postgres)
            tables = try await TenantTable.all(of: kalamna.store)
            acme = try await Cast(kalamna, kalamna.acme)
            globex = try await Cast(kalamna, kalamna.globex)
        }
    }

    /// A new table without a policy must not slip in.
    @Test func everyTableHasItsPolicy() async throws {
        let database = try await Database()
        #expect(database.tables.count >= 20)
        let policies = try await database.store.read(.everything) { transaction in
            try transaction.fetch(
                """
                SELECT c.relname::text AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced,
                  (SELECT COUNT(*) FROM pg_policies p WHERE p.schemaname = n.nspname AND p.tablename = c.relname AND p.cmd = 'ALL'
                    AND p.qual LIKE '%kalamna.tenant%' AND p.with_check LIKE '%kalamna.tenant%') AS policies,
                  (SELECT COUNT(*) FROM pg_policies p WHERE p.schemaname = n.nspname AND p.tablename = c.relname) AS others
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p') AND n.nspname = ANY (current_schemas(FALSE))
                """
            ).map { row throws in
                (
                    name: try row["name"] as String, isForced: try row["forced"] as Bool, policies: try row["policies"] as Int,
                    all: try row["others"] as Int
                )
            }
        }
        #expect(Set(policies.map(\.name)) == Set(database.tables.map(\.name)).union(TenantTable.ofNoBusiness))
        for table in policies where !TenantTable.ofNoBusiness.contains(table.name) {
            // One only: several would be joined with OR.
            #expect(table.isForced && table.policies == 1 && table.all == 1, "\(table.name)")
        }
        // The role that the tests and the product use must not be above the policies.
        let isAbove = try await database.store.read(.everything) { transaction in
            try transaction.first("SELECT rolsuper OR rolbypassrls AS above FROM pg_roles WHERE rolname = current_user")
                .map { row throws in try row["above"] as Bool }
        }
        #expect(isAbove == false)
    }

    @Test func withoutABusinessNothingIsThere() async throws {
        let database = try await Database()
        for table in database.tables {
            let everything = try await database.store.read(.everything) { try table.owners(in: $0) }
            #expect(everything == [database.acme.id.description, database.globex.id.description], "\(table): nothing to see is no proof")
            #expect(try await database.store.read(.nothing) { try table.rows(in: $0) }.isEmpty, "\(table)")
            #expect(try await database.store.read(.tenant("")) { try table.rows(in: $0) }.isEmpty, "\(table)")
            #expect(try await database.store.read(.tenant("' OR TRUE --")) { try table.rows(in: $0) }.isEmpty, "\(table)")
        }
    }

    @Test func aBusinessSeesItsOwnRowsOnly() async throws {
        let database = try await Database()
        for table in database.tables {
            let (owners, rows) = try await database.store.read(database.mine) { (try table.owners(in: $0), try table.rows(in: $0)) }
            #expect(owners == [database.acme.id.description], "\(table)")
            #expect(try await rows == database.store.read(.everything) { try table.rows(of: database.acme.id, in: $0) }, "\(table)")
            // Asked for by name as well, and right after another business on the same connections.
            #expect(try await database.store.read(database.mine) { try table.rows(of: database.globex.id, in: $0) }.isEmpty, "\(table)")
            let theirs = try await database.store.read(.tenant(database.globex.id.description)) { try table.owners(in: $0) }
            #expect(theirs == [database.globex.id.description], "\(table)")
        }
    }

    @Test func aBusinessCantWriteAnothersRows() async throws {
        let database = try await Database()
        let (mine, theirs) = (database.acme.id, database.globex.id)
        let before = (try await database.kalamna.snapshot(of: mine), try await database.kalamna.snapshot(of: theirs))
        for table in database.tables {
            let (name, column) = (Query.verbatim(table.name), Query.verbatim(table.column))
            let writes: [Query] = [
                // Given away, and written in the other's name.
                "UPDATE \(name) SET \(column) = \(theirs)",
                """
                INSERT INTO \(name)
                SELECT (jsonb_populate_record(mine, jsonb_build_object(\(table.column)::text, \(theirs)::text))).* FROM \(name) mine LIMIT 1
                """,
            ]
            for write in writes {
                let error = await #expect(throws: StoreError.self, "\(table)") {
                    try await database.store.write(database.mine) { transaction in _ = try transaction.execute(write) }
                }
                #expect(error?.isRowSecurity == true, "\(table): \(String(describing: error))")
            }
            // What is not seen is neither changed nor deleted.
            let touched = try await database.store.write(database.mine) { transaction in
                try transaction.execute("UPDATE \(name) SET \(column) = \(column) WHERE \(column) = \(theirs)")
                    + transaction.execute("DELETE FROM \(name) WHERE \(column) = \(theirs)")
            }
            #expect(touched == 0, "\(table)")
        }
        #expect(try await database.kalamna.snapshot(of: mine) == before.0)
        #expect(try await database.kalamna.snapshot(of: theirs) == before.1)
    }

    @Test func withoutABusinessNothingIsWritten() async throws {
        let database = try await Database()
        let before = try await database.kalamna.snapshot(of: database.acme.id)
        for table in database.tables {
            let (name, column) = (Query.verbatim(table.name), Query.verbatim(table.column))
            let touched = try await database.store.write(.nothing) { transaction in
                try transaction.execute("UPDATE \(name) SET \(column) = \(column)") + transaction.execute("DELETE FROM \(name)")
            }
            #expect(touched == 0, "\(table)")
        }
        let error = await #expect(throws: StoreError.self) {
            try await database.store.write(.nothing) { transaction in
                _ = try transaction.execute(
                    """
                    INSERT INTO idempotency_keys (business_id, route, key, request_hash, created_at)
                    VALUES (\(database.acme.id), 'r', 'k', 'h', 0)
                    """)
            }
        }
        #expect(error?.isRowSecurity == true)
        #expect(try await database.kalamna.snapshot(of: database.acme.id) == before)
    }
}

extension StoreError {
    /// "New row violates row-level security policy."
    fileprivate var isRowSecurity: Bool {
        if case .failed("42501", _) = self { true } else { false }
    }
}
