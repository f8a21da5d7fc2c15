package import Store

/// The API keys of one business in the database.
package struct APIKeys {
    package static let most = 50
    package static let longestOverlap = Duration.days(30)
    package static let touchInterval = Duration.seconds(60)

    private static let columns: Query = """
        k.id, k.kind, k.name, k.hint, k.allowed_origins, k.is_active, k.created_at, k.last_used_at, k.expires_at, k.revoked_at
        """

    private let db: BusinessTransaction

    package init(_ db: BusinessTransaction) { self.db = db }

    /// Whose key this is, or nil: one answer for a wrong, a switched-off, an expired and a revoked key.
    package static func identify(_ secret: String, in transaction: any Transaction, now: Instant) throws -> KeyIdentity? {
        // A mistyped key costs no query.
        guard let kind = APIKey.Kind.allCases.first(where: { Secrets.isWellFormed(secret, prefix: $0.prefix) }) else { return nil }
        let row = try transaction.first(
            """
            SELECT k.business_id, \(columns) FROM api_keys k JOIN businesses b ON b.id = k.business_id
            WHERE k.secret_hash = \(Secrets.hash(secret)) AND k.kind = \(kind) AND b.status = \(Business.Status.active)
            """)
        guard let row else { return nil }
        let key = try APIKey(row: row)
        return key.isUsable(at: now) ? KeyIdentity(business: try row["business_id"], key: key) : nil
    }

    /// The usable first, then by age.
    package func list() throws -> [APIKey] {
        try db.fetch(
            """
            SELECT \(Self.columns) FROM api_keys k WHERE k.business_id = \(db.business)
            ORDER BY CASE WHEN k.revoked_at IS NULL THEN 0 ELSE 1 END, k.created_at DESC, k.id DESC LIMIT 200
            """
        ).map { row throws in try APIKey(row: row) }
    }

    package func find(_ id: APIKeyID) throws -> APIKey? { try read(id, locking: "") }

    /// The key that vouches now for what began with `id`: that key while it is usable, behind its end the one that replaced it.
    /// Nil when the line ends in a key that was revoked or switched off.
    package func standing(for id: APIKeyID, now: Instant) throws -> APIKey? {
        var next = try find(id)
        while let key = next, !key.isUsable(at: now) {
            guard key.isHandedOn(at: now) else { return nil }
            next = try db.first("SELECT \(Self.columns) FROM api_keys k WHERE k.business_id = \(db.business) AND k.replaces = \(key.id)")
                .map { row throws in try APIKey(row: row) }
        }
        return next
    }

    /// The key and those that it stands for: the one that it replaced, the one that that replaced, and so on.
    package func line(of id: APIKeyID) throws -> [APIKeyID] {
        var line = [id]
        while let last = line.last,
            let row = try db.first("SELECT replaces FROM api_keys WHERE business_id = \(db.business) AND id = \(last)"),
            let replaced: APIKeyID = try row["replaces"]
        {
            line.append(replaced)
        }
        return line
    }

    /// The secret is not stored: this is the only time that it can be shown.
    package func create(
        _ kind: APIKey.Kind, name: String, allowedOrigins: [String] = [], by actor: AuditLog.Actor, now: Instant
    ) throws -> (key: APIKey, secret: String) {
        var validation = Validation()
        let name = validation.line("name", name, atMost: 80)
        let origins = validation.origins("allowed_origins", allowedOrigins, of: kind)
        try validation.check()
        try Businesses(db).lock()
        try makeRoom(now: now)
        let created = try insert(kind, name: name, origins: origins, replacing: nil, by: actor, now: now)
        try AuditLog(db).record(actor, .keyCreated, .key(created.key.id), now: now)
        return created
    }

    @discardableResult
    package func update(_ id: APIKeyID, _ changes: APIKeyChanges, by actor: AuditLog.Actor, now: Instant) throws -> APIKey {
        let key = try changes.apply(to: usable(id, now: now))
        try db.execute(
            """
            UPDATE api_keys SET name = \(key.name), allowed_origins = \(key.storedOrigins), is_active = \(key.isActive)
            WHERE business_id = \(db.business) AND id = \(id)
            """)
        try AuditLog(db).record(actor, .keyUpdated, .key(id), now: now)
        return key
    }

    /// A new key with the same name and sites; the old one lets in for as long as `overlap`, so that nothing breaks meanwhile.
    package func rotate(
        _ id: APIKeyID, overlap: Duration, by actor: AuditLog.Actor, now: Instant
    ) throws -> (key: APIKey, secret: String) {
        guard overlap >= .zero, overlap <= Self.longestOverlap else {
            throw Failure.invalid("overlap_seconds", ar: "مدة التداخل من صفر لحد 30 يوم.", en: "The overlap must be from 0 to 30 days.")
        }
        try Businesses(db).lock()
        let old = try usable(id, now: now)
        guard old.expiresAt == nil else {
            throw Failure(
                .conflict, code: "key_already_replaced", ar: "المفتاح ده اتبدل قبل كده. بدل المفتاح الجديد، أو الغي القديم.",
                en: "This key has been replaced already. Rotate the new key, or revoke the old one.")
        }
        try db.execute("UPDATE api_keys SET expires_at = \(now + overlap) WHERE business_id = \(db.business) AND id = \(id)")
        try makeRoom(now: now)
        let created = try insert(old.kind, name: old.name, origins: old.allowedOrigins, replacing: id, by: actor, now: now)
        try AuditLog(db).record(actor, .keyRotated, .key(id), now: now)
        return created
    }

    /// At once and for ever. Revoking a revoked key changes nothing.
    @discardableResult
    package func revoke(_ id: APIKeyID, by actor: AuditLog.Actor, now: Instant) throws -> APIKey {
        guard var key = try read(id, locking: forUpdate) else { throw Failure.notFound }
        guard key.revokedAt == nil else { return key }
        key.revokedAt = now
        try db.execute(
            """
            UPDATE api_keys SET revoked_at = \(now), revoked_by = \(actor.admin)
            WHERE business_id = \(db.business) AND id = \(id)
            """)
        try AuditLog(db).record(actor, .keyRevoked, .key(id), now: now)
        return key
    }

    /// Notes that the key was used, once a minute; `APIKey.isTouchDue` tells when it is worth a transaction.
    package func touch(_ id: APIKeyID, now: Instant) throws {
        try db.execute(
            """
            UPDATE api_keys SET last_used_at = \(now)
            WHERE business_id = \(db.business) AND id = \(id)
              AND (last_used_at IS NULL OR last_used_at <= \(now - Self.touchInterval))
            """)
    }

    private func read(_ id: APIKeyID, locking: Query) throws -> APIKey? {
        try db.first(
            "SELECT \(Self.columns) FROM api_keys k WHERE k.business_id = \(db.business) AND k.id = \(id)\(locking)"
        ).map { row throws in try APIKey(row: row) }
    }

    /// A switched-off key can still be changed, a dead one can't.
    private func usable(_ id: APIKeyID, now: Instant) throws -> APIKey {
        guard let key = try read(id, locking: forUpdate) else { throw Failure.notFound }
        guard key.revokedAt == nil, key.expiresAt.map({ now < $0 }) ?? true else {
            throw Failure(
                .conflict, code: "key_ended", ar: "المفتاح ده انتهى أو اتلغى. اعمل مفتاح جديد.",
                en: "This key has expired or was revoked. Make a new key.")
        }
        return key
    }

    private func makeRoom(now: Instant) throws {
        let row = try db.first(
            """
            SELECT COUNT(*) AS keys FROM api_keys
            WHERE business_id = \(db.business) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > \(now))
            """)
        guard let row, try row["keys"] as Int >= Self.most else { return }
        throw Failure(
            .conflict, code: "too_many_keys", ar: "وصلت لأقصى عدد مفاتيح (\(Self.most)). الغي مفتاح مش بتستخدمه الأول.",
            en: "You have the most keys possible (\(Self.most)). Revoke one that you don't use first.")
    }

    private func insert(
        _ kind: APIKey.Kind, name: String, origins: [String], replacing old: APIKeyID?, by actor: AuditLog.Actor, now: Instant
    ) throws -> (key: APIKey, secret: String) {
        let secret = Secrets.key(prefix: kind.prefix)
        let key = APIKey(
            id: APIKeyID(at: now), kind: kind, name: name, hint: APIKey.hint(of: secret, kind: kind), allowedOrigins: origins,
            createdAt: now)
        try db.execute(
            """
            INSERT INTO api_keys
              (business_id, id, kind, name, hint, secret_hash, allowed_origins, is_active, created_by, created_at, replaces)
            VALUES
              (\(db.business), \(key.id), \(kind), \(name), \(key.hint), \(Secrets.hash(secret)), \(key.storedOrigins), \(true),
               \(actor.admin), \(now), \(old))
            """)
        return (key, secret)
    }
}
