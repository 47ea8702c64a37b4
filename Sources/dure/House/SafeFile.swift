// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Glibc

/// Files that several processes write, and that a power cut must not leave half written.
enum SafeFile {
    /// Puts bytes in a file's place: on the disk under another name first, then under its own.
    static func write(_ bytes: Data, to file: URL) throws {
        let writing = try Writing(file)
        try writing.append(bytes)
        try writing.finish()
    }

    /// A file that appears in its place whole when it is finished; one that is dropped before is removed.
    final class Writing {
        private let file: URL
        private let new: URL
        private let handle: FileHandle

        /// Begins a file in a folder that exists.
        init(_ file: URL) throws {
            self.file = file
            new = file.appendingPathExtension("new-\(UUID().uuidString)")
            try Data().write(to: new, options: .withoutOverwriting)
            handle = try FileHandle(forWritingTo: new)
        }

        deinit {
            try? handle.close()
            // It has its own name by now where it was finished.
            unsafe unlink(new.path)
        }

        /// Adds bytes.
        func append(_ bytes: Data) throws { try handle.write(contentsOf: bytes) }

        /// Brings it to the disk, and puts it in its place.
        func finish() throws {
            try handle.synchronize()
            try handle.close()
            guard unsafe rename(new.path, file.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
            let folder = unsafe open(file.deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
            guard folder >= 0 else { return }
            fsync(folder)
            Glibc.close(folder)
        }
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

    /// What one process holds alone as long as it lives, at most until `end`.
    final class Hold: Sendable {
        private let lock: Int32

        /// Nil where another process, or somebody else in this one, has it.
        init?(_ file: URL) throws {
            lock = unsafe open(file.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard lock >= 0 else { throw CocoaError(.fileWriteNoPermission) }
            guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
                close(lock)
                return nil
            }
        }

        /// Gives it back; to be called once.
        func end() { close(lock) }
    }
}
