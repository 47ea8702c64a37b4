// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation
import Glibc

/// A small file that several processes read and change, whole at any moment.
///
/// The new content is on the disk under another name before it takes the place of the old one, so that neither `kill -9` nor a power cut leaves
/// half of it. A lock on a file beside it keeps processes apart; the system takes it from a process that ends.
struct SharedFile: Sendable {
    private static let patience = 2_000

    let path: String
    let time: any TimeSource
    /// What is written here, for messages: "spent quotas".
    let subject: String

    /// Does something while no other process can; throws `Failure` where the lock cannot be had, and `CancellationError`.
    func alone<Value>(_ body: () throws -> Value) async throws -> Value {
        let lock = try await locked()
        defer { close(lock) }
        return try body()
    }

    /// What is written; nil where there is no file.
    ///
    /// It needs no lock: the file is always whole.
    func bytes() throws -> Data? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try Data(contentsOf: URL(filePath: path))
    }

    /// Writes the content anew; to be called within `alone`.
    func write(_ data: Data) throws {
        let new = path + ".new"
        let file = unsafe Glibc.open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Failure(.permission, reason()) }
        let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
        try handle.write(contentsOf: data)
        try handle.synchronize()
        try handle.close()
        guard unsafe rename(new, path) == 0 else { throw Failure(.permission, reason()) }
    }

    /// Takes the lock; closing what is returned gives it back.
    private func locked() async throws -> Int32 {
        let folder = (path as NSString).deletingLastPathComponent
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let file = unsafe Glibc.open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw Failure(.permission, "\(path).lock: \(subject) cannot be written down here (\(reason()))")
        }
        for _ in 0..<Self.patience {
            if flock(file, LOCK_EX | LOCK_NB) == 0 { return file }
            do {
                try await time.sleep(for: TimeSpan(milliseconds: 5))
            } catch {
                close(file)
                throw error
            }
        }
        close(file)
        throw Failure(.timeOut, "\(path).lock is held by another process; end that, or wait for it")
    }

    private func reason() -> String { unsafe String(cString: strerror(errno)) }
}
