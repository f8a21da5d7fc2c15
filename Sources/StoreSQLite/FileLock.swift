import Foundation
import Store
import Synchronization

/// An advisory lock (flock) held for the life of the store: one process a file. The kernel frees it on any death.
final class FileLock: Sendable {
    private let descriptor: Mutex<Int32?>

    init(path: String) throws(StoreError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unavailable("can't open \(path): \(String(cString: strerror(errno)))") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .inUse(path)
        }
        self.descriptor = Mutex(descriptor)
    }

    func release() {
        descriptor.withLock { value in
            if let open = value { close(open) }
            value = nil
        }
    }

    deinit { release() }
}
