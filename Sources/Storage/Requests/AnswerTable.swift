// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Answers kept under keys, within a transaction that the caller has begun.
struct AnswerTable<Session: SQLSession> {
    /// The connection, inside the transaction.
    let session: Session

    private static var place: String { "workspace = ? AND caller = ? AND key = ?" }

    func claim(_ claim: AnswerClaim, now: Timestamp, stale: Timestamp) throws -> KeptAnswer? {
        let place = Self.place(of: claim)
        let open = KeptAnswer(operation: claim.operation, fingerprint: claim.fingerprint, whole: nil)
        let body = SQLValue.text(try CanonicalJSON.text(open))
        let added = try session.execute(
            "INSERT INTO kept_answers (workspace, caller, key, claimed_at, body, is_whole) VALUES (?, ?, ?, ?, ?, 0) "
                + "ON CONFLICT DO NOTHING",
            place + [.integer(now.milliseconds), body]
        )
        if added == 1 { return nil }
        // The same request alone may go on where a process that died left it.
        let taken = try session.execute(
            "UPDATE kept_answers SET claimed_at = ? WHERE \(Self.place) AND is_whole = 0 AND claimed_at < ? AND body = ?",
            [.integer(now.milliseconds)] + place + [.integer(stale.milliseconds), body]
        )
        if taken == 1 { return nil }
        return try session.query("SELECT body FROM kept_answers WHERE \(Self.place)", place) { row in
            do {
                return try CanonicalJSON.decode(KeptAnswer.self, from: row.text(0))
            } catch {
                throw StorageError.damagedRecord(table: "kept_answers", detail: "\(claim.key): \(error)")
            }
        }
        .first
    }

    func keep(_ whole: KeptAnswer.Whole, of claim: AnswerClaim) throws {
        let kept = KeptAnswer(operation: claim.operation, fingerprint: claim.fingerprint, whole: whole)
        try session.execute(
            "UPDATE kept_answers SET body = ?, is_whole = 1 WHERE \(Self.place) AND is_whole = 0",
            [.text(try CanonicalJSON.text(kept))] + Self.place(of: claim)
        )
    }

    func release(_ claim: AnswerClaim) throws {
        try session.execute("DELETE FROM kept_answers WHERE \(Self.place) AND is_whole = 0", Self.place(of: claim))
    }

    func prune(before instant: Timestamp, limit: Int) throws -> Int {
        try session.execute(
            "DELETE FROM kept_answers WHERE (workspace, caller, key) IN "
                + "(SELECT workspace, caller, key FROM kept_answers WHERE claimed_at < ? ORDER BY claimed_at LIMIT ?)",
            [.integer(instant.milliseconds), .integer(limit)]
        )
    }

    private static func place(of claim: AnswerClaim) -> [SQLValue] {
        [.text(claim.workspace.name), .text(claim.caller), .text(claim.key)]
    }
}

// Requests that may be sent again.
extension SQLStore {
    package func claim(_ claim: AnswerClaim, now: Timestamp, stale: Timestamp) async throws -> KeptAnswer? {
        try await write(.power) { try AnswerTable(session: $0).claim(claim, now: now, stale: stale) }
    }

    package func keep(_ answer: KeptAnswer.Whole, of claim: AnswerClaim) async throws {
        try await write(.power) { try AnswerTable(session: $0).keep(answer, of: claim) }
    }

    package func release(_ claim: AnswerClaim) async throws {
        try await write(.process) { try AnswerTable(session: $0).release(claim) }
    }

    package func pruneAnswers(before instant: Timestamp, limit: Int) async throws -> Int {
        try await write(.process) { try AnswerTable(session: $0).prune(before: instant, limit: limit) }
    }
}
