// SPDX-License-Identifier: Apache-2.0

import Domain
import Jobs
import Server

/// The fleet as its servers see it, and the queue as the store has it.
struct HouseFleet: FleetService {
    /// How many jobs of one state are looked through at most.
    private static let mostJobs = 10_000

    let control: any FleetControl
    let store: any Store
    let clock: any TimeSource

    /// The fleet belongs to the house's own workspace.
    private func workers(in workspace: WorkspaceID) async throws -> [Worker] {
        workspace == .default ? try await control.workers() : []
    }

    func overview(in workspace: WorkspaceID) async throws -> FleetOverview {
        FleetOverview(try await workers(in: workspace))
    }

    func workers(in workspace: WorkspaceID, state: WorkerState?, paging: Paging) async throws -> Page<WorkerDetail> {
        let all = try await workers(in: workspace).filter { state == nil || $0.state == state }
        return try await paging.page(of: all, key: \.id.text) { WorkerDetail($0) }
    }

    func worker(_ id: WorkerID, in workspace: WorkspaceID) async throws -> WorkerDetail? {
        try await workers(in: workspace).first { $0.id == id }.map(WorkerDetail.init)
    }

    func give(_ order: WorkerOrderDraft, to id: WorkerID, in workspace: WorkspaceID) async throws -> WorkerDetail? {
        guard try await worker(id, in: workspace) != nil else { return nil }
        switch order.order {
        case .restart: try await control.restart(id)
        case .isolate: try await control.isolate(id, reason: order.reason ?? "a person isolated it")
        case .release: try await control.release(id)
        case .drain: try await control.drain(id)
        }
        return try await worker(id, in: workspace)
    }

    /// The queues are the fleet's.
    func queues(in workspace: WorkspaceID) async throws -> [QueueDepth] {
        workspace == .default ? try await store.depths() : []
    }

    func setPaused(_ isPaused: Bool, kind: JobKind, in workspace: WorkspaceID) async throws -> Bool {
        guard workspace == .default else { return false }
        try await store.setPaused(isPaused, kind: kind, now: clock.now)
        return true
    }

    func jobs(in workspace: WorkspaceID, state: JobState, paging: Paging) async throws -> Page<JobDetail> {
        let all = try await store.jobs(in: state, limit: Self.mostJobs).filter { $0.workspace == workspace }
        return try await paging.page(of: all, key: \.id.text) { JobDetail($0) }
    }

    func job(_ id: JobID, in workspace: WorkspaceID) async throws -> JobDetail? {
        guard let job = try await store.job(id), job.workspace == workspace else { return nil }
        return JobDetail(job)
    }

    func requeue(_ id: JobID, in workspace: WorkspaceID) async throws -> JobDetail? {
        guard let job = try await store.job(id), job.workspace == workspace else { return nil }
        guard job.state == .dead else { throw Self.conflict(job, "a job that is dead") }
        do {
            try await store.requeue(id, now: clock.now)
        } catch is IllegalMove {
            throw Self.conflict(job, "a job that is dead")
        }
        return try await self.job(id, in: workspace)
    }

    func cancel(_ id: JobID, in workspace: WorkspaceID) async throws -> JobDetail? {
        guard let job = try await store.job(id), job.workspace == workspace else { return nil }
        guard try await !store.cancel([id], now: clock.now).isEmpty else {
            throw Self.conflict(job, "a job that has not ended")
        }
        return try await self.job(id, in: workspace)
    }

    private static func conflict(_ job: Job, _ expected: String) -> Problem {
        Problem(.conflict, "the job is \(job.state.rawValue)", field: "job", value: job.id.text, expected: expected)
    }
}
