import Kalamna
import TestSupport
import Testing

@Suite struct InvitationTests {
    private let password = "a long password"

    private func invite(
        _ email: String, role: Role = .staff, _ kalamna: TestKalamna
    ) async throws -> (invitation: Invitation, token: String) {
        let (owner, now) = (kalamna.acme.owner.id, kalamna.clock.now)
        return try await kalamna.database.write(of: kalamna.acme.business.id) { db in
            try Invitations(db).create(email: email, role: role, by: owner, now: now)
        }
    }

    private func accept(_ token: String, _ kalamna: TestKalamna) async throws -> Admin {
        let acceptance = InvitationAcceptance(database: kalamna.database, hasher: kalamna.hasher, clock: kalamna.clock.wall)
        return try await acceptance.accept(token, name: "منى", password: password, userAgent: "").admin
    }

    @Test(arguments: Engine.all) func invitedPersonJoinsOnce(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let authentication = Authentication(database: kalamna.database, hasher: kalamna.hasher, clock: kalamna.clock.wall)
        let (invitation, token) = try await invite(" Mona@Acme.example", kalamna)
        #expect(token.hasPrefix("kiv_"))
        let acceptance = InvitationAcceptance(database: kalamna.database, hasher: kalamna.hasher, clock: kalamna.clock.wall)
        let joined = try await acceptance.accept(token, name: " منى ", password: password, userAgent: "")
        #expect(joined.admin.name == "منى" && joined.admin.role == .staff && joined.admin.email == "mona@acme.example")
        #expect(joined.business.id == kalamna.acme.business.id)
        #expect(try await authentication.identity(of: joined.token)?.admin.id == joined.admin.id)
        _ = try await authentication.logIn(email: "mona@acme.example", password: password, userAgent: "")
        let again = await #expect(throws: Failure.self) { _ = try await accept(token, kalamna) }
        #expect(again?.kind == .gone)
        let listed = try await kalamna.database.read(of: kalamna.acme.business.id) { db in try Invitations(db).list() }
        #expect(listed.map(\.id) == [invitation.id])
        #expect(listed.first?.acceptedAt == kalamna.clock.now)
    }

    @Test(arguments: Engine.all) func manyAtOnceOneGetsIn(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (_, token) = try await invite("mona@acme.example", kalamna)
        let outcomes = await withTaskGroup(of: Failure.Kind?.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    do {
                        _ = try await accept(token, kalamna)
                        return nil
                    } catch {
                        return (error as? Failure)?.kind ?? .fault
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == nil } == 1)
        #expect(outcomes.count { $0 == .gone } == 7)
        let people = try await kalamna.database.read(of: kalamna.acme.business.id) { db in try Admins(db).list() }
        #expect(people.count == 2)
    }

    @Test(arguments: Engine.all) func endsAfterSevenDaysOrWhenRevoked(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let late = try await invite("late@acme.example", kalamna)
        kalamna.clock.advance(by: .days(7))
        let revoked = try await invite("revoked@acme.example", kalamna)
        let now = kalamna.clock.now
        try await kalamna.database.write(of: kalamna.acme.business.id) { db in
            try Invitations(db).revoke(revoked.invitation.id, by: .system, now: now)
            try Invitations(db).revoke(revoked.invitation.id, by: .system, now: now)
        }
        let replaced = try await invite("mona@acme.example", kalamna)
        let newest = try await invite("MONA@acme.example", kalamna)
        for token in [late.token, revoked.token, replaced.token, "kiv_nonsense", Secrets.key(prefix: "kiv_")] {
            let failure = await #expect(throws: Failure.self) { _ = try await accept(token, kalamna) }
            #expect(failure?.code == "invitation_gone")
        }
        #expect(try await accept(newest.token, kalamna).email == "mona@acme.example")
    }

    @Test(arguments: Engine.all) func addressWithAnAccountElsewhere(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (invitation, token) = try await invite(kalamna.globex.owner.email, kalamna)
        let failure = await #expect(throws: Failure.self) { _ = try await accept(token, kalamna) }
        #expect(failure?.code == "email_taken" && failure?.kind == .conflict)
        let now = kalamna.clock.now
        let listed = try await kalamna.database.read(of: kalamna.acme.business.id) { db in try Invitations(db).list() }
        #expect(listed.first?.id == invitation.id && listed.first?.isOpen(at: now) == true, "nothing of it was kept")
        let member = await #expect(throws: Failure.self) { _ = try await invite(kalamna.acme.owner.email.uppercased(), kalamna) }
        #expect(member?.code == "already_member")
    }

    @Test(arguments: Engine.all) func onlyOwnersInvite(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let staff = try await accept(try await invite("staff@acme.example", kalamna).token, kalamna)
        let owner = try await accept(try await invite("boss@acme.example", role: .owner, kalamna).token, kalamna)
        #expect(owner.role == .owner)
        let now = kalamna.clock.now
        for stranger in [staff.id, kalamna.globex.owner.id] {
            let failure = await #expect(throws: Failure.self) {
                _ = try await kalamna.database.write(of: kalamna.acme.business.id) { db in
                    try Invitations(db).create(email: "x@y.example", by: stranger, now: now)
                }
            }
            #expect(failure?.kind == .forbidden)
        }
    }

    @Test(arguments: Engine.all) func otherBusinessesInvitationsAreNotThere(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (invitation, token) = try await invite("mona@acme.example", kalamna)
        let now = kalamna.clock.now
        try await kalamna.database.write(of: kalamna.globex.business.id) { db throws in
            #expect(try Invitations(db).list().isEmpty)
            let failure = #expect(throws: Failure.self) { try Invitations(db).revoke(invitation.id, by: .system, now: now) }
            #expect(failure?.kind == .notFound)
        }
        #expect(try await accept(token, kalamna).role == .staff)
    }
}
