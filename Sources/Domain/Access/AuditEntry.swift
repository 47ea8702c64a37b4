// SPDX-License-Identifier: Apache-2.0

/// One link of the audit log's chain: who did what, when and from where.
package struct AuditEntry: Hashable, Codable, Sendable {
    /// From 1, without gaps.
    package var sequence: Int
    package var time: Timestamp
    package var workspace: WorkspaceID
    /// Who did it, such as `key deploy`, `session admin` or an agent's name.
    package var actor: String
    /// What was done, such as `key.add`.
    package var action: String
    /// What it was done to.
    package var subject: String
    /// More about it; never a secret.
    package var detail: String
    /// The address from which it was asked; empty where nobody asked over the network.
    package var address: String
    /// The hash of the entry before; 64 zeroes for the first.
    package var previous: String
    /// SHA-256 over everything above, as 64 hexadecimal digits.
    package var hash: String

    /// Creates an entry.
    package init(
        sequence: Int,
        time: Timestamp,
        workspace: WorkspaceID,
        actor: String,
        action: String,
        subject: String,
        detail: String,
        address: String,
        previous: String,
        hash: String
    ) {
        self.sequence = sequence
        self.time = time
        self.workspace = workspace
        self.actor = actor
        self.action = action
        self.subject = subject
        self.detail = detail
        self.address = address
        self.previous = previous
        self.hash = hash
    }
}

/// The audit log: entries are added at its end, and nothing else happens to them.
package protocol AuditStore: Sendable {
    /// Adds entries whose numbers follow the last one's, safe from a power cut; false, and nothing is written, where another process has
    /// taken one of the numbers.
    func append(_ entries: [AuditEntry]) async throws -> Bool
    /// The last entry; nil of an empty log.
    func lastAuditEntry() async throws -> AuditEntry?
    /// Entries of all workspaces after a number, in order.
    func auditEntries(after sequence: Int, limit: Int) async throws -> [AuditEntry]
    /// A workspace's entries before a number, newest first.
    func auditEntries(in workspace: WorkspaceID, before sequence: Int, limit: Int) async throws -> [AuditEntry]
}
