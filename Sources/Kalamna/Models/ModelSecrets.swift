import Crypto
import Foundation
package import Store

/// A provider's key as it stands in the database. Only a `SecretBox` with the installation's key opens it.
package struct SealedSecret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `v1.KEYID.` and base64 of nonce, ciphertext and tag.
    let text: String

    init(stored text: String) { self.text = text }

    /// Of the installation's key that sealed it, as 8 hexadecimal digits; nil when the text is not one of ours.
    var keyID: String? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 3 && parts[0] == "v1" ? String(parts[1]) : nil
    }

    package var description: String { "•••" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Where a secret belongs. It is bound to this place: in another row it does not open.
package struct SecretPlace: Sendable, Hashable {
    let name: String

    /// - Parameter business: nil for a model that the operator shares with all.
    package static func model(_ id: LLMModelID, of business: BusinessID?) -> Self {
        Self(name: "llm_models/\(business?.description ?? "shared")/\(id)")
    }
}

/// Seals secrets for the database (AES-256-GCM, a fresh nonce each) with a key that only the environment knows.
package struct SecretBox: Sendable, CustomStringConvertible, CustomReflectable {
    private struct Key: Sendable {
        let id: String
        let cipher: SymmetricKey
    }

    private let current: Key
    /// For what was sealed before `KALAMNA_SECRET_KEY` was changed.
    private let previous: Key?

    /// Nil when a text is not 32 bytes or more in hexadecimal or base64 (`openssl rand -hex 32`).
    package init?(key: String, previous: String? = nil) {
        guard let current = Self.derive(key) else { return nil }
        self.current = current
        guard let previous, !previous.trimmed.isEmpty else {
            self.previous = nil
            return
        }
        guard let old = Self.derive(previous) else { return nil }
        self.previous = old
    }

    package func seal(_ secret: ProviderKey, for place: SecretPlace) throws -> SealedSecret {
        let box = try AES.GCM.seal(Data(secret.reveal().utf8), using: current.cipher, authenticating: Data(place.name.utf8))
        guard let combined = box.combined else { throw CryptoKitError.incorrectParameterSize }
        return SealedSecret(stored: "v1.\(current.id).\(combined.base64EncodedString())")
    }

    /// Throws a `Failure` when it was sealed with another key or for another place.
    package func open(_ sealed: SealedSecret, for place: SecretPlace) throws(Failure) -> ProviderKey {
        let keys = [current, previous].compactMap(\.self)
        guard let key = keys.first(where: { $0.id == sealed.keyID }), let last = sealed.text.split(separator: ".").last,
            let data = Data(base64Encoded: String(last)), data.base64EncodedString() == last
        else { throw Self.unreadable(nil) }
        do {
            let opened = try AES.GCM.open(AES.GCM.SealedBox(combined: data), using: key.cipher, authenticating: Data(place.name.utf8))
            if let secret = ProviderKey(String(decoding: opened, as: UTF8.self)) { return secret }
        } catch {
            throw Self.unreadable(error)
        }
        throw Self.unreadable(nil)
    }

    /// Whether it was sealed with the key before the present one.
    func isOutdated(_ sealed: SealedSecret) -> Bool { sealed.keyID != current.id }

    package var description: String { "SecretBox(\(current.id))" }
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// The cipher's key and the name of the key are derived apart (RFC 5869): the name tells nothing of the cipher's key.
    private static func derive(_ text: String) -> Key? {
        guard let bytes = bytes(of: text.trimmed), bytes.count >= 32 else { return nil }
        func derived(_ purpose: String, _ count: Int) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: SymmetricKey(data: bytes), salt: Data("kalamna".utf8), info: Data(purpose.utf8), outputByteCount: count)
        }
        let id = derived("name of the key", 4).withUnsafeBytes { Secrets.hex($0) }
        return Key(id: id, cipher: derived("secrets v1 AES-256-GCM", 32))
    }

    /// Base64 also in its form for addresses, and without its `=`.
    private static func bytes(of text: String) -> Data? {
        let hex = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue.map(UInt8.init) }
        if hex.count == text.utf8.count, hex.count % 2 == 0 {
            return Data(stride(from: 0, to: hex.count, by: 2).map { hex[$0] << 4 | hex[$0 + 1] })
        }
        var base64 = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/").filter { $0 != "=" }
        base64 += String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
        return Data(base64Encoded: base64)
    }

    private static func unreadable(_ cause: (any Error)?) -> Failure {
        Failure(
            .conflict, code: "secret_unreadable",
            ar: "المفتاح ده متخزن بمفتاح تشفير تاني: اكتبه من جديد، أو مسؤول السيرفر يحط القديم في KALAMNA_SECRET_KEY_PREVIOUS.",
            en: "The model's key was sealed with another key: enter the model's key again, or have the operator set KALAMNA_SECRET_KEY_PREVIOUS.",
            cause: cause)
    }
}

extension Failure {
    /// Keys can be neither kept nor used on this installation.
    package static let noSecretKey = Failure(
        .conflict, code: "no_secret_key",
        ar: "السيرفر لسه مش بيحفظ مفاتيح: مسؤول السيرفر يحط KALAMNA_SECRET_KEY الأول. الموديلات اللي من غير مفتاح شغالة.",
        en: "This installation can't keep keys yet: its operator sets KALAMNA_SECRET_KEY first. Models without a key work.")
}

/// The sealed keys of all models. Only for a transaction across businesses.
package struct ModelSecrets {
    private let transaction: any Transaction

    package init(_ transaction: any Transaction) { self.transaction = transaction }

    /// Seals with the present key what was sealed with the one before it: how many. All or nothing.
    package func reseal(with box: SecretBox) throws -> Int {
        var count = 0
        for row in try transaction.fetch("SELECT business_id, id, secret_sealed FROM llm_models WHERE secret_sealed IS NOT NULL") {
            let (business, id): (BusinessID, LLMModelID) = (try row["business_id"], try row["id"])
            guard let sealed = try resealed(row, with: box, for: .model(id, of: business)) else { continue }
            count += try transaction.execute(
                "UPDATE llm_models SET secret_sealed = \(sealed.text) WHERE business_id = \(business) AND id = \(id)")
        }
        for row in try transaction.fetch("SELECT id, secret_sealed FROM shared_llm_models WHERE secret_sealed IS NOT NULL") {
            let id: LLMModelID = try row["id"]
            guard let sealed = try resealed(row, with: box, for: .model(id, of: nil)) else { continue }
            count += try transaction.execute("UPDATE shared_llm_models SET secret_sealed = \(sealed.text) WHERE id = \(id)")
        }
        return count
    }

    private func resealed(_ row: ResultRow, with box: SecretBox, for place: SecretPlace) throws -> SealedSecret? {
        let sealed = SealedSecret(stored: try row["secret_sealed"])
        return box.isOutdated(sealed) ? try box.seal(box.open(sealed, for: place), for: place) : nil
    }
}
