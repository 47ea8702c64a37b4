// SPDX-License-Identifier: Apache-2.0

package import Domain

// Leases of what only one process may do.
extension SQLStore {
    package func acquireLease(
        _ name: String,
        holder: String,
        for span: TimeSpan,
        now: Timestamp
    ) async throws -> LeaderLease {
        try await write(.power) { [self] session in
            let now = try present(now, session)
            return try ClusterTables(session: session).acquire(name, holder: holder, until: now + span, now: now)
        }
    }

    package func releaseLease(_ name: String, holder: String, term: Int) async throws {
        try await write(.process) { try ClusterTables(session: $0).release(name, holder: holder, term: term) }
    }

    package func leases() async throws -> [LeaderLease] {
        try await read { try ClusterTables(session: $0).leases("ORDER BY name", []) }
    }
}

// Effects on the outside.
extension SQLStore {
    package func begin(_ effect: Effect) async throws -> EffectAdmission {
        try await write(.power, seeing: .snapshot) { try ClusterTables(session: $0).begin(effect) }
    }

    package func settle(_ key: String, as state: Effect.State, response: String?, now: Timestamp) async throws {
        try await write(.power, seeing: .snapshot) { session in
            try ClusterTables(session: session).settle(key, as: state, response: response, now: now)
        }
    }

    package func effect(_ key: String) async throws -> Effect? {
        try await read { try ClusterTables(session: $0).effect(key) }
    }

    package func effects(in state: Effect.State, limit: Int) async throws -> [Effect] {
        try await read { try ClusterTables(session: $0).effects(in: state, limit: limit) }
    }
}

// Workers' keys.
extension SQLStore {
    package func write(_ key: WorkerKey) async throws {
        try await write(.power) { try ClusterTables(session: $0).write(key) }
    }

    package func workerKey(_ id: String) async throws -> WorkerKey? {
        try await read { try ClusterTables(session: $0).workerKeys("WHERE id = ?", [.text(id)]).first }
    }

    package func workerKeys() async throws -> [WorkerKey] {
        try await read { try ClusterTables(session: $0).workerKeys("ORDER BY created_at, id", []) }
    }

    package func workerKeys(in workspace: WorkspaceID) async throws -> [WorkerKey] {
        try await read { session in
            try ClusterTables(session: session).workerKeys(
                "WHERE workspace = ? ORDER BY created_at, id",
                [.text(workspace.name)]
            )
        }
    }

    package func rotateWorkerKey(
        _ id: String,
        in workspace: WorkspaceID,
        to hash: String,
        formerUntil end: Timestamp,
        now: Timestamp
    ) async throws -> Bool {
        try await write(.power, seeing: .snapshot) { session in
            try ClusterTables(session: session).rotate(id, in: workspace, to: hash, formerUntil: end, now: now)
        }
    }

    package func revokeWorkerKey(_ id: String, now: Timestamp) async throws -> Bool {
        try await write(.power) { try ClusterTables(session: $0).revoke(id, now: now) }
    }

    package func noteUse(of keys: [String: Timestamp]) async throws {
        try await write(.process) { try ClusterTables(session: $0).noteUse(of: keys) }
    }
}

// Messages that are sent again.
extension SQLStore {
    package func post(_ messages: [OutboxMessage]) async throws {
        try await write(.power) { try ClusterTables(session: $0).post(messages) }
    }

    package func unhandledMessages(limit: Int) async throws -> [OutboxMessage] {
        try await read { try ClusterTables(session: $0).unhandled(limit: limit) }
    }

    package func outboxDepth() async throws -> OutboxDepth {
        try await read { try ClusterTables(session: $0).outboxDepth() }
    }

    package func handled(_ messages: [MessageID]) async throws {
        try await write(.process) { try ClusterTables(session: $0).handled(messages) }
    }
}

extension SQLStore {
    package func give(_ orders: [PersonOrder]) async throws {
        try await write(.power) { try OrderTable(session: $0).give(orders) }
    }

    package func waitingOrders(limit: Int) async throws -> [PersonOrder] {
        try await read { try OrderTable(session: $0).waiting(limit: limit) }
    }

    package func order(_ id: OrderID) async throws -> PersonOrder? {
        try await read { try OrderTable(session: $0).order(id) }
    }
}
