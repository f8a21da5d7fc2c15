import Foundation

#if canImport(Glibc)
import Glibc
#endif

extension FileLimits {
    /// Bounds this process and those that it starts: processor, memory, what it writes, and no core file with somebody's text in it.
    /// It also becomes a group of its own, so that it can be ended with all its children.
    package static func applyToThisProcess() throws(Failure) {
        setpgid(0, 0)
        let isBounded =
            limit(RLIMIT_CPU, processorSeconds) && limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, bytes + outputBytes)
            && limitMemory()
        // Unbounded, a stranger's file is not opened at all.
        if !isBounded { throw Failure.OfFile.reader }
    }

    #if os(Linux)
    private static func limit(_ resource: __rlimit_resource, _ most: Int) -> Bool {
        var limit = rlimit(rlim_cur: rlim_t(most), rlim_max: rlim_t(most))
        return setrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0
    }

    private static func limitMemory() -> Bool { limit(RLIMIT_AS, addressSpace) }
    #else
    private static func limit(_ resource: Int32, _ most: Int) -> Bool {
        var limit = rlimit(rlim_cur: rlim_t(most), rlim_max: rlim_t(most))
        return setrlimit(resource, &limit) == 0
    }

    /// macOS has no such limit.
    private static func limitMemory() -> Bool { true }
    #endif
}
