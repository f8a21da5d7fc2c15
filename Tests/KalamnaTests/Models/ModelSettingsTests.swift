import Store
import TestSupport
import Testing

@testable import Kalamna

@Suite struct ModelSettingsTests {
    /// Rows of an earlier and of a later version, and rows that can't be read: a turn goes on.
    @Test func storedTextIsReadWithTolerance() throws {
        #expect(ModelSettings(stored: "{}") == ModelSettings())
        #expect(ModelSettings(stored: try ModelSettings().stored()) == ModelSettings())
        let later = ModelSettings(
            stored: #"{"redacts": false, "reply_script": "franco", "voice": {"speed": 2}, "budget": {"tokens_per_day": 7, "calls": 1}}"#)
        #expect(!later.redacts && later.replyScript == .arabic && later.usesModels)
        #expect(later.budget.tokensPerDay == 7 && later.budget.tokensPerMessage == ModelSettings().budget.tokensPerMessage)
        var changed = ModelSettings()
        changed.replyScript = .same
        changed.dataStaysHere = true
        changed.budget.costPerMonth = 1
        #expect(ModelSettings(stored: try changed.stored()) == changed)
        // Nothing may leave on a misunderstanding.
        for text in ["", "null", "[]", "{", #"{"data_stays_here": "yes"}"#, #"{"budget": 5}"#] {
            let settings = ModelSettings(stored: text)
            #expect(!settings.usesModels && settings.dataStaysHere && settings.redacts, "\(text)")
        }
    }

    @Test(arguments: Engine.all) func areKeptWithTheOthers(engine: Engine) async throws {
        let kalamna = try await TestKalamna(engine)
        let (mine, now) = (kalamna.acme.business.id, kalamna.clock.now)
        let before = try await kalamna.database.read(of: mine) { try Settings($0).current() }
        #expect(before.models == ModelSettings())
        let changed = try await kalamna.database.write(of: mine) { db in
            var models = ModelSettingsChanges()
            models.dataStaysHere = true
            models.costPerDay = 0
            try Settings(db).update(SettingsChanges(models: models), by: .system, now: now)
            var more = ModelSettingsChanges()
            more.replyScript = .same
            return try Settings(db).update(SettingsChanges(tone: .formal, models: more), by: .system, now: now)
        }
        #expect(changed.models.dataStaysHere && changed.models.replyScript == .same && changed.models.budget.costPerDay == 0)
        #expect(changed.models.redacts && changed.models.budget.tokensPerDay == before.models.budget.tokensPerDay)
        #expect(try await kalamna.database.read(of: mine) { try Settings($0).current() } == changed)
        #expect(try await kalamna.database.read(of: kalamna.globex.business.id) { try Settings($0).current() }.models == ModelSettings())
        // A row of before the column.
        let old = try await kalamna.database.write(of: mine) { db in
            try db.execute("UPDATE business_settings SET model_settings = '{}' WHERE business_id = \(db.business)")
            return try Settings(db).current()
        }
        #expect(old.models == ModelSettings() && old.tone == .formal)
    }

    @Test func namesWhatIsOutOfRange() {
        var changes = ModelSettingsChanges()
        changes.firstTokenDeadline = 100
        changes.tokensPerMessage = -1
        changes.costPerMonth = .max
        let failure = #expect(throws: Failure.self) {
            try SettingsChanges(models: changes).apply(to: BusinessSettings.defaults(businessName: "نور", locale: .ar))
        }
        #expect(
            failure?.fields.map(\.field) == ["models.first_token_deadline", "models.budget.tokens_per_message", "models.budget.cost_per_month"])
    }
}
