// SPDX-License-Identifier: Apache-2.0

import Domain

@testable import Storage

/// The queue in memory, with a trace of what was done to it, and refusals on demand.
final class TracingStore: JobStore {
    struct State {
        var accepted: [JobID: Int] = [:]
        var trace: [String] = []
        /// How many reports are refused with an error before the next is taken in.
        var refusals = 0
    }

    struct Refused: Error {}

    let inner = MemoryStore()
    private let state = Locked(State())

    /// A line for every lease, end and release, in order.
    var trace: [String] { state.withLock { $0.trace } }
    /// How often each job's result was taken in.
    var accepted: [JobID: Int] { state.withLock { $0.accepted } }

    /// One job, at once.
    func known(_ id: JobID) -> Job? { inner.contents.withLock { $0.jobs[id] } }

    func refuse(_ count: Int) {
        state.withLock { $0.refusals = count }
    }

    func add(_ jobs: [Job]) {
        inner.contents.withLock { contents in
            for job in jobs { _ = contents.jobs.insert(job) }
        }
    }

    func cancel(_ id: JobID) throws {
        _ = try inner.contents.withLock { try $0.jobs.cancel(id, now: House.start) }
    }

    func enqueue(_ jobs: [Job], durability: Durability) async throws -> [JobID] {
        try await inner.enqueue(jobs, durability: durability)
    }

    func claim(
        _ request: ClaimRequest,
        now: Timestamp,
        choose: @escaping @Sendable ([Job]) -> [JobAssignment]
    ) async throws -> Claim {
        let claim = try await inner.claim(request, now: now, choose: choose)
        note(claim.jobs.map { "\(now.milliseconds) lease \($0.id) \($0.lease.map { "\($0.worker)" } ?? "-")" })
        return claim
    }

    func finish(
        _ reports: [JobReport],
        now: Timestamp,
        durability: Durability,
        retryDelay: @escaping @Sendable (Failure, Job) -> TimeSpan?
    ) async throws -> [JobReceipt] {
        try state.withLock { state in
            guard state.refusals > 0 else { return }
            state.refusals -= 1
            throw Refused()
        }
        let receipts = try await inner.finish(reports, now: now, durability: durability, retryDelay: retryDelay)
        for (report, receipt) in zip(reports, receipts) where receipt != .stale {
            note(["\(now.milliseconds) \(known(report.job)?.state.rawValue ?? "-") \(report.job)"])
            if receipt == .accepted { state.withLock { $0.accepted[report.job, default: 0] += 1 } }
        }
        return receipts
    }

    func handBack(_ leases: [JobID: String], now: Timestamp) async throws -> [Job] {
        try await inner.handBack(leases, now: now)
    }

    func openSession(
        _ session: WorkerSession,
        now: Timestamp
    ) async throws -> (session: WorkerSession, released: [Job]) {
        let (session, released) = try await inner.openSession(session, now: now)
        note(released.map { "\(now.milliseconds) release \($0.id)" })
        return (session, released)
    }

    func renewSessions(_ ids: [SessionID], for span: TimeSpan, now: Timestamp) async throws -> Set<SessionID> {
        try await inner.renewSessions(ids, for: span, now: now)
    }

    func endSessions(_ ids: [SessionID], as end: WorkerSession.End, now: Timestamp) async throws -> [Job] {
        let released = try await inner.endSessions(ids, as: end, now: now)
        note(released.map { "\(now.milliseconds) release \($0.id)" })
        return released
    }

    func endSessions(ofServer server: String?, now: Timestamp) async throws -> [Job] {
        try await inner.endSessions(ofServer: server, now: now)
    }

    func moveSession(
        _ former: SessionID,
        to session: WorkerSession,
        keeping tokens: Set<String>,
        now: Timestamp
    ) async throws -> MovedSession? {
        try await inner.moveSession(former, to: session, keeping: tokens, now: now)
    }

    func endExpiredSessions(by server: String, now: Timestamp) async throws -> (
        sessions: [WorkerSession], released: [Job]
    ) {
        try await inner.endExpiredSessions(by: server, now: now)
    }

    func sessions() async throws -> [WorkerSession] { try await inner.sessions() }

    func job(_ id: JobID) async throws -> Job? { try await inner.job(id) }

    func jobs(in state: JobState, limit: Int) async throws -> [Job] { try await inner.jobs(in: state, limit: limit) }

    func cancel(_ jobs: [JobID], now: Timestamp) async throws -> [Job] { try await inner.cancel(jobs, now: now) }

    func unharvestedJobs(of campaign: CampaignID) async throws -> [Job] {
        try await inner.unharvestedJobs(of: campaign)
    }

    func campaignsWithUnharvestedJobs(before instant: Timestamp) async throws -> [CampaignID] {
        try await inner.campaignsWithUnharvestedJobs(before: instant)
    }

    func nextRunAt() async throws -> Timestamp? { try await inner.nextRunAt() }

    private func note(_ lines: [String]) {
        state.withLock { $0.trace += lines }
    }
}
