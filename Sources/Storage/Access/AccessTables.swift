// SPDX-License-Identifier: Apache-2.0

import Domain

/// Sessions and sign-in links, within a transaction that the caller has begun.
struct AccessTables<Session: SQLSession> {
    /// The connection, inside the transaction.
    let session: Session

    /// Writes a session down; one of the same identifier stays as it is.
    func add(_ stay: AccessSession) throws {
        try session.execute(
            """
            INSERT INTO access_sessions (id, workspace, last_seen_at, expires_at, ended_at, body) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """,
            [
                .text(stay.id), .text(stay.workspace.name), .integer(stay.lastSeenAt.milliseconds),
                .integer(stay.expiresAt.milliseconds), .optional(stay.endedAt?.milliseconds),
                .text(try CanonicalJSON.text(stay)),
            ]
        )
    }

    /// A session; nil where there is none.
    func accessSession(_ id: String) throws -> AccessSession? {
        try sessions("WHERE id = ?", [.text(id)]).first
    }

    /// A workspace's sessions that have not ended by an instant, oldest first.
    func accessSessions(in workspace: WorkspaceID, now: Timestamp) throws -> [AccessSession] {
        try sessions(
            "WHERE workspace = ? AND ended_at IS NULL AND expires_at > ?",
            [.text(workspace.name), .integer(now.milliseconds)]
        ).sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
    }

    private func sessions(_ condition: String, _ arguments: [SQLValue]) throws -> [AccessSession] {
        try session.query("SELECT body, last_seen_at, ended_at FROM access_sessions \(condition)", arguments) { row in
            var stay = try CanonicalJSON.decode(AccessSession.self, from: row.text(0))
            stay.lastSeenAt = Timestamp(milliseconds: row.integer(1))
            stay.endedAt = row.optionalInteger(2).map { Timestamp(milliseconds: $0) }
            return stay
        }
    }

    /// Notes when sessions were last seen.
    func noteSessions(_ seen: [String: Timestamp]) throws {
        try session.execute(
            "UPDATE access_sessions SET last_seen_at = ? WHERE id = ? AND last_seen_at < ?",
            batch: seen.sorted { $0.key < $1.key }.map { id, time in
                [.integer(time.milliseconds), .text(id), .integer(time.milliseconds)]
            }
        )
    }

    /// Ends a workspace's session; false where it has none of that identifier.
    func end(_ id: String, in workspace: WorkspaceID, now: Timestamp) throws -> Bool {
        try session.execute(
            "UPDATE access_sessions SET ended_at = coalesce(ended_at, ?) WHERE id = ? AND workspace = ?",
            [.integer(now.milliseconds), .text(id), .text(workspace.name)]
        ) == 1
    }

    /// Writes a link down.
    func add(_ link: SignInLink) throws {
        try session.execute(
            "INSERT INTO sign_in_links (id, expires_at, used_at, body) VALUES (?, ?, ?, ?)",
            [
                .text(link.id), .integer(link.expiresAt.milliseconds), .optional(link.usedAt?.milliseconds),
                .text(try CanonicalJSON.text(link)),
            ]
        )
    }

    /// A link; nil where there is none.
    func signInLink(_ id: String) throws -> SignInLink? {
        try session.query("SELECT body, used_at FROM sign_in_links WHERE id = ?", [.text(id)]) { row in
            var link = try CanonicalJSON.decode(SignInLink.self, from: row.text(0))
            link.usedAt = row.optionalInteger(1).map { Timestamp(milliseconds: $0) }
            return link
        }.first
    }

    /// Marks a link as used; false where it was used before.
    func useSignInLink(_ id: String, now: Timestamp) throws -> Bool {
        try session.execute(
            "UPDATE sign_in_links SET used_at = ? WHERE id = ? AND used_at IS NULL",
            [.integer(now.milliseconds), .text(id)]
        ) == 1
    }

    /// Removes sessions and links that were over before an instant; returns how many.
    func prune(before instant: Timestamp) throws -> Int {
        let end = SQLValue.integer(instant.milliseconds)
        return try session.execute("DELETE FROM access_sessions WHERE expires_at < ? OR ended_at < ?", [end, end])
            + session.execute("DELETE FROM sign_in_links WHERE expires_at < ?", [end])
    }
}
