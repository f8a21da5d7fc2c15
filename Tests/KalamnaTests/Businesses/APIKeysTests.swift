import Kalamna
import Store
import TestSupport
import Testing

@Suite struct APIKeysTests {
    @Test(arguments: Engine.all) func secretIsShownOnceAndFindsItsBusiness(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let now = kalamna.clock.now
        let owner = AuditLog.Actor.admin(kalamna.acme.owner.id)
        let (key, secret) = try await kalamna.database.write(of: kalamna.acme.business.id) { db in
            try APIKeys(db).create(.server, name: "  متجر ", by: owner, now: now)
        }
        #expect(secret.hasPrefix("ksk_live_"))
        #expect(key.name == "متجر")
        #expect(key.hint == "\(secret.prefix(13))…\(secret.suffix(4))")
        let identity = try await identify(secret, kalamna)
        #expect(identity?.business == kalamna.acme.business.id)
        #expect(identity?.key == key)
        let listed = try await kalamna.database.read(of: kalamna.acme.business.id) { db in try APIKeys(db).list() }
        #expect(listed.map(\.name).sorted() == ["Website", "متجر"])
        // Another business neither sees nor changes it.
        let id = key.id
        try await kalamna.database.write(of: kalamna.globex.business.id) { db throws in
            #expect(try APIKeys(db).find(id) == nil)
            #expect(throws: Failure.self) { try APIKeys(db).revoke(id, by: .system, now: now) }
            #expect(throws: Failure.self) { try APIKeys(db).update(id, APIKeyChanges(isActive: false), by: .system, now: now) }
            #expect(throws: Failure.self) { try APIKeys(db).rotate(id, overlap: .zero, by: .system, now: now) }
        }
        #expect(try await identify(secret, kalamna) != nil)
    }

    @Test(arguments: Engine.all) func refusesWhatIsNoKey(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let secret = kalamna.acme.widgetKey
        let last = secret.last == "0" ? "1" : "0"
        let wrong = [
            "", "kwk_live_", secret + "0", String(secret.dropLast()), secret.dropLast() + last, "ksk" + secret.dropFirst(3),
            secret.uppercased(), Secrets.key(prefix: "kwk_live_"), Secrets.key(prefix: "kas_"),
        ]
        for text in wrong { #expect(try await identify(text, kalamna) == nil, "\(text)") }
        #expect(try await identify(secret, kalamna)?.key.kind == .widget)
    }

    @Test(arguments: Engine.all) func switchedOffRevokedAndSuspended(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let now = kalamna.clock.now
        let secret = kalamna.acme.widgetKey
        let business = kalamna.acme.business.id
        let id = try #require(try await identify(secret, kalamna)).key.id

        try await kalamna.database.write(of: business) { db in
            try APIKeys(db).update(id, APIKeyChanges(isActive: false), by: .system, now: now)
        }
        #expect(try await identify(secret, kalamna) == nil)
        try await kalamna.database.write(of: business) { db in
            try APIKeys(db).update(id, APIKeyChanges(isActive: true), by: .system, now: now)
        }
        #expect(try await identify(secret, kalamna) != nil)

        try await kalamna.database.write(of: business) { db in
            try db.execute("UPDATE businesses SET status = \(Business.Status.suspended) WHERE id = \(db.business)")
        }
        #expect(try await identify(secret, kalamna) == nil)
        try await kalamna.database.write(of: business) { db in
            try db.execute("UPDATE businesses SET status = \(Business.Status.active) WHERE id = \(db.business)")
        }
        #expect(try await identify(secret, kalamna) != nil)

        try await kalamna.database.write(of: business) { db in
            try APIKeys(db).revoke(id, by: .system, now: now)
            #expect(try APIKeys(db).revoke(id, by: .system, now: now + .hours(1)).revokedAt == now)
            let failure = #expect(throws: Failure.self) {
                try APIKeys(db).update(id, APIKeyChanges(name: "Again"), by: .system, now: now)
            }
            #expect(failure?.kind == .conflict)
        }
        #expect(try await identify(secret, kalamna) == nil)
        #expect(try await identify(kalamna.globex.widgetKey, kalamna) != nil)
    }

    @Test(arguments: Engine.all) func rotationLetsBothInForTheOverlap(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let now = kalamna.clock.now
        let old = kalamna.acme.widgetKey
        let id = try #require(try await identify(old, kalamna)).key.id
        let new = try await kalamna.database.write(of: kalamna.acme.business.id) { db in
            try APIKeys(db).update(id, APIKeyChanges(allowedOrigins: ["https://acme.example"]), by: .system, now: now)
            return try APIKeys(db).rotate(id, overlap: .days(1), by: .system, now: now)
        }
        #expect(new.key.allowedOrigins == ["https://acme.example"])
        #expect(new.key.name == "Website")
        #expect(try await identify(old, kalamna)?.key.expiresAt == now + .days(1))
        #expect(try await identify(new.secret, kalamna)?.key.id == new.key.id)

        // A double click makes no third key.
        let failure = await #expect(throws: Failure.self) {
            try await kalamna.database.write(of: kalamna.acme.business.id) { db in
                try APIKeys(db).rotate(id, overlap: .days(1), by: .system, now: now)
            }
        }
        #expect(failure?.code == "key_already_replaced")

        kalamna.clock.advance(by: .days(1))
        #expect(try await identify(old, kalamna) == nil)
        #expect(try await identify(new.secret, kalamna) != nil)
    }

    @Test(arguments: Engine.all) func rotationWithoutOverlapEndsTheOldKeyAtOnce(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let now = kalamna.clock.now
        let id = try #require(try await identify(kalamna.acme.widgetKey, kalamna)).key.id
        for overlap in [Duration.seconds(-1), .days(30) + .milliseconds(1)] {
            await #expect(throws: Failure.self) {
                try await kalamna.database.write(of: kalamna.acme.business.id) { db in
                    try APIKeys(db).rotate(id, overlap: overlap, by: .system, now: now)
                }
            }
        }
        let new = try await kalamna.database.write(of: kalamna.acme.business.id) { db in
            try APIKeys(db).rotate(id, overlap: .zero, by: .system, now: now)
        }
        #expect(try await identify(kalamna.acme.widgetKey, kalamna) == nil)
        #expect(try await identify(new.secret, kalamna) != nil)
    }

    @Test(arguments: Engine.all) func twoRotationsAtOnceMakeOneKey(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let now = kalamna.clock.now
        let business = kalamna.acme.business.id
        let id = try #require(try await identify(kalamna.acme.widgetKey, kalamna)).key.id
        let made = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let result = try? await kalamna.database.write(of: business) { db in
                        try APIKeys(db).rotate(id, overlap: .days(1), by: .system, now: now)
                    }
                    return result != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(made == 1)
        #expect(try await kalamna.database.read(of: business) { db in try APIKeys(db).list() }.count == 2)
    }

    @Test(arguments: Engine.all) func atMostFiftyLiveKeys(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let now = kalamna.clock.now
        let business = kalamna.acme.business.id
        let first = try await kalamna.database.write(of: business) { db in
            try (2...APIKeys.most).map { try APIKeys(db).create(.server, name: "\($0)", by: .system, now: now).key.id }.first
        }
        let failure = await #expect(throws: Failure.self) {
            try await kalamna.database.write(of: business) { db in try APIKeys(db).create(.server, name: "51", by: .system, now: now) }
        }
        #expect(failure?.code == "too_many_keys")
        let id = try #require(first)
        try await kalamna.database.write(of: business) { db in
            _ = try APIKeys(db).rotate(id, overlap: .zero, by: .system, now: now)
        }
        let count = try await kalamna.database.read(of: business) { db in
            try APIKeys(db).list().filter { $0.isUsable(at: now) }.count
        }
        #expect(count == APIKeys.most)
    }

    @Test(arguments: Engine.all) func lastUseIsNotedByTheMinute(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let start = kalamna.clock.now
        let business = kalamna.acme.business.id
        let key = try #require(try await identify(kalamna.acme.widgetKey, kalamna)).key
        #expect(key.isTouchDue(at: start))
        for seconds in [0, 59, 61, 90] {
            let now = start + .seconds(seconds)
            try await kalamna.database.write(of: business) { db in try APIKeys(db).touch(key.id, now: now) }
            let used = try #require(try await identify(kalamna.acme.widgetKey, kalamna)).key
            #expect(used.lastUsedAt == start + .seconds(seconds < 60 ? 0 : 61))
            #expect(used.isTouchDue(at: now) == false)
        }
    }

    @Test(arguments: Engine.all) func changesAreInTheAuditLogWithoutSecrets(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let now = kalamna.clock.now
        let owner = AuditLog.Actor.admin(kalamna.acme.owner.id)
        let made = try await kalamna.database.write(of: kalamna.acme.business.id) { db in
            let created = try APIKeys(db).create(.server, name: "CRM", by: owner, now: now + .seconds(1))
            let rotated = try APIKeys(db).rotate(created.key.id, overlap: .hours(1), by: owner, now: now + .seconds(2))
            try APIKeys(db).revoke(created.key.id, by: owner, now: now + .seconds(3))
            return (old: created, new: rotated)
        }
        let entries = try await kalamna.database.read(of: kalamna.acme.business.id) { db in try AuditLog(db).entries(limit: 3) }
        #expect(entries.items.map(\.action) == [.keyRevoked, .keyRotated, .keyCreated])
        #expect(entries.items.allSatisfy { $0.actor == owner && $0.object == .key(made.old.key.id) })
        let next = try #require(entries.next)
        let older = try await kalamna.database.read(of: kalamna.acme.business.id) { db in try AuditLog(db).entries(limit: 50, before: next) }
        #expect(older.items.contains { $0.action == .businessRegistered })
        let text = String(describing: entries.items + older.items)
        #expect(!text.contains(made.old.secret) && !text.contains(made.new.secret) && !text.contains(Secrets.hash(made.new.secret)))
    }

    private func identify(_ secret: String, _ kalamna: TestKalamna) async throws -> KeyIdentity? {
        let now = kalamna.clock.now
        return try await kalamna.database.readAcrossBusinesses { transaction in try APIKeys.identify(secret, in: transaction, now: now) }
    }
}
