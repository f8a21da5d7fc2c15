import Store
import TestSupport
import Testing

@Suite struct StoreTests {
    private func prepare(_ store: any Store) async throws {
        try await store.write(.everything) { transaction in
            try transaction.execute(
                """
                CREATE TABLE things (id TEXT PRIMARY KEY, tenant TEXT NOT NULL, amount BIGINT, ratio DOUBLE PRECISION, ok BOOLEAN,
                  raw \(.either(sqlite: "BLOB", postgres: "BYTEA")))
                """)
        }
    }

    @Test(arguments: Engine.all) func everyKindOfValueComesBack(_ engine: Engine) async throws {
        try await withStore(engine) { store in
            try await prepare(store)
            let text = "نص عربي 🙂 with 'quotes' and $1 ?1"
            try await store.write(.everything) { transaction in
                try transaction.execute(
                    """
                    INSERT INTO things (id, tenant, amount, ratio, ok, raw)
                    VALUES (\(text), 'a', \(Int64.min), \(-0.1), \(true), \([0, 1, 255] as [UInt8])), ('empty', '', \(Int64?.none), \(Double?.none),
                      \(Bool?.none), \([UInt8]()))
                    """)
            }
            let (first, second) = try await store.read(.everything) { transaction in
                let rows = try transaction.fetch("SELECT id, amount, ratio, ok, raw FROM things ORDER BY amount IS NULL")
                let first = (
                    try rows[0]["id"] as String, try rows[0]["amount"] as Int64, try rows[0]["ratio"] as Double, try rows[0]["ok"] as Bool,
                    try rows[0]["raw"] as [UInt8]
                )
                return (first, [try rows[1]["amount"] as Int64? == nil, try rows[1]["ok"] as Bool? == nil])
            }
            #expect(first.0 == text)
            #expect(first.1 == Int64.min)
            #expect(first.2 == -0.1)
            #expect(first.3)
            #expect(first.4 == [0, 1, 255])
            #expect(second == [true, true])
        }
    }

    @Test(arguments: Engine.all) func aFailedWriteLeavesNothing(_ engine: Engine) async throws {
        struct Stop: Error {}
        try await withStore(engine) { store in
            try await prepare(store)
            await #expect(throws: Stop.self) {
                try await store.write(.everything) { transaction in
                    try transaction.execute("INSERT INTO things (id, tenant) VALUES ('a', 't')")
                    throw Stop()
                }
            }
            let count = try await store.read(.everything) { try $0.fetch("SELECT id FROM things").count }
            #expect(count == 0)
        }
    }

    /// Writes that share a commit succeed and fail each for itself.
    @Test(arguments: Engine.all) func concurrentWritesDoNotShareTheirFate(_ engine: Engine) async throws {
        struct Odd: Error {}
        try await withStore(engine) { store in
            try await prepare(store)
            let results = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        do {
                            try await store.write(.everything) { transaction in
                                try transaction.execute("INSERT INTO things (id, tenant, amount) VALUES (\("n\(number)"), 't', \(number))")
                                if number % 2 == 1 { throw Odd() }
                            }
                            return true
                        } catch { return false }
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(results == 100)
            let stored = try await store.read(.everything) {
                try $0.fetch("SELECT amount FROM things").map { row throws in try row["amount"] as Int }
            }
            #expect(stored.count == 100)
            #expect(stored.allSatisfy { $0 % 2 == 0 })
        }
    }

    @Test(arguments: Engine.all) func bothNameTheSameErrors(_ engine: Engine) async throws {
        try await withStore(engine) { store in
            try await prepare(store)
            try await store.write(.everything) { try $0.execute("INSERT INTO things (id, tenant) VALUES ('a', 't')") }
            await #expect {
                try await store.write(.everything) { try $0.execute("INSERT INTO things (id, tenant) VALUES ('a', 't')") }
            } throws: { error in
                if case StoreError.uniqueViolation = error { true } else { false }
            }
            await #expect {
                try await store.read(.everything) { _ = try $0.fetch("SELECT nothing FROM nowhere") }
            } throws: { error in
                if case StoreError.failed = error { true } else { false }
            }
            // The connection is whole afterwards.
            let count = try await store.read(.everything) { try $0.fetch("SELECT id FROM things").count }
            #expect(count == 1)
        }
    }

    /// PostgreSQL answers the COMMIT of a failed transaction with a quiet ROLLBACK: that must not look like a success.
    @Test func whatFailedCantBeCommitted() async throws {
        try await withStore(.postgres) { store in
            try await prepare(store)
            let write = Task {
                try await store.write(.everything) { transaction in
                    try transaction.send("INSERT INTO things (id, tenant) VALUES ('a', 't')")
                    do { _ = try transaction.fetch("SELECT nothing FROM things") } catch {}
                    try transaction.send("INSERT INTO things (id, tenant) VALUES ('b', 't')")
                }
            }
            await #expect(throws: StoreError.self) { try await write.value }
            let count = try await store.read(.everything) { try $0.fetch("SELECT id FROM things").count }
            #expect(count == 0)
        }
    }

    /// What is not waited for runs in its place all the same, and fails where it is waited for.
    @Test(arguments: Engine.all) func whatIsSentRunsInItsPlace(_ engine: Engine) async throws {
        try await withStore(engine) { store in
            try await prepare(store)
            let ids = try await store.write(.everything) { transaction in
                let before = try transaction.send("SELECT id FROM things ORDER BY id")
                try transaction.send("INSERT INTO things (id, tenant) VALUES ('a', 't')")
                let between = try transaction.send("SELECT id FROM things ORDER BY id")
                try transaction.send("INSERT INTO things (id, tenant) VALUES ('b', 't')")
                func ids(_ reply: Reply<[ResultRow]>) throws -> [String] { try reply.get().map { row throws in try row["id"] } }
                return [try ids(before), try ids(between)]
            }
            let stored = try await store.read(.everything) { try $0.fetch("SELECT id FROM things").count }
            #expect(ids == [[], ["a"]])
            #expect(stored == 2)
            await #expect(throws: StoreError.self) {
                try await store.write(.everything) { transaction in
                    for _ in 0..<2 { try transaction.send("INSERT INTO things (id, tenant) VALUES ('c', 't')") }
                }
            }
            let after = try await store.read(.everything) { try $0.fetch("SELECT id FROM things").count }
            #expect(after == 2)
        }
    }

    @Test(arguments: Engine.all) func aListOfNoneMatchesNothing(_ engine: Engine) async throws {
        try await withStore(engine) { store in
            try await prepare(store)
            try await store.write(.everything) { try $0.execute("INSERT INTO things (id, tenant) VALUES ('a', 't')") }
            let none = try await store.read(.everything) { try $0.fetch("SELECT id FROM things WHERE id IN \(list: [String]())").count }
            let one = try await store.read(.everything) { try $0.fetch("SELECT id FROM things WHERE id IN \(list: ["x", "a"])").count }
            #expect(none == 0)
            #expect(one == 1)
        }
    }

    @Test(arguments: Engine.all) func migrationsRunOnceAndANewerDatabaseIsRefused(_ engine: Engine) async throws {
        try await withStore(engine) { store in
            let first = Migration(id: "0001", statements: ["CREATE TABLE a (id TEXT PRIMARY KEY)"])
            let second = Migration(id: "0002", statements: ["CREATE TABLE b (id TEXT PRIMARY KEY)"])
            let pending = try await Migrator([first]).pending(in: store).map(\.id)
            let applied = try await Migrator([first, second]).migrate(store)
            let again = try await Migrator([first, second]).migrate(store)
            #expect(pending == ["0001"])
            #expect(applied == ["0001", "0002"])
            #expect(again == [])
            await #expect(throws: StoreError.newerDatabase("0002")) { try await Migrator([first]).migrate(store) }
        }
    }

    @Test(arguments: Engine.all) func aBrokenMigrationLeavesNothing(_ engine: Engine) async throws {
        try await withStore(engine) { store in
            let broken = Migration(id: "0001", statements: ["CREATE TABLE a (id TEXT PRIMARY KEY)", "CREATE TABLE a (id TEXT)"])
            await #expect(throws: StoreError.self) { try await Migrator([broken]).migrate(store) }
            let fixed = Migration(id: "0001", statements: ["CREATE TABLE a (id TEXT PRIMARY KEY)"])
            let applied = try await Migrator([fixed]).migrate(store)
            #expect(applied == ["0001"])
        }
    }

    @Test(arguments: Engine.all) func aCancelledTaskStillWrites(_ engine: Engine) async throws {
        try await withStore(engine) { store in
            try await prepare(store)
            let write = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await store.write(.everything) { try $0.execute("INSERT INTO things (id, tenant) VALUES ('kept', 't')") }
            }
            _ = await write.result
            let count = try await store.read(.everything) { try $0.fetch("SELECT id FROM things").count }
            #expect(count == 1)
        }
    }
}
