// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// The right to write to a database, held by one process at a time through `flock` on a file beside it.
///
/// The system takes the lock back when the process ends, however it ends. Programs that the process starts do not inherit it. The
/// file says who holds the lock, and stays when nobody does: removing it would let two processes lock two files of one name.
final class WriterLock: Sendable {
    private let descriptor: Locked<Int32?>

    /// Takes the lock beside a database; throws `StorageError.writerActive`, naming the holder, when somebody has it.
    init(database path: String) throws(StorageError) {
        let file = path + ".lock"
        let descriptor = unsafe open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .lockFailed(path: file, reason: Self.reason(errno)) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            guard code == EWOULDBLOCK else { throw .lockFailed(path: file, reason: Self.reason(code)) }
            let holder = Self.holder(file)
            throw .writerActive(path: path, pid: holder.pid, command: holder.command)
        }
        self.descriptor = Locked(descriptor)
        let process = ProcessInfo.processInfo
        let command = process.arguments.joined(separator: " ").replacing("\n", with: " ").prefix(200)
        let note = Array("\(process.processIdentifier)\n\(command)\n".utf8)
        let isWritten =
            unsafe ftruncate(descriptor, 0) == 0
            && note.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) } == note.count
        guard isWritten else { throw .lockFailed(path: file, reason: Self.reason(errno)) }
    }

    deinit {
        release()
    }

    /// Gives the lock back; again is harmless.
    func release() {
        descriptor.withLock { descriptor in
            if let open = descriptor {
                // A program that is just being started holds a copy until it executes: closing alone would leave it locked that long.
                _ = flock(open, LOCK_UN)
                close(open)
            }
            descriptor = nil
        }
    }

    private static func holder(_ file: String) -> (pid: Int32?, command: String?) {
        guard let data = FileManager.default.contents(atPath: file) else { return (nil, nil) }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        return (lines.first.flatMap { Int32($0) }, lines.count > 1 ? String(lines[1]) : nil)
    }

    private static func reason(_ code: Int32) -> String {
        unsafe String(cString: strerror(code))
    }
}
