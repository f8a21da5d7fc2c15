import Foundation
import Store

/// The settings of one business in the database.
package struct Settings {
    private let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    package func current() throws -> BusinessSettings { try reading().get() }

    /// `current`, in one round trip with what is asked for next.
    func reading() throws -> Reply<BusinessSettings> { try read(locking: "") }

    /// Changes what was asked for, on top of what another request may have changed meanwhile.
    @discardableResult
    package func update(_ changes: SettingsChanges, by actor: AuditLog.Actor, now: Instant) throws -> BusinessSettings {
        let settings = try changes.apply(to: read(locking: forUpdate).get())
        try save(settings, by: actor, now: now)
        return settings
    }

    /// Stores them as they are.
    package func save(_ settings: BusinessSettings, by actor: AuditLog.Actor = .system, now: Instant) throws {
        try store(settings, now: now)
        try AuditLog(db).record(actor, .settingsUpdated, .business(db.business), now: now)
    }

    /// The first time too, when there is nothing yet to note down as changed.
    func store(_ settings: BusinessSettings, now: Instant) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let hours = String(decoding: try encoder.encode(settings.hours), as: UTF8.self)
        try db.execute(
            """
            INSERT INTO business_settings
              (business_id, bot_name, tone_style, auto_reply_enabled, outside_hours, operating_hours, timezone, locale, greeting,
               away_message, confidence_threshold, idle_minutes, reopen_minutes, model_settings, updated_at)
            VALUES
              (\(db.business), \(settings.botName), \(settings.tone), \(settings.autoReply), \(settings.outsideHours), \(hours),
               \(settings.timezone), \(settings.locale.rawValue), \(settings.greeting), \(settings.awayMessage),
               \(settings.confidenceThreshold), \(settings.idleMinutes), \(settings.reopenMinutes),
               \(try settings.models.stored()), \(now))
            ON CONFLICT (business_id) DO UPDATE SET
              bot_name = excluded.bot_name, tone_style = excluded.tone_style, auto_reply_enabled = excluded.auto_reply_enabled,
              outside_hours = excluded.outside_hours, operating_hours = excluded.operating_hours, timezone = excluded.timezone,
              locale = excluded.locale, greeting = excluded.greeting, away_message = excluded.away_message,
              confidence_threshold = excluded.confidence_threshold, idle_minutes = excluded.idle_minutes,
              reopen_minutes = excluded.reopen_minutes, model_settings = excluded.model_settings, updated_at = excluded.updated_at
            """)
    }

    private func read(locking: Query) throws -> Reply<BusinessSettings> {
        try db.send(
            """
            SELECT bot_name, tone_style, auto_reply_enabled, outside_hours, operating_hours, timezone, locale, greeting, away_message,
              confidence_threshold, idle_minutes, reopen_minutes, model_settings
            FROM business_settings WHERE business_id = \(db.business)\(locking)
            """
        ).map { rows in
            guard let row = rows.first else { throw Failure.notFound }
            return try BusinessSettings(row: row)
        }
    }
}

extension OperatingHours {
    /// Read with each message: the usual text is known without parsing.
    fileprivate init(stored text: String) throws {
        self = text == Self.storedAlways ? .always : try JSONDecoder().decode(OperatingHours.self, from: Data(text.utf8))
    }

    private static let storedAlways: String = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return (try? encoder.encode(OperatingHours.always)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }()
}

extension BusinessSettings {
    fileprivate init(row: ResultRow) throws {
        let hours: String = try row["operating_hours"]
        self.init(
            botName: try row["bot_name"], tone: try row["tone_style"], autoReply: try row["auto_reply_enabled"],
            outsideHours: try row["outside_hours"], hours: try OperatingHours(stored: hours),
            timezone: try row["timezone"], locale: Locale(rawValue: try row["locale"]) ?? .ar, greeting: try row["greeting"],
            awayMessage: try row["away_message"], confidenceThreshold: try row["confidence_threshold"],
            idleMinutes: try row["idle_minutes"], reopenMinutes: try row["reopen_minutes"],
            models: ModelSettings(stored: try row["model_settings"]))
    }
}
