// SPDX-License-Identifier: Apache-2.0

import Domain
import Storage
import Testing

/// What every store promises of keys, sessions, links, the audit log, secrets and the history of health.
@Suite(.timeLimit(.minutes(10)))
struct AccessContractTests {
    private func at(_ second: Int) -> Timestamp { Sample.at(second) }
    private func other() throws -> WorkspaceID { try #require(WorkspaceID("other")) }

    // MARK: - Keys

    @Test(arguments: Implementation.allCases)
    func `a key has a role and a workspace, and is found among its workspace's`(_ implementation: Implementation)
        async throws
    {
        try await implementation.with { store in
            let other = try other()
            let first = WorkerKey(id: "a", hash: "1", name: "w", scopes: [.work], createdAt: at(0))
            let second = WorkerKey(
                id: "b",
                hash: "2",
                name: "tool",
                scopes: [],
                role: .viewer,
                workspace: other,
                createdAt: at(1)
            )
            try await store.write(first)
            try await store.write(second)
            #expect(try await store.workerKey("a") == first)
            #expect(first.role == .worker)
            #expect(try await store.workerKey("b")?.role == .viewer)
            #expect(try await store.workerKeys() == [first, second])
            #expect(try await store.workerKeys(in: .default) == [first])
            #expect(try await store.workerKeys(in: other) == [second])
        }
    }

    @Test(arguments: Implementation.allCases)
    func `a key is rotated in its own workspace only, and not after it was revoked`(_ implementation: Implementation)
        async throws
    {
        try await implementation.with { store in
            let key = WorkerKey(id: "a", hash: "1", name: "w", scopes: [.work], createdAt: at(0))
            try await store.write(key)
            #expect(
                try await !store.rotateWorkerKey("a", in: other(), to: "2", formerUntil: at(9), now: at(1)),
                "another workspace's"
            )
            #expect(try await store.rotateWorkerKey("a", in: .default, to: "2", formerUntil: at(9), now: at(1)))
            let rotated = try #require(try await store.workerKey("a"))
            #expect(rotated.hash == "2" && rotated.formerHash == "1")
            #expect(rotated.formerUntil == at(9) && rotated.rotatedAt == at(1))
            _ = try await store.revokeWorkerKey("a", now: at(2))
            #expect(try await !store.rotateWorkerKey("a", in: .default, to: "3", formerUntil: at(9), now: at(3)))
            #expect(try await !store.rotateWorkerKey("b", in: .default, to: "3", formerUntil: at(9), now: at(3)))
            #expect(try await store.workerKey("a")?.hash == "2")
        }
    }

    // MARK: - Sessions

    private func session(_ id: String, in workspace: WorkspaceID = .default, second: Int = 0) -> AccessSession {
        AccessSession(
            id: id,
            hash: "h" + id,
            workspace: workspace,
            role: .admin,
            name: "n",
            address: "127.0.0.1",
            createdAt: at(second),
            expiresAt: at(second + 100)
        )
    }

    @Test(arguments: Implementation.allCases)
    func `a session is seen, ended by its own workspace, and removed when it is over`(_ implementation: Implementation)
        async throws
    {
        try await implementation.with { store in
            try await store.add(session("a"))
            try await store.add(session("b", in: other(), second: 1))
            #expect(try await store.accessSession("a") == session("a"))
            #expect(try await store.accessSession("c") == nil)
            try await store.noteSessions(["a": at(7), "b": at(8), "c": at(9)])
            try await store.noteSessions(["a": at(3)])
            #expect(try await store.accessSession("a")?.lastSeenAt == at(7), "an older sight does not count")
            #expect(try await store.accessSessions(in: .default, now: at(50)).map(\.id) == ["a"])
            #expect(try await store.accessSessions(in: .default, now: at(100)).isEmpty)
            #expect(try await !store.endAccessSession("b", in: .default, now: at(10)))
            #expect(try await store.endAccessSession("a", in: .default, now: at(10)))
            #expect(try await store.endAccessSession("a", in: .default, now: at(11)))
            #expect(try await store.accessSession("a")?.endedAt == at(10))
            #expect(try await store.accessSessions(in: .default, now: at(12)).isEmpty)
            #expect(try await store.pruneAccess(before: at(10)) == 0)
            #expect(try await store.pruneAccess(before: at(11)) == 1)
            #expect(try await store.accessSession("a") == nil)
            #expect(try await store.accessSession("b") != nil)
        }
    }

    @Test(arguments: Implementation.allCases)
    func `of many who use one link at once one is told that it was the first`(_ implementation: Implementation)
        async throws
    {
        try await implementation.with { store in
            let link = SignInLink(
                id: "l",
                hash: "h",
                workspace: .default,
                role: .viewer,
                name: "n",
                createdAt: at(0),
                expiresAt: at(60)
            )
            try await store.add(link)
            #expect(try await store.signInLink("l") == link)
            let wins = try await withThrowingTaskGroup(of: Bool.self) { group in
                for second in 1...8 { group.addTask { try await store.useSignInLink("l", now: at(second)) } }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(wins == 1)
            #expect(try await store.signInLink("l")?.usedAt != nil)
            #expect(try await !store.useSignInLink("m", now: at(1)))
            #expect(try await store.pruneAccess(before: at(61)) == 1)
        }
    }

    // MARK: - Audit

    private func entry(_ sequence: Int, in workspace: WorkspaceID = .default) -> AuditEntry {
        AuditEntry(
            sequence: sequence,
            time: at(sequence),
            workspace: workspace,
            actor: "k",
            action: "a",
            subject: "s",
            detail: "d",
            address: "",
            previous: "p",
            hash: "h\(sequence)"
        )
    }

    @Test(arguments: Implementation.allCases)
    func `entries are added under numbers that nobody has taken, all or none`(_ implementation: Implementation)
        async throws
    {
        try await implementation.with { store in
            let other = try other()
            #expect(try await store.lastAuditEntry() == nil)
            #expect(try await store.append([entry(1), entry(2, in: other)]))
            #expect(try await !store.append([entry(3), entry(2)]))
            #expect(try await store.lastAuditEntry() == entry(2, in: other))
            #expect(try await store.append([entry(3)]))
            #expect(try await store.auditEntries(after: 1, limit: 1) == [entry(2, in: other)])
            #expect(try await store.auditEntries(after: .min, limit: 9).map(\.sequence) == [1, 2, 3])
            #expect(try await store.auditEntries(in: .default, before: .max, limit: 9) == [entry(3), entry(1)])
            #expect(try await store.auditEntries(in: .default, before: 3, limit: 9) == [entry(1)])
        }
    }

    // MARK: - Secrets

    @Test(arguments: Implementation.allCases)
    func `secrets are replaced, listed and removed within their workspace`(_ implementation: Implementation)
        async throws
    {
        try await implementation.with { store in
            let other = try other()
            func secret(_ kind: String, _ name: String, _ sealed: String, in workspace: WorkspaceID = .default)
                -> StoredSecret
            {
                StoredSecret(
                    workspace: workspace,
                    kind: kind,
                    name: name,
                    keyID: "k",
                    sealed: sealed,
                    updatedAt: at(1)
                )
            }
            try await store.write(secret("b", "x", "1"))
            try await store.write(secret("a", "y", "2"))
            try await store.write(secret("b", "x", "3"))
            try await store.write(secret("b", "x", "4", in: other))
            #expect(try await store.secret("x", kind: "b", in: .default) == secret("b", "x", "3"))
            #expect(try await store.secret("x", kind: "a", in: .default) == nil)
            #expect(try await store.secrets(kind: nil, in: .default).map(\.name) == ["y", "x"])
            #expect(try await store.secrets(kind: "b", in: other).map(\.sealed) == ["4"])
            #expect(try await store.removeSecret("x", kind: "b", in: .default))
            #expect(try await !store.removeSecret("x", kind: "b", in: .default))
            #expect(try await store.secret("x", kind: "b", in: other) != nil)
        }
    }

    @Test(arguments: Implementation.allCases)
    func `a data key is wrapped anew once, and its uses are counted`(_ implementation: Implementation) async throws {
        try await implementation.with { store in
            let key = DataKey(id: "d", workspace: .default, masterID: "m", wrapped: "w", uses: 1, createdAt: at(0))
            #expect(try await store.add(key))
            #expect(try await !store.add(key))
            #expect(try await store.countUse(of: "d") == 2)
            #expect(try await store.rewrap("d", from: "w", to: "v", masterID: "n"))
            #expect(try await !store.rewrap("d", from: "w", to: "u", masterID: "n"))
            let read = try #require(try await store.dataKeys().first)
            #expect(read.wrapped == "v" && read.masterID == "n" && read.uses == 2)
        }
    }

    // MARK: - Health

    @Test(arguments: Implementation.allCases)
    func `the history of health is read newest first, and pruned`(_ implementation: Implementation) async throws {
        try await implementation.with { store in
            func record(_ second: Int, _ check: String) -> HealthRecord {
                HealthRecord(
                    time: at(second),
                    process: "p",
                    check: check,
                    before: .healthy,
                    level: .warning,
                    detail: "d"
                )
            }
            try await store.note([record(1, "disk"), record(2, "memory"), record(2, "disk")])
            #expect(
                try await store.healthRecords(since: at(0), limit: 9)
                    == [record(2, "disk"), record(2, "memory"), record(1, "disk")]
            )
            #expect(try await store.healthRecords(since: at(2), limit: 1) == [record(2, "disk")])
            #expect(try await store.pruneHealth(before: at(2)) == 1)
            #expect(try await store.healthRecords(since: at(0), limit: 9).count == 2)
        }
    }
}
