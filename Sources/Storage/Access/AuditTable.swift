// SPDX-License-Identifier: Apache-2.0

import Domain

/// The audit log, within a transaction that the caller has begun.
struct AuditTable<Session: SQLSession> {
    /// Another process has taken the number of an entry.
    struct TakenNumber: Error {}

    /// The connection, inside the transaction.
    let session: Session

    /// Adds entries; throws `TakenNumber` where one's number is taken.
    func append(_ entries: [AuditEntry]) throws {
        let changed = try session.execute(
            """
            INSERT INTO audit_log (sequence, time, workspace, actor, action, subject, detail, address, previous, hash)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """,
            batch: entries.map { entry in
                [
                    .integer(entry.sequence), .integer(entry.time.milliseconds), .text(entry.workspace.name),
                    .text(entry.actor), .text(entry.action), .text(entry.subject), .text(entry.detail),
                    .text(entry.address), .text(entry.previous), .text(entry.hash),
                ]
            }
        )
        guard changed.allSatisfy({ $0 == 1 }) else { throw TakenNumber() }
    }

    /// Entries.
    func entries(_ condition: String, _ arguments: [SQLValue]) throws -> [AuditEntry] {
        try session.query(
            """
            SELECT sequence, time, workspace, actor, action, subject, detail, address, previous, hash FROM audit_log \(condition)
            """,
            arguments
        ) { row in
            AuditEntry(
                sequence: Int(row.integer(0)),
                time: Timestamp(milliseconds: row.integer(1)),
                // A workspace that no name can be is a forgery, which the hash shows; it must not hide the rest.
                workspace: WorkspaceID(row.text(2)) ?? .default,
                actor: row.text(3),
                action: row.text(4),
                subject: row.text(5),
                detail: row.text(6),
                address: row.text(7),
                previous: row.text(8),
                hash: row.text(9)
            )
        }
    }
}
