import Store

package typealias AdminID = ID<Admin>

/// What a person may do in the dashboard.
package enum Role: String, StoredName, CaseIterable {
    /// Everything, also people, keys and settings.
    case owner
    /// Conversations and knowledge.
    case staff
}

/// A person of the business who logs in.
package struct Admin: Sendable, Hashable {
    package let id: AdminID
    package var email: String
    package var name: String
    package var role: Role
    package var isActive: Bool
    package var lastLoginAt: Instant?
    package let createdAt: Instant

    package init(
        id: AdminID, email: String, name: String, role: Role, isActive: Bool = true, lastLoginAt: Instant? = nil, createdAt: Instant
    ) {
        self.id = id
        self.email = email
        self.name = name
        self.role = role
        self.isActive = isActive
        self.lastLoginAt = lastLoginAt
        self.createdAt = createdAt
    }

    init(row: ResultRow) throws {
        self.id = try row["id"]
        self.email = try row["email"]
        self.name = try row["name"]
        self.role = try row["role"]
        self.isActive = try row["is_active"]
        self.lastLoginAt = try row["last_login_at"]
        self.createdAt = try row["created_at"]
    }
}

/// Who is logged in, for one request.
package struct AdminIdentity: Sendable {
    package let business: BusinessID
    package let admin: Admin
    /// The hash of the session's token: names the session without being able to use it.
    package let sessionHash: String

    package init(business: BusinessID, admin: Admin, sessionHash: String) {
        self.business = business
        self.admin = admin
        self.sessionHash = sessionHash
    }

    package func requireOwner() throws(Failure) {
        if admin.role != .owner { throw Failure.ownersOnly }
    }
}

extension Failure {
    static let ownersOnly = Failure(
        .forbidden, code: "owners_only", ar: "ده لصاحب النشاط بس. اطلب منه يعملها.",
        en: "Only an owner of the business can do this: ask one of them.")

    package static let emailTaken = Failure(
        .conflict, code: "email_taken", ar: "الإيميل ده مسجل قبل كده. سجل دخول بيه، أو استخدم إيميل تاني.",
        en: "This e-mail address has an account already. Log in with it, or use another address.")

    static let businessSuspended = Failure(
        .forbidden, code: "business_suspended", ar: "حساب النشاط ده موقوف. تواصل مع إدارة الخدمة.",
        en: "The account of this business is suspended: contact the people who run this service.")
}
