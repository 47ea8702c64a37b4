// SPDX-License-Identifier: Apache-2.0

import Domain
import Storage
import Testing

/// What every queue keeps.
@Suite(.timeLimit(.minutes(10)))
struct JobContractTests {
    let sample = Sample()

    @Test(arguments: Implementation.allCases)
    func `a job of a known key or identifier is not added again`(_ implementation: Implementation) async throws {
        try await implementation.with { store in
            let first = sample.job(key: "a")
            let same = sample.job(key: "a")
            let keyless = sample.job()
            #expect(try await store.enqueue([first, same, keyless], durability: .power) == [first.id, keyless.id])
            #expect(try await store.enqueue([same, keyless], durability: .process).isEmpty)
            try await store.commit(sample.change { $0.jobs = [same] }, durability: .process)
            var other = sample
            other.workspace = try #require(WorkspaceID("other"))
            let theirs = other.job(key: "a")
            #expect(try await store.enqueue([theirs], durability: .process) == [theirs.id])
            #expect(try await store.jobs(in: .queued, limit: 9) == [first, keyless, theirs])
            #expect(try await store.job(withKey: "a", in: sample.workspace) == first)
            #expect(try await store.job(withKey: "a", in: other.workspace) == theirs)
            #expect(try await store.job(withKey: "b", in: sample.workspace) == nil)
        }
    }

    @Test(arguments: Implementation.allCases)
    func `ready jobs are those of the role whose instant has come, the most urgent first`(
        _ implementation: Implementation
    ) async throws {
        try await implementation.with { store in
            let low = sample.job(priority: .low)
            let later = sample.job(runAt: Sample.at(5))
            let normal = [sample.job(), sample.job()]
            let urgent = sample.job(priority: .urgent, runAt: Sample.at(3))
            let observer = sample.job(.rankObserve)
            _ = try await store.enqueue([low, later] + normal + [urgent, observer], durability: .process)
            let atOnce = try await store.ready(role: .trial, now: Sample.start, limit: 9)
            #expect(atOnce == normal + [low])
            #expect(try await store.ready(role: .observer, now: Sample.start, limit: 9) == [observer])
            #expect(try await store.nextRunAt() == Sample.at(3))
            let all = try await store.ready(role: .trial, now: Sample.at(5), limit: 9)
            #expect(all.map(\.id) == ([urgent] + normal + [later, low]).map(\.id))
            #expect(all.allSatisfy { $0.state == .queued }, "those that were delayed are delayed no longer")
            let few = try await store.ready(role: .trial, now: Sample.at(5), limit: 2)
            #expect(few == Array(all.prefix(2)))
            #expect(try await store.nextRunAt() == nil)
            #expect(try await store.ready(role: .trial, now: Sample.at(5), limit: 0).isEmpty)
        }
    }

    @Test(arguments: Implementation.allCases)
    func `a job that has waited long overtakes a more urgent one`(_ implementation: Implementation) async throws {
        try await implementation.with { store in
            let low = sample.job(priority: .low)
            let urgent = sample.job(priority: .urgent, runAt: Sample.at(19 * 60))
            let urgentLater = sample.job(priority: .urgent, runAt: Sample.at(20 * 60))
            _ = try await store.enqueue([low, urgent, urgentLater], durability: .process)
            let before = try await store.ready(role: .trial, now: Sample.at(20 * 60 - 1), limit: 1)
            #expect(before.map(\.id) == [urgent.id])
            let after = try await store.ready(role: .trial, now: Sample.at(20 * 60), limit: 1)
            #expect(after.map(\.id) == [low.id])
        }
    }

    @Test(arguments: Implementation.allCases)
    func `a job has one holder, and a report with another token is dropped`(
        _ implementation: Implementation
    ) async throws {
        try await implementation.with { store in
            let job = sample.job()
            let workers: [WorkerID] = [sample.ids.next(), sample.ids.next()]
            _ = try await store.enqueue([job], durability: .process)
            let leased = try await store.lease([assign(job, workers[0], "1")], now: Sample.start)
            #expect(leased.map(\.id) == [job.id])
            let lease = JobLease(token: "1", worker: workers[0], session: try workers[0].session)
            #expect(leased.first?.lease == lease)
            #expect(leased.first?.attempt == 1)
            #expect(try await store.lease([assign(job, workers[1], "2")], now: Sample.start).isEmpty)
            let held = try await store.jobs(in: .leased, limit: 1)
            #expect(held == leased)

            let wrong = try await store.finish(done(job, "2"), now: Sample.start, retryDelay: nil)
            #expect(wrong == .stale)
            #expect(try await store.jobs(in: .leased, limit: 1) == held, "a stale report changes nothing")
            #expect(try await store.finish(done(job, "1"), now: Sample.at(1), retryDelay: nil) == .accepted)
            #expect(try await store.finish(done(job, "1"), now: Sample.at(2), retryDelay: nil) == .stale)
            let ended = try #require(try await store.jobs(in: .completed, limit: 1).first)
            #expect(ended.result == #"{"ok":true}"#)
            #expect(ended.endedAt == Sample.at(1))
            #expect(ended.lease == nil)
            #expect(ended.worker == workers[0])
            let unknown = try await store.finish(done(sample.job(), "1"), now: Sample.start, retryDelay: nil)
            #expect(unknown == .stale)
        }
    }

    @Test(arguments: Implementation.allCases)
    func `a failed job waits for its next try, and is dead after its last`(
        _ implementation: Implementation
    ) async throws {
        try await implementation.with { store in
            let job = sample.job(maxAttempts: 2)
            let worker: WorkerID = sample.ids.next()
            _ = try await store.enqueue([job], durability: .process)
            _ = try await store.lease([assign(job, worker, "1")], now: Sample.start)
            let first = try await store.finish(failed(job, "1"), now: Sample.at(1), retryDelay: .seconds(10))
            #expect(first == .retrying(at: Sample.at(11)))
            #expect(try await store.lease([assign(job, worker, "2")], now: Sample.at(10)).isEmpty)
            #expect(try await store.ready(role: .trial, now: Sample.at(10), limit: 1).isEmpty)
            #expect(try await store.nextRunAt() == Sample.at(11))
            let again = try await store.lease([assign(job, worker, "2")], now: Sample.at(11))
            #expect(again.first?.attempt == 2)
            let late = try await store.finish(done(job, "1"), now: Sample.at(12), retryDelay: nil)
            #expect(late == .stale, "the first try's result comes too late")
            let second = try await store.finish(failed(job, "2"), now: Sample.at(13), retryDelay: .seconds(10))
            #expect(second == .dead)
            let dead = try #require(try await store.jobs(in: .dead, limit: 1).first)
            #expect(dead.failure == Failure(.timeOut, "too slow", lastLines: ["x"]))
            #expect(dead.endedAt == Sample.at(13))
            #expect(try await store.nextRunAt() == nil)
        }
    }

    @Test(arguments: Implementation.allCases)
    func `a failure without a delay ends the job at once, and a person can queue it again`(
        _ implementation: Implementation
    ) async throws {
        try await implementation.with { store in
            let job = sample.job()
            let worker: WorkerID = sample.ids.next()
            _ = try await store.enqueue([job], durability: .process)
            await #expect(throws: IllegalMove.self) { try await store.requeue(job.id, now: Sample.start) }
            let stranger: JobID = sample.ids.next()
            await #expect(throws: StorageError.unknownJob(stranger)) {
                try await store.requeue(stranger, now: Sample.start)
            }
            _ = try await store.lease([assign(job, worker, "1")], now: Sample.start)
            #expect(try await store.finish(failed(job, "1"), now: Sample.start, retryDelay: nil) == .dead)
            try await store.commit(sample.change { $0.harvestedJobs = [job.id] }, durability: .process)
            try await store.requeue(job.id, now: Sample.at(9))
            let queued = try #require(try await store.ready(role: .trial, now: Sample.at(9), limit: 1).first)
            #expect(queued.state == .queued)
            #expect(queued.attempt == 0)
            #expect(queued.runAt == Sample.at(9))
            #expect(queued.endedAt == nil)
            _ = try await store.lease([assign(job, worker, "2")], now: Sample.at(9))
            _ = try await store.finish(done(job, "2"), now: Sample.at(9), retryDelay: nil)
            #expect(try await store.unharvestedJobs(of: sample.campaign).map(\.id) == [job.id])
        }
    }

    @Test(arguments: Implementation.allCases)
    func `a job whose workers are lost runs alone after the second loss and not at all after the third`(
        _ implementation: Implementation
    ) async throws {
        try await implementation.with { store in
            let job = sample.job(maxAttempts: 1)
            let other = sample.job()
            let worker: WorkerID = sample.ids.next()
            let survivor: WorkerID = sample.ids.next()
            _ = try await store.enqueue([job, other], durability: .process)
            _ = try await store.lease([assign(other, survivor, "other")], now: Sample.start)
            for (loss, state) in [(1, JobState.queued), (2, .probation), (3, .dead)] {
                let leased = try await store.lease([assign(job, worker, "\(loss)")], now: Sample.start)
                #expect(leased.first?.attempt == 1, "a try that was lost with its worker does not count")
                let released = try await store.release(workers: [worker, worker], now: Sample.at(loss))
                #expect(released.map(\.id) == [job.id])
                #expect(released.first?.state == state)
                #expect(released.first?.workersLost == loss)
                #expect(released.first?.lease == nil)
                #expect(try await store.finish(done(job, "\(loss)"), now: Sample.start, retryDelay: nil) == .stale)
            }
            #expect(try await store.jobs(in: .dead, limit: 1).first?.endedAt == Sample.at(3))
            #expect(try await store.jobs(in: .leased, limit: 9).map(\.id) == [other.id])
            #expect(try await store.release(workers: [worker], now: Sample.start).isEmpty)
            #expect(try await store.release(workers: [], now: Sample.start).isEmpty)
        }
    }

    @Test(arguments: Implementation.allCases)
    func `a job on probation that fails is on probation again after its wait`(
        _ implementation: Implementation
    ) async throws {
        try await implementation.with { store in
            let (job, worker) = (sample.job(), sample.ids.next(Worker.self))
            _ = try await store.enqueue([job], durability: .process)
            for loss in 1...2 {
                _ = try await store.lease([assign(job, worker, "\(loss)")], now: Sample.start)
                _ = try await store.release(workers: [worker], now: Sample.start)
            }
            _ = try await store.lease([assign(job, worker, "3")], now: Sample.start)
            let receipt = try await store.finish(failed(job, "3"), now: Sample.start, retryDelay: .seconds(10))
            #expect(receipt == .retrying(at: Sample.at(10)))
            let shown = try await store.ready(role: .trial, now: Sample.at(10), limit: 9)
            #expect(shown.map(\.state) == [.probation])
            #expect(shown.first?.failures.count == 3, "two losses and a failure")
        }
    }

    @Test(arguments: Implementation.allCases)
    func `a lease that nobody carries out is handed back by its token alone`(
        _ implementation: Implementation
    ) async throws {
        try await implementation.with { store in
            let (job, worker) = (sample.job(), sample.ids.next(Worker.self))
            _ = try await store.enqueue([job], durability: .process)
            _ = try await store.lease([assign(job, worker, "1")], now: Sample.start)
            #expect(try await store.handBack([job.id: "0"], now: Sample.start).isEmpty)
            let back = try await store.handBack([job.id: "1"], now: Sample.start)
            #expect(back.map(\.state) == [.queued])
            #expect(back.map(\.attempt) == [0])
            #expect(try await store.finish(done(job, "1"), now: Sample.start, retryDelay: nil) == .stale)
        }
    }

    @Test(arguments: Implementation.allCases)
    func `a restart of the process is neither a try nor the loss of a worker`(
        _ implementation: Implementation
    ) async throws {
        try await implementation.with { store in
            let jobs = [sample.job(maxAttempts: 1), sample.job(.rankObserve)]
            let worker: WorkerID = sample.ids.next()
            _ = try await store.enqueue(jobs, durability: .process)
            for restart in 0..<5 {
                let assignments = jobs.map { assign($0, worker, "\($0.id)/\(restart)") }
                #expect(try await store.lease(assignments, now: Sample.start).count == 2)
                let released = try await store.release(workers: nil, now: Sample.start)
                #expect(released.map(\.id) == jobs.map(\.id))
                #expect(released.map(\.state) == [.queued, .queued])
                #expect(released.map(\.attempt) == [0, 0])
                #expect(released.map(\.workersLost) == [0, 0])
            }
        }
    }

    @Test(arguments: Implementation.allCases)
    func `a result is taken in once`(_ implementation: Implementation) async throws {
        try await implementation.with { store in
            let jobs = (0..<3).map { _ in sample.job() }
            let worker: WorkerID = sample.ids.next()
            _ = try await store.enqueue(jobs, durability: .process)
            _ = try await store.lease(jobs.map { assign($0, worker, $0.id.text) }, now: Sample.start)
            _ = try await store.finish(done(jobs[1], jobs[1].id.text), now: Sample.at(1), retryDelay: nil)
            _ = try await store.finish(failed(jobs[0], jobs[0].id.text), now: Sample.at(2), retryDelay: nil)
            let ended = try await store.unharvestedJobs(of: sample.campaign)
            #expect(ended.map(\.id) == [jobs[1].id, jobs[0].id], "in order of their end")
            #expect(try await store.unharvestedJobs(of: sample.ids.next()).isEmpty)

            try await store.commit(sample.change { $0.harvestedJobs = [jobs[1].id] }, durability: .power)
            #expect(try await store.unharvestedJobs(of: sample.campaign).map(\.id) == [jobs[0].id])
            for job in [jobs[1], jobs[2]] {
                await #expect(throws: StorageError.notHarvestable(job.id)) {
                    let change = sample.change { $0.harvestedJobs = [jobs[0].id, job.id] }
                    try await store.commit(change, durability: .power)
                }
            }
            #expect(try await store.unharvestedJobs(of: sample.campaign).map(\.id) == [jobs[0].id])
        }
    }

    @Test(arguments: Implementation.allCases)
    func `jobs are cancelled where they have not ended`(_ implementation: Implementation) async throws {
        try await implementation.with { store in
            let jobs = [sample.job(), sample.job(runAt: Sample.at(9)), sample.job(), sample.job()]
            let worker: WorkerID = sample.ids.next()
            _ = try await store.enqueue(jobs, durability: .process)
            _ = try await store.lease(jobs[2...].map { assign($0, worker, $0.id.text) }, now: Sample.start)
            _ = try await store.finish(done(jobs[3], jobs[3].id.text), now: Sample.start, retryDelay: nil)
            let change = sample.change {
                $0.cancelledJobs = jobs.map(\.id) + [sample.ids.next()]
                $0.time = Sample.at(7)
            }
            try await store.commit(change, durability: .process)
            #expect(try await store.jobs(in: .cancelled, limit: 9).map(\.id) == jobs[..<3].map(\.id))
            #expect(try await store.jobs(in: .cancelled, limit: 9).allSatisfy { $0.endedAt == Sample.at(7) })
            #expect(try await store.jobs(in: .completed, limit: 9).map(\.id) == [jobs[3].id])
            let late = try await store.finish(done(jobs[2], jobs[2].id.text), now: Sample.start, retryDelay: nil)
            #expect(late == .stale)
            #expect(try await store.nextRunAt() == nil)
        }
    }

    private func assign(_ job: Job, _ worker: WorkerID, _ token: String) -> Wish {
        Wish(job: job, worker: worker, token: token)
    }

    private func done(_ job: Job, _ token: String) -> JobReport {
        JobReport(job: job.id, token: token, outcome: .completed(#"{"ok":true}"#))
    }

    private func failed(_ job: Job, _ token: String) -> JobReport {
        JobReport(job: job.id, token: token, outcome: .failed(Failure(.timeOut, "too slow", lastLines: ["x"])))
    }
}
