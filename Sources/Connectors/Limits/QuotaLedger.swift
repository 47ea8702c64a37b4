// SPDX-License-Identifier: Apache-2.0
package import Domain
import Foundation
import Glibc

/// Where it is written down what was spent with a key, before the call is made.
package protocol QuotaLedger: Sendable {
    /// Changes what is written, while nobody else can; throws `Failure` where that is not possible, and `CancellationError`.
    func update<Value: Sendable>(_ body: @Sendable (inout QuotaState) -> Value) async throws -> Value
    /// What is written now; throws `Failure` where it cannot be read.
    func written() throws -> QuotaState
}

/// A ledger that ends with the process.
package final class MemoryQuotaLedger: QuotaLedger {
    private let state: Locked<QuotaState>

    /// Creates a ledger, with what was spent before.
    package init(_ state: QuotaState = QuotaState()) {
        self.state = Locked(state)
    }

    package func update<Value: Sendable>(_ body: @Sendable (inout QuotaState) -> Value) async throws -> Value {
        state.withLock { body(&$0) }
    }

    package func written() -> QuotaState { state.withLock { $0 } }
}

/// A ledger in a file, which all processes with the same key share and which outlives them.
///
/// The new content is on the disk under another name before it takes the place of the old one, so that neither `kill -9` nor a power cut leaves
/// half of it. A lock on a file beside it keeps processes apart; the system takes it from a process that ends.
package struct FileQuotaLedger: QuotaLedger {
    private static let patience = 2_000

    private let path: String
    private let time: any TimeSource

    /// Creates a ledger in a folder, which is made when it is first needed.
    ///
    /// - Parameters:
    ///   - folder: where ledgers are.
    ///   - service: the service's name.
    ///   - key: what tells keys of one service apart; only a hash of it is in the file's name.
    ///   - time: what waits for another process are made on.
    package init(folder: String, service: String, key: String, time: any TimeSource) {
        let hash = String(SplitMix64.seed(0, service, key), radix: 16)
        path = folder + "/" + service + "-" + hash + ".json"
        self.time = time
    }

    package func update<Value: Sendable>(_ body: @Sendable (inout QuotaState) -> Value) async throws -> Value {
        let lock = try await locked()
        defer { close(lock) }
        var state = try written()
        let before = state
        let value = body(&state)
        if state != before { try write(state) }
        return value
    }

    /// Takes the lock; closing what is returned gives it back.
    private func locked() async throws -> Int32 {
        let folder = (path as NSString).deletingLastPathComponent
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let file = unsafe Glibc.open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw Failure(.permission, "\(path).lock: spent quotas cannot be written down here (\(reason()))")
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

    /// Needs no lock: the file is always whole.
    package func written() throws -> QuotaState {
        guard FileManager.default.fileExists(atPath: path) else { return QuotaState() }
        do {
            return try CanonicalJSON.decode(QuotaState.self, from: Data(contentsOf: URL(filePath: path)))
        } catch {
            throw Failure(
                .invalid,
                "\(path): what was spent of a quota cannot be read; delete the file if nothing was spent today"
            )
        }
    }

    private func write(_ state: QuotaState) throws {
        let new = path + ".new"
        do {
            let data = try CanonicalJSON.encode(state)
            let file = unsafe Glibc.open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
            guard file >= 0 else { throw Failure(.permission, reason()) }
            let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
            try handle.write(contentsOf: data)
            try handle.synchronize()
            try handle.close()
            guard unsafe rename(new, path) == 0 else { throw Failure(.permission, reason()) }
        } catch {
            let why = (error as? Failure)?.message ?? error.localizedDescription
            throw Failure(.permission, "\(path): a spent quota cannot be written down, so no call is made (\(why))")
        }
    }

    private func reason() -> String { unsafe String(cString: strerror(errno)) }
}
