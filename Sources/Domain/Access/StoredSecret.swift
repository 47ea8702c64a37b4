// SPDX-License-Identifier: Apache-2.0

/// A secret as the store keeps it: encrypted under a data key.
package struct StoredSecret: Hashable, Codable, Sendable {
    package var workspace: WorkspaceID
    /// What it is, such as `jwt` or `webhook`.
    package var kind: String
    /// Which of its kind.
    package var name: String
    /// The data key under which it is encrypted.
    package var keyID: String
    /// Nonce, ciphertext and tag, in base 64.
    package var sealed: String
    package var updatedAt: Timestamp

    /// Creates a record.
    package init(
        workspace: WorkspaceID,
        kind: String,
        name: String,
        keyID: String,
        sealed: String,
        updatedAt: Timestamp
    ) {
        self.workspace = workspace
        self.kind = kind
        self.name = name
        self.keyID = keyID
        self.sealed = sealed
        self.updatedAt = updatedAt
    }
}

/// A key that encrypts secrets of one workspace, itself encrypted under a master key.
package struct DataKey: Hashable, Codable, Sendable {
    package var id: String
    package var workspace: WorkspaceID
    /// The master key under which it is wrapped.
    package var masterID: String
    /// Nonce, wrapped key and tag, in base 64.
    package var wrapped: String
    /// How many times it may have encrypted: counted before the use.
    package var uses: Int
    package var createdAt: Timestamp

    /// Creates a record.
    package init(
        id: String,
        workspace: WorkspaceID,
        masterID: String,
        wrapped: String,
        uses: Int = 0,
        createdAt: Timestamp
    ) {
        self.id = id
        self.workspace = workspace
        self.masterID = masterID
        self.wrapped = wrapped
        self.uses = uses
        self.createdAt = createdAt
    }
}

/// Encrypted secrets and the keys that encrypt them.
package protocol SecretStore: Sendable {
    /// Writes a secret, safe from a power cut; one of the same workspace, kind and name is replaced.
    func write(_ secret: StoredSecret) async throws
    /// A secret; nil where there is none.
    func secret(_ name: String, kind: String, in workspace: WorkspaceID) async throws -> StoredSecret?
    /// A workspace's secrets of a kind, or of all kinds, by kind and name.
    func secrets(kind: String?, in workspace: WorkspaceID) async throws -> [StoredSecret]
    /// Removes a secret; false where there is none.
    func removeSecret(_ name: String, kind: String, in workspace: WorkspaceID) async throws -> Bool
    /// Writes a new data key down, safe from a power cut; false where its identifier is taken.
    func add(_ key: DataKey) async throws -> Bool
    /// Every data key, oldest first.
    func dataKeys() async throws -> [DataKey]
    /// Puts another wrapping in the place of the one that is named; false where it was replaced before.
    func rewrap(_ id: String, from wrapped: String, to replacement: String, masterID: String) async throws -> Bool
    /// Counts one use of a data key; returns how many there are now.
    func countUse(of key: String) async throws -> Int
}
