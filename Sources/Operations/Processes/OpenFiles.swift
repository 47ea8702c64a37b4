// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// How many files, connections among them, the process may have open at once.
package enum OpenFiles {
    #if canImport(Glibc)
        private static let resource = Int32(RLIMIT_NOFILE.rawValue)
    #else
        private static let resource = RLIMIT_NOFILE
    #endif

    /// Raises the soft limit to a number, as far as the hard limit lets it; returns what holds then.
    ///
    /// Most systems start a process with 1,024, which is fewer than a server's connections.
    package static func allow(_ wanted: Int) -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(resource, &limit) == 0 else { return 0 }
        let needed = rlim_t(clamping: wanted)
        guard limit.rlim_cur < needed else { return Int(clamping: limit.rlim_cur) }
        limit.rlim_cur = min(needed, limit.rlim_max)
        _ = unsafe setrlimit(resource, &limit)
        guard unsafe getrlimit(resource, &limit) == 0 else { return 0 }
        return Int(clamping: limit.rlim_cur)
    }
}
