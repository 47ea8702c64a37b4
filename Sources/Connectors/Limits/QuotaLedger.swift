// SPDX-License-Identifier: Apache-2.0
package import Domain
import Foundation

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
package struct FileQuotaLedger: QuotaLedger {
    private let file: SharedFile

    /// Creates a ledger in a folder, which is made when it is first needed.
    ///
    /// - Parameters:
    ///   - folder: where ledgers are.
    ///   - service: the service's name.
    ///   - key: what tells keys of one service apart; only a hash of it is in the file's name.
    ///   - time: what waits for another process are made on.
    package init(folder: String, service: String, key: String, time: any TimeSource) {
        let hash = String(SplitMix64.seed(0, service, key), radix: 16)
        let path = folder + "/" + service + "-" + hash + ".json"
        file = SharedFile(path: path, time: time, subject: "spent quotas")
    }

    package func update<Value: Sendable>(_ body: @Sendable (inout QuotaState) -> Value) async throws -> Value {
        try await file.alone {
            var state = try written()
            let before = state
            let value = body(&state)
            if state != before { try write(state) }
            return value
        }
    }

    /// Needs no lock: the file is always whole.
    package func written() throws -> QuotaState {
        do {
            guard let data = try file.bytes() else { return QuotaState() }
            return try CanonicalJSON.decode(QuotaState.self, from: data)
        } catch {
            throw Failure(
                .invalid,
                "\(file.path): what was spent of a quota cannot be read; delete the file if nothing was spent today"
            )
        }
    }

    private func write(_ state: QuotaState) throws {
        do {
            try file.write(try CanonicalJSON.encode(state))
        } catch {
            let why = (error as? Failure)?.message ?? error.localizedDescription
            throw Failure(
                .permission,
                "\(file.path): a spent quota cannot be written down, so no call is made (\(why))"
            )
        }
    }
}
