// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Who may come in, what they did, what is secret and how the processes were, in memory.
struct MemoryAccess {
    /// Which secret.
    struct SecretKey: Hashable {
        var workspace: WorkspaceID
        var kind: String
        var name: String
    }

    var sessions: [String: AccessSession] = [:]
    var links: [String: SignInLink] = [:]
    var audit: [AuditEntry] = []
    var secrets: [SecretKey: StoredSecret] = [:]
    var dataKeys: [String: DataKey] = [:]
    var health: [HealthRecord] = []
}

extension MemoryStore: AccessStore {
    package func add(_ session: AccessSession) async throws {
        contents.withLock { contents in
            if contents.access.sessions[session.id] == nil { contents.access.sessions[session.id] = session }
        }
    }

    package func accessSession(_ id: String) async throws -> AccessSession? {
        contents.withLock { $0.access.sessions[id] }
    }

    package func accessSessions(in workspace: WorkspaceID, now: Timestamp) async throws -> [AccessSession] {
        contents.withLock { Array($0.access.sessions.values) }
            .filter { $0.workspace == workspace && $0.endedAt == nil && $0.expiresAt > now }
            .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
    }

    package func noteSessions(_ seen: [String: Timestamp]) async throws {
        contents.withLock { contents in
            for (id, time) in seen where (contents.access.sessions[id]?.lastSeenAt ?? time) < time {
                contents.access.sessions[id]?.lastSeenAt = time
            }
        }
    }

    package func endAccessSession(_ id: String, in workspace: WorkspaceID, now: Timestamp) async throws -> Bool {
        contents.withLock { contents in
            guard let session = contents.access.sessions[id], session.workspace == workspace else { return false }
            contents.access.sessions[id]?.endedAt = session.endedAt ?? now
            return true
        }
    }

    package func add(_ link: SignInLink) async throws {
        contents.withLock { $0.access.links[link.id] = link }
    }

    package func signInLink(_ id: String) async throws -> SignInLink? {
        contents.withLock { $0.access.links[id] }
    }

    package func useSignInLink(_ id: String, now: Timestamp) async throws -> Bool {
        contents.withLock { contents in
            guard let link = contents.access.links[id], link.usedAt == nil else { return false }
            contents.access.links[id]?.usedAt = now
            return true
        }
    }

    package func pruneAccess(before instant: Timestamp) async throws -> Int {
        contents.withLock { contents in
            let count = contents.access.sessions.count + contents.access.links.count
            contents.access.sessions = contents.access.sessions.filter { _, session in
                session.expiresAt >= instant && (session.endedAt.map { $0 >= instant } ?? true)
            }
            contents.access.links = contents.access.links.filter { $0.value.expiresAt >= instant }
            return count - contents.access.sessions.count - contents.access.links.count
        }
    }
}

extension MemoryStore: AuditStore {
    package func append(_ entries: [AuditEntry]) async throws -> Bool {
        contents.withLock { contents in
            let taken = Set(contents.access.audit.map(\.sequence))
            guard entries.allSatisfy({ !taken.contains($0.sequence) }) else { return false }
            contents.access.audit = (contents.access.audit + entries).sorted { $0.sequence < $1.sequence }
            return true
        }
    }

    package func lastAuditEntry() async throws -> AuditEntry? {
        contents.withLock { $0.access.audit.last }
    }

    package func auditEntries(after sequence: Int, limit: Int) async throws -> [AuditEntry] {
        contents.withLock { Array($0.access.audit.filter { $0.sequence > sequence }.prefix(limit)) }
    }

    package func auditEntries(
        in workspace: WorkspaceID,
        before sequence: Int,
        limit: Int
    ) async throws -> [AuditEntry] {
        contents.withLock { contents in
            Array(
                contents.access.audit.reversed().filter { $0.workspace == workspace && $0.sequence < sequence }
                    .prefix(limit)
            )
        }
    }
}

extension MemoryStore: SecretStore {
    package func write(_ secret: StoredSecret) async throws {
        let key = MemoryAccess.SecretKey(workspace: secret.workspace, kind: secret.kind, name: secret.name)
        contents.withLock { $0.access.secrets[key] = secret }
    }

    package func secret(_ name: String, kind: String, in workspace: WorkspaceID) async throws -> StoredSecret? {
        contents.withLock { $0.access.secrets[.init(workspace: workspace, kind: kind, name: name)] }
    }

    package func secrets(kind: String?, in workspace: WorkspaceID) async throws -> [StoredSecret] {
        contents.withLock { Array($0.access.secrets.values) }
            .filter { $0.workspace == workspace && (kind ?? $0.kind) == $0.kind }
            .sorted { ($0.kind, $0.name) < ($1.kind, $1.name) }
    }

    package func removeSecret(_ name: String, kind: String, in workspace: WorkspaceID) async throws -> Bool {
        contents.withLock { contents in
            contents.access.secrets.removeValue(forKey: .init(workspace: workspace, kind: kind, name: name)) != nil
        }
    }

    package func add(_ key: DataKey) async throws -> Bool {
        contents.withLock { contents in
            guard contents.access.dataKeys[key.id] == nil else { return false }
            contents.access.dataKeys[key.id] = key
            return true
        }
    }

    package func dataKeys() async throws -> [DataKey] {
        contents.withLock { Array($0.access.dataKeys.values) }
            .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
    }

    package func rewrap(
        _ id: String,
        from wrapped: String,
        to replacement: String,
        masterID: String
    ) async throws -> Bool {
        contents.withLock { contents in
            guard contents.access.dataKeys[id]?.wrapped == wrapped else { return false }
            contents.access.dataKeys[id]?.wrapped = replacement
            contents.access.dataKeys[id]?.masterID = masterID
            return true
        }
    }

    package func countUse(of key: String) async throws -> Int {
        contents.withLock { contents in
            contents.access.dataKeys[key]?.uses += 1
            return contents.access.dataKeys[key]?.uses ?? 0
        }
    }
}

extension MemoryStore: HealthStore {
    package func note(_ records: [HealthRecord]) async throws {
        contents.withLock { contents in
            for record in records {
                contents.access.health.removeAll {
                    ($0.time, $0.process, $0.check) == (record.time, record.process, record.check)
                }
                contents.access.health.append(record)
            }
        }
    }

    package func healthRecords(since: Timestamp, limit: Int) async throws -> [HealthRecord] {
        let all = contents.withLock { $0.access.health }.filter { $0.time >= since }
        return Array(
            all.sorted { ($1.time, $0.process, $0.check) < ($0.time, $1.process, $1.check) }.prefix(limit)
        )
    }

    package func pruneHealth(before instant: Timestamp) async throws -> Int {
        contents.withLock { contents in
            let count = contents.access.health.count
            contents.access.health.removeAll { $0.time < instant }
            return count - contents.access.health.count
        }
    }
}
