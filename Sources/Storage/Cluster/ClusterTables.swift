// SPDX-License-Identifier: Apache-2.0

import Domain

/// What several processes share beside the queue, within a transaction that the caller has begun: rights, effects, keys, messages.
struct ClusterTables<Session: SQLSession> {
    /// The connection, inside the transaction.
    let session: Session

    // MARK: - Rights that one has at a time

    /// Takes a lease that is to be had, or renews one's own until an instant; returns it as it is then.
    func acquire(_ name: String, holder: String, until instant: Timestamp, now: Timestamp) throws -> LeaderLease {
        try session.execute(
            """
            INSERT INTO leader_leases (name, holder, term, expires_at) VALUES (?, ?, 1, ?)
            ON CONFLICT (name) DO UPDATE SET
                term = leader_leases.term + CASE WHEN leader_leases.holder = excluded.holder THEN 0 ELSE 1 END,
                holder = excluded.holder, expires_at = excluded.expires_at
            WHERE leader_leases.holder = excluded.holder OR leader_leases.expires_at <= ?
            """,
            [.text(name), .text(holder), .integer(instant.milliseconds), .integer(now.milliseconds)]
        )
        guard let lease = try leases("WHERE name = ?", [.text(name)]).first else {
            throw StorageError.damagedRecord(table: "leader_leases", detail: "\(name) is missing")
        }
        return lease
    }

    /// Gives a lease back; the row stays, for its term must rise.
    func release(_ name: String, holder: String, term: Int) throws {
        try session.execute(
            "UPDATE leader_leases SET holder = '', expires_at = 0 WHERE name = ? AND holder = ? AND term = ?",
            [.text(name), .text(holder), .integer(term)]
        )
    }

    /// Leases, whoever has them.
    func leases(_ condition: String, _ arguments: [SQLValue]) throws -> [LeaderLease] {
        try session.query("SELECT name, holder, term, expires_at FROM leader_leases \(condition)", arguments) { row in
            LeaderLease(
                name: row.text(0),
                holder: row.text(1),
                term: Int(row.integer(2)),
                expiresAt: Timestamp(milliseconds: row.integer(3))
            )
        }
    }

    /// Throws `StorageError.fenced` unless a right is in the term under which something is written.
    func check(_ fence: LeaseFence?) throws {
        guard let fence else { return }
        let newest = try leases("p WHERE name = ? \(session.dialect.sharingRows)", [.text(fence.name)]).first?.term ?? 0
        guard newest == fence.term else { throw StorageError.fenced(fence, newest: newest) }
    }

    // MARK: - Effects

    /// Writes an intention down, unless its key is known or its job's token is stale.
    func begin(_ effect: Effect) throws -> EffectAdmission {
        if let job = effect.job {
            let held = try session.query(
                "SELECT p.token FROM job_leases p WHERE p.id = ? \(session.dialect.sharingRows)",
                [.text(job.text)]
            ) { $0.text(0) }
            guard held.first == effect.token else { return .stale }
        }
        guard var known = try self.effect(effect.key) else {
            try write(effect)
            return .granted
        }
        guard known.kind == effect.kind, known.intent == effect.intent else { return .otherIntent(known) }
        guard known.state == .failed else {
            if let taken = known.takenOver(by: effect) { try write(taken) }
            return .known(known)
        }
        try known.state.move(to: .intended)
        known.job = effect.job
        known.token = effect.token
        known.response = nil
        known.updatedAt = effect.updatedAt
        try write(known)
        return .granted
    }

    /// Writes down what became of an effect; again with the same end is harmless.
    func settle(_ key: String, as state: Effect.State, response: String?, now: Timestamp) throws {
        guard var effect = try effect(key) else { throw StorageError.unknownEffect(key) }
        if effect.state == state, effect.response == response { return }
        try effect.state.move(to: state)
        effect.response = response
        effect.updatedAt = now
        try write(effect)
    }

    /// One effect; nil when there is none of that key.
    func effect(_ key: String) throws -> Effect? {
        try session.query("SELECT body FROM effects WHERE effect_key = ?", [.text(key)]) { try effect(from: $0) }.first
    }

    /// Effects in a state, oldest first.
    func effects(in state: Effect.State, limit: Int) throws -> [Effect] {
        try session.query(
            "SELECT body FROM effects WHERE state = ? ORDER BY created_at, effect_key LIMIT ?",
            [.text(state.rawValue), .integer(limit)]
        ) { try effect(from: $0) }
    }

    private func write(_ effect: Effect) throws {
        try session.execute(
            """
            INSERT INTO effects (effect_key, state, created_at, body) VALUES (?, ?, ?, ?)
            ON CONFLICT (effect_key) DO UPDATE SET state = excluded.state, body = excluded.body
            """,
            [
                .text(effect.key), .text(effect.state.rawValue), .integer(effect.createdAt.milliseconds),
                .text(try CanonicalJSON.text(effect)),
            ]
        )
    }

    private func effect(from row: any SQLRow) throws -> Effect {
        try CanonicalJSON.decode(Effect.self, from: row.text(0))
    }

    // MARK: - Workers' keys

    /// Writes a key's record.
    func write(_ key: WorkerKey) throws {
        try session.execute(
            """
            INSERT INTO worker_keys (id, created_at, last_used_at, revoked_at, body, workspace) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET
                last_used_at = excluded.last_used_at, revoked_at = excluded.revoked_at, body = excluded.body,
                workspace = excluded.workspace
            """,
            [
                .text(key.id), .integer(key.createdAt.milliseconds), .optional(key.lastUsedAt?.milliseconds),
                .optional(key.revokedAt?.milliseconds), .text(try CanonicalJSON.text(key)), .text(key.workspace.name),
            ]
        )
    }

    /// Gives a workspace's key another secret; false when it has no such key that was not revoked.
    func rotate(
        _ id: String,
        in workspace: WorkspaceID,
        to hash: String,
        formerUntil end: Timestamp,
        now: Timestamp
    ) throws -> Bool {
        let condition = "WHERE id = ? AND workspace = ? AND revoked_at IS NULL"
        guard var key = try workerKeys(condition, [.text(id), .text(workspace.name)]).first else { return false }
        key.rotate(to: hash, formerUntil: end, now: now)
        return try session.execute(
            "UPDATE worker_keys SET body = ? WHERE id = ? AND revoked_at IS NULL",
            [.text(try CanonicalJSON.text(key)), .text(id)]
        ) == 1
    }

    /// Records of keys.
    func workerKeys(_ condition: String, _ arguments: [SQLValue]) throws -> [WorkerKey] {
        try session.query(
            "SELECT body, last_used_at, revoked_at FROM worker_keys \(condition)",
            arguments
        ) { row in
            var key = try CanonicalJSON.decode(WorkerKey.self, from: row.text(0))
            key.lastUsedAt = row.optionalInteger(1).map { Timestamp(milliseconds: $0) }
            key.revokedAt = row.optionalInteger(2).map { Timestamp(milliseconds: $0) }
            return key
        }
    }

    /// Revokes a key; false when there is none.
    func revoke(_ id: String, now: Timestamp) throws -> Bool {
        try session.execute(
            "UPDATE worker_keys SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?",
            [.integer(now.milliseconds), .text(id)]
        ) == 1
    }

    /// Notes when keys were last used.
    func noteUse(of keys: [String: Timestamp]) throws {
        try session.execute(
            "UPDATE worker_keys SET last_used_at = ? WHERE id = ?",
            batch: keys.sorted { $0.key < $1.key }.map { [.integer($0.value.milliseconds), .text($0.key)] }
        )
    }

    // MARK: - Messages

    /// Writes messages down; one that is there already stays as it is.
    func post(_ messages: [OutboxMessage]) throws {
        try session.execute(
            "INSERT INTO outbox (id, receiver, envelope, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            batch: messages.map { message in
                [
                    .text(message.id.text), .text(message.receiver), .text(message.envelope),
                    .integer(message.createdAt.milliseconds),
                ]
            }
        )
    }

    /// Messages that are not handled yet, oldest first.
    func unhandled(limit: Int) throws -> [OutboxMessage] {
        try session.query(
            "SELECT id, receiver, envelope, created_at FROM outbox ORDER BY id LIMIT ?",
            [.integer(limit)]
        ) { row in
            OutboxMessage(
                id: try Column.required(row.text(0), "outbox"),
                receiver: row.text(1),
                envelope: row.text(2),
                createdAt: Timestamp(milliseconds: row.integer(3))
            )
        }
    }

    /// How many messages are not handled yet.
    func outboxDepth() throws -> OutboxDepth {
        let count = try session.query("SELECT count(*) FROM outbox", []) { Int($0.integer(0)) }.first ?? 0
        // Identifiers begin with the instant, so that the oldest is the first; a minimum over instants would read them all.
        let oldest = try session.query("SELECT created_at FROM outbox ORDER BY id LIMIT 1", []) { row in
            Timestamp(milliseconds: row.integer(0))
        }
        return OutboxDepth(messages: count, oldestAt: oldest.first)
    }

    /// Removes messages that were handled.
    func handled(_ messages: [MessageID]) throws {
        try session.execute("DELETE FROM outbox WHERE id = ?", batch: messages.map { [.text($0.text)] })
    }
}
