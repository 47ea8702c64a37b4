// SPDX-License-Identifier: Apache-2.0

/// A key as the store keeps it: never the key itself.
///
/// Workers have one each, and so has every other program that asks.
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
    /// What its owner may do beside what the scopes name.
    package var role: Role
    /// Whose records it opens.
    package var workspace: WorkspaceID
    package var createdAt: Timestamp
    package var expiresAt: Timestamp?
    package var revokedAt: Timestamp?
    package var lastUsedAt: Timestamp?
    /// When its secret was last exchanged for another.
    package var rotatedAt: Timestamp?
    /// The hash of the secret before, and until when that is good still.
    package var formerHash: String?
    package var formerUntil: Timestamp?

    /// Creates a key's record; without a role it has the one that its scopes stand for.
    package init(
        id: String,
        hash: String,
        name: String,
        scopes: Set<Scope>,
        role: Role? = nil,
        workspace: WorkspaceID = .default,
        createdAt: Timestamp,
        expiresAt: Timestamp? = nil
    ) {
        self.id = id
        self.hash = hash
        self.name = name
        self.scopes = scopes
        self.role = role ?? Self.role(of: scopes)
        self.workspace = workspace
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    /// What keys could do before they had roles: who managed the fleet administers, and others are machines.
    private static func role(of scopes: Set<Scope>) -> Role {
        scopes.contains(.manage) ? .admin : .worker
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id)
        hash = try container.decode(String.self, forKey: .hash)
        name = try container.decode(String.self, forKey: .name)
        scopes = try container.decode(Set<Scope>.self, forKey: .scopes)
        // Records of before have neither.
        role = try container.decodeIfPresent(Role.self, forKey: .role) ?? Self.role(of: scopes)
        workspace = try container.decodeIfPresent(WorkspaceID.self, forKey: .workspace) ?? .default
        createdAt = try container.decode(Timestamp.self, forKey: .createdAt)
        expiresAt = try container.decodeIfPresent(Timestamp.self, forKey: .expiresAt)
        revokedAt = try container.decodeIfPresent(Timestamp.self, forKey: .revokedAt)
        lastUsedAt = try container.decodeIfPresent(Timestamp.self, forKey: .lastUsedAt)
        rotatedAt = try container.decodeIfPresent(Timestamp.self, forKey: .rotatedAt)
        formerHash = try container.decodeIfPresent(String.self, forKey: .formerHash)
        formerUntil = try container.decodeIfPresent(Timestamp.self, forKey: .formerUntil)
    }
}

extension WorkerKey {
    /// Exchanges the secret; the one before is good until `end`.
    package mutating func rotate(to hash: String, formerUntil end: Timestamp, now: Timestamp) {
        formerHash = self.hash
        formerUntil = end
        rotatedAt = now
        self.hash = hash
    }
}

/// The credentials of workers and of other programs.
package protocol WorkerKeyStore: Sendable {
    /// Writes a key's record; one of the same identifier is replaced.
    func write(_ key: WorkerKey) async throws
    /// The record of a key; nil when there is none.
    func workerKey(_ id: String) async throws -> WorkerKey?
    /// Every record, by time of creation.
    func workerKeys() async throws -> [WorkerKey]
    /// A workspace's records, by time of creation.
    func workerKeys(in workspace: WorkspaceID) async throws -> [WorkerKey]
    /// Revokes a key; false when there is none of that identifier.
    func revokeWorkerKey(_ id: String, now: Timestamp) async throws -> Bool
    /// Gives a key of a workspace another secret, by its hash; the one before is good until `end`. False when the workspace has no such key
    /// that was not revoked.
    func rotateWorkerKey(
        _ id: String,
        in workspace: WorkspaceID,
        to hash: String,
        formerUntil end: Timestamp,
        now: Timestamp
    ) async throws -> Bool
    /// Notes when keys were last used.
    func noteUse(of keys: [String: Timestamp]) async throws
}
