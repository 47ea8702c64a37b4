// SPDX-License-Identifier: Apache-2.0

import Domain

/// A lease that a test wants.
struct Wish {
    var job: Job
    var worker: WorkerID
    var token: String
}

extension WorkerID {
    /// The session that the tests give this worker.
    var session: SessionID {
        get throws {
            guard let id = SessionID("ses_" + text.dropFirst(4)) else { throw NoSession() }
            return id
        }
    }

    struct NoSession: Error {}
}

extension JobStore {
    /// The kinds of a role, in their usual order.
    static func kinds(of role: WorkerRole) -> [JobKind] { JobKind.allCases.filter { $0.role == role } }

    /// The first jobs that wait, as a claim would show them; nothing is leased.
    func ready(role: WorkerRole, now: Timestamp, limit: Int) async throws -> [Job] {
        let shown = Locked<[Job]>([])
        _ = try await claim(ClaimRequest(kinds: Self.kinds(of: role), limit: limit), now: now) { jobs in
            shown.withLock { $0 = jobs }
            return []
        }
        return shown.withLock { $0 }
    }

    /// Leases these very jobs, each to a session of its worker, which is opened where there is none.
    func lease(_ wishes: [Wish], now: Timestamp) async throws -> [Job] {
        let open = Set(try await sessions().map(\.worker))
        for worker in Set(wishes.map(\.worker)).subtracting(open) {
            let session = WorkerSession(
                id: try worker.session,
                worker: worker,
                server: "test",
                expiresAt: now + .seconds(15)
            )
            _ = try await openSession(session, now: now)
        }
        let assignments = try wishes.map { wish in
            JobAssignment(
                job: wish.job.id,
                worker: wish.worker,
                session: try wish.worker.session,
                token: wish.token
            )
        }
        return try await claim(ClaimRequest(kinds: JobKind.allCases, limit: 1_000), now: now) { jobs in
            let shown = Set(jobs.map(\.id))
            return assignments.filter { shown.contains($0.job) }
        }.jobs
    }

    /// Takes one report in.
    func finish(_ report: JobReport, now: Timestamp, retryDelay: TimeSpan?) async throws -> JobReceipt? {
        try await finish([report], now: now, durability: .process) { _, _ in retryDelay }.first
    }

    /// Ends the sessions that the tests gave these workers, as lost; nil for all, as handed back.
    func release(workers: [WorkerID]?, now: Timestamp) async throws -> [Job] {
        guard let workers else { return try await endSessions(ofServer: nil, now: now) }
        return try await endSessions(try workers.map { try $0.session }, as: .lost, now: now)
    }
}
