import TestSupport
import Testing

@testable import Kalamna

@Suite struct SecretBoxTests {
    private static let hex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    private let place = SecretPlace.model(LLMModelID(at: Instant(milliseconds: 1)), of: nil)

    private func key() throws -> ProviderKey { try #require(ProviderKey("sk-test")) }

    /// The same bytes in each form are the same key.
    @Test(arguments: [
        hex, hex.uppercased(), " \(hex)\n", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
    ])
    func takesHexadecimalAndBase64(text: String) throws {
        let sealed = try #require(SecretBox(key: Self.hex)).seal(key(), for: place)
        #expect(try #require(SecretBox(key: text)).open(sealed, for: place) == key())
    }

    @Test(arguments: ["", "short", String(repeating: "0a", count: 31), "AAECAwQF", "not base64 at all, but long enough to be thirty-two bytes !!"])
    func refusesWhatIsTooShort(text: String) {
        #expect(SecretBox(key: text) == nil)
        if !text.isEmpty { #expect(SecretBox(key: Self.hex, previous: text) == nil) }
    }

    @Test func eachSealIsAnother() throws {
        let box = try #require(SecretBox(key: Self.hex))
        let sealed = try (0..<100).map { _ in try box.seal(key(), for: place).text }
        #expect(Set(sealed).count == 100)
        for text in sealed { #expect(!text.contains("sk-test")) }
    }

    /// One changed letter anywhere, another key, another place: nothing opens.
    @Test func whatWasTouchedDoesNotOpen() throws {
        let box = try #require(SecretBox(key: Self.hex))
        let sealed = try box.seal(key(), for: place)
        #expect(try box.open(sealed, for: place) == key())
        for index in sealed.text.indices where sealed.text[index] != "=" {
            var text = sealed.text
            text.replaceSubrange(index...index, with: text[index] == "A" ? "B" : "A")
            #expect(throws: Failure.self, "\(text)") { try box.open(SealedSecret(stored: text), for: place) }
        }
        for text in ["", "v1", "v1..", "v1.\(sealed.keyID ?? "").", "v1.\(sealed.keyID ?? "").AAAA", "x.y.z.w"] {
            #expect(throws: Failure.self) { try box.open(SealedSecret(stored: text), for: place) }
        }
        let other = SecretPlace.model(LLMModelID(at: Instant(milliseconds: 1)), of: nil)
        #expect(throws: Failure.self) { try box.open(sealed, for: other) }
        let stranger = try #require(SecretBox(key: String(repeating: "ff", count: 32)))
        #expect(throws: Failure.self) { try stranger.open(sealed, for: place) }
        let heir = try #require(SecretBox(key: String(repeating: "ff", count: 32), previous: Self.hex))
        #expect(try heir.open(sealed, for: place) == key())
        #expect(heir.isOutdated(sealed) && !box.isOutdated(sealed))
    }
}
