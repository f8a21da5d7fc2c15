import Kalamna
import TestSupport
import Testing

@Suite struct SettingsTests {
    @Test(arguments: Engine.all) func changesOnlyWhatWasAsked(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let now = kalamna.clock.now
        let owner = AuditLog.Actor.admin(kalamna.acme.owner.id)
        let before = try await kalamna.database.read(of: kalamna.acme.business.id) { db in try Settings(db).current() }
        let hours = OperatingHours.Draft(weekly: ["sun": [.init(from: "10:00", to: "22:00")]], holidays: [.init(date: "2026-10-06", name: "أكتوبر")])
        let changed = try await kalamna.database.write(of: kalamna.acme.business.id) { db in
            try Settings(db).update(
                SettingsChanges(tone: .formal, autoReply: false, outsideHours: .answer, hours: hours, confidenceThreshold: 0.6), by: owner,
                now: now)
        }
        #expect(changed.tone == .formal && changed.outsideHours == .answer && changed.confidenceThreshold == 0.6 && !changed.autoReply)
        #expect(changed.greeting == before.greeting && changed.idleMinutes == 60 && changed.reopenMinutes == 1440)
        try await kalamna.database.read(of: kalamna.acme.business.id) { db throws in
            #expect(try Settings(db).current() == changed)
            let latest = try #require(try AuditLog(db).entries(limit: 50).items.first { $0.action == .settingsUpdated })
            #expect(latest.actor == owner)
        }
        let other = try await kalamna.database.read(of: kalamna.globex.business.id) { db in try Settings(db).current() }
        #expect(other.tone == .friendly && other.hours == .always)
    }

    @Test func namesEveryWrongFieldAtOnce() throws {
        let settings = BusinessSettings.defaults(businessName: "نور", locale: .ar)
        let changes = SettingsChanges(
            botName: " \u{200B} ", hours: OperatingHours.Draft(weekly: ["sun": [.init(from: "10", to: "22:00")]]), timezone: "Cairo",
            greeting: "", awayMessage: String(repeating: "ا", count: 1001), confidenceThreshold: .nan, idleMinutes: 0, reopenMinutes: -1)
        let failure = try #require(throws: Failure.self) { try changes.apply(to: settings) }
        #expect(
            failure.fields.map(\.field) == [
                "bot_name", "operating_hours.weekly.sun.0.from", "timezone", "greeting", "away_message", "confidence_threshold",
                "idle_minutes", "reopen_minutes",
            ])
        #expect(try SettingsChanges().apply(to: settings) == settings)
    }

    @Test(arguments: Engine.all) func businessChanges(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let now = kalamna.clock.now + .seconds(5)
        let changed = try await kalamna.database.write(of: kalamna.acme.business.id) { db in
            try Businesses(db).update(BusinessChanges(industry: "بقالة", domainURL: "acme.example"), by: .system, now: now)
        }
        #expect(changed.industry == "بقالة" && changed.domainURL == "https://acme.example" && changed.updatedAt == now)
        #expect(changed.name == kalamna.acme.business.name && changed.createdAt == kalamna.acme.business.createdAt)
        try await kalamna.database.write(of: kalamna.acme.business.id) { db throws in
            #expect(try Businesses(db).current() == changed)
            #expect(try Businesses(db).update(BusinessChanges(domainURL: ""), now: now).domainURL == nil)
            #expect(throws: Failure.self) { try Businesses(db).update(BusinessChanges(name: "", email: "x"), now: now) }
        }
        let other = try await kalamna.database.read(of: kalamna.globex.business.id) { db in try Businesses(db).current() }
        #expect(other == kalamna.globex.business)
    }
}
