// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Storage

/// Counts what a process does that is seen outside of it, and ends the process at a step: nothing that it does afterwards has an effect.
final class Mortality: Sendable {
    private struct State {
        var steps = 0
        var isDead = false
    }

    private let clock: any TimeSource
    private let last: Int?
    private let state = Locked(State())

    /// A process that dies when its step of that number is done; nil for one that lives.
    init(dyingAfter last: Int?, clock: any TimeSource) {
        self.last = last
        self.clock = clock
    }

    var steps: Int { state.withLock { $0.steps } }
    var isDead: Bool { state.withLock { $0.isDead } }

    /// Does a step; a dead process hangs for ever, and so does one that dies of it.
    func step<Value>(_ body: () async throws -> Value) async throws -> Value {
        try await pass()
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await body())
        } catch {
            outcome = .failure(error)
        }
        state.withLock { state in
            state.steps += 1
            if state.steps == last { state.isDead = true }
        }
        try await pass()
        return try outcome.get()
    }

    /// Waits for the death of the process.
    func end() async throws {
        if last == nil { try await clock.sleep(for: .days(3_650)) }
        while !isDead { try await clock.sleep(for: TimeSpan(milliseconds: 20)) }
    }

    private func pass() async throws {
        if isDead { try await clock.sleep(for: .days(3_650)) }
    }
}

/// The store of a process that may die after any write.
struct MortalStore: WorkflowDesk.Home {
    let inner: MemoryStore
    let life: Mortality

    func commit(_ change: KnowledgeChange, durability: Durability) async throws {
        try await life.step { try await inner.commit(change, durability: durability) }
    }

    func begin(_ effect: Effect) async throws -> EffectAdmission {
        try await life.step { try await inner.begin(effect) }
    }

    func settle(_ key: String, as state: Effect.State, response: String?, now: Timestamp) async throws {
        try await life.step { try await inner.settle(key, as: state, response: response, now: now) }
    }

    func give(_ orders: [WorkflowOrder]) async throws { try await life.step { try await inner.give(orders) } }

    func waitingWorkflowOrders(limit: Int) async throws -> [WorkflowOrder] {
        try await inner.waitingWorkflowOrders(limit: limit)
    }

    func workflowOrder(_ id: WorkflowOrderID) async throws -> WorkflowOrder? { try await inner.workflowOrder(id) }

    func workflowRun(_ id: WorkflowRunID, in workspace: WorkspaceID) async throws -> WorkflowRun? {
        try await inner.workflowRun(id, in: workspace)
    }

    func workflowRun(key: String, in workspace: WorkspaceID) async throws -> WorkflowRun? {
        try await inner.workflowRun(key: key, in: workspace)
    }

    func workflowRuns(in workspace: WorkspaceID, state: WorkflowRun.State?, limit: Int) async throws -> [WorkflowRun] {
        try await inner.workflowRuns(in: workspace, state: state, limit: limit)
    }

    func openWorkflowRuns(after id: WorkflowRunID?, limit: Int) async throws -> [WorkflowRun] {
        try await inner.openWorkflowRuns(after: id, limit: limit)
    }

    func checkpoints(of run: WorkflowRunID) async throws -> [WorkflowCheckpoint] {
        try await inner.checkpoints(of: run)
    }

    func pruneWorkflowRuns(before instant: Timestamp, limit: Int) async throws -> Int {
        try await life.step { try await inner.pruneWorkflowRuns(before: instant, limit: limit) }
    }
}

// The queue.
extension MortalStore {
    func enqueue(_ jobs: [Job], durability: Durability) async throws -> [JobID] {
        try await life.step { try await inner.enqueue(jobs, durability: durability) }
    }

    func claim(
        _ request: ClaimRequest,
        now: Timestamp,
        choose: @escaping @Sendable ([Job]) -> [JobAssignment]
    ) async throws -> Claim {
        try await life.step { try await inner.claim(request, now: now, choose: choose) }
    }

    func finish(
        _ reports: [JobReport],
        now: Timestamp,
        durability: Durability,
        retryDelay: @escaping @Sendable (Failure, Job) -> TimeSpan?
    ) async throws -> [JobReceipt] {
        try await life.step {
            try await inner.finish(reports, now: now, durability: durability, retryDelay: retryDelay)
        }
    }

    func handBack(_ leases: [JobID: String], now: Timestamp) async throws -> [Job] {
        try await inner.handBack(leases, now: now)
    }

    func openSession(
        _ session: WorkerSession,
        now: Timestamp
    ) async throws -> (session: WorkerSession, released: [Job]) {
        try await inner.openSession(session, now: now)
    }

    func renewSessions(_ sessions: [SessionID], for span: TimeSpan, now: Timestamp) async throws -> Set<SessionID> {
        try await inner.renewSessions(sessions, for: span, now: now)
    }

    func endSessions(_ sessions: [SessionID], as end: WorkerSession.End, now: Timestamp) async throws -> [Job] {
        try await inner.endSessions(sessions, as: end, now: now)
    }

    func endSessions(ofServer server: String?, now: Timestamp) async throws -> [Job] {
        try await life.step { try await inner.endSessions(ofServer: server, now: now) }
    }

    func moveSession(
        _ former: SessionID,
        to session: WorkerSession,
        keeping tokens: Set<String>,
        now: Timestamp
    ) async throws -> MovedSession? {
        try await inner.moveSession(former, to: session, keeping: tokens, now: now)
    }

    func endExpiredSessions(
        by server: String,
        now: Timestamp
    ) async throws -> (sessions: [WorkerSession], released: [Job]) {
        try await inner.endExpiredSessions(by: server, now: now)
    }

    func sessions() async throws -> [WorkerSession] { try await inner.sessions() }
    func job(_ id: JobID) async throws -> Job? { try await inner.job(id) }
    func jobs(in state: JobState, limit: Int) async throws -> [Job] { try await inner.jobs(in: state, limit: limit) }
    func cancel(_ jobs: [JobID], now: Timestamp) async throws -> [Job] {
        try await life.step { try await inner.cancel(jobs, now: now) }
    }
    func unharvestedJobs(of campaign: CampaignID) async throws -> [Job] {
        try await inner.unharvestedJobs(of: campaign)
    }
    func campaignsWithUnharvestedJobs(before instant: Timestamp) async throws -> [CampaignID] {
        try await inner.campaignsWithUnharvestedJobs(before: instant)
    }
    func nextRunAt() async throws -> Timestamp? { try await inner.nextRunAt() }
}
