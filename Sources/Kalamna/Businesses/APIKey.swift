import Store

package typealias APIKeyID = ID<APIKey>

/// What lets a site's widget or a business's server in. Its secret is shown once and stored only as a hash.
package struct APIKey: Sendable, Hashable {
    package enum Kind: String, StoredName, CaseIterable {
        /// Stands in the page of a site, for everybody to read: starts conversations, on the allowed sites only.
        case widget
        /// Stays on the business's own server.
        case server

        package var prefix: String {
            switch self {
            case .widget: "kwk_live_"
            case .server: "ksk_live_"
            }
        }
    }

    package let id: APIKeyID
    package let kind: Kind
    package var name: String
    /// Tells keys apart without telling them: `kwk_live_4fK9…3jyT`.
    package let hint: String
    /// Whose pages may use a widget key. Empty: nobody's. They can stand in a `frame-ancestors` as they are.
    package var allowedOrigins: [String]
    package var isActive: Bool
    package let createdAt: Instant
    package var lastUsedAt: Instant?
    /// Set when it was replaced: from then on only the new key lets in.
    package var expiresAt: Instant?
    package var revokedAt: Instant?

    package init(
        id: APIKeyID, kind: Kind, name: String, hint: String, allowedOrigins: [String] = [], isActive: Bool = true, createdAt: Instant
    ) {
        self.id = id
        self.kind = kind
        self.name = name
        self.hint = hint
        self.allowedOrigins = allowedOrigins
        self.isActive = isActive
        self.createdAt = createdAt
    }

    package func isUsable(at now: Instant) -> Bool {
        isActive && revokedAt == nil && expiresAt.map { now < $0 } ?? true
    }

    /// Whether its replacement has taken over: an overlap ran out. A key that was revoked or switched off before hands on nothing.
    func isHandedOn(at now: Instant) -> Bool {
        guard let expiresAt, isActive, expiresAt <= now else { return false }
        return revokedAt.map { $0 >= expiresAt } ?? true
    }

    /// Whether a page of this origin (the header, as it came) may use the key.
    package func allows(origin: String) -> Bool {
        guard kind == .widget, let origin = Origin(origin) else { return false }
        return allowedOrigins.contains { OriginRule($0)?.allows(origin) ?? false }
    }

    /// `lastUsedAt` is kept to the minute, so that not every request writes.
    package func isTouchDue(at now: Instant) -> Bool {
        lastUsedAt.map { now - $0 >= APIKeys.touchInterval } ?? true
    }
}

extension APIKey {
    init(row: ResultRow) throws {
        self.id = try row["id"]
        self.kind = try row["kind"]
        self.name = try row["name"]
        self.hint = try row["hint"]
        self.allowedOrigins = Self.origins(stored: try row["allowed_origins"])
        self.isActive = try row["is_active"]
        self.createdAt = try row["created_at"]
        self.lastUsedAt = try row["last_used_at"]
        self.expiresAt = try row["expires_at"]
        self.revokedAt = try row["revoked_at"]
    }

    /// Origins hold no blank, so that blanks can part them.
    var storedOrigins: String { allowedOrigins.joined(separator: " ") }
    private static func origins(stored: String) -> [String] { stored.split(separator: " ").map(String.init) }

    static func hint(of secret: String, kind: Kind) -> String {
        secret.prefix(kind.prefix.count + 4) + "…" + secret.suffix(4)
    }
}

/// What an owner changes of a key; what is nil stays.
package struct APIKeyChanges: Sendable {
    package var name: String?
    package var allowedOrigins: [String]?
    package var isActive: Bool?

    package init(name: String? = nil, allowedOrigins: [String]? = nil, isActive: Bool? = nil) {
        self.name = name
        self.allowedOrigins = allowedOrigins
        self.isActive = isActive
    }

    /// The key with these changes; refuses all wrong fields at once.
    package func apply(to key: APIKey) throws(Failure) -> APIKey {
        var changed = key
        var validation = Validation()
        if let name { changed.name = validation.line("name", name, atMost: 80) }
        if let allowedOrigins { changed.allowedOrigins = validation.origins("allowed_origins", allowedOrigins, of: key.kind) }
        if let isActive { changed.isActive = isActive }
        try validation.check()
        return changed
    }
}

extension Validation {
    /// Browsers have no business with a server's key.
    mutating func origins(_ field: String, _ entries: [String], of kind: APIKey.Kind) -> [String] {
        guard kind == .server, !entries.isEmpty else { return origins(field, entries) }
        refuse(
            field, ar: "مفتاح السيرفر مش بيشتغل من المتصفح، فمالوش مواقع مسموحة. للمواقع اعمل مفتاح widget.",
            en: "A server key is not for browsers, so it has no allowed sites. Make a widget key for sites.")
        return []
    }
}

/// Whom a presented key stands for.
package struct KeyIdentity: Sendable {
    package let business: BusinessID
    package let key: APIKey
}
