import Dispatch
import Foundation
import Synchronization

/// The addresses of a host. `getaddrinfo` blocks for as long as name servers let it, so it has threads of its own, and who
/// waits may go before it returns.
package enum HostLookup {
    package struct NotFound: Error {
        package init() {}
    }

    private static let queue = DispatchQueue(label: "kalamna.lookup", attributes: .concurrent)

    /// Of both families, the system's favourite first. Throws `NotFound` or a `CancellationError`.
    package static func addresses(of host: String) async throws -> [IPAddress] {
        if let address = IPAddress(host) { return [address] }
        let waiter = Waiter()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard waiter.begin(continuation) else { return }
                queue.async { waiter.end(blockingLookup(host)) }
            }
        } onCancel: {
            waiter.end(.failure(CancellationError()))
        }
    }

    private static func blockingLookup(_ host: String) -> Result<[IPAddress], any Error> {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if os(Linux)
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
        hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return .failure(NotFound()) }
        defer { freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        for entry in sequence(first: list, next: { $0?.pointee.ai_next }) {
            guard let entry = entry?.pointee, let raw = entry.ai_addr else { break }
            let bytes: [UInt8]
            switch entry.ai_family {
            case AF_INET: bytes = raw.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { withUnsafeBytes(of: $0.pointee.sin_addr) { Array($0) } }
            case AF_INET6:
                bytes = raw.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { withUnsafeBytes(of: $0.pointee.sin6_addr) { Array($0) } }
            default: continue
            }
            if let address = IPAddress(bytes: bytes), !addresses.contains(address) { addresses.append(address) }
        }
        return addresses.isEmpty ? .failure(NotFound()) : .success(addresses)
    }

    /// Resumes once, by the answer or by the cancellation, whichever comes first.
    private final class Waiter: Sendable {
        private enum State {
            case idle
            case waiting(CheckedContinuation<[IPAddress], any Error>)
            case over
        }

        private let state = Mutex(State.idle)

        /// False when it was cancelled before.
        func begin(_ continuation: CheckedContinuation<[IPAddress], any Error>) -> Bool {
            let isOver = state.withLock { state in
                if case .over = state { return true }
                state = .waiting(continuation)
                return false
            }
            if isOver { continuation.resume(throwing: CancellationError()) }
            return !isOver
        }

        func end(_ result: Result<[IPAddress], any Error>) {
            let waiting = state.withLock { state in
                defer { state = .over }
                if case .waiting(let continuation) = state { return Optional(continuation) }
                return nil
            }
            waiting?.resume(with: result)
        }
    }
}

extension AddressRules {
    /// The addresses that may be connected to instead of the name, which must not be looked up a second time.
    ///
    /// Throws an `AddressRefusal`, `HostLookup.NotFound` or a `CancellationError`.
    package func addresses(
        of target: AddressTarget, lookup: @Sendable (String) async throws -> [IPAddress] = HostLookup.addresses
    ) async throws -> [IPAddress] {
        let addresses = try await lookup(target.host)
        guard allows(addresses, of: target) else { throw AddressRefusal.address }
        return addresses
    }
}
