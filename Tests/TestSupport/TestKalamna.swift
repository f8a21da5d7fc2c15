import Foundation
package import Kalamna
package import Logging
package import Store
import Synchronization

/// A clock that moves when a test says so.
package final class TestClock: Sendable {
    private let instant: Mutex<Instant>

    init(_ start: Instant) { self.instant = Mutex(start) }

    package var now: Instant { instant.withLock { $0 } }
    package func advance(by duration: Duration) { instant.withLock { $0 = $0 + duration } }
    package func set(_ now: Instant) { instant.withLock { $0 = now } }
    package var wall: WallClock { WallClock(now: { self.now }) }
}

/// One of the fixed cast.
package struct TestBusiness: Sendable {
    package let business: Business
    package let owner: Admin
    package let ownerToken: String
    package let widgetKey: String
    package let password: String
}

/// The product over a fresh store, with two businesses at hand, so that isolation can always be asked.
package final class TestKalamna: Sendable {
    package let engine: Engine
    package let store: any Store
    package let clock: TestClock
    package let hasher = PasswordHasher(logN: 4)
    package let services: Services
    package let acme: TestBusiness
    package let globex: TestBusiness

    package var database: Database { services.database }

    /// - Parameters:
    ///   - node: the name of this process in leases.
    ///   - languageModels: brings those that a test registers.
    package init(_ engine: Engine, node: String = "test", languageModels: ModelSource = .test) async throws {
        await Gate.stores.enter()
        do {
            self.engine = engine
            self.store = try await engine.makeStore()
            try await Migrator(Schema.migrations).migrate(store)
            // Sunday, 22 November 2026, 13:00 in Cairo.
            self.clock = TestClock(Instant(milliseconds: 1_795_345_200_000))
            self.services = Services(store: store, clock: clock.wall, hasher: hasher, node: node, languageModels: languageModels, logger: .quiet)
            self.acme = try await Self.register("Acme", "owner@acme.example", services)
            self.globex = try await Self.register("Globex", "owner@globex.example", services)
        } catch {
            await Gate.stores.leave()
            throw error
        }
    }

    deinit {
        let store = store
        Task {
            try? await store.close()
            await Gate.stores.leave()
        }
    }

    private static func register(_ name: String, _ email: String, _ services: Services) async throws -> TestBusiness {
        let password = "correct horse \(name)"
        let registered = try await services.registration.register(
            RegistrationRequest(businessName: name, domainURL: nil, name: "Owner of \(name)", email: email, password: password))
        return TestBusiness(
            business: registered.business, owner: registered.admin, ownerToken: registered.token, widgetKey: registered.widgetKey,
            password: password)
    }
}

extension Logger {
    /// Says nothing; its handler keeps metadata, because Hummingbird reads a request's id from there.
    package static var quiet: Logger {
        var logger = Logger(label: "test") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .critical
        return logger
    }
}

/// Asks again until it is true, or gives up.
package func eventually(within limit: Duration = .seconds(10), _ condition: () async throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(5))
    }
    return try await condition()
}
