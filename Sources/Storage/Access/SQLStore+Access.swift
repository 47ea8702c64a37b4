// SPDX-License-Identifier: Apache-2.0

package import Domain

// Sessions and sign-in links.
extension SQLStore {
    package func add(_ session: AccessSession) async throws {
        try await write(.power) { try AccessTables(session: $0).add(session) }
    }

    package func accessSession(_ id: String) async throws -> AccessSession? {
        try await read { try AccessTables(session: $0).accessSession(id) }
    }

    package func accessSessions(in workspace: WorkspaceID, now: Timestamp) async throws -> [AccessSession] {
        try await read { try AccessTables(session: $0).accessSessions(in: workspace, now: now) }
    }

    package func noteSessions(_ seen: [String: Timestamp]) async throws {
        try await write(.process) { try AccessTables(session: $0).noteSessions(seen) }
    }

    package func endAccessSession(_ id: String, in workspace: WorkspaceID, now: Timestamp) async throws -> Bool {
        try await write(.power) { try AccessTables(session: $0).end(id, in: workspace, now: now) }
    }

    package func add(_ link: SignInLink) async throws {
        try await write(.power) { try AccessTables(session: $0).add(link) }
    }

    package func signInLink(_ id: String) async throws -> SignInLink? {
        try await read { try AccessTables(session: $0).signInLink(id) }
    }

    package func useSignInLink(_ id: String, now: Timestamp) async throws -> Bool {
        try await write(.power) { try AccessTables(session: $0).useSignInLink(id, now: now) }
    }

    package func pruneAccess(before instant: Timestamp) async throws -> Int {
        try await write(.process) { try AccessTables(session: $0).prune(before: instant) }
    }
}

// The audit log.
extension SQLStore {
    package func append(_ entries: [AuditEntry]) async throws -> Bool {
        guard !entries.isEmpty else { return true }
        do {
            try await write(.power) { try AuditTable(session: $0).append(entries) }
            return true
        } catch is AuditTable<Session>.TakenNumber {
            return false
        }
    }

    package func lastAuditEntry() async throws -> AuditEntry? {
        try await read { try AuditTable(session: $0).entries("ORDER BY sequence DESC LIMIT 1", []).first }
    }

    package func auditEntries(after sequence: Int, limit: Int) async throws -> [AuditEntry] {
        try await read { session in
            try AuditTable(session: session).entries(
                "WHERE sequence > ? ORDER BY sequence LIMIT ?",
                [.integer(sequence), .integer(limit)]
            )
        }
    }

    package func auditEntries(
        in workspace: WorkspaceID,
        before sequence: Int,
        limit: Int
    ) async throws -> [AuditEntry] {
        try await read { session in
            try AuditTable(session: session).entries(
                "WHERE workspace = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?",
                [.text(workspace.name), .integer(sequence), .integer(limit)]
            )
        }
    }
}

// Secrets.
extension SQLStore {
    package func write(_ secret: StoredSecret) async throws {
        try await write(.power) { try SecretTables(session: $0).write(secret) }
    }

    package func secret(_ name: String, kind: String, in workspace: WorkspaceID) async throws -> StoredSecret? {
        try await read { session in
            try SecretTables(session: session).secrets(
                in: workspace,
                "AND kind = ? AND name = ?",
                [.text(kind), .text(name)]
            ).first
        }
    }

    package func secrets(kind: String?, in workspace: WorkspaceID) async throws -> [StoredSecret] {
        try await read { session in
            let tables = SecretTables(session: session)
            guard let kind else { return try tables.secrets(in: workspace, "ORDER BY kind, name", []) }
            return try tables.secrets(in: workspace, "AND kind = ? ORDER BY name", [.text(kind)])
        }
    }

    package func removeSecret(_ name: String, kind: String, in workspace: WorkspaceID) async throws -> Bool {
        try await write(.power) { try SecretTables(session: $0).remove(name, kind: kind, in: workspace) }
    }

    package func add(_ key: DataKey) async throws -> Bool {
        try await write(.power) { try SecretTables(session: $0).add(key) }
    }

    package func dataKeys() async throws -> [DataKey] {
        try await read { try SecretTables(session: $0).dataKeys() }
    }

    package func rewrap(
        _ id: String,
        from wrapped: String,
        to replacement: String,
        masterID: String
    ) async throws -> Bool {
        try await write(.power) { session in
            try SecretTables(session: session).rewrap(id, from: wrapped, to: replacement, masterID: masterID)
        }
    }

    package func countUse(of key: String) async throws -> Int {
        try await write(.power) { try SecretTables(session: $0).countUse(of: key) }
    }
}

// The history of health.
extension SQLStore {
    package func note(_ records: [HealthRecord]) async throws {
        try await write(.process) { try HealthTable(session: $0).note(records) }
    }

    package func healthRecords(since: Timestamp, limit: Int) async throws -> [HealthRecord] {
        try await read { try HealthTable(session: $0).records(since: since, limit: limit) }
    }

    package func pruneHealth(before instant: Timestamp) async throws -> Int {
        try await write(.process) { try HealthTable(session: $0).prune(before: instant) }
    }
}
