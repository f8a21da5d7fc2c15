import Hummingbird
import Kalamna
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import KalamnaWeb

/// What is revoked while somebody is just being let in.
@Suite struct RevocationTests {
    private let now = Instant(milliseconds: 1_795_345_200_000)

    @Test func aLookUpThatRacesARevocationIsNotRemembered() async throws {
        let known = KnownCallers<String>()
        // The look-up has read the database; before it is done, the key is revoked.
        let caught = try await known.identity(of: "hash", now: now) { _ in
            known.forgetEveryone()
            return "the owner"
        }
        #expect(caught == "the owner", "this one request came first")
        #expect(try await known.identity(of: "hash", now: now) { _ in nil } == nil)
    }

    @Test func whoIsKnownIsNotLookedUpForAFewSeconds() async throws {
        let known = KnownCallers<String>()
        let lookUps = Mutex(0)
        func ask(_ hash: String, at now: Instant, answer: String? = "the owner") async throws -> String? {
            try await known.identity(of: hash, now: now) { _ in
                lookUps.withLock { $0 += 1 }
                return answer
            }
        }
        for _ in 0..<3 { #expect(try await ask("a", at: now) == "the owner") }
        #expect(lookUps.withLock { $0 } == 1)
        #expect(try await ask("b", at: now, answer: nil) == nil)
        #expect(try await ask("b", at: now) == "the owner", "nobody is never remembered")
        _ = try await ask("a", at: now + .seconds(5))
        #expect(lookUps.withLock { $0 } == 4)
        known.forgetEveryone()
        #expect(try await ask("a", at: now + .seconds(5), answer: nil) == nil)
    }

    /// The caller was let in, then revoked, and only then is the stream subscribed: nobody would close it before the heartbeat.
    @Test(.timeLimit(.minutes(10))) func aStreamThatBeginsAfterTheRevocationEnds() async throws {
        let kalamna = try await TestKalamna(.sqlite)
        let start = Conversations.Start(channel: .widget, endUser: EndUserDetails(), locale: nil, apiKeyID: nil)
        let started = try await kalamna.services.conversations.start(start, in: kalamna.acme.business.id)
        let reference = SessionReference(business: kalamna.acme.business.id, session: started.session.id)
        let stream = EventStream(services: kalamna.services, reference: reference, credential: "key", isStillAllowed: { false })
        let written = Written()
        try await stream.response(after: 0).body.write(written)
        #expect(written.bytes.withLock { $0 } == 0)
        #expect(kalamna.services.hub.watching == 0)
        let poll = LongPoll(services: kalamna.services, reference: reference, credential: "key", isStillAllowed: { false })
        #expect(try await poll.messages(after: 0, wait: .seconds(25)).messages.isEmpty)
    }
}

private final class Written: ResponseBodyWriter, Sendable {
    let bytes = Mutex(0)

    func write(_ part: ByteBuffer) async throws { bytes.withLock { $0 += part.readableBytes } }
    func finish(_ trailers: HTTPFields?) async throws {}
}
