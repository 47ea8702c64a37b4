// SPDX-License-Identifier: Apache-2.0

/// A person's stay after signing in, as the store keeps it: never the secret of its cookie.
package struct AccessSession: Hashable, Codable, Sendable {
    /// The public part, by which it is found.
    package var id: String
    /// SHA-256 of the whole cookie, as 64 hexadecimal digits.
    package var hash: String
    package var workspace: WorkspaceID
    package var role: Role
    /// Whom the audit log names.
    package var name: String
    /// The address from which the person signed in.
    package var address: String
    package var createdAt: Timestamp
    package var lastSeenAt: Timestamp
    /// When it ends, however much it is used.
    package var expiresAt: Timestamp
    /// When it was ended before its time.
    package var endedAt: Timestamp?

    /// Creates a session that begins now.
    package init(
        id: String,
        hash: String,
        workspace: WorkspaceID,
        role: Role,
        name: String,
        address: String,
        createdAt: Timestamp,
        expiresAt: Timestamp
    ) {
        self.id = id
        self.hash = hash
        self.workspace = workspace
        self.role = role
        self.name = name
        self.address = address
        self.createdAt = createdAt
        lastSeenAt = createdAt
        self.expiresAt = expiresAt
    }
}

/// A link by which somebody may sign in once, as the store keeps it.
package struct SignInLink: Hashable, Codable, Sendable {
    /// The public part, by which it is found.
    package var id: String
    /// SHA-256 of the whole code, as 64 hexadecimal digits.
    package var hash: String
    package var workspace: WorkspaceID
    package var role: Role
    /// Whom the session will be of.
    package var name: String
    package var createdAt: Timestamp
    package var expiresAt: Timestamp
    package var usedAt: Timestamp?

    /// Creates a link that nobody has used.
    package init(
        id: String,
        hash: String,
        workspace: WorkspaceID,
        role: Role,
        name: String,
        createdAt: Timestamp,
        expiresAt: Timestamp
    ) {
        self.id = id
        self.hash = hash
        self.workspace = workspace
        self.role = role
        self.name = name
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}

/// Who has signed in, and who may.
package protocol AccessStore: Sendable {
    /// Writes a session down; one of the same identifier stays as it is.
    func add(_ session: AccessSession) async throws
    /// A session; nil where there is none.
    func accessSession(_ id: String) async throws -> AccessSession?
    /// A workspace's sessions that have not ended by an instant, oldest first.
    func accessSessions(in workspace: WorkspaceID, now: Timestamp) async throws -> [AccessSession]
    /// Notes when sessions were last seen; process-safe.
    func noteSessions(_ seen: [String: Timestamp]) async throws
    /// Ends a workspace's session; false where it has none of that identifier.
    func endAccessSession(_ id: String, in workspace: WorkspaceID, now: Timestamp) async throws -> Bool
    /// Writes a link down.
    func add(_ link: SignInLink) async throws
    /// A link; nil where there is none.
    func signInLink(_ id: String) async throws -> SignInLink?
    /// Marks a link as used; false where it was used before, so that of two who try one gets in.
    func useSignInLink(_ id: String, now: Timestamp) async throws -> Bool
    /// Removes sessions and links that were over before an instant; returns how many.
    func pruneAccess(before instant: Timestamp) async throws -> Int
}
