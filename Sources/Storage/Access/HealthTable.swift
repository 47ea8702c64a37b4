// SPDX-License-Identifier: Apache-2.0

import Domain

/// The history of health, within a transaction that the caller has begun.
struct HealthTable<Session: SQLSession> {
    /// The connection, inside the transaction.
    let session: Session

    /// Adds records; one of the same instant, process and check is replaced.
    func note(_ records: [HealthRecord]) throws {
        try session.execute(
            """
            INSERT INTO health_records (time, process, check_name, body) VALUES (?, ?, ?, ?)
            ON CONFLICT (time, process, check_name) DO UPDATE SET body = excluded.body
            """,
            batch: try records.map { record in
                [
                    .integer(record.time.milliseconds), .text(record.process), .text(record.check),
                    .text(try CanonicalJSON.text(record)),
                ]
            }
        )
    }

    /// Records from an instant on, newest first.
    func records(since: Timestamp, limit: Int) throws -> [HealthRecord] {
        try session.query(
            "SELECT body FROM health_records WHERE time >= ? ORDER BY time DESC, process, check_name LIMIT ?",
            [.integer(since.milliseconds), .integer(limit)]
        ) { try CanonicalJSON.decode(HealthRecord.self, from: $0.text(0)) }
    }

    /// Removes records from before an instant; returns how many.
    func prune(before instant: Timestamp) throws -> Int {
        try session.execute("DELETE FROM health_records WHERE time < ?", [.integer(instant.milliseconds)])
    }
}
