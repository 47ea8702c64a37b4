// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Keys that end with the process; for tests, and for a server that is tried out.
package final class MemoryKeyStore: WorkerKeyStore {
    private let keys: Locked<[String: WorkerKey]>

    /// Creates a store with keys in it.
    package init(_ keys: [WorkerKey] = []) {
        self.keys = Locked(Dictionary(keys.map { ($0.id, $0) }) { _, last in last })
    }

    package func write(_ key: WorkerKey) async throws {
        keys.withLock { $0[key.id] = key }
    }

    package func workerKey(_ id: String) async throws -> WorkerKey? {
        keys.withLock { $0[id] }
    }

    package func workerKeys() async throws -> [WorkerKey] {
        keys.withLock { $0.values.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) } }
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
        keys.withLock { keys in
            guard let key = keys[id], key.workspace == workspace, key.revokedAt == nil else { return false }
            keys[id]?.rotate(to: hash, formerUntil: end, now: now)
            return true
        }
    }

    package func revokeWorkerKey(_ id: String, now: Timestamp) async throws -> Bool {
        keys.withLock { keys in
            guard let key = keys[id] else { return false }
            keys[id]?.revokedAt = key.revokedAt ?? now
            return true
        }
    }

    package func noteUse(of uses: [String: Timestamp]) async throws {
        keys.withLock { keys in
            for (id, time) in uses { keys[id]?.lastUsedAt = time }
        }
    }
}
