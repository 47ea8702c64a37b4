// SPDX-License-Identifier: Apache-2.0

package import Domain

extension MemoryStore: LeaseStore {
    package func acquireLease(
        _ name: String,
        holder: String,
        for span: TimeSpan,
        now: Timestamp
    ) async throws -> LeaderLease {
        contents.withLock { $0.cluster.acquire(name, holder: holder, until: now + span, now: now) }
    }

    package func releaseLease(_ name: String, holder: String, term: Int) async throws {
        contents.withLock { $0.cluster.release(name, holder: holder, term: term) }
    }

    package func leases() async throws -> [LeaderLease] {
        contents.withLock { $0.cluster.allLeases }
    }
}

extension MemoryStore: EffectStore {
    package func begin(_ effect: Effect) async throws -> EffectAdmission {
        try contents.withLock { contents in
            if let job = effect.job, contents.jobs[job]?.lease?.token != effect.token { return .stale }
            return try contents.cluster.begin(effect)
        }
    }

    package func settle(_ key: String, as state: Effect.State, response: String?, now: Timestamp) async throws {
        try contents.withLock { try $0.cluster.settle(key, as: state, response: response, now: now) }
    }

    package func effect(_ key: String) async throws -> Effect? {
        contents.withLock { $0.cluster[effect: key] }
    }

    package func effects(in state: Effect.State, limit: Int) async throws -> [Effect] {
        contents.withLock { $0.cluster.effects(in: state, limit: limit) }
    }
}

extension MemoryStore: WorkerKeyStore {
    package func write(_ key: WorkerKey) async throws {
        contents.withLock { $0.cluster.keys[key.id] = key }
    }

    package func workerKey(_ id: String) async throws -> WorkerKey? {
        contents.withLock { $0.cluster.keys[id] }
    }

    package func workerKeys() async throws -> [WorkerKey] {
        contents.withLock { Array($0.cluster.keys.values) }.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
    }

    package func workerKeys(in workspace: WorkspaceID) async throws -> [WorkerKey] {
        try await workerKeys().filter { $0.workspace == workspace }
    }

    package func rotateWorkerKey(
        _ id: String,
        in workspace: WorkspaceID,
        to hash: String,
        formerUntil end: Timestamp,
        now: Timestamp
    ) async throws -> Bool {
        contents.withLock { contents in
            guard let key = contents.cluster.keys[id], key.workspace == workspace, key.revokedAt == nil else {
                return false
            }
            contents.cluster.keys[id]?.rotate(to: hash, formerUntil: end, now: now)
            return true
        }
    }

    package func revokeWorkerKey(_ id: String, now: Timestamp) async throws -> Bool {
        contents.withLock { contents in
            guard let key = contents.cluster.keys[id] else { return false }
            contents.cluster.keys[id]?.revokedAt = key.revokedAt ?? now
            return true
        }
    }

    package func noteUse(of keys: [String: Timestamp]) async throws {
        contents.withLock { contents in
            for (id, instant) in keys { contents.cluster.keys[id]?.lastUsedAt = instant }
        }
    }
}

extension MemoryStore: OutboxStore {
    package func post(_ messages: [OutboxMessage]) async throws {
        contents.withLock { $0.cluster.post(messages) }
    }

    package func unhandledMessages(limit: Int) async throws -> [OutboxMessage] {
        contents.withLock { $0.cluster.unhandled(limit: limit) }
    }

    package func outboxDepth() async throws -> OutboxDepth {
        contents.withLock { $0.cluster.outboxDepth }
    }

    package func handled(_ messages: [MessageID]) async throws {
        contents.withLock { $0.cluster.handled(messages) }
    }
}

extension MemoryStore: OrderStore {
    package func give(_ orders: [PersonOrder]) async throws {
        contents.withLock { $0.cluster.give(orders) }
    }

    package func waitingOrders(limit: Int) async throws -> [PersonOrder] {
        contents.withLock { $0.cluster.waitingOrders(limit: limit) }
    }

    package func order(_ id: OrderID) async throws -> PersonOrder? {
        contents.withLock { $0.cluster.orders[id] }
    }
}

extension MemoryStore: Store {}
