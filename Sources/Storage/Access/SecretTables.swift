// SPDX-License-Identifier: Apache-2.0

import Domain

/// Encrypted secrets and their keys, within a transaction that the caller has begun.
struct SecretTables<Session: SQLSession> {
    /// The connection, inside the transaction.
    let session: Session

    /// Writes a secret; one of the same workspace, kind and name is replaced.
    func write(_ secret: StoredSecret) throws {
        try session.execute(
            """
            INSERT INTO secrets (workspace, kind, name, key_id, sealed, updated_at) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (workspace, kind, name)
            DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed, updated_at = excluded.updated_at
            """,
            [
                .text(secret.workspace.name), .text(secret.kind), .text(secret.name), .text(secret.keyID),
                .text(secret.sealed), .integer(secret.updatedAt.milliseconds),
            ]
        )
    }

    /// A workspace's secrets.
    func secrets(in workspace: WorkspaceID, _ condition: String, _ arguments: [SQLValue]) throws -> [StoredSecret] {
        try session.query(
            "SELECT kind, name, key_id, sealed, updated_at FROM secrets WHERE workspace = ? \(condition)",
            [.text(workspace.name)] + arguments
        ) { row in
            StoredSecret(
                workspace: workspace,
                kind: row.text(0),
                name: row.text(1),
                keyID: row.text(2),
                sealed: row.text(3),
                updatedAt: Timestamp(milliseconds: row.integer(4))
            )
        }
    }

    /// Removes a secret; false where there is none.
    func remove(_ name: String, kind: String, in workspace: WorkspaceID) throws -> Bool {
        try session.execute(
            "DELETE FROM secrets WHERE workspace = ? AND kind = ? AND name = ?",
            [.text(workspace.name), .text(kind), .text(name)]
        ) == 1
    }

    /// Writes a new data key down; false where its identifier is taken.
    func add(_ key: DataKey) throws -> Bool {
        try session.execute(
            """
            INSERT INTO data_keys (id, workspace, master_id, wrapped, uses, created_at) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """,
            [
                .text(key.id), .text(key.workspace.name), .text(key.masterID), .text(key.wrapped), .integer(key.uses),
                .integer(key.createdAt.milliseconds),
            ]
        ) == 1
    }

    /// Every data key, oldest first.
    func dataKeys() throws -> [DataKey] {
        try session.query(
            "SELECT id, workspace, master_id, wrapped, uses, created_at FROM data_keys ORDER BY created_at, id",
            []
        ) { row in
            guard let workspace = WorkspaceID(row.text(1)) else {
                throw StorageError.damagedRecord(table: "data_keys", detail: "'\(row.text(1))' is no workspace")
            }
            return DataKey(
                id: row.text(0),
                workspace: workspace,
                masterID: row.text(2),
                wrapped: row.text(3),
                uses: Int(row.integer(4)),
                createdAt: Timestamp(milliseconds: row.integer(5))
            )
        }
    }

    /// Puts another wrapping in the place of the one that is named; false where it was replaced before.
    func rewrap(_ id: String, from wrapped: String, to replacement: String, masterID: String) throws -> Bool {
        try session.execute(
            "UPDATE data_keys SET wrapped = ?, master_id = ? WHERE id = ? AND wrapped = ?",
            [.text(replacement), .text(masterID), .text(id), .text(wrapped)]
        ) == 1
    }

    /// Counts one use of a data key; returns how many there are now.
    func countUse(of key: String) throws -> Int {
        try session.execute("UPDATE data_keys SET uses = uses + 1 WHERE id = ?", [.text(key)])
        return try session.query("SELECT uses FROM data_keys WHERE id = ?", [.text(key)]) { Int($0.integer(0)) }.first
            ?? 0
    }
}
