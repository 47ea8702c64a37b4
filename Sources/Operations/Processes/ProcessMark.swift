// SPDX-License-Identifier: Apache-2.0

import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// What tells a process from every other one, on this computer and elsewhere, before and after.
///
/// The computer's boot, the namespace of process identifiers (containers have their own), the identifier, and when the process began.
/// Only a process of the same boot and namespace can be seen; of others nothing is said.
package struct ProcessMark: Hashable, Sendable {
    private let boot: String
    private let namespace: String
    private let id: Int32
    private let start: String

    /// This process's mark; nil where the kernel does not tell.
    package static func own() -> ProcessMark? {
        let id = getpid()
        guard let boot = read("/proc/sys/kernel/random/boot_id"), let start = started(id),
            let namespace = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
        else { return nil }
        return ProcessMark("\(boot)/\(namespace)/\(id)/\(start)")
    }

    /// Reads what `text` writes; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, parts.allSatisfy({ !$0.isEmpty }), let id = Int32(parts[2]), id > 0 else { return nil }
        (boot, namespace, self.id, start) = (String(parts[0]), String(parts[1]), id, String(parts[3]))
    }

    /// The mark as text.
    package var text: String { "\(boot)/\(namespace)/\(id)/\(start)" }

    /// Whether the process of another mark is certainly dead: it would be seen from here, and is not there.
    package func isGone(_ other: ProcessMark) -> Bool {
        guard other.boot == boot, other.namespace == namespace else { return false }
        if kill(other.id, 0) != 0, errno == ESRCH { return true }
        guard let start = Self.started(other.id) else { return false }
        return start != other.start || Self.hasEnded(other.id)
    }

    /// Whether every thread of a process has ended, and only its parent has not asked for its end yet.
    private static func hasEnded(_ id: Int32) -> Bool {
        let folder = "/proc/\(id)/task"
        guard let threads = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return false }
        return threads.allSatisfy { thread in
            guard let state = fields("\(folder)/\(thread)/stat")?.first else { return false }
            return state == "Z" || state == "X"
        }
    }

    /// When a process began, in the kernel's ticks since boot: field 22.
    private static func started(_ id: Int32) -> String? {
        guard let fields = fields("/proc/\(id)/stat"), fields.count > 19 else { return nil }
        return fields[19]
    }

    /// The fields from the third on; the name before them may have blanks and brackets.
    private static func fields(_ path: String) -> [String]? {
        guard let text = read(path), let end = text.lastIndex(of: ")") else { return nil }
        return text[text.index(after: end)...].split(separator: " ").map { String($0) }
    }

    private static func read(_ path: String) -> String? {
        FileManager.default.contents(atPath: path)
            .map { String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines) }
    }
}
