// SPDX-License-Identifier: Apache-2.0

import Domain

/// A queue in memory, as small as the tests of this target need; it counts how often each job's result was taken in.
final class FakeJobStore: JobStore {
    struct State {
        var jobs: [JobID: Job] = [:]
        /// Jobs that may be waiting, in order of arrival.
        var waiting: [JobID] = []
        var accepted: [JobID: Int] = [:]
        var trace: [String] = []
        /// How many reports are refused with an error before the next is taken in.
        var refusals = 0
    }

    struct Refused: Error {}

    private let state: Locked<State>

    init(_ jobs: [Job] = []) {
        state = Locked(State())
        add(jobs)
    }

    var trace: [String] { state.withLock { $0.trace } }
    var accepted: [JobID: Int] { state.withLock { $0.accepted } }

    func job(_ id: JobID) -> Job? { state.withLock { $0.jobs[id] } }

    func refuse(_ count: Int) {
        state.withLock { $0.refusals = count }
    }

    func add(_ jobs: [Job]) {
        state.withLock { state in
            for job in jobs {
                state.jobs[job.id] = job
                state.waiting.append(job.id)
            }
        }
    }

    func cancel(_ id: JobID) {
        state.withLock { state in
            state.jobs[id]?.state = .cancelled
            state.jobs[id]?.lease = nil
        }
    }

    func enqueue(_ jobs: [Job], durability: Durability) async throws -> [JobID] {
        add(jobs)
        return jobs.map(\.id)
    }

    func ready(role: WorkerRole, now: Timestamp, limit: Int) async throws -> [Job] {
        state.withLock { state in
            let ready = state.waiting.compactMap { state.jobs[$0] }
                .filter { $0.kind.role == role && isReady($0, now: now) }
            return Array(
                ready.sorted { ($0.priority.rawValue, $0.runAt, $0.id) < ($1.priority.rawValue, $1.runAt, $1.id) }
                    .prefix(limit)
            )
        }
    }

    private func isReady(_ job: Job, now: Timestamp) -> Bool {
        job.state == .queued || job.state == .probation || (job.state == .delayed && job.runAt <= now)
    }

    func lease(_ assignments: [JobAssignment], now: Timestamp) async throws -> [Job] {
        state.withLock { state in
            assignments.compactMap { assignment in
                guard var job = state.jobs[assignment.job], isReady(job, now: now) else { return nil }
                job.state = .leased
                job.attempt += 1
                job.lease = JobLease(token: assignment.token, worker: assignment.worker)
                job.worker = assignment.worker
                state.jobs[job.id] = job
                state.waiting.removeAll { $0 == job.id }
                state.trace.append("\(now.milliseconds) lease \(job.id) \(assignment.worker)")
                return job
            }
        }
    }

    func finish(_ report: JobReport, now: Timestamp, retryDelay: TimeSpan?) async throws -> JobReceipt {
        try state.withLock { state in
            if state.refusals > 0 {
                state.refusals -= 1
                throw Refused()
            }
            guard var job = state.jobs[report.job], job.state == .leased, job.lease?.token == report.token else {
                return .stale
            }
            job.lease = nil
            defer {
                state.jobs[job.id] = job
                state.trace.append("\(now.milliseconds) \(job.state.rawValue) \(job.id)")
            }
            switch report.outcome {
            case .completed(let result):
                job.state = .completed
                job.result = result
                state.accepted[job.id, default: 0] += 1
                return .accepted
            case .failed(let failure):
                job.failure = failure
                guard let retryDelay, job.attempt < job.maxAttempts else {
                    job.state = .dead
                    return .dead
                }
                job.state = .delayed
                job.runAt = now + retryDelay
                state.waiting.append(job.id)
                return .retrying(at: job.runAt)
            }
        }
    }

    func release(workers: [WorkerID]?, now: Timestamp) async throws -> [Job] {
        state.withLock { state in
            let lost = state.jobs.values.filter { job in
                guard job.state == .leased, let worker = job.lease?.worker else { return false }
                return workers?.contains(worker) ?? true
            }
            return lost.sorted { $0.id < $1.id }.map { job in
                var job = job
                job.lease = nil
                job.workersLost += workers == nil ? 0 : 1
                job.state = job.workersLost >= 3 ? .dead : job.workersLost == 2 ? .probation : .queued
                state.jobs[job.id] = job
                if job.state != .dead { state.waiting.append(job.id) }
                state.trace.append("\(now.milliseconds) release \(job.id)")
                return job
            }
        }
    }

    func unharvestedJobs(of campaign: CampaignID) async throws -> [Job] { [] }

    func jobs(in jobState: JobState, limit: Int) async throws -> [Job] {
        state.withLock { state in
            Array(state.jobs.values.filter { $0.state == jobState }.sorted { $0.id < $1.id }.prefix(limit))
        }
    }

    func requeue(_ job: JobID, now: Timestamp) async throws {
        state.withLock { state in
            state.jobs[job]?.state = .queued
            state.waiting.append(job)
        }
    }

    func nextRunAt() async throws -> Timestamp? {
        state.withLock { state in
            state.waiting.compactMap { state.jobs[$0] }.filter { $0.state == .delayed }.map(\.runAt).min()
        }
    }
}
