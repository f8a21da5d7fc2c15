import AsyncHTTPClient
import Foundation
import Kalamna
import NIOCore
import NIOPosix
import Synchronization

/// HTTP clients that connect only where the rules allow it.
///
/// A host's addresses are asked for once and checked, and its client is bound to one of them (`dnsOverride`; certificates are
/// still checked against the name): a name server that answers otherwise the second time (DNS rebinding) is not asked.
final class CheckedClients: Sendable {
    private struct Entry {
        let number: Int
        let client: HTTPClient
        /// Checked; `addresses[place]` is the one that the client is bound to.
        let addresses: [IPAddress]
        let place: Int
        var checkedAt: ContinuousClock.Instant
        var usedAt: ContinuousClock.Instant
    }

    private struct State {
        var entries: [String: Entry] = [:]
        /// How many use a client, by its number.
        var users: [Int: Int] = [:]
        /// Replaced, and closed when the last who uses them is done.
        var retired: [Int: HTTPClient] = [:]
        var lastNumber = 0
    }

    private let rules: AddressRules?
    private let lookup: @Sendable (String) async throws -> [IPAddress]
    private let freshFor: Duration
    private let capacity: Int
    private let unchecked: HTTPClient
    private let state = Mutex(State())

    init(
        rules: AddressRules?, lookup: @escaping @Sendable (String) async throws -> [IPAddress], freshFor: Duration = .minutes(5), capacity: Int = 64
    ) {
        self.rules = rules
        self.lookup = lookup
        self.freshFor = freshFor
        self.capacity = capacity
        self.unchecked = Self.client()
    }

    /// The client for an address, and the address in the form that was checked. Throws an `AddressRefusal`,
    /// `HostLookup.NotFound`, or what the body throws.
    ///
    /// When no connection comes about, the body is run again for the host's next address: nothing was sent yet.
    func withClient<Value>(for url: String, _ body: (HTTPClient, String) async throws -> Value) async throws -> Value {
        guard let rules else { return try await body(unchecked, url) }
        let target = try rules.target(of: url)
        var failedPlaces: Set<Int> = []
        while true {
            let entry = try await take(target, rules, avoiding: failedPlaces)
            do {
                let value = try await body(entry.client, target.url)
                try await release(entry.number)
                return value
            } catch {
                try await release(entry.number)
                failedPlaces.insert(entry.place)
                guard Self.isNoConnection(error), failedPlaces.count < min(entry.addresses.count, 3) else { throw error }
            }
        }
    }

    /// After it, no call may come.
    func close() async throws {
        let clients = state.withLock { state in
            let clients = state.entries.values.map(\.client) + state.retired.values
            state.entries.removeAll()
            state.retired.removeAll()
            return clients
        }
        for client in clients + [unchecked] { try await client.shutdown() }
    }

    private func take(_ target: AddressTarget, _ rules: AddressRules, avoiding failedPlaces: Set<Int>) async throws -> Entry {
        let key = "\(target.host) \(target.port)"
        let known = state.withLock { state -> Entry? in
            guard let entry = state.entries[key], entry.checkedAt + freshFor > .now, !failedPlaces.contains(entry.place) else { return nil }
            return Self.use(key, entry, &state)
        }
        if let known { return known }
        let addresses: [IPAddress]
        do { addresses = try await rules.addresses(of: target, lookup: lookup) } catch let error as HostLookup.NotFound {
            // What was checked once stays checked: a name server that is away need not silence the model.
            let stale = state.withLock { state in state.entries[key].flatMap { failedPlaces.contains($0.place) ? nil : Self.use(key, $0, &state) } }
            guard let stale else { throw error }
            return stale
        }
        let (entry, unused) = state.withLock { state -> (Entry, [HTTPClient]) in
            var unused: [HTTPClient] = []
            if var entry = state.entries[key] {
                // Its connections can stay when its address is still one of the host's.
                if addresses.contains(entry.addresses[entry.place]), !failedPlaces.contains(entry.place) {
                    entry.checkedAt = .now
                    return (Self.use(key, entry, &state), unused)
                }
                Self.retire(key, &state, &unused)
            }
            while state.entries.count >= capacity, let oldest = state.entries.min(by: { $0.value.usedAt < $1.value.usedAt })?.key {
                Self.retire(oldest, &state, &unused)
            }
            let place = addresses.indices.first { !failedPlaces.contains($0) } ?? 0
            state.lastNumber += 1
            let entry = Entry(
                number: state.lastNumber, client: Self.client(boundTo: IPAddress(target.host) == nil ? [target.host: "\(addresses[place])"] : [:]),
                addresses: addresses, place: place, checkedAt: .now, usedAt: .now)
            return (Self.use(key, entry, &state), unused)
        }
        for client in unused { try await client.shutdown() }
        return entry
    }

    private static func use(_ key: String, _ entry: Entry, _ state: inout State) -> Entry {
        var entry = entry
        entry.usedAt = .now
        state.entries[key] = entry
        state.users[entry.number, default: 0] += 1
        return entry
    }

    /// Takes it from the list; a client that nobody uses comes into `unused`, to be closed.
    private static func retire(_ key: String, _ state: inout State, _ unused: inout [HTTPClient]) {
        guard let entry = state.entries.removeValue(forKey: key) else { return }
        if state.users[entry.number] == nil { unused.append(entry.client) } else { state.retired[entry.number] = entry.client }
    }

    private func release(_ number: Int) async throws {
        let last = state.withLock { state -> HTTPClient? in
            let users = (state.users[number] ?? 1) - 1
            state.users[number] = users == 0 ? nil : users
            return users == 0 ? state.retired.removeValue(forKey: number) : nil
        }
        try await last?.shutdown()
    }

    private static func isNoConnection(_ error: any Error) -> Bool {
        if error is NIOConnectionError || (error as? HTTPClientError) == .connectTimeout { return true }
        guard let error = error as? IOError else { return false }
        return [ECONNREFUSED, ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL, ENETDOWN, EAFNOSUPPORT].contains(error.errnoCode)
    }

    private static func client(boundTo addresses: [String: String] = [:]) -> HTTPClient {
        var configuration = HTTPClient.Configuration(
            // A redirect would carry the key to another address, and past the rules.
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(3)), decompression: .disabled)
        configuration.httpVersion = .automatic
        // A refused connection is told at once; whether to try again is the caller's to say.
        configuration.connectionPool.retryConnectionEstablishment = false
        // Each answer that is being written holds one; the bulkhead says how many that may be.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        configuration.dnsOverride = addresses
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }
}
