// SPDX-License-Identifier: Apache-2.0

import Crypto
package import Domain
import Foundation

/// Keeps secrets in the database so that the database alone tells none of them.
///
/// A secret is encrypted by AES-256-GCM under its workspace's data key, and that under the master key (envelope encryption), so that a
/// new master key means to wrap a few data keys anew. What is authenticated with each ciphertext – workspace, table, row, column
/// and key – makes one that was moved elsewhere not open. Nonces are random; a data key makes way for another before it has been
/// used 2^32 times (NIST SP 800-38D, 8.3).
package actor SecretVault {
    /// Why a secret cannot be had; never says what it is.
    package enum Fault: Error, Hashable, CustomStringConvertible {
        /// The data key was wrapped under a master key that this process does not have.
        case missingMasterKey(String)
        /// There is no data key of this identifier.
        case missingDataKey(String)
        /// The ciphertext was changed, or moved from elsewhere.
        case damaged(String)

        package var description: String {
            switch self {
            case .missingMasterKey(let id):
                "the master key \(id) is not among those of this process; add it to the file that DURE_SECURITY_MASTER_KEY_FILE names"
            case .missingDataKey(let id): "there is no data key \(id)"
            case .damaged(let what): "\(what) was changed or moved, and cannot be decrypted"
            }
        }
    }

    /// What wrapping data keys anew came to.
    package struct Rekeying: Hashable, Sendable {
        /// Data keys that were wrapped anew now.
        package var rewrapped = 0
        /// Those that were under the current master key already.
        package var current = 0
    }

    /// How many times a data key may encrypt.
    private let most: Int
    private let store: any SecretStore
    private let masters: MasterKeys
    private let clock: any TimeSource

    /// Creates a vault over a store; `most` is how often one data key may encrypt.
    package init(store: any SecretStore, masters: MasterKeys, clock: any TimeSource, most: Int = 1 << 32) {
        self.store = store
        self.masters = masters
        self.clock = clock
        self.most = most
    }

    /// The identifier of the master key that wraps.
    package nonisolated var masterID: String { masters.current.id }

    /// Writes a secret; one of the same workspace, kind and name is replaced.
    package func put(_ plain: [UInt8], _ name: String, kind: String, in workspace: WorkspaceID) async throws {
        let (id, key) = try await sealingKey(of: workspace)
        let bound = Self.bound(workspace, "secrets", "\(kind)/\(name)", "sealed", id)
        let box = try AES.GCM.seal(Data(plain), using: key, nonce: AES.GCM.Nonce(), authenticating: bound)
        guard let combined = box.combined else { throw Fault.damaged("the secret \(kind)/\(name)") }
        try await store.write(
            StoredSecret(
                workspace: workspace,
                kind: kind,
                name: name,
                keyID: id,
                sealed: combined.base64EncodedString(),
                updatedAt: clock.now
            )
        )
    }

    /// Reads a secret; nil where there is none.
    package func get(_ name: String, kind: String, in workspace: WorkspaceID) async throws -> [UInt8]? {
        guard let record = try await store.secret(name, kind: kind, in: workspace) else { return nil }
        return try await open(record, keys: try await store.dataKeys())
    }

    /// Reads a workspace's secrets of a kind, with when each was written, by name.
    package func all(
        kind: String,
        in workspace: WorkspaceID
    ) async throws -> [(name: String, plain: [UInt8], updatedAt: Timestamp)] {
        let records = try await store.secrets(kind: kind, in: workspace)
        guard !records.isEmpty else { return [] }
        let keys = try await store.dataKeys()
        var opened: [(name: String, plain: [UInt8], updatedAt: Timestamp)] = []
        for record in records {
            opened.append((record.name, try await open(record, keys: keys), record.updatedAt))
        }
        return opened
    }

    /// Removes a secret; false where there is none.
    package func remove(_ name: String, kind: String, in workspace: WorkspaceID) async throws -> Bool {
        try await store.removeSecret(name, kind: kind, in: workspace)
    }

    /// Wraps every data key under the current master key.
    ///
    /// May be stopped at any instant and run again, while others read: each key is wrapped anew by one write, and both master keys
    /// unwrap until the older is taken away.
    package func rekey() async throws -> Rekeying {
        var outcome = Rekeying()
        for record in try await store.dataKeys() {
            guard record.masterID != masters.current.id else {
                outcome.current += 1
                continue
            }
            let key = try unwrap(record)
            let wrapped = try wrap(key, id: record.id, workspace: record.workspace)
            let isOurs = try await store.rewrap(
                record.id,
                from: record.wrapped,
                to: wrapped,
                masterID: masters.current.id
            )
            // Another process that does the same was faster.
            if isOurs { outcome.rewrapped += 1 } else { outcome.current += 1 }
        }
        return outcome
    }

    private func open(_ record: StoredSecret, keys: [DataKey]) async throws -> [UInt8] {
        guard let key = keys.first(where: { $0.id == record.keyID && $0.workspace == record.workspace }) else {
            throw Fault.missingDataKey(record.keyID)
        }
        let what = "\(record.kind)/\(record.name)"
        let bound = Self.bound(record.workspace, "secrets", what, "sealed", record.keyID)
        let symmetric = try unwrap(key)
        do {
            guard let combined = Data(base64Encoded: record.sealed) else { throw Fault.damaged("") }
            return [UInt8](
                try AES.GCM.open(AES.GCM.SealedBox(combined: combined), using: symmetric, authenticating: bound)
            )
        } catch {
            throw Fault.damaged("the secret \(what)")
        }
    }

    /// The data key to encrypt with, its use counted before it is used.
    private func sealingKey(of workspace: WorkspaceID) async throws -> (id: String, key: SymmetricKey) {
        let own = try await store.dataKeys().last { $0.workspace == workspace }
        if let own, try await store.countUse(of: own.id) <= most { return (own.id, try unwrap(own)) }
        let key = SymmetricKey(size: .bits256)
        let id =
            unsafe "dk_"
            + SymmetricKey(size: .bits128).withUnsafeBytes { bytes in
                unsafe bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
            }
        let record = DataKey(
            id: id,
            workspace: workspace,
            masterID: masters.current.id,
            wrapped: try wrap(key, id: id, workspace: workspace),
            uses: 1,
            createdAt: clock.now
        )
        guard try await store.add(record) else { throw Fault.damaged("a new data key") }
        return (id, key)
    }

    private func wrap(_ key: SymmetricKey, id: String, workspace: WorkspaceID) throws -> String {
        let master = masters.current
        let plain = unsafe key.withUnsafeBytes { bytes in unsafe Data(bytes) }
        let bound = Self.bound(workspace, "data_keys", id, "wrapped", master.id)
        let box = try AES.GCM.seal(plain, using: master.key, nonce: AES.GCM.Nonce(), authenticating: bound)
        guard let combined = box.combined else { throw Fault.damaged("the data key \(id)") }
        return combined.base64EncodedString()
    }

    private func unwrap(_ record: DataKey) throws -> SymmetricKey {
        guard let master = masters.all[record.masterID] else { throw Fault.missingMasterKey(record.masterID) }
        let bound = Self.bound(record.workspace, "data_keys", record.id, "wrapped", record.masterID)
        do {
            guard let combined = Data(base64Encoded: record.wrapped) else { throw Fault.damaged("") }
            let box = try AES.GCM.SealedBox(combined: combined)
            return SymmetricKey(data: try AES.GCM.open(box, using: master.key, authenticating: bound))
        } catch {
            throw Fault.damaged("the data key \(record.id)")
        }
    }

    /// What is authenticated with a ciphertext: where it belongs, each part with its length, so that no two places are one text.
    static func bound(_ workspace: WorkspaceID, _ table: String, _ row: String, _ column: String, _ key: String) -> Data
    {
        Data(["dure-secret-1", workspace.name, table, row, column, key].map { "\($0.utf8.count):\($0)" }.joined().utf8)
    }
}
