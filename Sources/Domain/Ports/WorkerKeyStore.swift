// SPDX-License-Identifier: Apache-2.0

/// A remote worker's credential as the store keeps it: never the key itself.
package struct WorkerKey: Hashable, Codable, Sendable {
    /// What a key may be used for.
    package enum Scope: String, Codable, Sendable, CaseIterable {
        /// Register, beat, take jobs and report, as the worker of this key's name.
        case work
        /// Add jobs.
        case enqueue
        /// Look at the fleet, order restarts, release workers.
        case manage
    }

    /// The public part of the key, by which it is found.
    package var id: String
    /// SHA-256 of the whole key, as 64 hexadecimal digits.
    package var hash: String
    /// The name that a worker with this key has.
    package var name: String
    package var scopes: Set<Scope>
    package var createdAt: Timestamp
    package var expiresAt: Timestamp?
    package var revokedAt: Timestamp?
    package var lastUsedAt: Timestamp?

    /// Creates a key's record.
    package init(
        id: String,
        hash: String,
        name: String,
        scopes: Set<Scope>,
        createdAt: Timestamp,
        expiresAt: Timestamp? = nil
    ) {
        self.id = id
        self.hash = hash
        self.name = name
        self.scopes = scopes
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}

/// The credentials of remote workers.
package protocol WorkerKeyStore: Sendable {
    /// Writes a key's record; one of the same identifier is replaced.
    func write(_ key: WorkerKey) async throws
    /// The record of a key; nil when there is none.
    func workerKey(_ id: String) async throws -> WorkerKey?
    /// Every record, by time of creation.
    func workerKeys() async throws -> [WorkerKey]
    /// Revokes a key; false when there is none of that identifier.
    func revokeWorkerKey(_ id: String, now: Timestamp) async throws -> Bool
    /// Notes when keys were last used.
    func noteUse(of keys: [String: Timestamp]) async throws
}
