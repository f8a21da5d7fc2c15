import Foundation
import Kalamna
import TestSupport
import Testing

@Suite struct AdminsTests {
    /// Adds somebody to Acme.
    private func hire(_ email: String, _ role: Role, _ kalamna: TestKalamna) async throws -> Admin {
        let admin = Admin(id: AdminID(at: kalamna.clock.now), email: email, name: email, role: role, createdAt: kalamna.clock.now)
        let hash = try await kalamna.hasher.hash("a long password")
        try await kalamna.database.write(of: kalamna.acme.business.id) { db in try Admins(db).insert(admin, passwordHash: hash) }
        return admin
    }

    @Test(arguments: Engine.all) func lastActiveOwnerStays(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let now = kalamna.clock.now
        let business = kalamna.acme.business.id
        let owner = kalamna.acme.owner.id
        let staff = try await hire("staff@acme.example", .staff, kalamna)
        func update(_ id: AdminID, role: Role? = nil, isActive: Bool? = nil) async throws -> Admin {
            try await kalamna.database.write(of: business) { db in
                try Admins(db).update(id, role: role, isActive: isActive, by: .admin(owner), now: now)
            }
        }
        for attempt in [(Role.staff, Bool?.none), (nil, false), (.staff, false)] as [(Role?, Bool?)] {
            let failure = await #expect(throws: Failure.self) { _ = try await update(owner, role: attempt.0, isActive: attempt.1) }
            #expect(failure?.code == "last_owner" && failure?.kind == .conflict)
        }
        // An owner who is switched off is no help.
        #expect(try await update(staff.id, role: .owner, isActive: false).role == .owner)
        await #expect(throws: Failure.self) { _ = try await update(owner, role: .staff) }
        #expect(try await update(staff.id, isActive: true).isActive)
        #expect(try await update(owner, role: .staff).role == .staff)
        let last = await #expect(throws: Failure.self) { _ = try await update(staff.id, isActive: false) }
        #expect(last?.code == "last_owner")
        let actions = try await kalamna.database.read(of: business) { db in try AuditLog(db).entries(limit: 50).items.map(\.action) }
        #expect(actions.count { $0 == .roleChanged } == 2)
        #expect(actions.count { $0 == .adminDeactivated } == 1)
    }

    @Test(arguments: Engine.all) func twoOwnersCantDemoteEachOther(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let now = kalamna.clock.now
        let business = kalamna.acme.business.id
        let other = try await hire("other@acme.example", .owner, kalamna)
        let pair = [kalamna.acme.owner.id, other.id]
        await withTaskGroup(of: Void.self) { group in
            for id in pair {
                group.addTask {
                    _ = try? await kalamna.database.write(of: business) { db in
                        try Admins(db).update(id, role: .staff, by: .system, now: now)
                        // Until the other one has begun too.
                        Thread.sleep(forTimeInterval: 0.2)
                    }
                }
            }
        }
        let owners = try await kalamna.database.read(of: business) { db in try Admins(db).list().filter { $0.role == .owner } }
        #expect(owners.count == 1)
    }

    @Test(arguments: Engine.all) func whoIsLetOutIsLoggedOut(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let now = kalamna.clock.now
        let authentication = Authentication(database: kalamna.database, hasher: kalamna.hasher, clock: kalamna.clock.wall)
        let staff = try await hire("staff@acme.example", .staff, kalamna)
        let token = try await authentication.logIn(email: staff.email, password: "a long password", userAgent: "").token
        for isActive in [false, true] {
            try await kalamna.database.write(of: kalamna.acme.business.id) { db in
                try Admins(db).update(staff.id, isActive: isActive, by: .system, now: now)
            }
            #expect(try await authentication.identity(of: token) == nil, "also when they come back")
        }
    }

    @Test(arguments: Engine.all) func addressesAreUniqueEverywhereWhateverTheirCase(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let failure = await #expect(throws: Failure.self) { _ = try await hire(kalamna.globex.owner.email.uppercased(), .staff, kalamna) }
        #expect(failure?.code == "email_taken" && failure?.kind == .conflict)
    }

    @Test(arguments: Engine.all) func otherBusinessesPeopleAreNotThere(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let now = kalamna.clock.now
        let stranger = kalamna.globex.owner.id
        try await kalamna.database.write(of: kalamna.acme.business.id) { db throws in
            #expect(try Admins(db).find(stranger) == nil)
            #expect(try Admins(db).passwordHash(of: stranger) == nil)
            #expect(try !Admins(db).setPassword("x", of: stranger, replacing: "y"))
            #expect(try !Admins(db).list().map(\.id).contains(stranger))
            let failure = #expect(throws: Failure.self) { try Admins(db).update(stranger, isActive: false, by: .system, now: now) }
            #expect(failure?.kind == .notFound)
        }
    }

    @Test(arguments: Engine.all) func onlyOwnersPass(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let staff = Admin(id: AdminID(at: kalamna.clock.now), email: "a@b.eg", name: "A", role: .staff, createdAt: kalamna.clock.now)
        let business = kalamna.acme.business.id
        #expect(throws: Failure.self) { try AdminIdentity(business: business, admin: staff, sessionHash: "").requireOwner() }
        try AdminIdentity(business: business, admin: kalamna.acme.owner, sessionHash: "").requireOwner()
    }
}
