// SPDX-License-Identifier: Apache-2.0

import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// How often a disk can be made to keep what was written, one write after the other.
struct DiskProbe {
    let folder: String

    /// Writes a page and syncs it, again and again; returns how often in a second.
    func syncsPerSecond(for span: Duration) throws -> Double {
        let path = folder + "/probe"
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        defer {
            close(descriptor)
            _ = unsafe unlink(path)
        }
        let page = [UInt8](repeating: 1, count: 4_096)
        let start = ContinuousClock.now
        var count = 0
        while ContinuousClock.now < start + span {
            let written = unsafe page.withUnsafeBytes { bytes in
                unsafe pwrite(descriptor, bytes.baseAddress, bytes.count, off_t(4_096 * (count % 64)))
            }
            guard written == page.count, fdatasync(descriptor) == 0 else { throw CocoaError(.fileWriteUnknown) }
            count += 1
        }
        return Double(count) / start.duration(to: .now).inSeconds
    }
}

/// How much memory this process has.
enum ProcessMemory {
    /// Resident bytes as Linux tells them; nil elsewhere.
    static func residentBytes() -> Int64? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        let fields = text.split(separator: " ")
        guard fields.count > 1, let pages = Int64(fields[1]) else { return nil }
        return pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
    }
}
