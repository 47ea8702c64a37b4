// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Glibc

/// Files that several processes write, and that a power cut must not leave half written.
enum SafeFile {
    /// Puts bytes in a file's place: on the disk under another name first, then under its own.
    static func write(_ bytes: Data, to file: URL) throws {
        let new = file.appendingPathExtension("new-\(UUID().uuidString)")
        do {
            try bytes.write(to: new, options: .withoutOverwriting)
            let handle = try FileHandle(forWritingTo: new)
            try handle.synchronize()
            try handle.close()
            guard unsafe rename(new.path, file.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
        } catch {
            try? FileManager.default.removeItem(at: new)
            throw error
        }
        let folder = unsafe open(file.deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    /// Does something while no other process, and nobody else in this one, does the same for a file; the folder must exist.
    static func alone<Value>(with file: URL, _ body: () throws -> Value) throws -> Value {
        let lock = unsafe open(file.appendingPathExtension("lock").path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw CocoaError(.fileWriteNoPermission) }
        defer { close(lock) }
        while flock(lock, LOCK_EX) != 0 {
            guard errno == EINTR else { throw CocoaError(.fileLocking) }
        }
        return try body()
    }
}
